/** A history by period, oldest first, equally spaced; null is a gap, which no method fills. */
export type History = readonly (number | null)[]

export const METHODS = ['linear', 'damped', 'seasonal'] as const
export type MethodName = (typeof METHODS)[number]

/** A method that has been fitted to a history. */
export interface Fitted {
  /** Which form of the method it is: `least_squares`, `holt_damped`, `holt_winters`, `seasonal_naive_drift`. */
  readonly form: string
  /** The value `step` periods after the last one of the history; step is 1 or more. */
  at(step: number): number
}

/**
 * Fits a method to several beginnings of one history: null where one is too short for it. What is known of a beginning
 * is known of the next, so that many cost little more than the last. A function of its arguments alone, and of additions,
 * multiplications, divisions and roots only, so that every platform gives the same bits.
 * @param ends how many periods each beginning has, ascending
 */
export type Fit = (history: History, ends: readonly number[]) => readonly (Fitted | null)[]

/** The values of a history with their places. */
export function presentOf(history: History): readonly { readonly at: number; readonly value: number }[] {
  return history.flatMap((value, at) => (value === null ? [] : [{ at, value }]))
}

export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
