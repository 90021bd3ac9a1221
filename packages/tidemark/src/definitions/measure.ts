import type { PredicateExpression, ValueExpression, ValueShape } from './expression.ts'

/** The plain form of a measure: what is stored, hashed and evaluated. Changing any of it needs a new name. */
export type MeasureDefinition =
  | { readonly kind: 'count'; readonly where: PredicateExpression | null; readonly unit: string | null }
  | DeltaDefinition
  | ExtremeDefinition
  | { readonly kind: 'flag'; readonly where: PredicateExpression | null; readonly unit: null }
  | RatioDefinition

export interface DeltaDefinition {
  readonly kind: 'delta'
  readonly value: ValueExpression
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

/** A declared measure. `Answers` maps each answer it gives to the type of its value, for inference only. */
export interface Measure<Answers extends object = object> {
  readonly definition: MeasureDefinition
  readonly '~answers'?: Answers
}

export type AnswersOf<M extends Measure> = NonNullable<M['~answers']>
