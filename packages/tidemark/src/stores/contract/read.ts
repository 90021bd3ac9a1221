import type { Tier } from '../../definitions/keep.ts'
import type { CollectedReads } from './collected.ts'
import type { EntityFilter, EntityState } from './entity-state.ts'
import type { Extent } from './extent.ts'
import type { SeriesState } from './series-state.ts'
import type { EpochDay, Instant, State } from './state.ts'

/** A half-open range of local days that is answered as one. */
export interface DayRange {
  readonly from: EpochDay
  readonly to: EpochDay
}

/** The same ranges for every entity (a grid of periods), or each entity's own (anchored windows). */
export type RangePlan =
  | { readonly kind: 'grid'; readonly entities: readonly number[] | 'all'; readonly tenant: string | null; readonly ranges: readonly DayRange[] }
  | { readonly kind: 'own'; readonly ranges: readonly (DayRange & { readonly entity: number })[] }

/** Which rows to merge into which answers. Compiled by the store; holds no SQL. */
export interface ReadPlan {
  readonly series: string
  readonly plan: RangePlan
  readonly cells: readonly number[]
  /** The measures whose states are needed: of the others nothing need be read. */
  readonly measures: readonly string[]
  /** Merge entities of a tenant into one row (grids only). */
  readonly total: boolean
  /** Believe transactions up to this one; null for the current rows. */
  readonly asOf: number | null
}

/** The merged states of all rows that lie wholly in one range. */
export interface MergedRow {
  /** Entity id; in a total the tenant's name stands in `tenant` and this is 0. */
  readonly entity: number
  readonly tenant: string | null
  readonly cell: number
  /** Index into the plan's ranges. */
  readonly range: number
  /** One value a column of the series' layout; of a measure that was not asked for, its own or null. */
  readonly states: readonly State[]
  /** Rows of the day tier that were merged. */
  readonly dayRows: number
}

/** A retired row that a range cuts: it could not be merged. */
export interface CutRow {
  readonly entity: number
  readonly cell: number
  readonly range: number
  readonly tier: Tier
  readonly from: EpochDay
  readonly to: EpochDay
}

/** A row of the archived tier that still lies in the store: additions beside a file, or an earlier belief about an archived row. */
export interface LooseRow {
  readonly entity: number
  readonly cell: number
  readonly from: EpochDay
  readonly to: EpochDay
  readonly states: readonly State[]
}

export interface ReadResult {
  readonly rows: readonly MergedRow[]
  readonly cuts: readonly CutRow[]
  /** Only for series whose last tier is the archive. To be merged with the archive's rows of the same key. */
  readonly loose: readonly LooseRow[]
  /** Rows read in each tier, for `--explain`. */
  readonly rowsByTier: Readonly<Partial<Record<Tier, number>>>
}

/** One consistent view of the store: every method answers from the same instant. Close it soon. */
export interface Snapshot extends CollectedReads {
  /** The last transaction at or before `instant`; 0 when there was none. */
  transactionAt(instant: Instant): Promise<number>
  /** What each later transaction may have changed, whoever wrote it; null when they are more than `most`. */
  touchedSince(transaction: number, most: number): Promise<readonly Extent[] | null>
  series(name: string, asOf: number | null): Promise<SeriesState | null>
  tenants(): Promise<readonly string[]>
  /** Entities enrolled in the series' stream (as of), ordered by tenant and entity (code units); those asked by name also when they are only heard of. */
  entities(series: string, filter: EntityFilter, asOf: number | null): Promise<readonly EntityState[]>
  read(plan: ReadPlan): Promise<ReadResult>
  close(): void
}
