import type { SeriesDefinition } from '../../definitions/series.ts'
import type { AnswerRef } from '../../measures/answers.ts'
import { kindOf } from '../../measures/kinds.ts'
import type { Layout, StateColumn } from '../../measures/layout.ts'
import type { State } from '../../stores/contract/state.ts'

/** The part of a layout that some answers need: only its columns are read and merged. */
export interface NarrowLayout {
  readonly columns: readonly StateColumn[]
  /** Of each, its place in the whole layout, ascending. */
  readonly places: readonly number[]
  /** Of each, its place in `answered`. */
  readonly targets: readonly number[]
  /** The measures that are answered, whole: what is not read is null there. */
  readonly answered: Layout
  /** Where the columns of the payload stand, last of all; null: they are not read. */
  readonly payload: number | null
}

/** @param payload also the columns of the payload, if the series has one */
export function narrowLayout(series: SeriesDefinition, layout: Layout, answers: readonly AnswerRef[], payload = false): NarrowLayout {
  const needed = neededParts(series, answers)
  const columns: StateColumn[] = []
  const places: number[] = []
  const targets: number[] = []
  const answered = { columns: [] as StateColumn[], offsets: {} as Record<string, number>, sizes: {} as Record<string, number>, payload: null }
  for (const [measure, offset] of Object.entries(layout.offsets)) {
    const parts = needed.get(measure)
    if (parts === undefined) continue
    const size = layout.sizes[measure] as number
    answered.offsets[measure] = answered.columns.length
    answered.sizes[measure] = size
    for (let place = offset; place < offset + size; place++) {
      const column = layout.columns[place] as StateColumn
      if (parts === 'all' || parts.has(column.part)) {
        columns.push(column)
        places.push(place)
        targets.push(answered.columns.length)
      }
      answered.columns.push(column)
    }
  }
  if (!payload || layout.payload === null) return { columns, places, targets, answered, payload: null }
  const at = columns.length
  for (let place = layout.payload; place < layout.columns.length; place++) {
    columns.push(layout.columns[place] as StateColumn)
    places.push(place)
  }
  return { columns, places, targets, answered, payload: at }
}

/** States as their measures' kinds expect them: every part in its place. */
export function widenStates({ targets, answered }: NarrowLayout, states: readonly State[]): readonly State[] {
  if (targets.length === answered.columns.length) return states
  const wide = new Array<State>(answered.columns.length).fill(null)
  for (let place = 0; place < targets.length; place++) wide[targets[place] as number] = states[place] as State
  return wide
}

function neededParts(series: SeriesDefinition, answers: readonly AnswerRef[]): ReadonlyMap<string, Set<string> | 'all'> {
  const needed = new Map<string, Set<string> | 'all'>()
  const add = (measure: string, answer: string | null): void => {
    const definition = series.measures[measure]
    if (definition === undefined) return
    if (definition.kind === 'ratio') {
      add(definition.numerator, null)
      add(definition.denominator, null)
      return
    }
    const parts = kindOf(definition).uses?.(definition, answer)
    const known = needed.get(measure)
    if (parts === undefined || known === 'all') needed.set(measure, 'all')
    else needed.set(measure, new Set([...(known ?? []), ...parts]))
  }
  for (const { measure, answer } of answers) add(measure, answer)
  return needed
}

/** The measures with states that a measure is answered from: itself, or the parts of a ratio. */
export function partsOf(series: SeriesDefinition, measure: string): readonly string[] {
  const definition = series.measures[measure]
  return definition?.kind === 'ratio' ? [...partsOf(series, definition.numerator), ...partsOf(series, definition.denominator)] : [measure]
}

export function measuresOf(answers: readonly AnswerRef[]): readonly string[] {
  return [...new Set(answers.map(({ measure }) => measure))]
}
