import type { Cadence } from '../../definitions/frequency.ts'
import type { Tier } from '../../definitions/keep.ts'
import type { SeriesDefinition } from '../../definitions/series.ts'
import type { StreamDefinition } from '../../definitions/stream.ts'
import type { ZoneChange } from './entity-state.ts'
import type { AppliedMigration } from './schema.ts'
import type { ArchiveFile } from './series-state.ts'
import type { EpochDay, Instant, State, Transaction } from './state.ts'

/** A series as its catalogue row says. */
export interface HeldSeries {
  readonly id: number
  readonly name: string
  /** null: a collected series. */
  readonly streamId: number | null
  readonly version: number
  readonly definition: SeriesDefinition
  readonly tzdata: string
  readonly firstDay: EpochDay | null
  readonly since: Readonly<Record<string, EpochDay>>
}

export interface HeldStream {
  readonly id: number
  readonly name: string
  readonly definition: StreamDefinition
}

/** By the store's own numbers: what a table's rows belong to. */
export interface Owner {
  readonly tenantId: number
  readonly entityId: number
}

export interface HeldEntity extends Owner {
  readonly tenant: string
  readonly entity: string
  readonly kind: string
  /** Empty: the kind's usual zone. */
  readonly zones: readonly ZoneChange[]
}

/** An entity's days [from, to); every day when they are left out. */
export interface OwnDays extends Owner {
  readonly from?: EpochDay
  readonly to?: EpochDay
}

export interface HeldEvent extends Owner {
  readonly day: EpochDay
  readonly seq: number
  readonly transaction: number
  readonly removed: number | null
  readonly at: Instant
  readonly offsetMinutes: number
  readonly id: string
  /** By column: `f_kind`, and `o_seen` for the offset that an instant keeps. */
  readonly values: Readonly<Record<string, State>>
}

export interface HeldIdentity extends Owner {
  readonly identity: Uint8Array
  readonly content: Uint8Array
  readonly day: EpochDay
  readonly seq: number
  readonly retracted: boolean
}

export interface HeldAdjustment extends Owner {
  readonly day: EpochDay
  readonly id: string
  readonly measure: string
  readonly amount: number | bigint
  readonly cells: readonly number[]
  readonly reason: string
  readonly transaction: number
}

/** Of a block of packed rows. */
export interface HeldRowBlock {
  readonly rows: number
  /** The first 16 bytes of SHA-256 over the digests of its rows in lower-case hex, in lower-case hex. */
  readonly digests: string
}

/** A row of a tier. */
export interface HeldRow extends Owner {
  readonly cell: number
  readonly from: EpochDay
  readonly to: EpochDay
  /** Of a captured row: its window's start and end; null in other tiers. */
  readonly window: { readonly from: Instant; readonly to: Instant } | null
  readonly transaction: number
  readonly version: number
  readonly revision: number
  readonly facts: number
  /** null in the day tier, which stores none, and of packed rows. */
  readonly digest: Uint8Array | null
  /** Of a packed row: what its block says of the digests of its rows, the same object for all of them. */
  readonly packed: HeldRowBlock | null
  /** By column. The day tier stores no day sets. */
  readonly states: Readonly<Record<string, State>>
}

/** What a row said until the transaction `until`. */
export interface HeldEarlierRow extends HeldRow {
  readonly tier: Tier | 'archive'
  readonly until: number
}

export interface HeldBoundary {
  readonly anchor: EpochDay
  readonly tiers: Readonly<Partial<Record<Tier, EpochDay>>>
}

export interface HeldArchive {
  readonly period: EpochDay
  readonly generation: number
  readonly current: boolean
  readonly transaction: number
  readonly file: ArchiveFile
}

export interface HeldCheckpoint {
  readonly every: number
  readonly count: number
  readonly version: number
  readonly transaction: number
  readonly payload: string
}

export interface HeldLifetime {
  readonly count: number
  readonly states: Readonly<Record<string, State>>
}

/** How often an entity of a collected series is captured from a day on. */
export interface HeldDecision {
  readonly day: EpochDay
  readonly at: Instant
  readonly cadence: Cadence
  /** null: no rules are declared, or the roster no longer lists it. */
  readonly status: string | null
  /** Over the seven days before, at the measure's scale; null where none is counted. */
  readonly activity: number | bigint | null
  readonly transaction: number
}

/** A window whose collection failed. */
export interface HeldFailure {
  readonly day: EpochDay
  readonly at: Instant
  /** Exclusive. */
  readonly to: Instant
  readonly message: string
  readonly transaction: number
  /** The transaction that captured it after all; null: none has. */
  readonly resolved: number | null
}

/** A value that a free-text dimension has met of a tenant. */
export interface HeldValue {
  /** null: there is no such tenant. */
  readonly tenant: string | null
  readonly field: string
  /** Its number. */
  readonly place: number
  readonly value: string
  /** Whether an entity of the tenant is in the series, or may still have rows there while it is erased. */
  readonly owned: boolean
}

/** What the counters of a cell have reached. */
export interface HeldReached {
  readonly cell: number
  /** Whether it is kept for rows that lie in the archive. */
  readonly archived: boolean
  readonly at: Instant
  /** By column. */
  readonly states: Readonly<Record<string, State>>
}

/** An erasure of the ledger. */
export interface HeldErasure {
  readonly id: number
  /** null: one that a cascade has entered. */
  readonly subject: string | null
  /** null: it had no rows. */
  readonly entityId: number | null
  readonly tenantId: number | null
  readonly completed: boolean
  /** Whom it is about, while the ledger still has to know. */
  readonly name: { readonly kind: string; readonly tenant: string; readonly entity: string } | null
}

/** How many things of one kind an entity has. */
export interface OwnCount extends Owner {
  readonly count: number
}

/** What a check inside the store found. */
export interface Finding {
  readonly checked: number
  readonly problems: readonly string[]
}

/**
 * Everything that lies in a store, row by row, as it lies: for `verify` and `inspect`, which must not believe what the
 * store's own commands make of it. One consistent view, on a connection of its own. Lists are in order of their keys
 * and let other work run from time to time. Reading what is damaged throws.
 */
export interface Inventory {
  /** For messages: a path or an address. */
  readonly place: string

  /** Whether the engine finds its own files whole; `deep` reads every page and every index. Does not throw. */
  integrity(deep: boolean): Promise<Finding>
  /** Whether the tables are those that the stored declarations ask for. */
  schema(): Promise<Finding>
  /** Whether a connection of this store outlives a power failure; and how, in words. Does not throw. */
  durability(): Promise<Finding & { readonly text: string }>
  /** Bytes by what they hold, the largest first. */
  sizes(): Promise<readonly { readonly name: string; readonly bytes: number }[]>

  streams(): Promise<readonly HeldStream[]>
  series(): Promise<readonly HeldSeries[]>
  migrations(): Promise<readonly AppliedMigration[]>
  transactions(): AsyncIterable<Transaction & { readonly command: string }>
  /** The last transaction of a command, such as `append`; null when there was none. */
  latest(command: string): Promise<Transaction | null>
  instantOf(transaction: number): Promise<Instant | null>
  entities(): AsyncIterable<HeldEntity>
  entity(kind: string, tenant: string, entity: string): Promise<HeldEntity | null>
  tenants(): Promise<readonly string[]>
  /** Rows of any table that belong to no entity. */
  strangers(): Promise<readonly (Owner & { readonly table: string })[]>

  /** In order of transactions. */
  enrolments(streamId: number, owner: Owner): Promise<readonly { readonly transaction: number; readonly day: EpochDay }[]>
  boundary(seriesId: number, owner: Owner): Promise<HeldBoundary | null>
  captures(seriesId: number): Promise<readonly Transaction[]>
  archives(seriesId: number): Promise<readonly HeldArchive[]>
  decisions(seriesId: number, owner: Owner): Promise<readonly HeldDecision[]>
  failures(seriesId: number, owner: Owner): Promise<readonly HeldFailure[]>
  /** By tenant and field, in the order of their numbers. */
  values(seriesId: number): Promise<readonly HeldValue[]>
  reached(series: HeldSeries, owner: Owner): Promise<readonly HeldReached[]>
  /** What is wrong with the blocks in which payloads and rows of an entity lie packed. */
  packedProblems(series: HeldSeries, owner: Owner): Promise<readonly string[]>
  /** Payloads that no row of their entity names, but for those of an erasure that is not complete. */
  loosePayloads(series: HeldSeries): Promise<readonly (Owner & { readonly id: number })[]>
  erasures(): Promise<readonly HeldErasure[]>
  /** The digest by which the ledger knows an entity; null while nothing was erased. */
  erasureDigest(subject: { readonly kind: string; readonly tenant: string; readonly entity: string }): Promise<string | null>
  /** Tables that have rows of an entity by its number, whatever that stands for. */
  tablesOf(entityId: number): Promise<readonly string[]>
  checkpoints(seriesId: number, owner: Owner): Promise<readonly HeldCheckpoint[]>
  lifetime(series: HeldSeries, owner: Owner): Promise<HeldLifetime | null>
  quarantined(): Promise<number>

  events(stream: HeldStream, days: OwnDays): AsyncIterable<HeldEvent>
  hasEvent(stream: HeldStream, key: Owner & { readonly day: EpochDay; readonly seq: number }): Promise<boolean>
  adjustments(seriesId: number, days: OwnDays): Promise<readonly HeldAdjustment[]>
  identity(stream: HeldStream, identity: Uint8Array): Promise<HeldIdentity | null>
  identities(stream: HeldStream): AsyncIterable<HeldIdentity>
  rows(series: HeldSeries, tier: Tier, days: OwnDays): AsyncIterable<HeldRow>
  superseded(series: HeldSeries, days: OwnDays): AsyncIterable<HeldEarlierRow>

  /** Events that count, by entity. */
  liveEvents(stream: HeldStream): AsyncIterable<OwnCount>
  /** Accepted identities that are not retracted, of days from `firstDay` on, by entity, and the earliest day of any. */
  liveIdentities(stream: HeldStream, firstDay: EpochDay | null): Promise<readonly (OwnCount & { readonly earliest: EpochDay })[]>
  countAdjustments(seriesId: number): AsyncIterable<OwnCount>
  /** Facts of the whole (cell 0), by entity. */
  facts(series: HeldSeries, tier: Tier): AsyncIterable<OwnCount>

  close(): void
}
