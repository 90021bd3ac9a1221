/** A dimension: a field whose every combination of values has a cell of its own beside the whole. */
export interface DimensionDefinition {
  readonly field: string
  /**
   * In the order of their cells. Of a free-text dimension a declaration has none: each tenant's values are numbered as
   * they come (see `MetValues`).
   */
  readonly values: readonly string[]
  /** Of a free-text dimension: how many values of a tenant have cells of their own; later ones share the cell of `(other)`. */
  readonly most?: number
}

/** Where values past a free-text dimension's bound are counted. */
export const OTHER = '(other)'

/** The values of one tenant that free-text dimensions have met, by field, in the order of their numbers. */
export type MetValues = ReadonlyMap<string, readonly string[]>

/** The same by tenant. One tenant's numbers and bound are no other's. */
export type MetByTenant = ReadonlyMap<string, MetValues>

/** The dimensions by which a tenant's cells are told. */
export type DimensionsOf = (tenant: string) => readonly DimensionDefinition[]

export function hasFreeText(dimensions: readonly DimensionDefinition[]): boolean {
  return dimensions.some(({ most }) => most !== undefined)
}

/** Whether every number of a free-text dimension is given: another value is counted in `(other)`. */
export function isFull({ values, most }: DimensionDefinition): boolean {
  return most !== undefined && values.filter((value) => value !== OTHER).length >= most
}

/** Dimensions with what a tenant has met; declared values stay. */
export function withMet(dimensions: readonly DimensionDefinition[], met: MetValues | undefined): readonly DimensionDefinition[] {
  return dimensions.map((dimension) => (dimension.most === undefined ? dimension : { ...dimension, values: met?.get(dimension.field) ?? [] }))
}

/** Rows come tenant by tenant, and each has a cell to tell: a tenant's dimensions are made once. */
export function dimensionsByTenant(dimensions: readonly DimensionDefinition[], met: MetByTenant): DimensionsOf {
  if (!hasFreeText(dimensions)) return () => dimensions
  const made = new Map<string, readonly DimensionDefinition[]>()
  return (tenant) => {
    let own = made.get(tenant)
    if (own === undefined) made.set(tenant, own = withMet(dimensions, met.get(tenant)))
    return own
  }
}
