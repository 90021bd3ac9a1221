import { type Fit, type Fitted, type History, type MethodName, presentOf } from './method.ts'

/** Origins are taken evenly from a longer history: more of them cost time and change little. */
const MOST_ORIGINS = 60
/** The shortest training that an origin has: the baseline needs three values. */
const SHORTEST_TRAINING = 3
const FEWEST_ORIGINS = 5

/** What a method said at one origin of a period some steps later, and what came. */
export interface Miss {
  /** The last period that the method had seen. */
  readonly origin: number
  readonly step: number
  readonly actual: number
  /** Actual − forecast. */
  readonly error: number
}

/** Of a method its misses at every origin at which it could be fitted, and the method fitted to the whole history; null: it cannot be. */
export interface Evaluated {
  readonly misses: readonly Miss[]
  readonly whole: Fitted | null
}

export type Evaluation = Readonly<Record<MethodName, Evaluated>>

/**
 * The last periods of the trainings: every present value but the last that has half of the values (or all but five of
 * them, but never fewer than three) at or before it; at most sixty, spread evenly, the latest among them.
 */
export function originsOf(history: History): readonly number[] {
  const present = presentOf(history)
  const shortest = Math.max(SHORTEST_TRAINING, Math.min(Math.floor(present.length / 2), present.length - FEWEST_ORIGINS))
  const ends = present.slice(shortest - 1, -1).map(({ at }) => at)
  const stride = Math.max(1, Math.ceil(ends.length / MOST_ORIGINS))
  return ends.filter((_, place) => (ends.length - 1 - place) % stride === 0)
}

/**
 * Rolling-origin evaluation (Tashman 2000): at each origin every method is fitted anew to what lay before it, and its
 * forecasts up to `horizon` steps ahead are set beside what came. Periods without a value are none.
 */
export function evaluate(history: History, origins: readonly number[], methods: Readonly<Record<MethodName, Fit>>, horizon: number): Evaluation {
  const evaluated = (fit: Fit): Evaluated => {
    const fitted = fit(history, [...origins.map((origin) => origin + 1), history.length])
    const misses = origins.flatMap((origin, place) => {
      const then = fitted[place]
      if (then === null || then === undefined) return []
      return history.slice(origin + 1, origin + 1 + horizon).flatMap((actual, ahead) =>
        (actual === null ? [] : [{ origin, step: ahead + 1, actual, error: actual - then.at(ahead + 1) }]))
    })
    return { misses, whole: fitted.at(-1) ?? null }
  }
  return { linear: evaluated(methods.linear), damped: evaluated(methods.damped), seasonal: evaluated(methods.seasonal) }
}
