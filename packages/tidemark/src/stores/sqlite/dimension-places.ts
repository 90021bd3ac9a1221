import type { CollectedSeriesDefinition } from '../../definitions/collected.ts'
import { cellOf, type Group } from '../../definitions/cell.ts'
import { OTHER } from '../../definitions/dimension.ts'
import type { WriteSession } from './session.ts'

type Queries = Pick<WriteSession, 'sql'>

/** A definition whose free-text dimensions have the values that the store has met, in the order of their numbers. */
export function withMetValues(read: Queries, seriesId: number, definition: CollectedSeriesDefinition): CollectedSeriesDefinition {
  if (definition.dimensions.every(({ most }) => most === undefined)) return definition
  const met = read.sql('SELECT field, value FROM tm_dimension WHERE series_id = ? ORDER BY field, place').all(seriesId) as { field: string; value: string }[]
  return {
    ...definition,
    dimensions: definition.dimensions.map((dimension) => dimension.most === undefined
      ? dimension
      : { ...dimension, values: met.filter(({ field }) => field === dimension.field).map(({ value }) => value) }),
  }
}

/**
 * The cell of a group that is written, and the definition in which it stands. A free-text value that is new gets the
 * next number, or that of `(other)` when as many as are declared have one; `(other)` takes its own number when it is
 * first needed, so that numbers have no gaps.
 */
export function numberedCell(
  session: WriteSession, seriesId: number, definition: CollectedSeriesDefinition, group: Group,
): { readonly cell: number; readonly definition: CollectedSeriesDefinition } {
  let next = definition
  const known: Record<string, string> = {}
  for (const [field, value] of Object.entries(group)) {
    const dimension = next.dimensions.find((one) => one.field === field)
    known[field] = value
    if (dimension === undefined || dimension.most === undefined || dimension.values.includes(value)) continue
    const full = dimension.values.filter((one) => one !== OTHER).length >= dimension.most
    const written = full ? OTHER : value
    known[field] = written
    if (dimension.values.includes(written)) continue
    session.sql('INSERT INTO tm_dimension (series_id, field, place, value) VALUES (?, ?, ?, ?)').run(seriesId, field, dimension.values.length + 1, written)
    const grown = { ...dimension, values: [...dimension.values, written] }
    next = { ...next, dimensions: next.dimensions.map((one) => (one.field === field ? grown : one)) }
  }
  const cell = cellOf(next.dimensions, known)
  if (cell === undefined) throw new Error(`${JSON.stringify(group)} is no group of ${definition.name}`)
  return { cell, definition: next }
}
