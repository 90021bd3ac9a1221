import type { CollectedSeriesDefinition } from '../definitions/collected.ts'
import type { Tier } from '../definitions/keep.ts'
import type { MeasureDefinition } from '../definitions/measure.ts'
import type { Kind, Sample, SampledWindow, State } from './kind.ts'
import { kindOf } from './kinds.ts'
import type { Layout } from './layout.ts'

/** The most days of a row of each tier. */
const MOST_DAYS: Readonly<Record<Tier, number>> = { captured: 1, day: 1, week: 7, month: 31, quarter: 92 }

/** A clock set back and a move between zones lengthen a row by less. */
const MORE_DAYS = 2

/** Seconds of the longest row that a window of the series can be merged into. */
export function longestSeconds(series: Pick<CollectedSeriesDefinition, 'keep'>): number {
  return (MOST_DAYS[series.keep.tiers.at(-1)?.tier ?? 'captured'] + MORE_DAYS) * 86_400
}

/**
 * The states of one captured row, in the order of the layout; those of the payload are null, for the store to fill in.
 * Throws SUM_TOO_LARGE.
 * @param samples by measure in declared order, those with a state
 * @param window.seconds its whole length
 * @param previous asked only where it counts: a measure's states in the nearest earlier window (of the entity and cell)
 *   that has a value, in whatever tier it lies; null when there is none
 */
export function captureStates(
  layout: Layout, series: CollectedSeriesDefinition, samples: readonly Sample[], window: { readonly seconds: number },
  previous: (measure: string) => readonly State[] | null,
): State[] {
  const { steps, longest } = planOf(layout, series)
  const states = new Array<State>(layout.columns.length).fill(null)
  let asked = ''
  // One object for all measures of a row: half a million rows are captured in a day of a large application.
  const sampled: SampledWindow = { seconds: window.seconds, longest, get previous() { return previous(asked) } }
  for (let index = 0; index < steps.length; index++) {
    const { measure, offset, definition, kind } = steps[index] as Step
    asked = measure
    const parts = kind.sample(definition, samples[index] as Sample, sampled)
    for (let part = 0; part < parts.length; part++) states[offset + part] = parts[part] as State
  }
  return states
}

interface Step {
  readonly measure: string
  readonly offset: number
  readonly definition: MeasureDefinition
  readonly kind: Kind
}

/** What every row of a series has in common, found once for its layout. */
const plans = new WeakMap<Layout, { readonly steps: readonly Step[]; readonly longest: number }>()

function planOf(layout: Layout, series: CollectedSeriesDefinition): { readonly steps: readonly Step[]; readonly longest: number } {
  const known = plans.get(layout)
  if (known !== undefined) return known
  const steps = Object.entries(layout.offsets).map(([measure, offset]): Step => {
    const definition = series.measures[measure] as MeasureDefinition
    return { measure, offset, definition, kind: kindOf(definition) }
  })
  const plan = { steps, longest: longestSeconds(series) }
  plans.set(layout, plan)
  return plan
}
