import type { Fields, InferInput as InputOfFields } from './definitions/field.ts'
import type { AnswerKey, AnswerValue, DimensionsOf, MeasuresOf, Series, WindowsOf } from './definitions/series.ts'
import type { Stream } from './definitions/stream.ts'
import type { CollectedSeries } from './definitions/collected-chain.ts'
import type { AnswersOf, Measure } from './definitions/measure.ts'
import type { Coverage, QueryRow, WindowRow } from './query/answer.ts'
import type { CollectedInspection } from './query/collected/inspection.ts'
import type { StandingState } from './query/collected/state-at.ts'
import type { Inspection } from './query/inspection.ts'
import type { RankRequest, RankRow } from './query/rank.ts'
import type { Comparison, QueryRequest, WindowRequest } from './query/request.ts'

/** The object that an event of a stream is given as. */
export type InferInput<S extends Stream> = S extends Stream<infer F extends Fields> ? InputOfFields<F> : never

/** The keys that can be selected of a series: `contributions.sum`, `fixShare.value`. */
export type InferKey<S extends Series> = AnswerKey<MeasuresOf<S>>

/** The keys of a row beside its answers and what it is compared with, without the index signature of the untyped row. */
type Head<Row> = { [K in keyof Row as K extends `${string}.${string}` | `coverage@${string}` ? never : K]: Row[K] }

type Compared<Key extends string, C extends Comparison> = [C] extends [never] ? never : `${Key}@${C}`

type Answers<S extends Series, Key extends string, C extends Comparison> =
  { readonly [K in Key]: AnswerValue<MeasuresOf<S>, K> | null } &
  { readonly [K in Key as Compared<K, C>]: AnswerValue<MeasuresOf<S>, K> | null } &
  { readonly [K in C as `coverage@${K}`]: Coverage | null }

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

/** The answer that stands for a measure by itself: the same choice as in query/collected/state-at.ts. */
type StandingOf<M extends Measure> = FirstOf<AnswersOf<M>, ['last', 'value', 'sum', 'any', 'estimate', 'n']>

type FirstOf<Answers, Names extends readonly string[]> = Names extends readonly [infer Name, ...infer Rest extends readonly string[]]
  ? Name extends keyof Answers ? Answers[Name] : FirstOf<Answers, Rest>
  : never

/** What an entity was like at an instant, by measure: `state.values.volunteers` is a number or null. */
export type InferState<S extends CollectedSeries> = StandingState<
  { readonly [K in keyof MeasuresOf<S>]: StandingOf<MeasuresOf<S>[K]> | null }, NonNullable<S['~payload']>
>

/** How entities of one series are ranked: only by its own answers. */
export interface RankOf<S extends Series, Key extends string> extends Omit<RankRequest<Key>, 'where'> {
  readonly where?: Readonly<Partial<Record<DimensionsOf<S>, string>>>
}

export type InferRank<S extends Series, Key extends InferKey<S>> = RankRow<AnswerValue<MeasuresOf<S>, Key>>

/** What is known of a row: of a captured window, or of days of events. */
export type InspectionOf<S extends Series | string> = S extends string ? Inspection | CollectedInspection : S extends CollectedSeries ? CollectedInspection : Inspection
