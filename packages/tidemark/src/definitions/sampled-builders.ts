import { TidemarkError } from '../errors.ts'
import type { Field } from './field.ts'
import type { Across, Measure } from './measure.ts'
import { EXACT_WORDS, type Printed } from './measure-builders.ts'
import type { ValueShape } from './expression.ts'
import { checkDistinct } from './name.ts'
import { checkOptions } from './options.ts'

/** What a number is declared as: `integer()`, `bigint()` or `decimal(2)`. */
type NumberField<Type extends ValueShape['type'] = ValueShape['type']> = Field<Type, never> | Field<Type, unknown>

/** What a collector gives for a number: exact, or null where there is none. A decimal as a string, or a number that is exact. */
type NumberInput = number | bigint | string | null

function shapeOf(field: NumberField): ValueShape {
  const definition = field?.definition
  switch (definition?.type) {
    case 'integer':
    case 'bigint':
      return { type: definition.type, scale: 0 }
    case 'decimal':
      if (Number.isInteger(definition.scale) && definition.scale >= 0 && definition.scale <= 9) return { type: 'decimal', scale: definition.scale }
      throw new TidemarkError('DECLARATION_INVALID', `a decimal's scale is 0 to 9, not ${String(definition.scale)}`, { where: 'measures' })
    default:
      throw new TidemarkError('DECLARATION_INVALID', `a measure is of integer(), bigint() or decimal(), not ${String(definition?.type)}`, { where: 'measures' })
  }
}

interface LevelOptions {
  /** How a total is made of several entities; default `none`: it is refused. */
  readonly across?: Across
  readonly unit?: string
}

const ACROSS: readonly Across[] = ['sum', 'min', 'max', 'none']
const RESETS = ['never', 'detect'] as const

/** A configuration is not compiled when it is loaded. */
function oneOfThese<Word extends string>(what: string, words: readonly Word[], value: Word): Word {
  if (words.includes(value)) return value
  throw new TidemarkError('DECLARATION_INVALID', `${what} is one of ${words.join(', ')}, not ${JSON.stringify(value)}`, { where: 'measures' })
}

/** A level. Answers `first`, `last`, `min`, `max` and `mean`, weighted by the length of each captured window. */
export function gauge<Type extends ValueShape['type']>(field: NumberField<Type>, options: LevelOptions = {}): Measure<
  { first: Printed<Type>; last: Printed<Type>; min: Printed<Type>; max: Printed<Type>; mean: string }, NumberInput
> {
  checkOptions(options, ['across', 'unit'], 'gauge(…)')
  return { definition: { kind: 'gauge', shape: shapeOf(field), across: oneOfThese('across', ACROSS, options.across ?? 'none'), unit: options.unit ?? null } }
}

/** A total that runs on. Answers `last`, and `increase`: what it grew by since the nearest earlier captured window. */
export function counter<Type extends ValueShape['type']>(
  field: NumberField<Type>, options: LevelOptions & { readonly resets?: 'never' | 'detect' } = {},
): Measure<{ last: Printed<Type>; increase: Printed<Type> }, NumberInput> {
  checkOptions(options, ['resets', 'across', 'unit'], 'counter(…)')
  const resets = oneOfThese('resets', RESETS, options.resets ?? 'never')
  return { definition: { kind: 'counter', shape: shapeOf(field), resets, across: oneOfThese('across', ACROSS, options.across ?? 'none'), unit: options.unit ?? null } }
}

/** One of some words. Answers `last`, and the share of time in each: `status.share:active`; in totals entities by word: `status.count:active`. */
export function state<const Values extends readonly [string, ...string[]]>(values: Values): Measure<
  { last: Values[number] } & { [Value in Values[number] as `share:${Value}`]: string } & { [Value in Values[number] as `count:${Value}`]: number },
  Values[number] | null
> {
  checkDistinct('values', values, 'measures')
  return { definition: { kind: 'state', values: [...values], unit: null } }
}

/** How many; a window's own number. Answers `sum`. */
export function count(options: { readonly unit?: string } = {}): Measure<{ sum: number }, number> {
  checkOptions(options, ['unit'], 'count(…)')
  return { definition: { kind: 'count', where: null, unit: options.unit ?? null } }
}

/** How much; a window's own amount. Answers `sum`, `n` (windows that had a value) and `mean`. */
export function delta<Type extends ValueShape['type']>(
  field: NumberField<Type>, options: { readonly unit?: string } = {},
): Measure<{ sum: Printed<Type>; n: number; mean: string }, NumberInput> {
  checkOptions(options, ['unit'], 'delta(…)')
  return { definition: { kind: 'delta', value: null, shape: shapeOf(field), where: null, unit: options.unit ?? null } }
}

/** Yes or no, at each capture. Answers `any`, `all` and `count`: the windows in which it was true. */
export function flag(): Measure<{ any: boolean; all: boolean; count: number }, boolean | null> {
  return { definition: { kind: 'sampledFlag', unit: null } }
}

/** How a window's values are distributed. Answers `n` and quantiles (see the event-fed `histogram`). */
export function histogram<Type extends ValueShape['type']>(
  field: NumberField<Type>, options: { readonly unit?: string } = {},
): Measure<{ n: number } & { [Quantile in `p${number}`]: Printed<Type> }, readonly Exclude<NumberInput, null>[]> {
  checkOptions(options, ['unit'], 'histogram(…)')
  return { definition: { kind: 'histogram', value: null, shape: shapeOf(field), where: null, unit: options.unit ?? null } }
}

/** How many different words there were in a window. Answers `estimate` and `error`. */
export function distinct(options: { readonly exact?: number } = {}): Measure<{ estimate: number; error: number }, readonly string[]> {
  checkOptions(options, ['exact'], 'distinct(…)')
  return { definition: { kind: 'distinct', field: null, where: null, exact: options.exact ?? EXACT_WORDS, unit: null } }
}

export const sampledBuilders = { gauge, counter, state, count, delta, flag, histogram, distinct }
export type SampledBuilders = typeof sampledBuilders
