import { type Fit, type Fitted, type History, meanOf, presentOf } from './method.ts'

const LEVEL_WEIGHTS = [0, 0.1, 0.2, 0.4, 0.6, 0.8] as const
const TREND_WEIGHTS = [0, 0.1, 0.3] as const
const SEASON_WEIGHTS = [0, 0.1, 0.2, 0.4] as const

/** Level and trend before the first period of the history, and what each place of the season adds. */
interface Start {
  readonly level: number
  readonly trend: number
  readonly season: readonly number[]
}

/**
 * A season of `length` periods on a trend.
 *
 * With two whole seasons of history, and every place of the season seen twice: additive Holt–Winters (Hyndman and
 * Athanasopoulos, Forecasting: Principles and Practice, 8.3), in the form that corrects by the one-step error e:
 *
 *     ŷ = l + b + s    l ← l + b + α·e    b ← b + α·β·e    s ← s + γ·e    forecast: l + h·b + the place's s
 *
 * α, β and γ (at most 1 − α) are those of a fixed grid with the least sum of squared errors. It starts from the
 * regression on trend and season over the first two seasons; with all weights 0 over the whole history.
 * With one whole season, every place seen once, it is too short to tell a season's change from noise: the seasonal
 * naive forecast, the place's latest value plus the mean change from season to season. Shorter: none.
 */
export const seasonal = (length: number): Fit => (history) => {
  const seen = new Array<number>(length).fill(0)
  for (const { at } of presentOf(history)) seen[at % length] = (seen[at % length] as number) + 1
  const fewest = Math.min(...seen)
  if (history.length >= 2 * length && fewest >= 2) return holtWinters(history, length)
  return history.length >= length && fewest >= 1 ? naive(history, length) : null
}

function naive(history: History, length: number): Fitted {
  const changes = history.flatMap((value, at) => {
    const before = at < length ? null : history[at - length]
    return value === null || before === null || before === undefined ? [] : [value - before]
  })
  const drift = changes.length === 0 ? 0 : meanOf(changes) / length
  const latest = new Map(presentOf(history).map((point) => [point.at % length, point]))
  return {
    form: 'seasonal_naive_drift',
    at(step) {
      const place = history.length - 1 + step
      const point = latest.get(place % length) as { readonly at: number; readonly value: number }
      return point.value + drift * (place - point.at)
    },
  }
}

function holtWinters(history: History, length: number): Fitted {
  const fixed = regression(history, length) as Start
  const early = regression(history.slice(0, 2 * length), length) ?? fixed
  let best: { readonly squares: number; readonly level: number; readonly trend: number; readonly season: readonly number[] } | null = null
  for (const alpha of LEVEL_WEIGHTS) {
    for (const beta of alpha === 0 ? [0] : TREND_WEIGHTS) {
      for (const gamma of SEASON_WEIGHTS) {
        if (alpha + gamma > 1) continue
        const start = alpha === 0 && gamma === 0 ? fixed : early
        const season = [...start.season]
        let { level, trend } = start
        let squares = 0
        for (const [at, value] of history.entries()) {
          level += trend
          if (value === null) continue
          const place = at % length
          const error = value - level - (season[place] as number)
          squares += error * error
          level += alpha * error
          trend += alpha * beta * error
          season[place] = (season[place] as number) + gamma * error
        }
        if (best === null || squares < best.squares) best = { squares, level, trend, season }
      }
    }
  }
  const { level, trend, season } = best as Start
  return { form: 'holt_winters', at: (step) => level + step * trend + (season[(history.length - 1 + step) % length] as number) }
}

/**
 * Least squares on a line and a constant for each place of the season: the slope from the distances to each place's own
 * means. null where a place has no value, or no place has two.
 */
function regression(history: History, length: number): Start | null {
  const places = Array.from({ length }, () => [] as { readonly at: number; readonly value: number }[])
  for (const point of presentOf(history)) (places[point.at % length] as typeof places[number]).push(point)
  if (places.some((points) => points.length === 0)) return null
  let across = 0
  let along = 0
  const means = places.map((points) => {
    const middle = meanOf(points.map(({ at }) => at))
    const level = meanOf(points.map(({ value }) => value))
    for (const { at, value } of points) {
      across += (at - middle) * (value - level)
      along += (at - middle) * (at - middle)
    }
    return { middle, level }
  })
  if (along === 0) return null
  const trend = across / along
  const constants = means.map(({ middle, level }) => level - trend * middle)
  const level = meanOf(constants)
  // The level before the first period, so that the first forecast adds the trend once.
  return { level: level - trend, trend, season: constants.map((constant) => constant - level) }
}
