import type { MetByTenant } from '../../definitions/dimension.ts'
import type { Cadence } from '../../definitions/frequency.ts'
import type { Tier } from '../../definitions/keep.ts'
import type { EntityFilter, ZoneChange } from './entity-state.ts'
import type { EpochDay, Instant, State } from './state.ts'

/** How often an entity is captured from a local day on, why, and what the next decision needs to know. */
export interface FrequencyDecision {
  /** First local day that it holds for. */
  readonly day: EpochDay
  /** When it was decided: of the first, windows of that day that were over by then are before enrolment. */
  readonly at: Instant
  readonly cadence: Cadence
  /** null: no rules are declared, or the roster no longer lists it. */
  readonly status: string | null
  /** Over the seven local days before `day`, at the measure's scale; null where no measure of activity is declared. */
  readonly activity: number | bigint | null
}

/** What the catalogue knows of an entity of a collected series: all that capturing it needs. */
export interface CollectedEntity {
  readonly id: number
  readonly tenant: string
  readonly entity: string
  readonly zones: readonly ZoneChange[]
  /** Current values. */
  readonly attributes: Readonly<Record<string, string | null>>
  /** Ascending by day; the first is the enrolment. Empty: never captured. */
  readonly decisions: readonly FrequencyDecision[]
  /** The last day that a decision was made for, also when it changed nothing; null: none. */
  readonly decidedDay: EpochDay | null
  /** Decided days in a row, up to `decidedDay`, on which activity was low enough to go down. */
  readonly lowDays: number
  /** Start of the latest captured window; null: none. */
  readonly latestAt: Instant | null
  /**
   * Activity over the seven local days before the day it is asked for; null where there is no measure of it, and where
   * that day has been decided for already.
   */
  readonly activity: number | bigint | null
  /** First day not yet rolled up from `captured`; null while nothing has been. */
  readonly capturedFrom: EpochDay | null
  /** For each tier but the last: the first day not yet retired from it. */
  readonly boundaries: Readonly<Partial<Record<Tier, EpochDay>>>
}

/** A window of one entity: a whole local day, or a part of one. */
export interface WindowKey {
  readonly day: EpochDay
  readonly at: Instant
  /** Exclusive. */
  readonly to: Instant
}

/** One captured row: of the whole (cell 0), or of one combination of dimensions. */
export interface CapturedCell {
  /** Values of dimensions; null for the whole. A free-text value that is new to the tenant gets a number, or that of `(other)`. */
  readonly group: Readonly<Record<string, string>> | null
  /** By measure in declared order (those with a state): what was collected, scaled. */
  readonly samples: readonly SampleState[]
}

/** A sample as it crosses to the store; see measures/kind.ts. */
export type SampleState = State | readonly (number | bigint)[] | readonly string[]

export interface CapturedWindow extends WindowKey {
  readonly entity: number
  readonly cells: readonly CapturedCell[]
  readonly payload: { readonly version: number; readonly text: string } | null
}

export interface FailedWindow extends WindowKey {
  readonly entity: number
  /** Why, for the record; at most 500 characters. */
  readonly message: string
}

/** What a roster says of an entity. Registered when it was never heard of; a zone that differs holds from the next local midnight. */
export interface RosteredEntity {
  readonly tenant: string
  readonly entity: string
  /** null: what is known of its zone stays; a new entity has that of the declaration. */
  readonly zone: string | null
  readonly attributes: Readonly<Record<string, string | null>>
}

export interface DecidedFrequency extends FrequencyDecision {
  readonly entity: number
  readonly lowDays: number
  /** Whether it differs from the one in force: else only `decidedDay` and `lowDays` move on. */
  readonly changes: boolean
}

export interface CapturedBatch {
  readonly series: string
  readonly now: Instant
  readonly windows: readonly CapturedWindow[]
  readonly failures: readonly FailedWindow[]
  /** How often entities are captured from a day on: recorded in the same transaction, also where no window is due. */
  readonly decisions: readonly DecidedFrequency[]
  /**
   * Whether a window that has a row is restated by other values, as a backfill does. If not, it stays as it is and is
   * counted as unchanged: of two captures that race for a window, the first one counts.
   */
  readonly restates: boolean
}

/** In windows (of the whole). A window that says what it said is unchanged; a failure never replaces a value. */
export interface CapturedReport {
  readonly created: number
  readonly unchanged: number
  readonly restated: number
  readonly failed: number
  /** Windows whose rows have retired from the captured tier: nothing was written. */
  readonly sealed: number
}

/** Which rows of a collected series to read: those that share a day with [from, to). Holds no SQL. */
export interface RowsPlan {
  readonly series: string
  readonly entities: readonly number[] | 'all'
  /** null: every tenant. */
  readonly tenant: string | null
  readonly from: EpochDay
  readonly to: EpochDay
  /** Where rows of these days can lie: others need not be looked through. */
  readonly tiers: readonly Tier[]
  readonly cells: readonly number[]
  /** Places in the layout of the columns that are wanted, ascending; the states of a row stand in their order. */
  readonly columns: readonly number[]
  /** Believe transactions up to this one; null for the current rows. */
  readonly asOf: number | null
  /** Which captured windows of a cell may come merged; null: each comes by itself. Of current rows, and of measures that every window has. */
  readonly merged: MergedWindows | null
}

/** Windows of days that follow one another may come as one row, merged in the order of time: whoever asks would merge them next. */
export interface MergedWindows {
  /** Those of days before this one: they are over. */
  readonly before: EpochDay
  /** Ascending days. Windows from before one and from it on stay apart. */
  readonly cuts: readonly EpochDay[]
}

/** A row of any tier, as believed. */
export interface TierRowRead {
  readonly entity: number
  readonly cell: number
  readonly tier: Tier
  /** Its days, half-open. */
  readonly from: EpochDay
  readonly to: EpochDay
  /** Of a captured row its window's start and end, of several merged the last one's; null in other tiers. */
  readonly at: Instant | null
  readonly until: Instant | null
  /** Windows merged in it. */
  readonly facts: number
  readonly states: readonly State[]
}

/** A window whose collection failed and that has no row. */
export interface FailureRead extends WindowKey {
  readonly entity: number
  readonly message: string
}

/** Which state of each entity is asked for: that of the whole (cell 0) at an instant. */
export interface LatestPlan {
  readonly series: string
  /** Each with its local day of `at`. */
  readonly entities: readonly { readonly id: number; readonly day: EpochDay }[]
  readonly at: Instant
  /** As in `RowsPlan`. */
  readonly columns: readonly number[]
}

/** What an entity's attribute says now. */
export interface AttributeValue {
  readonly tenant: string
  readonly entity: string
  readonly value: string
}

/** The part of a snapshot that collected series have. */
export interface CollectedReads {
  /**
   * Ordered by tenant and entity (code units); also those asked by name that were never captured; never one that was
   * erased. `asOf`: decisions as believed.
   */
  collectedEntities(series: string, filter: EntityFilter, asOf: number | null): Promise<readonly CollectedEntity[]>
  /** One attribute of entities, as the series' roster says it now, where it has a value; in no order, and never of one that was erased. */
  attributes(series: string, attribute: string, filter: EntityFilter): Promise<readonly AttributeValue[]>
  /** By entity, cell and time. Rows in archive files are not among them. */
  rows(plan: RowsPlan): Promise<readonly TierRowRead[]>
  /**
   * Of each entity its latest current row that begins at or before the instant: a captured one by the start of its
   * window, one of another tier by its first day. No row for an entity that has none. Rows in archive files are not
   * among them.
   */
  latest(plan: LatestPlan): Promise<readonly TierRowRead[]>
  /** Failures of windows of [from, to), as believed. */
  failures(series: string, entities: readonly number[] | 'all', from: EpochDay, to: EpochDay, asOf: number | null): Promise<readonly FailureRead[]>
  /** What free-text dimensions have met of a tenant, or null for all; by it their cells are told. */
  met(series: string, tenant: string | null): Promise<MetByTenant>
  /** The keyed digests of what was erased answer for a name: whether this entity was. */
  erased(kind: string, tenant: string, entity: string): Promise<boolean>
}

/** What a store does for collected series beside what it does for all. Each command is whole, like those of `Store`. */
export interface CollectedStore {
  /** Registers and updates entities; says the ids, in the same places; 0 for one that was erased, for which nothing is taken in. */
  roster(series: string, entities: readonly RosteredEntity[], now: Instant): Promise<readonly number[]>
  /** Every entity that the roster has ever listed, with its activity over the seven local days before its today. */
  entities(series: string, now: Instant): Promise<readonly CollectedEntity[]>
  /** Starts of the windows of [from, to) that have a row, by entity id. One whose collection failed is asked for again. */
  captured(series: string, from: EpochDay, to: EpochDay): Promise<ReadonlyMap<number, ReadonlySet<Instant>>>
  write(batch: CapturedBatch): Promise<CapturedReport>
}
