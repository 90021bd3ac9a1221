import type { Tier } from '../../definitions/keep.ts'
import type { FailureRead } from '../../stores/contract/collected.ts'
import type { DayRange } from '../../stores/contract/read.ts'
import type { EpochDay, Instant, State } from '../../stores/contract/state.ts'

/** A row of store or archive, whichever it came from. */
export interface Piece {
  readonly cell: number
  readonly tier: Tier
  readonly from: EpochDay
  readonly to: EpochDay
  /** The window of a captured row; null in other tiers. */
  readonly at: Instant | null
  readonly until: Instant | null
  /** Windows merged in it. */
  readonly facts: number
  readonly states: readonly State[]
}

/** Everything that was read of one entity. */
export interface EntityPieces {
  /** By cell and time. */
  readonly rows: readonly Piece[]
  /** By time. */
  readonly failures: readonly FailureRead[]
  /** Days that only a damaged archive file held. */
  readonly damaged: readonly DayRange[]
}

/** The order in which rows merge. */
export function byCellAndTime(a: Piece, b: Piece): number {
  return a.cell - b.cell || a.from - b.from || (a.at ?? 0) - (b.at ?? 0)
}
