import { client, dataOf, type Schemas } from './client.ts'

export type ListedEntity = Schemas['Entities']['entities'][number]

/** An entity by its id. */
export interface EntityKey {
  readonly series: string
  readonly tenant: string
  readonly entity: string
}

interface Waiting {
  readonly entity: string
  resolve(found: ListedEntity | null): void
  reject(error: unknown): void
}

/** So many ids, of so many characters together, fit into one address. */
const MOST_IDS = 100
const MOST_CHARACTERS = 5000

let asked = new Map<string, { readonly series: string; readonly tenant: string; readonly all: Waiting[] }>()

/** The entity as it is listed; null where there is none. Those that are asked for at once are asked for together: a table has hundreds. */
export function lookUpEntity({ series, tenant, entity }: EntityKey): Promise<ListedEntity | null> {
  return new Promise((resolve, reject) => {
    if (asked.size === 0) setTimeout(askAll, 0)
    const key = JSON.stringify([series, tenant])
    const together = asked.get(key) ?? { series, tenant, all: [] }
    together.all.push({ entity, resolve, reject })
    asked.set(key, together)
  })
}

function askAll(): void {
  const now = asked
  asked = new Map()
  for (const { series, tenant, all } of now.values()) for (const some of parts(all)) void ask(series, tenant, some)
}

async function ask(series: string, tenant: string, some: readonly Waiting[]): Promise<void> {
  try {
    const ids = [...new Set(some.map(({ entity }) => entity))]
    const { entities } = await dataOf(client.GET('/v1/series/{series}/entities', { params: { path: { series }, query: { tenant, entity: ids, limit: MOST_IDS } } }))
    const found = new Map(entities.map((one) => [one.entity, one]))
    for (const { entity, resolve } of some) resolve(found.get(entity) ?? null)
  } catch (error) {
    for (const { reject } of some) reject(error)
  }
}

/** In parts that an address can hold. */
export function parts<T extends { readonly entity: string }>(all: readonly T[]): readonly (readonly T[])[] {
  const told: T[][] = []
  let characters = 0
  for (const one of all) {
    const length = encodeURIComponent(one.entity).length + '&entity='.length
    const last = told.at(-1)
    if (last === undefined || last.length >= MOST_IDS || characters + length > MOST_CHARACTERS) {
      told.push([one])
      characters = length
    } else {
      last.push(one)
      characters += length
    }
  }
  return told
}
