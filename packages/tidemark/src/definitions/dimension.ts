/** A dimension: a field whose every combination of values has a cell of its own beside the whole. */
export interface DimensionDefinition {
  readonly field: string
  /**
   * In the order of their cells. Of a free-text dimension a declaration has none: the store numbers values as they
   * come, and gives the definition with those it has met.
   */
  readonly values: readonly string[]
  /** Of a free-text dimension: how many values have cells of their own; later ones share the cell of `(other)`. */
  readonly most?: number
}

/** Where values past a free-text dimension's bound are counted. */
export const OTHER = '(other)'
