import type { SeriesDefinition } from '../definitions/series.ts'
import type { MeasureDefinition } from '../definitions/measure.ts'
import type { AnswerRef } from '../measures/answers.ts'
import { kindOf } from '../measures/kinds.ts'
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

/** A measure by its columns, and what stands in them for an entity that has nothing to it. */
export interface MeasureBehind {
  readonly columns: readonly number[]
  readonly nothing: readonly State[]
}

/** The measures that the selected answers are made of; a ratio is made of its parts. */
export function measuresBehind(series: SeriesDefinition, layout: Pick<Layout, 'offsets' | 'sizes'>, answers: readonly AnswerRef[]): readonly MeasureBehind[] {
  const measures = new Set(answers.flatMap(({ measure }) => partsOf(series, measure)))
  return [...measures].map((measure) => ({
    columns: Array.from({ length: layout.sizes[measure] ?? 0 }, (_, place) => (layout.offsets[measure] as number) + place),
    nothing: nothingOf(series.measures[measure] as MeasureDefinition),
  }))
}

/** A least value of zero is somebody's, and no words are a text; anywhere else nothing is zero, or no text at all. */
function nothingOf(definition: MeasureDefinition): readonly State[] {
  return definition.kind === 'extreme' ? [] : definition.kind === 'distinct' ? kindOf(definition).zero(definition) : [0, 0n, '']
}

/** Whether an entity with these states has something to a measure. */
export function hasPart({ columns, nothing }: MeasureBehind, states: readonly State[]): boolean {
  return columns.some((column) => {
    const state = states[column] ?? null
    return state !== null && !nothing.includes(state)
  })
}

/** Counts the entities behind each slot of a frame, by measure. An entity may be added in several pieces. */
export class Behind {
  readonly #measures: readonly MeasureBehind[]
  readonly #entities: readonly Map<number, Set<number>>[]

  constructor(measures: readonly MeasureBehind[]) {
    this.#measures = measures
    this.#entities = measures.map(() => new Map())
  }

  add(slot: number, entity: number, states: readonly State[]): void {
    for (const [place, measure] of this.#measures.entries()) {
      if (!hasPart(measure, states)) continue
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
