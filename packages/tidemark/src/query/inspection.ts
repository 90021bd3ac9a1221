import type { Group } from '../definitions/cell.ts'
import type { Tier } from '../definitions/keep.ts'
import type { AnswerScalar, Coverage } from './answer.ts'

/** A transaction and its instant, ISO 8601. */
export interface InspectedTransaction {
  readonly transaction: number
  readonly at: string
}

/** What a row says, or said. */
export interface InspectedBelief extends InspectedTransaction {
  /** When something else began to be believed; null: it still is. */
  readonly until: InspectedTransaction | null
  /** Of the definition. */
  readonly version: number
  readonly revision: number
  /** Events and adjustments in it. */
  readonly facts: number
  readonly answers: Readonly<Record<string, AnswerScalar>>
}

/** A row as it lies. */
export interface InspectedPart extends InspectedTransaction {
  /** The archive file that it lies in; null: in the store. */
  readonly file: string | null
  readonly version: number
  readonly revision: number
  readonly facts: number
  /** Hexadecimal; null in the day tier, which stores none. */
  readonly digest: string | null
  /** By column: integers past 2^53 and day sets as text. */
  readonly states: Readonly<Record<string, number | string | null>>
}

export interface InspectedEvent {
  readonly id: string
  readonly day: string
  readonly at: string
  /** The declared fields, as they are written in JSON. */
  readonly values: Readonly<Record<string, AnswerScalar>>
  readonly accepted: InspectedTransaction
  /** By which it was taken back or replaced; null: it counts. */
  readonly removed: InspectedTransaction | null
}

export interface InspectedAdjustment {
  readonly id: string
  readonly day: string
  readonly measure: string
  readonly by: number | string
  readonly reason: string
  readonly accepted: InspectedTransaction
}

/** One row and everything that is known of how it came to say what it says. Plain JSON. */
export interface Inspection {
  readonly series: string
  readonly tenant: string
  readonly entity: string
  readonly group: Group | null
  /** The day that was asked for. */
  readonly day: string
  /** The tier that holds the day now, and the row's days, half-open. */
  readonly tier: Tier
  readonly from: string
  readonly to: string
  /** What the row answers, live, with its coverage. */
  readonly answers: Readonly<Record<string, AnswerScalar>>
  readonly coverage: Coverage
  /** Where it lies: one row; with an archive file, also a row of additions beside it; none where nothing happened. */
  readonly parts: readonly InspectedPart[]
  /** What is wrong with the archive file; null when it is whole, or when there is none. */
  readonly damaged: string | null
  /** Retained events of the row, those that were taken back included. */
  readonly events: readonly InspectedEvent[]
  /** Why events are missing; null: all of them are there. */
  readonly eventsGone: string | null
  readonly adjustments: readonly InspectedAdjustment[]
  /** What was believed before, oldest first. */
  readonly earlier: readonly InspectedBelief[]
  /** Checkpoints that the row's events brought about. */
  readonly checkpoints: readonly (InspectedTransaction & { readonly every: number; readonly count: number })[]
  /** Captures that covered the day: how many, the first and the last. */
  readonly captures: { readonly count: number; readonly first: InspectedTransaction | null; readonly last: InspectedTransaction | null }
}
