import { TidemarkError } from '../errors.ts'
import type { PredicateExpression, ValueExpression, ValueShape } from './expression.ts'
import { conditionOf, type Predicate, type Value, type Word } from './handle.ts'
import type { Measure } from './measure.ts'
import { checkOptions } from './options.ts'

interface MeasureOptions {
  /** Only events for which this holds. */
  readonly where?: Predicate
  /** What the numbers are of: `EUR`, `s`. Shown beside them; changing it needs a new name. */
  readonly unit?: string
}

const VALUE_OPTIONS = ['where', 'unit'] as const

/** An integer answers as a number; a bigint or a decimal as a string of digits. */
export type Printed<Type extends ValueShape['type']> = Type extends 'integer' ? number : string

/** A condition that is there and undefined is one that was misspelt. */
function whereOf(options: { readonly where?: Predicate }, place: string): PredicateExpression | null {
  return 'where' in options ? conditionOf(options.where, `${place}.where`) : null
}

function readOf(value: Value): { readonly value: ValueExpression; readonly shape: ValueShape } {
  if (value?.value !== undefined && value.shape !== undefined) return { value: value.value, shape: value.shape }
  throw new TidemarkError('DECLARATION_INVALID', 'a measure is given something that is no number', {
    where: 'measures', hint: 'Give a field of numbers, or the timeOfDay() of an instant.',
  })
}

/** How many events there were, or for how many of them `where` holds. Answers `sum`. */
export function count(...given: readonly [where?: Predicate, options?: { readonly unit?: string }]): Measure<{ sum: number }> {
  const [where, options = {}] = given
  checkOptions(options, ['unit'], 'count(…)')
  // The one way to give a unit to a count of all is to leave the condition undefined.
  const all = given.length === 0 || (given.length > 1 && where === undefined)
  return { definition: { kind: 'count', where: all ? null : conditionOf(where, 'count(…)'), unit: options.unit ?? null } }
}

/** The sum of what happened. Answers `sum`, `n` (events that had a value) and `mean` (scale of the value plus 4). */
export function delta<Type extends ValueShape['type']>(
  value: Value<Type>, options: MeasureOptions = {},
): Measure<{ sum: Printed<Type>; n: number; mean: string }> {
  checkOptions(options, VALUE_OPTIONS, 'delta(…)')
  return { definition: { kind: 'delta', ...readOf(value), where: whereOf(options, 'delta(…)'), unit: options.unit ?? null } }
}

function extreme<Answers extends object>(side: 'min' | 'max', value: Value, options: MeasureOptions): Measure<Answers> {
  checkOptions(options, VALUE_OPTIONS, `${side}(…)`)
  return { definition: { kind: 'extreme', side, ...readOf(value), where: whereOf(options, `${side}(…)`), unit: options.unit ?? null } }
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
export function any(...given: readonly [where?: Predicate]): Measure<{ any: boolean; all: boolean; count: number }> {
  return { definition: { kind: 'flag', where: given.length === 0 ? null : conditionOf(given[0], 'any(…)'), unit: null } }
}

/**
 * How the values were distributed. Answers `n` and quantiles as `p1` to `p99`, `p99.9` (`latency.p95`), each within the relative error
 * of its bucket (1/128).
 */
export function histogram<Type extends ValueShape['type']>(
  value: Value<Type>, options: MeasureOptions = {},
): Measure<{ n: number } & { [Quantile in `p${number}`]: Printed<Type> }> {
  checkOptions(options, VALUE_OPTIONS, 'histogram(…)')
  return { definition: { kind: 'histogram', ...readOf(value), where: whereOf(options, 'histogram(…)'), unit: options.unit ?? null } }
}

/**
 * How many different words a field had. Answers `estimate` and `error` (the standard error of the estimate, 0 while it
 * is exact).
 * @param options.exact up to how many words are kept as they are; default 256
 */
export function distinct(field: Word, options: { readonly where?: Predicate; readonly exact?: number } = {}): Measure<{ estimate: number; error: number }> {
  checkOptions(options, ['where', 'exact'], 'distinct(…)')
  return { definition: { kind: 'distinct', field: wordOf(field), where: whereOf(options, 'distinct(…)'), exact: options.exact ?? EXACT_WORDS, unit: null } }
}

/** Up to how many different words are kept as they are, unless declared otherwise. */
export const EXACT_WORDS = 256

function wordOf(field: Word): string {
  if (typeof field?.word === 'string') return field.word
  throw new TidemarkError('DECLARATION_INVALID', 'distinct is given something that is no text', { where: 'measures', hint: 'Give a field of text, or one of oneOf().' })
}

export const builders = { count, delta, min, max, any, histogram, distinct }
export type Builders = typeof builders
