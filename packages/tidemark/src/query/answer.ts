import type { Grain } from './request.ts'

/** Why an expected window is not present. */
export const REASONS = [
  'before_enrolment', 'entity_ended', 'source_failed', 'open', 'not_captured', 'finer_detail_retired', 'archive_damaged', 'erased',
  'not_measured_yet', 'no_value',
] as const
export type Reason = (typeof REASONS)[number]

export type ReasonCounts = Partial<Record<Reason, number>>

/** How complete an answer is: windows at the finest grain, how many it had, and why the others are missing. */
export interface Coverage {
  readonly expected: number
  readonly present: number
  readonly reasons: ReasonCounts
  /** Measures whose counts differ from the row's. */
  readonly measures?: Readonly<Record<string, { readonly present: number; readonly reasons: ReasonCounts }>>
}

/** A printed value: integers as numbers, decimals and bigints as strings, missing as null. */
export type AnswerScalar = number | string | boolean | null

interface RowHead {
  readonly tenant: string
  /** null in a total. */
  readonly entity: string | null
  /** The values of the dimensions that the row is about; null for the whole. */
  readonly group: Readonly<Record<string, string>> | null
  readonly coverage: Coverage
  /** The range to ask for instead, where a retired row was cut: half-open local days. */
  readonly widened?: { readonly from: string; readonly to: string }
}

/** `MEASURE.ANSWER` and, when compared, `MEASURE.ANSWER@previous` and `@year` stand beside these keys. */
export interface QueryRow extends RowHead {
  /** How complete the compared values are; null where there is no such period (a week 53). Only when compared. */
  readonly 'coverage@previous'?: Coverage | null
  readonly 'coverage@year'?: Coverage | null
  /** The first local day of the period (of the calendar period, also where the range cuts it); of a captured window its start, local time with offset. */
  readonly period: string
  readonly [answer: `${string}.${string}`]: AnswerScalar
}

/** One window of one entity, or of a total. Beside these keys stand the answers that were asked for, as `MEASURE.ANSWER`. */
export interface WindowRow extends RowHead {
  /** Half-open local days. */
  readonly from: string
  readonly to: string
  readonly [answer: `${string}.${string}`]: AnswerScalar
}

/** What `query` gives: a row for each period, entity and group. */
export interface QueryAnswer<Row = QueryRow> {
  readonly series: string
  readonly grain: Grain
  /** ISO 8601, or null for now. */
  readonly asOf: string | null
  readonly rows: readonly Row[]
}

/** What `window` gives: a row for each window, entity and group; `window` is null where the request gave an anchor of its own. */
export interface WindowAnswer<Row = WindowRow> {
  readonly series: string
  readonly window: string | null
  readonly asOf: string | null
  readonly rows: readonly Row[]
}
