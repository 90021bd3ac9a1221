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
  readonly streamId: number
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

/** A row of a tier. */
export interface HeldRow extends Owner {
  readonly cell: number
  readonly from: EpochDay
  readonly to: EpochDay
  readonly transaction: number
  readonly version: number
  readonly revision: number
  readonly facts: number
  /** null in the day tier, which stores none. */
  readonly digest: Uint8Array | null
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
