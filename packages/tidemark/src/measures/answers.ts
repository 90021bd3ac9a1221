import { TidemarkError } from '../errors.ts'
import type { MeasureDefinition } from '../definitions/measure.ts'
import type { SeriesDefinition } from '../definitions/series.ts'
import { nearest } from '../nearest.ts'
import type { Answering, Fraction, Printed, State } from './kind.ts'
import { kindOf } from './kinds.ts'
import type { Layout } from './layout.ts'
import { mergeStates } from './merge.ts'

/** One selected answer, resolved: `contributions.sum`. */
export interface AnswerRef {
  readonly key: string
  readonly measure: string
  readonly answer: string
}

/** Every answer that a series gives for one entity, in declared order. */
export function answerKeys(series: SeriesDefinition): readonly string[] {
  return Object.entries(series.measures).flatMap(([name, definition]) => {
    const kind = kindOf(definition)
    const only = kind.onlyAcross(definition)
    return kind.answers(definition).filter((answer) => !only.includes(answer)).map((answer) => `${name}.${answer}`)
  })
}

/** Resolves a key. Throws MEASURE_UNKNOWN, ANSWER_UNKNOWN, or ANSWER_NOT_ACROSS for what a total cannot give. */
export function resolveAnswer(series: SeriesDefinition, key: string, total: boolean): AnswerRef {
  const [measure = '', ...rest] = key.split('.')
  // An answer may have a point of its own: `latency.p99.9`.
  const answer = rest.length === 0 ? undefined : rest.join('.')
  const definition = Object.hasOwn(series.measures, measure) ? series.measures[measure] : undefined
  if (definition === undefined) {
    throw new TidemarkError('MEASURE_UNKNOWN', `${series.name} has no measure ${JSON.stringify(measure)}`, {
      where: key, hint: nearest(measure, Object.keys(series.measures)),
    })
  }
  const kind = kindOf(definition)
  const answers = kind.answers(definition)
  if (answer === undefined || !answers.includes(answer)) {
    throw new TidemarkError('ANSWER_UNKNOWN', `${measure} has no answer ${JSON.stringify(answer ?? '')}`, {
      where: key, hint: `Ask for ${answers.map((known) => `${measure}.${known}`).join(', ')}.`,
    })
  }
  const refused = total ? kind.notAcross(definition) : kind.onlyAcross(definition)
  if (refused.includes(answer)) {
    const others = answers.filter((known) => !refused.includes(known)).map((known) => `${measure}.${known}`)
    throw new TidemarkError('ANSWER_NOT_ACROSS', `${key} has ${total ? 'no value across entities' : 'a value only across entities'}`, {
      where: key, hint: `${others.length === 0 ? '' : `Ask for ${others.join(', ')}, or `}${total ? 'leave out' : 'ask for'} the total.`,
    })
  }
  const part = total ? dividedAlone(series, definition) : null
  if (part !== null) {
    throw new TidemarkError('ANSWER_NOT_ACROSS', `${key} has no value across entities: it divides ${part}, which is not added up across them`, {
      where: key, hint: `Declare ${part} across entities, as a sum for example, or leave out the total.`,
    })
  }
  return { key, measure, answer }
}

/** The level, if any, that a ratio divides and that makes no total of several entities. */
function dividedAlone(series: SeriesDefinition, definition: MeasureDefinition): string | null {
  if (definition.kind !== 'ratio') return null
  for (const part of [definition.numerator, definition.denominator]) {
    const divided = series.measures[part] as MeasureDefinition
    if ((divided.kind === 'gauge' || divided.kind === 'counter') && divided.across === 'none') return part
    const deeper = dividedAlone(series, divided)
    if (deeper !== null) return deeper
  }
  return null
}

/**
 * The value of one answer.
 * @param windows by measure: how many windows have a value (see `Answering.windows`)
 */
export function answerOf(
  series: SeriesDefinition, layout: Layout, ref: AnswerRef, states: readonly State[], windows: (measure: string) => number,
): Printed {
  return answererOf(series, layout, ref)(states, windows)
}

/** The same, looked up once for row after row. */
export function answererOf(series: SeriesDefinition, layout: Layout, ref: AnswerRef): (states: readonly State[], windows: (measure: string) => number) => Printed {
  const definition = series.measures[ref.measure] as MeasureDefinition
  const { answer } = kindOf(definition)
  return (states, windows) => {
    try {
      return answer(definition, ref.answer, new StatesOf(series, layout, states, windows, ref.measure))
    } catch (error) {
      throw named(ref, error)
    }
  }
}

/** What one entity of a total has: its merged states, and by measure how many windows have a value. */
export interface TotalPart {
  readonly states: readonly State[]
  readonly windows: (measure: string) => number
}

/** The value of one answer across entities, each of whose windows are merged. */
export function answerAcross(series: SeriesDefinition, layout: Layout, ref: AnswerRef, entities: readonly TotalPart[]): Printed {
  const merged = (measure: string): readonly State[] => {
    const offset = layout.offsets[measure] ?? 0
    const columns = layout.columns.slice(offset, offset + (layout.sizes[measure] ?? 0))
    const into: State[] = columns.map(() => null)
    for (const { states } of entities) mergeStates(columns, into, states.slice(offset, offset + columns.length))
    return into
  }
  const windowsOf = (measure: string): number => entities.reduce((sum, { windows }) => sum + windows(measure), 0)
  const each = (measure: string): readonly Answering[] => entities.map(({ states, windows }) => new StatesOf(series, layout, states, windows, measure))
  const part = (measure: string): Fraction | null => {
    const definition = series.measures[measure] as MeasureDefinition
    const kind = kindOf(definition)
    return kind.across === null ? kind.fraction(definition, whole(measure)) : kind.across.fraction(definition, each(measure))
  }
  const whole = (measure: string): Answering => ({ states: merged(measure), windows: windowsOf(measure), part })
  const definition = series.measures[ref.measure] as MeasureDefinition
  const kind = kindOf(definition)
  try {
    return kind.across === null ? kind.answer(definition, ref.answer, whole(ref.measure)) : kind.across.answer(definition, ref.answer, each(ref.measure))
  } catch (error) {
    throw named(ref, error)
  }
}

/** A measure's part of states. */
class StatesOf implements Answering {
  readonly states: readonly State[]
  readonly part: (measure: string) => Fraction | null
  readonly #windows: (measure: string) => number
  readonly #measure: string

  constructor(series: SeriesDefinition, layout: Layout, states: readonly State[], windows: (measure: string) => number, measure: string) {
    const offset = layout.offsets[measure] ?? 0
    this.states = states.slice(offset, offset + (layout.sizes[measure] ?? 0))
    this.#windows = windows
    this.#measure = measure
    this.part = (other) => {
      const definition = series.measures[other] as MeasureDefinition
      return kindOf(definition).fraction(definition, new StatesOf(series, layout, states, windows, other))
    }
  }

  /** Counted when it is asked for: most kinds do not. */
  get windows(): number {
    return this.#windows(this.#measure)
  }
}

/** Gives an error that does not know its place the answer's key. */
function named(ref: AnswerRef, error: unknown): unknown {
  return error instanceof TidemarkError && error.where === null ? new TidemarkError(error.code, error.message, { where: ref.key, why: error.why, hint: error.hint }) : error
}
