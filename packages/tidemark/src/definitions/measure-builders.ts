import { TidemarkError } from '../errors.ts'
import type { PredicateExpression, ValueExpression, ValueShape } from './expression.ts'
import type { Predicate, Value, Word } from './handle.ts'
import type { Measure } from './measure.ts'

interface MeasureOptions {
  /** Only events for which this holds. */
  readonly where?: Predicate
  /** What the numbers are of: `EUR`, `s`. Shown beside them; changing it needs a new name. */
  readonly unit?: string
}

/** An integer answers as a number; a bigint or a decimal as a string of digits. */
export type Printed<Type extends ValueShape['type']> = Type extends 'integer' ? number : string

/** What no compiler has looked at: a field in the place of a condition would count every event. */
export function conditionOf(where: Predicate | undefined): PredicateExpression | null {
  if (where === undefined) return null
  if (where?.predicate !== undefined) return where.predicate
  throw new TidemarkError('DECLARATION_INVALID', 'a measure is given something that is no condition', {
    where: 'measures', hint: "Write a condition such as e.kind.is('fix') or e.urgent.isTrue().",
  })
}

export function readOf(value: Value): { readonly value: ValueExpression; readonly shape: ValueShape } {
  if (value?.value !== undefined && value.shape !== undefined) return { value: value.value, shape: value.shape }
  throw new TidemarkError('DECLARATION_INVALID', 'a measure is given something that is no number', {
    where: 'measures', hint: 'Give a field of numbers, or the timeOfDay() of an instant.',
  })
}

/** How many events there were, or for how many of them `where` holds. Answers `sum`. */
export function count(where?: Predicate, options: { readonly unit?: string } = {}): Measure<{ sum: number }> {
  return { definition: { kind: 'count', where: conditionOf(where), unit: options.unit ?? null } }
}

/** The sum of what happened. Answers `sum`, `n` (events that had a value) and `mean` (scale of the value plus 4). */
export function delta<Type extends ValueShape['type']>(
  value: Value<Type>, options: MeasureOptions = {},
): Measure<{ sum: Printed<Type>; n: number; mean: string }> {
  return { definition: { kind: 'delta', ...readOf(value), where: conditionOf(options.where), unit: options.unit ?? null } }
}

function extreme<Answers extends object>(side: 'min' | 'max', value: Value, options: MeasureOptions): Measure<Answers> {
  return { definition: { kind: 'extreme', side, ...readOf(value), where: conditionOf(options.where), unit: options.unit ?? null } }
}

/** The least value over the events; null where no event had one. Answers `min`. */
export function min<Type extends ValueShape['type']>(value: Value<Type>, options: MeasureOptions = {}): Measure<{ min: Printed<Type> }> {
  return extreme('min', value, options)
}

/** The greatest value over the events; null where no event had one. Answers `max`. */
export function max<Type extends ValueShape['type']>(value: Value<Type>, options: MeasureOptions = {}): Measure<{ max: Printed<Type> }> {
  return extreme('max', value, options)
}

/**
 * Whether a day had an event (for which `where` holds). One value a day; over longer periods it answers
 * `count` (the days that had one), `any` and `all`.
 */
export function any(where?: Predicate): Measure<{ any: boolean; all: boolean; count: number }> {
  return { definition: { kind: 'flag', where: conditionOf(where), unit: null } }
}

/**
 * How the values were distributed. Answers `n` and quantiles as `p1` to `p99`, `p99.9` (`latency.p95`), each within the relative error
 * of its bucket (1/128).
 */
export function histogram<Type extends ValueShape['type']>(
  value: Value<Type>, options: MeasureOptions = {},
): Measure<{ n: number } & { [Quantile in `p${number}`]: Printed<Type> }> {
  return { definition: { kind: 'histogram', ...readOf(value), where: conditionOf(options.where), unit: options.unit ?? null } }
}

/**
 * How many different words a field had. Answers `estimate` and `error` (the standard error of the estimate, 0 while it
 * is exact).
 * @param options.exact up to how many words are kept as they are; default 256
 */
export function distinct(field: Word, options: { readonly where?: Predicate; readonly exact?: number } = {}): Measure<{ estimate: number; error: number }> {
  return { definition: { kind: 'distinct', field: wordOf(field), where: conditionOf(options.where), exact: options.exact ?? EXACT_WORDS, unit: null } }
}

/** Up to how many different words are kept as they are, unless declared otherwise. */
export const EXACT_WORDS = 256

function wordOf(field: Word): string {
  if (typeof field?.word === 'string') return field.word
  throw new TidemarkError('DECLARATION_INVALID', 'distinct is given something that is no text', { where: 'measures', hint: 'Give a field of text, or one of oneOf().' })
}

export const builders = { count, delta, min, max, any, histogram, distinct }
export type Builders = typeof builders
