import type { AnswersOf, Measure } from './measure.ts'
import { checkOptions } from './options.ts'

export type Measures = Readonly<Record<string, Measure>>

/**
 * The measures that a ratio can divide: those with one number that adds up, or a level, whose last value counts. A level
 * is known by its mean or its increase: a state has a last value too.
 */
type RatioPart<M extends Measures> = {
  [K in keyof M & string]: keyof AnswersOf<M[K]> & ('sum' | 'count' | 'value' | 'mean' | 'increase') extends never ? never : K
}[keyof M & string]

export interface Derive<M extends Measures> {
  /**
   * One measure over another, recomputed from their totals at every answer and never averaged. Answers `value`.
   * A level or a running total stands for its last value.
   * @param options.scale digits after the point; default 4
   */
  ratio(numerator: RatioPart<M>, denominator: RatioPart<M>, options?: { readonly scale?: number }): Measure<{ value: string }>
}

export const deriveHelpers: Derive<Measures> = {
  ratio(numerator, denominator, options = {}) {
    checkOptions(options, ['scale'], `ratio(${JSON.stringify(numerator)}, ${JSON.stringify(denominator)})`)
    return { definition: { kind: 'ratio', numerator, denominator, scale: options.scale ?? 4, unit: null } }
  },
}

/** Flattened, so that a hover shows the measures and not an intersection. */
export type Joined<M extends Measures, R extends Measures> = {
  [K in keyof M | keyof R]: K extends keyof R ? R[K] : K extends keyof M ? M[K] : never
}
