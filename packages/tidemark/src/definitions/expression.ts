/**
 * What a measure reads from an event, as data: it is stored, hashed and evaluated by the engine.
 * It is never a closure over rows.
 */
export type ValueExpression =
  | { readonly op: 'field'; readonly field: string }
  /** Whole seconds since midnight on the wall clock of the event's day: its own offset for label days, else the entity's zone. */
  | { readonly op: 'timeOfDay'; readonly field: string }

export type PredicateExpression =
  | { readonly op: 'in'; readonly field: string; readonly values: readonly string[] }
  | { readonly op: 'true'; readonly field: string }
  | { readonly op: 'present'; readonly field: string }
  | { readonly op: 'compare'; readonly field: string; readonly with: '<' | '<=' | '>' | '>=' | '='; readonly value: string }
  | { readonly op: 'and' | 'or'; readonly all: readonly PredicateExpression[] }
  | { readonly op: 'not'; readonly of: PredicateExpression }

/** What a value expression yields. `scale` is 0 but for decimals. */
export interface ValueShape {
  readonly type: 'integer' | 'bigint' | 'decimal'
  readonly scale: number
}
