import { cellOf, type Group } from '../../definitions/cell.ts'
import { type DimensionDefinition, isFull, type MetByTenant, type MetValues, OTHER } from '../../definitions/dimension.ts'
import type { WriteSession } from './session.ts'

type Queries = Pick<WriteSession, 'sql'>

/** Whose values are numbered: each tenant of a series has numbers and a bound of its own. */
export interface PlaceOwner {
  readonly seriesId: number
  readonly tenantId: number
}

interface MetRow {
  readonly tenant: string
  readonly field: string
  readonly value: string
}

/** The values that a series' free-text dimensions have met; of one tenant by its name, or null for all. */
export function readMet(read: Queries, seriesId: number, tenant: string | null): MetByTenant {
  const rows = read.sql(`SELECT t.name AS tenant, d.field, d.value FROM tm_tenant t CROSS JOIN tm_dimension d ON d.tenant_id = t.id AND d.series_id = :series ${tenant === null ? '' : 'WHERE t.name = :tenant '}ORDER BY d.tenant_id, d.field, d.place`)
    .all({ series: seriesId, ...(tenant === null ? {} : { tenant }) }) as MetRow[]
  return new Map([...Map.groupBy(rows, (row) => row.tenant)].map(([name, own]): [string, MetValues] => [
    name, new Map([...Map.groupBy(own, ({ field }) => field)].map(([field, met]) => [field, met.map(({ value }) => value)])),
  ]))
}

/**
 * The cell of a group that is written, and the dimensions in which it stands. A free-text value that is new to the
 * tenant gets the next number, or that of `(other)` when as many as are declared have one; `(other)` takes its own
 * number when it is first needed, so that numbers have no gaps.
 *
 * @param dimensions with what the tenant has met
 */
export function numberedCell(
  session: WriteSession, { seriesId, tenantId }: PlaceOwner, dimensions: readonly DimensionDefinition[], group: Group,
): { readonly cell: number; readonly dimensions: readonly DimensionDefinition[] } {
  let next = dimensions
  const known: Record<string, string> = {}
  for (const [field, value] of Object.entries(group)) {
    const dimension = next.find((one) => one.field === field)
    known[field] = value
    if (dimension === undefined || dimension.most === undefined || dimension.values.includes(value)) continue
    const written = isFull(dimension) ? OTHER : value
    known[field] = written
    if (dimension.values.includes(written)) continue
    // An answer by this dimension has a row of the value in every period.
    session.touching.whole(seriesId, tenantId)
    session.sql('INSERT INTO tm_dimension (tenant_id, series_id, field, place, value) VALUES (?, ?, ?, ?, ?)').run(tenantId, seriesId, field, dimension.values.length + 1, written)
    const grown = { ...dimension, values: [...dimension.values, written] }
    next = next.map((one) => (one.field === field ? grown : one))
  }
  const cell = cellOf(next, known)
  if (cell === undefined) throw new Error(`${JSON.stringify(group)} is no group of series ${seriesId}`)
  return { cell, dimensions: next }
}

/**
 * Forgets the values of a tenant of which a series has no entity left. While one is, its rows are told by their numbers;
 * while one is being erased, some of those rows may still be there.
 */
export function forgetMet(session: WriteSession, tenant: string): void {
  session.sql(`DELETE FROM tm_dimension WHERE tenant_id = (SELECT id FROM tm_tenant WHERE name = :tenant)
    AND NOT EXISTS (SELECT 1 FROM tm_rostered x WHERE x.tenant_id = tm_dimension.tenant_id AND x.series_id = tm_dimension.series_id)
    AND NOT EXISTS (SELECT 1 FROM tm_erasure x WHERE x.tenant = :tenant)`).run({ tenant })
}
