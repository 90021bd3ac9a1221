import type { EventSeriesDefinition } from '../../src/definitions/series.ts'
import type { Day } from './civil.ts'
import { keyText } from './entity-key.ts'
import type { Belief, Ledger } from './ledger.ts'
import type { DayBook } from './local-day.ts'
import type { Fact } from './part.ts'
import type { AdjustmentInput } from './subject.ts'
import type { Boundaries } from './tier.ts'

interface Adjustment {
  readonly instantMs: number
  readonly input: AdjustmentInput
  readonly content: string
  readonly fact: Fact
}

/** One series as declared, and what captures and tiers did to it. Nothing in it was computed from events and kept. */
export interface Declared {
  definition: EventSeriesDefinition
  readonly ledger: Ledger
  /** The first day that the series measures; null: all days. */
  readonly measuresFrom: Day | null
  /** By stateful measure: the first day that it counts, and how many events the stream had accepted before it. */
  readonly measures: Map<string, { readonly from: Day | null; readonly acceptedBefore: number }>
  /** How many events the stream had accepted before the checkpoints were declared. */
  readonly acceptedBefore: number
  readonly captures: number[]
  readonly boundaries: Map<string, Boundaries>
  /** Anchors that froze, by entity. */
  readonly anchors: Map<string, Day>
  readonly adjustments: Map<string, Adjustment>
}

export const NOTHING_RETIRED: Boundaries = new Map()

export function dayBoundary(series: Declared, entity: string): Day {
  return series.boundaries.get(entity)?.get('day') ?? Number.NEGATIVE_INFINITY
}

/** The first day that no capture up to an instant has closed. */
export function coveredUntil(series: Declared, days: DayBook, instantMs: number): Day {
  const capture = series.captures.findLast((each) => each <= instantMs)
  return capture === undefined ? Number.NEGATIVE_INFINITY : days.dayAt(capture)
}

export function factsOf(series: Declared, key: string, belief: Belief | undefined, instantMs: number): readonly Fact[] {
  const events = (belief?.events ?? []).map((event): Fact => ({ kind: 'event', day: event.day, event }))
  const adjustments = [...series.adjustments.values()]
    .filter((adjustment) => adjustment.instantMs <= instantMs && keyText(adjustment.input) === key)
    .map((adjustment) => adjustment.fact)
  // A series added over an existing stream keeps nothing of the days before it measured.
  return [...events, ...adjustments].filter((fact) => series.measuresFrom === null || fact.day >= series.measuresFrom)
}
