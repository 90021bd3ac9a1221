import type { Gate } from '../access/gate.ts'
import { keyOf } from '../query/asked.ts'
import type { EntityName, EntityRow } from '../query/entity-names.ts'
import type { Column } from './columns.ts'

/** The names of a page's entities as its document tells them: left out where none has one. */
export async function namesTold(gate: Gate, series: string, rows: readonly EntityRow[]): Promise<{ readonly names?: readonly EntityName[] }> {
  const names = await gate.names(series, rows)
  return names.length === 0 ? {} : { names }
}

/**
 * A column of names: `name`, or where another column is called so `PATH.name`.
 *
 * @param path where a row has its entity
 * @param of whose row it is
 */
export function nameColumn(path: string, taken: readonly string[], names: readonly EntityName[], of: (row: Readonly<Record<string, unknown>>) => EntityRow): Column {
  const known = new Map(names.map(({ tenant, entity, name }) => [keyOf(tenant, entity), name]))
  return {
    name: taken.includes('name') ? `${path}.name` : 'name', type: 'text',
    value: (row) => {
      const { tenant, entity } = of(row)
      return entity === null ? null : known.get(keyOf(tenant, entity)) ?? null
    },
  }
}
