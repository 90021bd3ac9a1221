import { TidemarkError } from '../errors.ts'
import type { SeriesDefinition } from '../definitions/series.ts'
import { nearest } from '../nearest.ts'
import type { Answering, Fraction, State } from './kind.ts'
import { kindOf } from './kinds.ts'
import type { Layout } from './layout.ts'

/** One selected answer, resolved: `contributions.sum`. */
export interface AnswerRef {
  readonly key: string
  readonly measure: string
  readonly answer: string
}

/** Every answer that a series gives, in declared order. */
export function answerKeys(series: SeriesDefinition): readonly string[] {
  return Object.entries(series.measures).flatMap(([name, definition]) =>
    kindOf(definition).answers(definition).map((answer) => `${name}.${answer}`))
}

/** Resolves a key. Throws MEASURE_UNKNOWN, ANSWER_UNKNOWN, or ANSWER_NOT_ACROSS for what a total cannot give. */
export function resolveAnswer(series: SeriesDefinition, key: string, total: boolean): AnswerRef {
  const [measure = '', answer, ...rest] = key.split('.')
  const definition = Object.hasOwn(series.measures, measure) ? series.measures[measure] : undefined
  if (definition === undefined) {
    throw new TidemarkError('MEASURE_UNKNOWN', `${series.name} has no measure ${JSON.stringify(measure)}`, {
      where: key, hint: nearest(measure, Object.keys(series.measures)),
    })
  }
  const kind = kindOf(definition)
  const answers = kind.answers(definition)
  if (answer === undefined || rest.length > 0 || !answers.includes(answer)) {
    throw new TidemarkError('ANSWER_UNKNOWN', `${measure} has no answer ${JSON.stringify([answer ?? '', ...rest].join('.'))}`, {
      where: key, hint: `Ask for ${answers.map((known) => `${measure}.${known}`).join(', ')}.`,
    })
  }
  if (total && kind.notAcross.includes(answer)) {
    throw new TidemarkError('ANSWER_NOT_ACROSS', `${key} has no value across entities`, {
      where: key, hint: `Ask for ${answers.filter((known) => !kind.notAcross.includes(known)).map((known) => `${measure}.${known}`).join(', ')}, or leave out the total.`,
    })
  }
  return { key, measure, answer }
}

/**
 * The value of one answer.
 * @param windows by measure: how many windows have a value (see `Answering.windows`)
 */
export function answerOf(
  series: SeriesDefinition, layout: Layout, ref: AnswerRef, states: readonly State[], windows: (measure: string) => number,
): number | string | boolean | null {
  const from = (measure: string): Answering => {
    const offset = layout.offsets[measure] ?? 0
    return { states: states.slice(offset, offset + 2), windows: windows(measure), part }
  }
  const part = (measure: string): Fraction | null => {
    const definition = series.measures[measure] as SeriesDefinition['measures'][string]
    return kindOf(definition).fraction(definition, from(measure))
  }
  const definition = series.measures[ref.measure] as SeriesDefinition['measures'][string]
  try {
    return kindOf(definition).answer(definition, ref.answer, from(ref.measure))
  } catch (error) {
    if (error instanceof TidemarkError && error.where === null) {
      throw new TidemarkError(error.code, error.message, { where: ref.key, why: error.why, hint: error.hint })
    }
    throw error
  }
}
