import type { Miss } from './rolling-origin.ts'

/** Half the width of an interval at one step. */
export interface Widths {
  readonly p80: number
  readonly p95: number
}

/** Fewer errors than this say nothing about their spread. */
const FEWEST_ERRORS = 4
/** Quantiles of the normal distribution for the two shares. */
const NORMAL_80 = 1.2816
const NORMAL_95 = 1.96

/**
 * How far from the forecast the actual value may lie, by step, from the sizes of the errors that were made at that step:
 *
 * - the ⌈(n + 1)·p⌉-th smallest of n errors, which under exchangeable errors holds the share p (split conformal
 *   intervals; Lei and others 2018);
 * - of too few errors for that rank (80 %: 4, 95 %: 19), z times their root mean square, z of the normal distribution;
 * - of fewer than four errors, the width of the nearest earlier step that has them, times √(step / that step), as the
 *   uncertainty of a random walk grows; where there is no such step, null.
 *
 * A later step is never given a narrower interval than an earlier one, nor 95 % a narrower one than 80 %.
 */
export function widthsOf(misses: readonly Pick<Miss, 'step' | 'error'>[], horizon: number): readonly (Widths | null)[] {
  const sizes = Array.from({ length: horizon }, () => [] as number[])
  for (const { step, error } of misses) sizes[step - 1]?.push(Math.abs(error))
  let measured: (Widths & { readonly step: number }) | null = null
  let before: Widths = { p80: 0, p95: 0 }
  return sizes.map((of, index): Widths | null => {
    const step = index + 1
    if (of.length >= FEWEST_ERRORS) {
      const ascending = of.sort((a, b) => a - b)
      measured = { step, p80: widthOf(ascending, 80, NORMAL_80), p95: widthOf(ascending, 95, NORMAL_95) }
    }
    if (measured === null) return null
    const growth = Math.sqrt(step / measured.step)
    const p80 = Math.max(before.p80, measured.p80 * growth)
    before = { p80, p95: Math.max(before.p95, p80, measured.p95 * growth) }
    return before
  })
}

function widthOf(ascending: readonly number[], percent: number, normal: number): number {
  // In whole numbers: 0.95 · 20 is not 19 in binary.
  const rank = Math.ceil(((ascending.length + 1) * percent) / 100)
  const ranked = ascending[rank - 1]
  if (ranked !== undefined) return ranked
  return normal * Math.sqrt(ascending.reduce((sum, size) => sum + size * size, 0) / ascending.length)
}

/** The share of actual values that lay inside; null of none. */
export interface IntervalCoverage {
  readonly p80: number | null
  readonly p95: number | null
  /** Forecasts that had an interval. */
  readonly forecasts: number
}

/**
 * Of the intervals that would have been given at each origin, from the errors that were known by then, how many held the
 * value that came.
 */
export function coverageOf(misses: readonly Miss[], horizon: number): IntervalCoverage {
  let [forecasts, in80, in95] = [0, 0, 0]
  for (const origin of new Set(misses.map((miss) => miss.origin))) {
    const widths = widthsOf(misses.filter((miss) => miss.origin + miss.step <= origin), horizon)
    for (const { step, error } of misses.filter((miss) => miss.origin === origin)) {
      const width = widths[step - 1]
      if (width === null || width === undefined) continue
      forecasts++
      if (Math.abs(error) <= width.p80) in80++
      if (Math.abs(error) <= width.p95) in95++
    }
  }
  return { p80: forecasts === 0 ? null : in80 / forecasts, p95: forecasts === 0 ? null : in95 / forecasts, forecasts }
}
