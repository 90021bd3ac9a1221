import type { MetByTenant } from '../../definitions/dimension.ts'
import type { Tier } from '../../definitions/keep.ts'
import type { ArchiveFile } from './series-state.ts'
import type { EpochDay, Instant, State } from './state.ts'

/** One step of a tiers run: these entities' rows of `source` before `boundary` become rows of `target`. */
export interface RollupStep {
  readonly series: string
  readonly source: Tier
  readonly target: Tier
  readonly entities: readonly number[]
  /** First day that stays in `source`. */
  readonly boundary: EpochDay
  readonly now: Instant
  /** Beliefs older than this need not stay answerable. */
  readonly horizon: Instant
}

export interface RollupResult {
  /** Rows of the target that were written, and rows of the source (and events) that were deleted after the proof. */
  readonly rolledUp: number
  readonly retired: number
  readonly eventsRetired: number
  /** Rows of the source that stay because a hold was placed since the step was planned. */
  readonly held: number
  /** Entities whose rows of the source stay because a sum of theirs would not fit in its row. */
  readonly refused: readonly RefusedRollup[]
}

export interface RefusedRollup {
  readonly entity: number
  /** How many stay. */
  readonly rows: number
  /** First day of the row that could not be written. */
  readonly bucket: EpochDay
  readonly message: string
}

/** One row with text keys, as it leaves the store: readable without the store's surrogate keys. */
export interface StoredRow {
  readonly tenant: string
  readonly entity: string
  readonly cell: number
  readonly from: EpochDay
  readonly to: EpochDay
  /** The youngest transaction among its parts, and its instant. */
  readonly transaction: number
  readonly believedAt: Instant
  readonly version: number
  readonly revision: number
  readonly facts: number
  /** 16 bytes; see canonical/row-digest.ts. */
  readonly digest: Uint8Array
  /** One value a column of the series' layout. */
  readonly states: readonly State[]
}

/** The rows of one archive period that lie in the store, and what to check has not moved when they are retired. */
export interface ArchiveSource {
  readonly rows: readonly StoredRow[]
  /**
   * Earlier beliefs about rows of the period that the horizon still needs: of the additions here, and of the full rows
   * in the file (those end at or before the file row's transaction; additions begin after it).
   */
  readonly superseded: readonly SupersededRow[]
  /** What free-text dimensions have met: by it the cells are told, also of rows in the period's file. */
  readonly met: MetByTenant
  readonly highWater: HighWater
}

/** A row as it was believed from one transaction to before another. */
export interface SupersededRow extends StoredRow {
  readonly until: number
}

/** What a proof was made of: any later change of the source changes it. */
export interface HighWater {
  readonly transaction: number
  readonly rows: number
  readonly facts: number
}

export interface ArchiveCommit {
  readonly series: string
  readonly period: EpochDay
  readonly file: ArchiveFile
  readonly highWater: HighWater
  /**
   * Versions of archived rows (full rows, base and additions merged) to keep for as-of. They take the place of the
   * source's `superseded`, all of which are contained in them.
   */
  readonly superseded: readonly SupersededRow[]
  readonly now: Instant
}

/** Rows, bytes and ages of one tier. */
export interface TierStatus {
  readonly tier: Tier | 'events' | 'identities' | 'superseded' | 'payloads' | 'archive'
  readonly rows: number
  readonly bytes: number
  readonly oldest: EpochDay | null
  readonly newest: EpochDay | null
}
