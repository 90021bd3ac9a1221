import type { PredicateExpression, ValueExpression, ValueShape } from './expression.ts'

/** The plain form of a measure: what is stored, hashed and evaluated. Changing any of it needs a new name. */
export type MeasureDefinition =
  | { readonly kind: 'count'; readonly where: PredicateExpression | null; readonly unit: string | null }
  | DeltaDefinition
  | ExtremeDefinition
  | { readonly kind: 'flag'; readonly where: PredicateExpression | null; readonly unit: null }
  | { readonly kind: 'sampledFlag'; readonly unit: null }
  | GaugeDefinition
  | CounterDefinition
  | StateDefinition
  | HistogramDefinition
  | DistinctDefinition
  | RatioDefinition

export interface DeltaDefinition {
  readonly kind: 'delta'
  /** null: the value that is collected for the window. */
  readonly value: ValueExpression | null
  readonly shape: ValueShape
  readonly where: PredicateExpression | null
  readonly unit: string | null
}

/** The least or the greatest value over events: each declared extreme keeps the one side it declares. */
export interface ExtremeDefinition {
  readonly kind: 'extreme'
  readonly side: 'min' | 'max'
  readonly value: ValueExpression
  readonly shape: ValueShape
  readonly where: PredicateExpression | null
  readonly unit: string | null
}

/** How the values of several entities make one of a total. `none`: they do not. */
export type Across = 'sum' | 'min' | 'max' | 'none'

/** A level, read at each capture: what is there, not what happened. */
export interface GaugeDefinition {
  readonly kind: 'gauge'
  readonly shape: ValueShape
  readonly across: Across
  readonly unit: string | null
}

/** A total that runs on, read at each capture: a window's value is what it grew by. */
export interface CounterDefinition {
  readonly kind: 'counter'
  readonly shape: ValueShape
  /** `never`: a fall is a correction, and the increase negative. `detect`: a fall starts from 0 again. */
  readonly resets: 'never' | 'detect'
  /** Of `last`; increases always add up. */
  readonly across: Across
  readonly unit: string | null
}

/** One of some words, read at each capture. */
export interface StateDefinition {
  readonly kind: 'state'
  readonly values: readonly string[]
  readonly unit: null
}

/** How values are distributed, in integer log-linear buckets (see measures/histogram.ts). */
export interface HistogramDefinition {
  readonly kind: 'histogram'
  /** null: the values that are collected for the window. */
  readonly value: ValueExpression | null
  readonly shape: ValueShape
  readonly where: PredicateExpression | null
  readonly unit: string | null
}

/** How many different words there were: exact up to `exact`, then an estimate (see measures/distinct.ts). */
export interface DistinctDefinition {
  readonly kind: 'distinct'
  /** null: the words that are collected for the window. */
  readonly field: string | null
  readonly where: PredicateExpression | null
  readonly exact: number
  readonly unit: null
}

/** Recomputed from its parts at every answer; it has no state of its own. */
export interface RatioDefinition {
  readonly kind: 'ratio'
  readonly numerator: string
  readonly denominator: string
  /** Digits after the point, rounded half to even once. */
  readonly scale: number
  readonly unit: null
}

export type MeasureKind = MeasureDefinition['kind']

/**
 * A declared measure. `Answers` maps each answer it gives to the type of its value, and `Input` is what a collector
 * gives for it; both for inference only.
 */
export interface Measure<Answers extends object = object, Input = unknown> {
  readonly definition: MeasureDefinition
  readonly '~answers'?: Answers
  readonly '~input'?: Input
}

export type AnswersOf<M extends Measure> = NonNullable<M['~answers']>
export type InputOf<M extends Measure> = Exclude<M['~input'], undefined>
