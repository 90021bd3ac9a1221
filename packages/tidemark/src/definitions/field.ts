import { TidemarkError } from '../errors.ts'
import { checkOptions } from './options.ts'

/** What a field of an event holds. Plain data: it is stored with the definition and hashed. */
export type FieldDefinition =
  | { readonly type: 'text'; readonly optional: boolean }
  | { readonly type: 'integer'; readonly optional: boolean }
  | { readonly type: 'bigint'; readonly optional: boolean }
  | { readonly type: 'decimal'; readonly optional: boolean; readonly scale: number }
  | { readonly type: 'boolean'; readonly optional: boolean }
  | { readonly type: 'instant'; readonly optional: boolean; readonly offset: 'kept' | 'dropped' }
  | { readonly type: 'oneOf'; readonly optional: boolean; readonly values: readonly string[] }

export type FieldType = FieldDefinition['type']

/** A declared field, and the TypeScript type of its value in an event (`Input`) for inference only. */
export interface Field<Type extends FieldType = FieldType, Input = unknown, Value extends string = string> {
  readonly definition: FieldDefinition
  readonly '~types'?: { readonly type: Type; readonly input: Input; readonly value: Value }
  /** The event may leave this field out; its measures then count only events that have it. */
  optional(): Field<Type, Input | undefined, Value>
}

function field<Type extends FieldType, Input, Value extends string = string>(definition: FieldDefinition): Field<Type, Input, Value> {
  return {
    definition: Object.freeze(definition),
    optional: () => field<Type, Input | undefined, Value>({ ...definition, optional: true }),
  }
}

/** A string of at most 4,096 characters, without NUL or lone surrogates. */
export function text(): Field<'text', string> {
  return field({ type: 'text', optional: false })
}

/** A whole number from −(2^53 − 1) to 2^53 − 1. */
export function integer(): Field<'integer', number> {
  return field({ type: 'integer', optional: false })
}

/** A whole number of 64 bits; in JSON and CSV a string of digits. */
export function bigint(): Field<'bigint', bigint | string> {
  return field({ type: 'bigint', optional: false })
}

/** An exact decimal with `scale` digits after the point (0 to 9), 18 digits in all; in JSON a string or a number that is exact. */
export function decimal(scale: number): Field<'decimal', string | number> {
  return field({ type: 'decimal', optional: false, scale })
}

/** True or false; in CSV also 1 and 0. */
export function boolean(): Field<'boolean', boolean> {
  return field({ type: 'boolean', optional: false })
}

/**
 * A moment, written as ISO 8601 with an offset (`2024-03-01T09:30:00+01:00`), to the millisecond.
 * `offset: 'kept'` remembers the offset it was written in; a stream whose days are `eventOffset` needs that.
 */
export function instant(options: { readonly offset: 'kept' | 'dropped' } = { offset: 'dropped' }): Field<'instant', string | Date> {
  checkOptions(options, ['offset'], 'instant(…)')
  const offset = options.offset ?? 'dropped'
  if (offset === 'kept' || offset === 'dropped') return field({ type: 'instant', optional: false, offset })
  throw new TidemarkError('DECLARATION_INVALID', `offset is 'kept' or 'dropped', not ${JSON.stringify(offset)}`, { where: 'instant(…)' })
}

/** One of the given words. Such a field can be a dimension of a series. */
export function oneOf<const Values extends readonly [string, ...string[]]>(values: Values): Field<'oneOf', Values[number], Values[number]> {
  return field({ type: 'oneOf', optional: false, values: Object.freeze([...values]) })
}

/** The declared fields of a stream, by name; those of an event that are not declared are ignored. */
export type Fields = Readonly<Record<string, Field>>

type FieldTypes<F extends Field> = NonNullable<F['~types']>

/** The names of the fields of one of the given types. */
export type FieldsOf<F extends Fields, Type extends FieldType> = {
  [K in keyof F & string]: FieldTypes<F[K]>['type'] extends Type ? K : never
}[keyof F & string]

type OptionalKeys<F extends Fields> = { [K in keyof F]: undefined extends FieldTypes<F[K]>['input'] ? K : never }[keyof F]

/** The object that an event of these fields is given as. */
export type InferInput<F extends Fields> = {
  [K in Exclude<keyof F, OptionalKeys<F>>]: FieldTypes<F[K]>['input']
} & { [K in OptionalKeys<F>]?: FieldTypes<F[K]>['input'] } extends infer Flat
  ? { [K in keyof Flat]: Flat[K] }
  : never

export type ValuesOf<F extends Field> = FieldTypes<F>['value']
export type TypeOf<F extends Field> = FieldTypes<F>['type']
