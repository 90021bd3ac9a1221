import type { MeasureDefinition } from '../../definitions/measure.ts'
import { captureStates } from '../../measures/capture.ts'
import { combineSamples } from '../../measures/combine-samples.ts'
import type { Sample, State } from '../../measures/kind.ts'
import type { CapturedCell, CapturedWindow } from '../contract/collected.ts'
import type { StoredCollected, StoredRostered } from './collected-series.ts'

/** The states of one cell of a captured window. */
export interface CapturedStates {
  readonly cell: number
  readonly states: State[]
}

/**
 * The rows that a captured window becomes, in the order of their cells. Groups that share the cell of `(other)` become
 * one. Throws SUM_TOO_LARGE.
 *
 * @param value a counter's value in the cell's nearest earlier window that has one
 */
export function cellsOf(
  series: StoredCollected, window: CapturedWindow, seconds: number, value: (cell: number, counter: string) => State,
): readonly CapturedStates[] {
  const owner = series.entities.get(window.entity) as StoredRostered
  const byCell = Map.groupBy(window.cells, ({ group }) => series.cellOf(owner, group))
  const { layout } = series
  return [...byCell].sort(([a], [b]) => a - b).map(([cell, given]): CapturedStates => {
    const states = captureStates(layout, series.definition, samplesOf(series, given), { seconds }, (measure) => previousOf(series, measure, value(cell, measure)))
    if (cell === 0 && layout.payload !== null && window.payload !== null) {
      states[layout.payload] = window.payload.version
      states[layout.payload + 1] = window.payload.text
    }
    return { cell, states }
  })
}

/** What a counter's next increase is counted from, in the places of its state: of an earlier window only its last value counts. */
export function previousOf({ layout }: Pick<StoredCollected, 'layout'>, measure: string, last: State): readonly State[] | null {
  if (last === null) return null
  const offset = layout.offsets[measure] as number
  return layout.columns.slice(offset, offset + (layout.sizes[measure] as number)).map(({ part }) => (part === 'last' ? last : null))
}

function samplesOf(series: StoredCollected, given: readonly CapturedCell[]): readonly Sample[] {
  const [first] = given
  if (first !== undefined && given.length === 1) return first.samples
  return Object.keys(series.layout.offsets).map((measure, place) =>
    combineSamples(series.definition.measures[measure] as MeasureDefinition, given.map(({ samples }) => samples[place] as Sample)))
}
