import type { CollectedSeriesDefinition } from '../../definitions/collected.ts'
import type { MeasureDefinition } from '../../definitions/measure.ts'
import { type AnswerRef, answererOf } from '../../measures/answers.ts'
import type { Printed } from '../../measures/kind.ts'
import { kindOf } from '../../measures/kinds.ts'
import type { EpochDay, State } from '../../stores/contract/state.ts'
import type { ReasonCounts } from '../answer.ts'
import type { MeasuredSince } from '../since.ts'
import { measuresOf, type NarrowLayout, partsOf } from './narrow.ts'
import type { Piece } from './piece.ts'

/** Nowhere on earth is the date three days later than elsewhere. */
const DATES_APART = 3

/** A measure with states that the answers need. */
export interface MeasuredPart {
  readonly definition: MeasureDefinition
  readonly offset: number
  readonly end: number
  /** The first day from which it counts; -Infinity: always. */
  readonly since: EpochDay
}

/** What the selected answers of a collected series are computed and counted from. */
export class Measuring {
  readonly series: CollectedSeriesDefinition
  readonly layout: NarrowLayout
  readonly answers: readonly AnswerRef[]
  readonly parts: readonly MeasuredPart[]
  /** Every selected measure, and its parts by their places in `parts`. */
  readonly selected: readonly { readonly measure: string; readonly parts: readonly number[] }[]
  /** Places of parts by measure. */
  readonly places: ReadonlyMap<string, number>
  /** Whether a part was added later than the series. */
  readonly late: boolean
  readonly #asked = new Map<AnswerRef, { readonly answer: ReturnType<typeof answererOf>; readonly ofNothing: Printed }>()

  constructor(series: CollectedSeriesDefinition, layout: NarrowLayout, answers: readonly AnswerRef[], since: MeasuredSince) {
    this.series = series
    this.layout = layout
    this.answers = answers
    const { offsets, sizes } = layout.answered
    this.places = new Map(Object.keys(offsets).map((measure, place) => [measure, place]))
    this.parts = Object.entries(offsets).map(([measure, offset]) => {
      const place = since.places.get(measure)
      return {
        definition: series.measures[measure] as MeasureDefinition, offset, end: offset + (sizes[measure] as number),
        since: place === undefined ? -Infinity : (since.days[place] as EpochDay),
      }
    })
    this.selected = measuresOf(answers).map((measure) => ({ measure, parts: partsOf(series, measure).map((part) => this.places.get(part) as number) }))
    this.late = this.parts.some((part) => part.since !== -Infinity)
  }

  /**
   * Whether windows of a row may be from before a part was declared. A captured row tells by its day; a rolled-up one
   * no longer tells the windows of that day apart, whatever its zone.
   */
  early(part: number, { from, at }: Pick<Piece, 'from' | 'at'>): boolean {
    const { since } = this.parts[part] as MeasuredPart
    return from < (at === null ? since + DATES_APART : since)
  }

  /** In how many of these windows a part has a value, by their merged states, widened. */
  valued(part: number, states: readonly State[], windows: number): number {
    const { definition, offset, end } = this.parts[part] as MeasuredPart
    return kindOf(definition).valued(definition, states.slice(offset, end)) ?? windows
  }

  /** One answer, from widened states; null: there are none. */
  value(ref: AnswerRef, states: readonly State[] | null, windows: (measure: string) => number): Printed {
    let asked = this.#asked.get(ref)
    if (asked === undefined) {
      const answer = answererOf(this.series, this.layout.answered, ref)
      this.#asked.set(ref, asked = { answer, ofNothing: answer(this.layout.answered.columns.map(() => null), () => 0) })
    }
    return states === null ? asked.ofNothing : asked.answer(states, windows)
  }
}

/** How often a measure has a value in the windows of a slot, and how many windows lie before it was declared. */
export interface MeasuredCounts {
  valued: number
  unmeasured: number
}

/** What an answer says of measures that have fewer values than windows are present; undefined when none has. */
export function measuresCoverage(
  measuring: Measuring, present: number, countsOf: (selected: number) => MeasuredCounts,
): Record<string, { present: number; reasons: ReasonCounts }> | undefined {
  let measures: Record<string, { present: number; reasons: ReasonCounts }> | undefined
  for (let place = 0; place < measuring.selected.length; place++) {
    const { valued, unmeasured } = countsOf(place)
    if (valued >= present) continue
    const { measure } = measuring.selected[place] as Measuring['selected'][number]
    const reasons: ReasonCounts = {}
    if (unmeasured > 0) reasons.not_measured_yet = unmeasured
    if (present - valued > unmeasured) reasons.no_value = present - valued - unmeasured
    measures ??= {}
    measures[measure] = { present: valued, reasons }
  }
  return measures
}
