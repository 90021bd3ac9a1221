import type { Server, ServeOptions } from '../../src/server/server.ts'
import { ask, Place, sale, sales, turnover, words } from './place.ts'
import { type Loot, SECRET } from './foreign-ways.ts'

/** One history with its server, and tokens that are alike in both worlds. */
export interface WorldServed {
  readonly place: Place
  readonly server: Server
  /** By role: tokens that are bound to acme, and ones that are bound to nothing. */
  readonly bound: Readonly<Record<string, string>>
  readonly free: Readonly<Record<string, string>>
}

const ROLES = ['admin', 'analyst', 'developer', 'viewer'] as const

/**
 * A world of acme, in which the other tenant is, or is not. All that acme has was made before the other came, so that
 * nothing but the other tells the two worlds apart.
 */
export async function worldServed(withOther: boolean, options: ServeOptions | ((place: Place) => ServeOptions) = {}): Promise<WorldServed> {
  const place = await new Place().open()
  const tokens: Record<'bound' | 'free', Record<string, string>> = { bound: {}, free: {} }
  for (const role of ROLES) {
    tokens.bound[role] = await place.token(role, ['acme'])
    tokens.free[role] = await place.token(role)
  }
  await place.history.ingest(sales, ['one', 'two'].flatMap((name, n) => Array.from({ length: 8 }, (_, i) => sale('acme', name, `${name}-${i}`, `2026-02-0${1 + i}T10:00:00Z`, { items: i + n }))))
  await place.history.ingest(sales, [{ ...sale('acme', 'one', 'bad', '2026-02-01T10:00:00Z'), kind: 'neither' } as never])
  await place.history.capture(turnover)
  place.world.roster = ['one', 'two'].map((entity) => ({ tenant: 'acme', entity }))
  place.world.level = (_tenant, entity) => (entity === 'one' ? 0 : 5)
  await place.history.capture(place.stock)
  await place.history.alerts.check()
  await place.history.holds.place({ tenant: 'acme', entity: null, by: 'counsel', reason: 'ours' })
  if (withOther) await addOther(place)
  const served = typeof options === 'function' ? options(place) : options
  // Both worlds' requests are many, and come from one address.
  const server = await place.serve({ ...served, limits: { tokenRate: Infinity, tenantRate: Infinity, refusedRate: Infinity, ...served.limits } })
  return { place, server, ...tokens }
}

async function addOther(place: Place): Promise<void> {
  const { tenant, entity, id, amount, word } = SECRET
  await place.history.ingest(sales, Array.from({ length: 8 }, (_, i) => sale(tenant, entity, i === 0 ? id : `${word}-${i}`, `2026-02-0${1 + i}T11:00:00Z`, { amount, note: word })))
  await place.history.ingest(sales, [{ ...sale(tenant, entity, `${word}-bad`, '2026-02-01T10:00:00Z'), kind: word } as never])
  place.world.roster = [...place.world.roster, { tenant, entity, attributes: { name: word } }]
  place.world.level = (_tenant, name) => (name === 'two' ? 5 : 0)
  await place.history.capture(place.stock)
  await place.history.alerts.check()
  await place.history.holds.place({ tenant, entity, by: word, reason: word })
  await place.history.access.tokens.create({ name: word, role: 'viewer', tenants: [tenant] })
}

/** What the owner of the world with the other tenant has in hand. */
export async function lootOf({ server, free }: WorldServed): Promise<Loot> {
  const path = `/v1/series/turnover/query${words({ select: 'sales.sum', tenant: SECRET.tenant, grain: 'day', limit: 1 })}`
  const got = await ask(server, path, { token: free['admin'] as string })
  return { etag: got.headers.get('etag') as string, cursor: got.json.next }
}
