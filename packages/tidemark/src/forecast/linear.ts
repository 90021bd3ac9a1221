import { type Fit, type Fitted, type History, meanOf, presentOf } from './method.ts'

/** A line has two parameters; a third value says something of how well it fits. */
const FEWEST = 3

/**
 * The baseline: the straight line with the least sum of squared distances to the values; gaps have none. With x̄ and ȳ
 * the means: slope = Σ(x − x̄)(y − ȳ) / Σ(x − x̄)². Needs three values.
 */
export const linear: Fit = (history, ends) => ends.map((end) => lineThrough(history.slice(0, end)))

function lineThrough(history: History): Fitted | null {
  const points = presentOf(history)
  if (points.length < FEWEST) return null
  const middle = meanOf(points.map(({ at }) => at))
  const level = meanOf(points.map(({ value }) => value))
  let across = 0
  let along = 0
  for (const { at, value } of points) {
    across += (at - middle) * (value - level)
    along += (at - middle) * (at - middle)
  }
  const slope = across / along
  const last = history.length - 1
  return { form: 'least_squares', at: (step) => level + slope * (last + step - middle) }
}
