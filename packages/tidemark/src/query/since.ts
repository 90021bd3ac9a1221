import type { SeriesDefinition } from '../definitions/series.ts'
import type { AnswerRef } from '../measures/answers.ts'
import type { EpochDay } from '../stores/contract/state.ts'

/** From which day the selected measures count, where they were added later. */
export interface MeasuredSince {
  /** Each such day once. */
  readonly days: readonly EpochDay[]
  /** By measure (of those selected, and the parts of those): the place of its day. */
  readonly places: ReadonlyMap<string, number>
  /** The selected measures among them, in the order of selection. */
  readonly selected: readonly string[]
}

export function measuredSince(series: SeriesDefinition, since: Readonly<Record<string, EpochDay>>, answers: readonly AnswerRef[]): MeasuredSince {
  const days: EpochDay[] = []
  const places = new Map<string, number>()
  const add = (measure: string): EpochDay | null => {
    const definition = series.measures[measure]
    const own = since[measure] ?? null
    // A ratio counts from where both of its parts do.
    const parts = definition?.kind === 'ratio' ? [add(definition.numerator), add(definition.denominator)] : []
    const first = [own, ...parts].reduce((a, b) => (a === null ? b : b === null ? a : Math.max(a, b)), null)
    if (first === null) return null
    if (!days.includes(first)) days.push(first)
    places.set(measure, days.indexOf(first))
    return first
  }
  const measures = [...new Set(answers.map((answer) => answer.measure))]
  return { days, places, selected: measures.filter((measure) => add(measure) !== null) }
}
