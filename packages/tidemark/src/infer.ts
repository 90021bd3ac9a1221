import type { Fields, InferInput as InputOfFields } from './definitions/field.ts'
import type { AnswerKey, AnswerValue, DimensionsOf, MeasuresOf, Series, WindowsOf } from './definitions/series.ts'
import type { Stream } from './definitions/stream.ts'
import type { QueryRow, WindowRow } from './query/answer.ts'
import type { Comparison, QueryRequest, WindowRequest } from './query/request.ts'

/** The object that an event of a stream is given as. */
export type InferInput<S extends Stream> = S extends Stream<infer F extends Fields> ? InputOfFields<F> : never

/** The keys that can be selected of a series: `contributions.sum`, `fixShare.value`. */
export type InferKey<S extends Series> = AnswerKey<MeasuresOf<S>>

/** The keys of a row beside its answers, without the index signature of the untyped row. */
type Head<Row> = { [K in keyof Row as K extends `${string}.${string}` ? never : K]: Row[K] }

type Compared<Key extends string, C extends Comparison> = [C] extends [never] ? never : `${Key}@${C}`

type Answers<S extends Series, Key extends string, C extends Comparison> =
  { readonly [K in Key]: AnswerValue<MeasuresOf<S>, K> | null } &
  { readonly [K in Key as Compared<K, C>]: AnswerValue<MeasuresOf<S>, K> | null }

type Flat<T> = { [K in keyof T]: T[K] }

/** A row of an answer: for `InferRow<typeof activity, 'contributions.sum'>`, `'contributions.sum'` is a number or null. */
export type InferRow<S extends Series, Key extends InferKey<S> = InferKey<S>, C extends Comparison = never> =
  Flat<Head<QueryRow> & Answers<S, Key, C>>

/** A row of an answer by anchored windows, as `InferRow`. */
export type InferWindowRow<S extends Series, Key extends InferKey<S> = InferKey<S>> = Flat<Head<WindowRow> & Answers<S, Key, never>>

/** What can be asked of one series: only its own answers, dimensions and windows. */
export interface QueryOf<S extends Series, Key extends string, C extends Comparison> extends Omit<QueryRequest<Key>, 'by' | 'where' | 'compare'> {
  readonly by?: readonly DimensionsOf<S>[]
  readonly where?: Readonly<Partial<Record<DimensionsOf<S>, string>>>
  readonly compare?: readonly C[]
}

export interface WindowOf<S extends Series, Key extends string> extends Omit<WindowRequest<Key>, 'by' | 'where' | 'window'> {
  readonly by?: readonly DimensionsOf<S>[]
  readonly where?: Readonly<Partial<Record<DimensionsOf<S>, string>>>
  readonly window?: WindowsOf<S>
}
