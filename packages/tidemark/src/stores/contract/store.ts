import type { AccessStore } from './access.ts'
import type { AlertStore } from './alert.ts'
import type { CollectedStore } from './collected.ts'
import type { AppendBatch, AppendReport, Adjustment, QuarantinedEvent, Retraction } from './events.ts'
import type { ErasureStore, HoldStore } from './hold.ts'
import type { Inventory } from './inventory.ts'
import type { Fence, LeaseStore } from './lease.ts'
import type { PackingStore } from './packing.ts'
import type { JobStore } from './work.ts'
import type { Snapshot } from './read.ts'
import type { MigrationPlan, StoredSchema } from './schema.ts'
import type { RunStore } from './run.ts'
import type { EpochDay, Instant } from './state.ts'
import type { ArchiveCommit, ArchiveSource, RollupResult, RollupStep, TierStatus } from './tiers.ts'

/** A checkpoint as it was written: the lifetime state of each measure. */
export interface Checkpoint {
  readonly tenant: string
  readonly entity: string
  readonly every: number
  /** Accepted events up to and with this one. */
  readonly count: number
  readonly version: number
  readonly at: Instant
  /** Canonical JSON: by measure, the parts of its state. */
  readonly payload: string
}

/** Day rows that were computed anew from their events. */
export interface RecomputeReport {
  readonly created: number
  readonly unchanged: number
  /** Rows that said something else before: kept for as-of like any correction. */
  readonly restated: number
  /** Days of entities that lie before the day tier's boundary: their events are gone. */
  readonly sealed: number
}

/** A name that is held. */
export interface Lock {
  release(): Promise<void>
}

/** What an engine can do that another cannot; shared code asks this and never which engine it is. */
export interface Capabilities {
  readonly engine: string
  /** Several processes may write at once. */
  readonly concurrentWriters: boolean
}

/**
 * Where history lies. Every command is whole: it is one transaction (or says it is none), done or not done, and safe to
 * repeat. No command is answered before what it says is durable.
 */
export interface Store {
  readonly capabilities: Capabilities

  schema(): Promise<StoredSchema>
  /** Applies the plan if the store is still where the plan starts; otherwise throws MIGRATION_RACED. */
  migrate(plan: MigrationPlan, now: Instant): Promise<void>

  /** Gives entities a zone from their next local midnight; ones never heard of start in it. */
  setZones(kind: string, defaultZone: string, zones: readonly { tenant: string; entity: string; zone: string }[], now: Instant): Promise<void>

  /** Judges each event in order, appends what is new, folds it into rows, keeps the rest in quarantine. */
  append(batch: AppendBatch): Promise<AppendReport>
  retract(stream: string, retractions: readonly Retraction[], now: Instant, source: string): Promise<AppendReport>
  adjust(series: string, adjustments: readonly Adjustment[], now: Instant, source: string): Promise<AppendReport>
  /** Oldest first. `tenants`: only what says of itself that it is of one of these; `after` and `upTo`: by id. */
  quarantined(filter: { stream?: string; ids?: readonly number[]; tenants?: readonly string[]; after?: number; upTo?: number; limit: number }): Promise<readonly QuarantinedEvent[]>
  /** The id of what came in last; 0 when there is nothing. */
  lastQuarantined(): Promise<number>
  release(ids: readonly number[]): Promise<void>

  /**
   * Records that days up to `now` are closed, and says how many entities' covered interval grew. Records a later instant
   * than the last even when none grew (it covers entities heard of later); writes nothing at the same or an earlier one.
   */
  capture(series: string, now: Instant): Promise<{ covered: number; entities: number }>
  /** Computes the day rows of [from, to) anew from the retained events; in rows, and entity days whose events have retired. */
  recompute(series: string, from: EpochDay, to: EpochDay, now: Instant): Promise<RecomputeReport>
  checkpoints(series: string, filter: { tenant?: string; entity?: string }): Promise<readonly Checkpoint[]>

  /**
   * Holds a name for this holder alone, until it is released or the process ends, however it ends. Waits up to `waitMs`;
   * null when another still holds it. By the machine's clock, never by a command's now.
   */
  lock(name: string, waitMs: number): Promise<Lock | null>
  /**
   * Until when the clock is believed; null in an empty store. Every transaction moves it on, but not one whose now is a
   * jump away and that nobody confirmed: so what is written by a wrong clock is no reason to believe it. See clock.ts.
   */
  believedClock(): Promise<Instant | null>
  /** Moves it by the same rule, without a transaction. */
  believeClock(now: Instant, confirmed: boolean): Promise<void>
  /** Rolls up, proves and retires in one transaction. Throws ROLLUP_PROOF_FAILED and changes nothing when the proof fails. */
  rollUp(step: RollupStep): Promise<RollupResult>
  /** Archive periods (first days) that have rows of the last tier in the store. */
  archivePeriods(series: string): Promise<readonly number[]>
  archiveSource(series: string, period: number, horizon: Instant): Promise<ArchiveSource>
  /** Records the file and retires its rows, if the source has not moved since; `false` when it has. */
  commitArchive(commit: ArchiveCommit): Promise<boolean>
  /** Forgets beliefs older than the horizon; says how many rows went. */
  pruneSuperseded(series: string, horizon: Instant): Promise<number>
  tierStatus(series: string): Promise<readonly TierStatus[]>

  /** What collected series need beside. */
  readonly collected: CollectedStore
  readonly packing: PackingStore
  readonly leases: LeaseStore
  readonly jobs: JobStore
  readonly alerts: AlertStore
  readonly holds: HoldStore
  readonly erasures: ErasureStore
  readonly access: AccessStore
  readonly runs: RunStore

  /**
   * The same store, for work that a lease stands behind: every write looks, in its own transaction, whether the lease was
   * taken over, and is then refused (LEASE_LOST). Reads go on; closing either closes both.
   */
  under(fence: Fence): Store

  /** Equal numbers: nothing was committed between the two questions, by whichever process. So what was read after the first still stands. */
  committed(): Promise<number>
  snapshot(): Promise<Snapshot>
  /** Everything as it lies, for what must not believe the commands above. Close it soon. */
  inventory(): Promise<Inventory>
  close(): Promise<void>
}

