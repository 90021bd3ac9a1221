import type { SeriesDefinition } from '../definitions/series.ts'
import type { AnswerRef } from '../measures/answers.ts'
import type { Layout } from '../measures/layout.ts'
import type { State } from '../stores/contract/state.ts'
import { partsOf } from './collected/narrow.ts'

/** How many entities a row of a total tells of. */
export interface Standing {
  /** Those with something to it, of each measure that the selected answers are made of. */
  readonly behind: readonly number[]
  /** Those that could have had something: enrolled before the end of the period. */
  readonly among: number
}

/** The columns of each measure that the selected answers are made of; a ratio is made of those of its parts. */
export function columnsBehind(series: SeriesDefinition, layout: Pick<Layout, 'offsets' | 'sizes'>, answers: readonly AnswerRef[]): readonly (readonly number[])[] {
  const measures = new Set(answers.flatMap(({ measure }) => partsOf(series, measure)))
  return [...measures].map((measure) => Array.from({ length: layout.sizes[measure] ?? 0 }, (_, place) => (layout.offsets[measure] as number) + place))
}

/** Whether an entity with these states has something to a measure. */
export function hasPart(columns: readonly number[], states: readonly State[]): boolean {
  return columns.some((column) => {
    const state = states[column]
    return state !== null && state !== undefined && state !== 0 && state !== 0n && state !== ''
  })
}

/** Counts the entities behind each slot of a frame, by measure. An entity may be added in several pieces. */
export class Behind {
  readonly #measures: readonly (readonly number[])[]
  readonly #entities: readonly Map<number, Set<number>>[]

  constructor(measures: readonly (readonly number[])[]) {
    this.#measures = measures
    this.#entities = measures.map(() => new Map())
  }

  add(slot: number, entity: number, states: readonly State[]): void {
    for (const [place, columns] of this.#measures.entries()) {
      if (!hasPart(columns, states)) continue
      const bySlot = this.#entities[place] as Map<number, Set<number>>
      const known = bySlot.get(slot)
      if (known === undefined) bySlot.set(slot, new Set([entity]))
      else known.add(entity)
    }
  }

  /** In the order of the measures. */
  counts(slot: number): readonly number[] {
    return this.#entities.map((bySlot) => bySlot.get(slot)?.size ?? 0)
  }
}
