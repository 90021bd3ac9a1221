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
export const seasonal = (length: number): Fit => (history, ends) => {
  const seen = new Array<number>(length).fill(0)
  const formOf = (end: number, from: number): 'holtWinters' | 'naive' | null => {
    for (let at = from; at < end; at++) if (history[at] !== null) seen[at % length] = (seen[at % length] as number) + 1
    const fewest = Math.min(...seen)
    if (end >= 2 * length && fewest >= 2) return 'holtWinters'
    return end >= length && fewest >= 1 ? 'naive' : null
  }
  const forms = ends.map((end, place) => ({ end, form: formOf(end, place === 0 ? 0 : ends[place - 1] as number) }))
  const adaptive = new Map<number, Fitted>()
  const long = forms.flatMap(({ end, form }) => (form === 'holtWinters' ? [end] : []))
  for (const [place, fitted] of holtWinters(history, length, long).entries()) adaptive.set(long[place] as number, fitted)
  return forms.map(({ end, form }) => (form === null ? null : form === 'naive' ? naive(history.slice(0, end), length) : adaptive.get(end) as Fitted))
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

interface Weights {
  readonly level: number
  readonly trend: number
  readonly season: number
}

/** The weights with the least squares so far, and where they lead. */
interface Best extends Start {
  readonly squares: number
}

function holtWinters(history: History, length: number, ends: readonly number[]): readonly Fitted[] {
  const least = ends.map((): Best | null => null)
  // Of every beginning the same, so that one pass says what each comes to; what starts from all of one is its own.
  const early = ends.length === 0 ? null : regression(history.slice(0, 2 * length), length)
  for (const level of LEVEL_WEIGHTS) {
    for (const trend of level === 0 ? [0] : TREND_WEIGHTS) {
      for (const season of SEASON_WEIGHTS) {
        if (level + season > 1) continue
        const weights = { level, trend, season }
        if (early !== null && level + season > 0) tryOut(history, early, weights, ends, least, 0)
        else for (const [place, end] of ends.entries()) tryOut(history, regression(history.slice(0, end), length) as Start, weights, [end], least, place)
      }
    }
  }
  return ends.map((end, place) => {
    const { level, trend, season } = least[place] as Best
    return { form: 'holt_winters', at: (step) => level + step * trend + (season[(end - 1 + step) % length] as number) }
  })
}

/** Puts these weights in the place of each end's that have been left with greater squares; `ends[0]` is that of `least[from]`. */
function tryOut(history: History, start: Start, { level: alpha, trend: beta, season: gamma }: Weights, ends: readonly number[], least: (Best | null)[], from: number): void {
  const season = [...start.season]
  const { length } = season
  let { level, trend } = start
  let squares = 0
  let next = 0
  for (let at = 0; next < ends.length; at++) {
    const value = history[at] as number | null
    level += trend
    if (value !== null) {
      const place = at % length
      const error = value - level - (season[place] as number)
      squares += error * error
      level += alpha * error
      trend += alpha * beta * error
      season[place] = (season[place] as number) + gamma * error
    }
    for (; ends[next] === at + 1; next++) {
      const best = least[from + next]
      if (best === null || best === undefined || squares < best.squares) least[from + next] = { squares, level, trend, season: [...season] }
    }
  }
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
