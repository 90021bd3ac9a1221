import { isCollected, type SeriesDefinition } from '../definitions/series.ts'
import type { Snapshot } from '../stores/contract/read.ts'
import { keyOf } from './asked.ts'
import { filterOf } from './question.ts'

/** What people call an entity: what the roster of a collected series says under `name`. */
export interface EntityName {
  readonly tenant: string
  readonly entity: string
  readonly name: string
}

/** What a row is of; a total has no entity. */
export interface EntityRow {
  readonly tenant: string
  readonly entity: string | null
}

/** Collected series of the kind of entity that a series is of, the series itself first: their rosters may know names. */
export function rosteredOf(all: readonly SeriesDefinition[], own: SeriesDefinition): readonly string[] {
  return all.filter((one) => isCollected(one) && one.of.name === own.of.name).sort((a, b) => Number(b === own) - Number(a === own)).map(({ name }) => name)
}

/** The attribute of a roster that is a display name. */
const ATTRIBUTE = 'name'

/**
 * The names of entities that have one, by `keyOf`.
 *
 * @param rostered as `rosteredOf` tells; the first that knows a name counts
 * @param tenant null: of all
 * @param entities null: all
 */
export async function entityNames(snapshot: Pick<Snapshot, 'attributes'>, rostered: readonly string[], tenant: string | null, entities: readonly string[] | null): Promise<ReadonlyMap<string, EntityName>> {
  const names = new Map<string, EntityName>()
  if (entities?.length === 0) return names
  for (const series of rostered) {
    for (const { tenant: of, entity, value } of await snapshot.attributes(series, ATTRIBUTE, filterOf(tenant, entities))) {
      const key = keyOf(of, entity)
      if (value !== '' && !names.has(key)) names.set(key, { tenant: of, entity, name: value })
    }
  }
  return names
}

/** The names of the entities of rows, ordered by tenant and entity; of those that have none there is nothing. */
export async function namesOfRows(snapshot: Pick<Snapshot, 'attributes'>, rostered: readonly string[], rows: readonly EntityRow[]): Promise<readonly EntityName[]> {
  const asked = new Set<string>()
  const tenants = new Set<string>()
  const entities = new Set<string>()
  for (const { tenant, entity } of rows) {
    if (entity === null) continue
    asked.add(keyOf(tenant, entity))
    tenants.add(tenant)
    entities.add(entity)
  }
  const [only = null] = tenants.size === 1 ? tenants : []
  const names = await entityNames(snapshot, rostered, only, [...entities])
  // Of several tenants one may have, under the same id, an entity that is not in the rows.
  return [...names].filter(([key]) => asked.has(key)).map(([, name]) => name).sort((a, b) => order(a.tenant, b.tenant) || order(a.entity, b.entity))
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
