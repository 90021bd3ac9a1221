import { cellsBy, type Group, groupOf } from '../definitions/cell.ts'
import { type DimensionDefinition, isFull, OTHER } from '../definitions/dimension.ts'
import type { SeriesDefinition } from '../definitions/series.ts'
import { TidemarkError } from '../errors.ts'
import { nearest } from '../nearest.ts'
import { list, text } from './words.ts'

/** By which dimensions is answered, and which of their values are fixed: every word that a declaration tells is known. */
export interface AskedGroups {
  readonly by: readonly string[]
  readonly where: Group
  /** Beside the groups by several dimensions, those by each subset of them, and the whole. */
  readonly margins: boolean
}

/** The cells to answer of a tenant and, in the same places, the groups that they number; in the order of their rows. */
export interface GroupCells {
  readonly cells: readonly number[]
  readonly groups: readonly (Group | null)[]
}

/** Throws DIMENSION_UNKNOWN, DIMENSION_VALUE_UNKNOWN, REQUEST_INVALID for the first word that is wrong. */
export function readGroups(series: SeriesDefinition, asked: { readonly where?: unknown; readonly by?: unknown }, margins = false): AskedGroups {
  const fields = series.dimensions.map((dimension) => dimension.field)
  const given = asked.where ?? {}
  const by = list(asked.by ?? [], 'by')
  if (typeof given !== 'object') throw new TidemarkError('REQUEST_INVALID', 'where is no object', { where: 'where' })
  for (const [key, place] of [...Object.keys(given).map((field) => [field, 'where'] as const), ...by.map((field) => [field, 'by'] as const)]) {
    if (fields.includes(key)) continue
    throw new TidemarkError('DIMENSION_UNKNOWN', `${series.name} is not split by ${JSON.stringify(key)}`, { where: place, hint: nearest(key, fields) })
  }
  const where = Object.fromEntries(Object.entries(given).map(([field, value]) => [field, text(value, `where.${field}`)]))
  for (const { field, values, most } of series.dimensions) {
    const value = where[field]
    if (value === undefined || most !== undefined || values.includes(value)) continue
    throw new TidemarkError('DIMENSION_VALUE_UNKNOWN', `${field} has no value ${JSON.stringify(value)}`, { where: `where.${field}`, hint: nearest(value, values) })
  }
  return { by, where, margins }
}

/**
 * @param dimensions with the values that they have met of the tenant
 * @throws DIMENSION_VALUE_UNKNOWN for a value that came after the bound: the rows of `(other)` may have it
 */
export function groupCells(dimensions: readonly DimensionDefinition[], { by, where, margins }: AskedGroups, tenant: string): GroupCells {
  let unmet = false
  const known = dimensions.map((dimension): DimensionDefinition => {
    const { field, values, most } = dimension
    const value = where[field]
    if (value === undefined || values.includes(value)) return dimension
    if (value !== OTHER && isFull(dimension)) {
      throw new TidemarkError('DIMENSION_VALUE_UNKNOWN', `${field} has no value ${JSON.stringify(value)} of its own for ${JSON.stringify(tenant)}`, {
        where: `where.${field}`, hint: `Values that came after the first ${most} of a tenant are counted in ${OTHER}.`,
      })
    }
    // Until its bound is reached, a free-text dimension can have any value.
    unmet = true
    return { ...dimension, values: [...values, value] }
  })
  const cells = (margins ? subsetsOf(by) : [by]).flatMap((some) => cellsBy(known, some, where))
  const groups = cells.map((cell) => groupOf(known, cell))
  // Numbers that no row has.
  return { cells: unmet ? cells.map((cell) => -cell) : cells, groups }
}

/** The largest first, and the empty one last. */
function subsetsOf(words: readonly string[]): readonly (readonly string[])[] {
  const [first, ...rest] = words
  if (first === undefined) return [[]]
  const others = subsetsOf(rest)
  return [...others.map((some) => [first, ...some]), ...others]
}
