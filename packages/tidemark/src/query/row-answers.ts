import type { EventSeriesDefinition } from '../definitions/series.ts'
import { answererOf, type AnswerRef } from '../measures/answers.ts'
import type { Layout } from '../measures/layout.ts'
import type { Printed } from '../measures/kind.ts'
import type { State } from '../stores/contract/state.ts'
import type { Combined } from './combine.ts'
import type { DayCounts } from './coverage.ts'
import type { Provisional } from './provisional.ts'
import type { MeasuredSince } from './since.ts'

/** What is asked of each row. */
export interface Asked {
  readonly series: EventSeriesDefinition
  readonly layout: Layout
  readonly answers: readonly AnswerRef[]
  readonly since: MeasuredSince
}

/** What one read has for a slot. */
interface Source {
  readonly combined: Combined
  readonly provisional: Provisional
}

const NO_COUNTS = { present: 0, unmeasured: [] as readonly number[] }

/** Writes the answers of one read into row after row: all that does not differ from row to row is looked up once. */
export class RowAnswers {
  readonly #answers: readonly { readonly key: string; readonly answer: (states: readonly State[], windows: (measure: string) => number) => Printed }[]
  readonly #source: Source
  readonly #since: MeasuredSince
  /** States of no row at all: every column null. */
  readonly #nothing: readonly State[]
  #slot = 0
  #counts: Pick<DayCounts, 'present'> & { readonly unmeasured: readonly number[] } = NO_COUNTS

  /** @param suffix of the keys: '' or, of what it is compared with, `@previous` or `@year` */
  constructor({ series, layout, answers, since }: Asked, source: Source, suffix: string) {
    this.#answers = answers.map((ref) => ({ key: ref.key + suffix, answer: answererOf(series, layout, ref) }))
    this.#source = source
    this.#since = since
    this.#nothing = new Array<State>(layout.columns.length).fill(null)
  }

  into(row: Record<string, unknown>, slot: number, counts: DayCounts): void {
    this.#slot = slot
    this.#counts = counts
    const states = this.#source.combined.rows.get(slot) ?? this.#nothing
    for (const { key, answer } of this.#answers) row[key] = answer(states, this.#windows)
  }

  readonly #windows = (measure: string): number => {
    const place = this.#since.places.get(measure)
    return this.#counts.present - (place === undefined ? 0 : (this.#counts.unmeasured[place] as number)) + this.#source.provisional(measure, this.#slot)
  }
}
