import { forecast, type ForecastOptions, type Point } from '../../src/forecast/forecast.ts'
import type { Random } from '../histories/random.ts'

/** Points from values, oldest first; null is a gap. */
export function points(values: readonly (number | null)[], from = 0): Point[] {
  return values.map((value, index) => ({ index: from + index, value }))
}

export function forecastOf(values: readonly (number | null)[], options: Partial<ForecastOptions> = {}) {
  return forecast(points(values), { horizon: 5, season: null, scale: 6, ...options })
}

/** The forecast values as numbers. */
export function valuesOf(made: ReturnType<typeof forecastOf>): number[] {
  return made.steps.map(({ value }) => Number(value))
}

/** Seeded noise of mean 0 and variance 1: twelve uniform numbers. */
export function noise(random: Random): () => number {
  return () => Array.from({ length: 12 }, () => random.next()).reduce((sum, one) => sum + one, -6)
}
