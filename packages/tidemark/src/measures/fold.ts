import { cellsOfEvent } from '../definitions/cell.ts'
import type { EventSeriesDefinition } from '../definitions/series.ts'
import { storedFields } from '../definitions/stored-fields.ts'
import type { EventView, OffsetAt } from './evaluate.ts'
import type { Adder, State } from './kind.ts'
import { kindOf } from './kinds.ts'
import { type Layout, layoutOf } from './layout.ts'

/** A series' measures, compiled: how events become states. */
export interface Fold {
  readonly layout: Layout
  /**
   * The states of a window in which nothing happened. A measure counts from its first day on: for a window before that
   * its columns are null ("not measured"), and adding leaves them so.
   */
  zero(day: number, since: Readonly<Record<string, number>>): State[]
  add(states: State[], event: EventView, day: number, offsetAt: OffsetAt, since: Readonly<Record<string, number>>): void
  /** The cells that an event counts in, the whole first. */
  cells(event: EventView): readonly number[]
}

const WHOLE: readonly number[] = [0]

export function foldOf(series: EventSeriesDefinition): Fold {
  const layout = layoutOf(series)
  const steps = Object.entries(layout.offsets).map(([measure, offset]) => {
    const definition = series.measures[measure] as EventSeriesDefinition['measures'][string]
    const kind = kindOf(definition)
    return { measure, offset, zero: kind.zero(definition), add: kind.adder(definition, series.stream) as Adder }
  })
  const dimensions = series.dimensions.map(({ field, values }) => {
    let index = 0
    for (const stored of storedFields(series.stream)) {
      if (stored.name === field) break
      index += stored.columns.length
    }
    return { index, places: new Map(values.map((value, place) => [value, place + 1])) }
  })
  return {
    layout,
    zero(day, since) {
      const states: State[] = []
      for (const { measure, zero } of steps) {
        const first = since[measure]
        for (const state of zero) states.push(first !== undefined && day < first ? null : state)
      }
      return states
    },
    add(states, event, day, offsetAt, since) {
      for (const { measure, offset, add } of steps) {
        const first = since[measure]
        if (first !== undefined && day < first) continue
        add(states, offset, event, day, offsetAt)
      }
    },
    cells(event) {
      if (dimensions.length === 0) return WHOLE
      return cellsOfEvent(series.dimensions, dimensions.map(({ index, places }) => places.get(event.values[index] as string) as number))
    },
  }
}
