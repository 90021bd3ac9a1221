import type { Group } from '../../definitions/cell.ts'
import type { Cadence } from '../../definitions/frequency.ts'
import type { Tier } from '../../definitions/keep.ts'
import type { AnswerScalar, Coverage } from '../answer.ts'
import type { InspectedBelief, InspectedPart } from '../inspection.ts'

/** One window of the inspected day: whether it is there, or why not. */
export interface InspectedWindow {
  /** Its start, as local time with offset. */
  readonly period: string
  /** `present`, or the reason why it is not. */
  readonly is: string
}

/** One row of a collected series and how it came to say what it says. Plain JSON. */
export interface CollectedInspection {
  readonly series: string
  readonly tenant: string
  readonly entity: string
  readonly group: Group | null
  /** The local day that was asked for. */
  readonly day: string
  /** The tier of the row; null: there is none. */
  readonly tier: Tier | null
  /** What the row is of: half-open, ISO 8601; of no row, the day. */
  readonly window: { readonly from: string; readonly to: string }
  /** How often the entity was to be captured on the day, since when and why; null: it was not enrolled. */
  readonly decision: { readonly from: string; readonly decidedAt: string; readonly cadence: Cadence; readonly status: string | null; readonly activity: number | string | null } | null
  /** The windows that the day should have had. */
  readonly windows: readonly InspectedWindow[]
  /** What the row answers, live, with its coverage. */
  readonly answers: Readonly<Record<string, AnswerScalar>>
  readonly coverage: Coverage
  /** The row as it lies, and when it was captured (the instant of its transaction); null: there is none. */
  readonly part: InspectedPart | null
  /** The complete state as it was stored; null: none. */
  readonly payload: { readonly version: number; readonly text: string } | null
  /** Collections of the day that failed, of windows without a row. */
  readonly failures: readonly { readonly from: string; readonly message: string }[]
  /** What is wrong with the archive file; null when it is whole, or when there is none. */
  readonly damaged: string | null
  /** What the row said before, oldest first. */
  readonly earlier: readonly InspectedBelief[]
}
