import { type Fit, type History, meanOf, presentOf } from './method.ts'

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

/** A number that depends on the two unknown starting values: constant + onLevel · l₀ + onTrend · b₀. */
interface Affine {
  constant: number
  onLevel: number
  onTrend: number
}

interface Trial {
  readonly squares: number
  /** Level and trend after the last period. */
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
 */
export const damped: Fit = (history) => {
  const points = presentOf(history)
  if (points.length < FEWEST) return null
  const base = meanOf(points.map(({ value }) => value))
  let best: { readonly trial: Trial; readonly damping: number } | null = null
  for (const damping of DAMPINGS) {
    for (const level of LEVEL_WEIGHTS) {
      for (const trend of level === 0 ? [0] : TREND_WEIGHTS) {
        const trial = tried(history, base, { level, trend, damping })
        if (best === null || trial.squares < best.trial.squares) best = { trial, damping }
      }
    }
  }
  const { trial: { level, trend }, damping } = best as NonNullable<typeof best>
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

function tried(history: History, base: number, { level: alpha, trend: beta, damping }: Weights): Trial {
  const level: Affine = { constant: 0, onLevel: 1, onTrend: 0 }
  const trend: Affine = { constant: 0, onLevel: 0, onTrend: 1 }
  // Sums of products of the errors' parts: constant, onLevel, onTrend.
  let cc = 0
  let cl = 0
  let ct = 0
  let ll = 0
  let lt = 0
  let tt = 0
  for (const value of history) {
    trend.constant *= damping
    trend.onLevel *= damping
    trend.onTrend *= damping
    level.constant += trend.constant
    level.onLevel += trend.onLevel
    level.onTrend += trend.onTrend
    if (value === null) continue
    const c = value - base - level.constant
    const l = -level.onLevel
    const t = -level.onTrend
    cc += c * c
    cl += c * l
    ct += c * t
    ll += l * l
    lt += l * t
    tt += t * t
    level.constant += alpha * c
    level.onLevel += alpha * l
    level.onTrend += alpha * t
    trend.constant += alpha * beta * c
    trend.onLevel += alpha * beta * l
    trend.onTrend += alpha * beta * t
  }
  const determinant = ll * tt - lt * lt
  // Where the two cannot be told apart the trend starts at nothing.
  const apart = determinant > 1e-12 * ll * tt
  const startTrend = apart ? (lt * cl - ll * ct) / determinant : 0
  const startLevel = apart ? (lt * ct - tt * cl) / determinant : ll === 0 ? 0 : -cl / ll
  return {
    squares: Math.max(0, cc + startLevel * cl + startTrend * ct + startLevel * (cl + startLevel * ll + startTrend * lt) + startTrend * (ct + startLevel * lt + startTrend * tt)),
    level: level.constant + level.onLevel * startLevel + level.onTrend * startTrend,
    trend: trend.constant + trend.onLevel * startLevel + trend.onTrend * startTrend,
  }
}
