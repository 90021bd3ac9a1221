import { type Fit, type Fitted, type History, presentOf } from './method.ts'

/** Two starting values are fitted as well as three weights: with fewer values than this there is nothing left to judge by. */
const FEWEST = 4

const LEVEL_WEIGHTS = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1] as const
const TREND_WEIGHTS = [0, 0.1, 0.2, 0.4, 0.6, 0.8] as const
/** The usual range: below 0.8 the trend is gone at once, above 0.98 it cannot be told from an undamped one. */
const DAMPINGS = [0.8, 0.85, 0.9, 0.95, 0.98] as const

interface Weights {
  readonly level: number
  readonly trend: number
  readonly damping: number
}

/** The weights with the least squares so far. */
interface Best {
  readonly squares: number
  readonly damping: number
  /** Level, less the base, and trend after the last period. */
  readonly level: number
  readonly trend: number
}

/**
 * Holt's method with a damped trend (Gardner and McKenzie 1985; Hyndman and Athanasopoulos, Forecasting: Principles and
 * Practice, 8.2), in the form that corrects by the one-step error e:
 *
 *     ŷ = l + φ·b    l ← ŷ + α·e    b ← φ·b + α·β·e    forecast h steps ahead: l + (φ + φ² + … + φʰ)·b
 *
 * In a gap there is no error, and level and trend run on. α, β and φ are those of a fixed grid with the least sum of
 * squared one-step errors (of equals the first); the starting level and trend are, for each of them, the least-squares
 * ones: the errors are affine in them, so that two linear equations give them exactly. Needs four values.
 *
 * One pass over the history says for a choice of weights what each beginning of it comes to.
 */
export const damped: Fit = (history, ends) => {
  const least = ends.map((): Best | null => null)
  const values = history.slice(0, ends.at(-1) ?? 0)
  // Near the values, so that their squares do not drown the errors'.
  const base = values.find((value) => value !== null) ?? 0
  for (const damping of DAMPINGS) {
    for (const level of LEVEL_WEIGHTS) {
      for (const trend of level === 0 ? [0] : TREND_WEIGHTS) tryOut(values, base, { level, trend, damping }, ends, least)
    }
  }
  return ends.map((end, place) => (presentOf(history.slice(0, end)).length < FEWEST ? null : goingOn(base, least[place] as Best)))
}

function goingOn(base: number, { level, trend, damping }: Best): Fitted {
  return {
    form: 'holt_damped',
    at(step) {
      let value = base + level
      let slope = trend
      for (let ahead = 1; ahead <= step; ahead++) value += (slope *= damping)
      return value
    },
  }
}

/** Puts these weights in the place of each end's that have been left with greater squares. */
function tryOut(history: History, base: number, { level: alpha, trend: beta, damping }: Weights, ends: readonly number[], least: (Best | null)[]): void {
  // Level and trend, each as constant + onLevel · l₀ + onTrend · b₀ of the two unknown starting values.
  let [levelConstant, levelOnLevel, levelOnTrend] = [0, 1, 0]
  let [trendConstant, trendOnLevel, trendOnTrend] = [0, 0, 1]
  // Sums of products of the errors' parts: constant (c), onLevel (l), onTrend (t).
  let [cc, cl, ct, ll, lt, tt] = [0, 0, 0, 0, 0, 0]
  let next = 0
  for (let at = 0; at < history.length; at++) {
    trendConstant *= damping
    trendOnLevel *= damping
    trendOnTrend *= damping
    levelConstant += trendConstant
    levelOnLevel += trendOnLevel
    levelOnTrend += trendOnTrend
    const value = history[at] as number | null
    if (value !== null) {
      const c = value - base - levelConstant
      const l = -levelOnLevel
      const t = -levelOnTrend
      cc += c * c
      cl += c * l
      ct += c * t
      ll += l * l
      lt += l * t
      tt += t * t
      levelConstant += alpha * c
      levelOnLevel += alpha * l
      levelOnTrend += alpha * t
      trendConstant += alpha * beta * c
      trendOnLevel += alpha * beta * l
      trendOnTrend += alpha * beta * t
    }
    for (; ends[next] === at + 1; next++) {
      const determinant = ll * tt - lt * lt
      // Where the two cannot be told apart the trend starts at nothing.
      const apart = determinant > 1e-12 * ll * tt
      const startTrend = apart ? (lt * cl - ll * ct) / determinant : 0
      const startLevel = apart ? (lt * ct - tt * cl) / determinant : ll === 0 ? 0 : -cl / ll
      const squares = Math.max(0, cc + startLevel * cl + startTrend * ct + startLevel * (cl + startLevel * ll + startTrend * lt) + startTrend * (ct + startLevel * lt + startTrend * tt))
      const best = least[next]
      if (best !== null && best !== undefined && squares >= best.squares) continue
      least[next] = {
        squares, damping,
        level: levelConstant + levelOnLevel * startLevel + levelOnTrend * startTrend,
        trend: trendConstant + trendOnLevel * startLevel + trendOnTrend * startTrend,
      }
    }
  }
}
