import { entity } from '../../src/definitions/entity.ts'
import { bigint, decimal, integer } from '../../src/definitions/field.ts'
import { series } from '../../src/definitions/series.ts'
import { answerAcross, answerOf, resolveAnswer, type TotalPart } from '../../src/measures/answers.ts'
import { captureStates } from '../../src/measures/capture.ts'
import type { Printed, State } from '../../src/measures/kind.ts'
import { kindOf } from '../../src/measures/kinds.ts'
import { layoutOf } from '../../src/measures/layout.ts'
import { mergeStates } from '../../src/measures/merge.ts'
import { readSample } from '../../src/measures/sample.ts'

const campaign = entity('campaign', { tenant: 'company' })

/** A collected series with every kind, and levels by every rule. */
export const captured = series('captured', { of: campaign, grain: 'hour' }).measures(({ gauge, counter, state, count, delta, flag, histogram, distinct }) => ({
  budget: gauge(decimal(2), { across: 'sum' }), spent: gauge(decimal(2), { across: 'sum' }), seats: gauge(integer(), { across: 'sum' }), least: gauge(integer(), { across: 'min' }),
  most: gauge(integer(), { across: 'max' }), alone: gauge(integer()), wide: gauge(bigint(), { across: 'sum' }),
  hours: counter(decimal(2), { across: 'sum' }), restarts: counter(integer(), { resets: 'detect', across: 'max' }), lonely: counter(integer()),
  status: state(['active', 'paused', 'a.b']), calls: count(), cost: delta(decimal(2)), open: flag(),
  latency: histogram(integer()), people: distinct({ exact: 3 }),
})).derive(({ ratio }) => ({
  use: ratio('spent', 'budget'), per: ratio('hours', 'calls', { scale: 2 }), openShare: ratio('open', 'calls'), far: ratio('alone', 'seats'),
})).derive(({ ratio }) => ({ farther: ratio('use', 'far') })).collect(async () => [], { entities: async () => [] }).definition

export const layout = layoutOf(captured)

export interface Captured {
  readonly hours: number
  /** What a collector gives; of measures that are left out null, 0 or nothing. */
  readonly values: Readonly<Record<string, unknown>>
}

const NOTHING: Readonly<Record<string, unknown>> = { calls: 0, latency: [], people: [] }

/** The rows of one entity's windows, in the order of time, as a store would keep them. */
export function rowsOf(windows: readonly Captured[]): readonly State[][] {
  const valued: Record<string, readonly State[]> = {}
  return windows.map(({ hours, values }) => {
    const given: Readonly<Record<string, unknown>> = { ...NOTHING, ...values }
    const samples = Object.keys(layout.offsets).map((measure) => readSample(definitionOf(measure), given[measure] ?? null))
    const states = captureStates(layout, captured, samples, { seconds: hours * 3600 }, (measure) => valued[measure] ?? null)
    for (const measure of Object.keys(layout.offsets)) {
      const own = statesOf(states, measure)
      if (kindOf(definitionOf(measure)).valued(definitionOf(measure), own) !== 0) valued[measure] = own
    }
    return states
  })
}

export function definitionOf(measure: string) {
  const definition = captured.measures[measure]
  if (definition === undefined) throw new Error(`no measure ${measure}`)
  return definition
}

export function statesOf(states: readonly State[], measure: string): readonly State[] {
  const offset = layout.offsets[measure] as number
  return states.slice(offset, offset + (layout.sizes[measure] as number))
}

export function mergedOf(rows: readonly (readonly State[])[]): State[] {
  const merged: State[] = layout.columns.map(() => null)
  for (const row of rows) mergeStates(layout.columns, merged, row)
  return merged
}

/** One entity's windows, merged, with how many of them have a value of each measure. */
export function partOf(windows: readonly Captured[]): TotalPart {
  const states = mergedOf(rowsOf(windows))
  return {
    states,
    windows: (measure) => {
      const definition = definitionOf(measure)
      return (layout.offsets[measure] === undefined ? null : kindOf(definition).valued(definition, statesOf(states, measure))) ?? windows.length
    },
  }
}

export function answer(windows: readonly Captured[], key: string): Printed {
  const { states, windows: valued } = partOf(windows)
  return answerOf(captured, layout, resolveAnswer(captured, key, false), states, valued)
}

export function total(entities: readonly (readonly Captured[])[], key: string): Printed {
  return answerAcross(captured, layout, resolveAnswer(captured, key, true), entities.map(partOf))
}

/** Windows of one length, each with a value of one measure. */
export function each(hours: number, measure: string, values: readonly unknown[]): readonly Captured[] {
  return values.map((value) => ({ hours, values: { [measure]: value } }))
}
