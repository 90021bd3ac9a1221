import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { actionsOf, ROLES, type Role } from '../../src/access/principal.ts'
import type { Route } from '../../src/server/route.ts'
import { ROUTES } from '../../src/server/routes.ts'
import { tenants as tenantsRoute } from '../../src/server/routes/tenants.ts'
import { baseOf, pathOf } from './base-request.ts'
import { type Loot, SECRET, type Sent, WAYS } from './foreign-ways.ts'
import { ask, type Got, type Place } from './place.ts'
import { lootOf, type WorldServed, worldServed } from './twin-worlds.ts'

/** Told of a server and of the moment, not of what was asked. */
const PASSING = new Set(['date', 'keep-alive', 'connection'])

interface Comparable {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
}

/** An answer without what belongs to a process or grows with any use of a store: numbers of entries, tokens' texts. */
function comparable({ status, headers, text }: Got): Comparable {
  const told = text.replaceAll(/tide_\w{46}/g, 'TOKEN').replaceAll(/"(?:id|transaction)":\d+/g, '"id":0').replaceAll(/"(?:alert|token) \d+"/g, '"thing 0"')
  const same = told === text
  return {
    status, text: told,
    headers: Object.fromEntries([...headers].filter(([name]) => !PASSING.has(name) && (same || (name !== 'etag' && name !== 'content-length')))),
  }
}

function send({ server }: WorldServed, route: Route, sent: Sent, token: string): Promise<Got> {
  return ask(server, pathOf(route, sent), { token, method: route.method, ...(route.body === null || sent.body === undefined ? {} : { body: sent.body }), ...(sent.headers === undefined ? {} : { headers: sent.headers }) })
}

/** Words of the other tenant that the request itself did not bring. */
function leaked(got: Got, sent: Sent): readonly string[] {
  const asked = JSON.stringify([sent.path, sent.query, sent.body, sent.headers])
  const told = got.text + JSON.stringify([...got.headers])
  return Object.values(SECRET).filter((word) => told.includes(word) && !asked.includes(word))
}

/** Puts every way to a route in both worlds; what differs, or holds a word of the other tenant, is a leak. */
async function leaks(route: Route, roles: readonly Role[], [there, absent]: readonly [WorldServed, WorldServed], loot: Loot): Promise<readonly string[]> {
  const found: string[] = []
  for (const [name, way] of Object.entries(WAYS)) {
    for (const role of roles) {
      const sent = way(baseOf(route), route, loot)
      if (sent.warmed === true) for (const world of [there, absent]) await send(world, route, sent, world.free['admin'] as string)
      const [a, b] = await Promise.all([there, absent].map((world) => send(world, route, sent, world.bound[role] as string))) as [Got, Got]
      const words = leaked(a, sent)
      if (words.length > 0) found.push(`${route.id}, ${name}, ${role}: tells ${words.join(', ')}`)
      const [seen, wanted] = [comparable(a), comparable(b)]
      if (JSON.stringify(seen) !== JSON.stringify(wanted)) found.push(`${route.id}, ${name}, ${role}: ${JSON.stringify(seen)} where the tenant does not exist ${JSON.stringify(wanted)}`)
    }
  }
  return found
}

let there: WorldServed
let absent: WorldServed
let loot: Loot

beforeAll(async () => {
  [there, absent] = await Promise.all([worldServed(true), worldServed(false)])
  loot = await lootOf(there)
})
afterAll(async () => {
  for (const { place } of [there, absent]) {
    expect(place.unforeseen).toEqual([])
    await place.close()
  }
})

const LONG = process.env['TIDEMARK_LONG'] === '1'

describe('a tenant that is not yours is like one that is not there', () => {
  test('asked for in at least thirty ways', () => expect(Object.keys(WAYS).length).toBeGreaterThanOrEqual(30))

  test.each(ROUTES.map((route, index) => [route.id, route, index] as const))('%s', async (_id, route, index) => {
    // Each route by one who may do it and by another, who changes from route to route.
    const roles = LONG ? ROLES : ['admin' as const, ROLES[1 + index % 3] as Role]
    expect(await leaks(route, roles, [there, absent], loot)).toEqual([])
  })

  test('also where what acme asks for itself is told', async () => {
    const { text } = await send(there, ROUTES.find(({ id }) => id === 'query') as Route, baseOf({ id: 'query' }), there.bound['analyst'] as string)
    expect(JSON.parse(text).rows[0]).toMatchObject({ tenant: 'acme', 'sales.sum': expect.any(Number) })
  })
})

describe('a planted leak is caught', () => {
  const { cached: _, ...uncached } = tenantsRoute
  const planted = (handle: (place: Place) => Route['handle']) => (place: Place) => ({ routes: [{ ...uncached, handle: handle(place) }, ...ROUTES.filter(({ id }) => id === 'query')] })

  async function caught(handle: (place: Place) => Route['handle']): Promise<readonly string[]> {
    const [a, b] = await Promise.all([worldServed(true, planted(handle)), worldServed(false, planted(handle))])
    try {
      return await leaks(tenantsRoute, ['admin'], [a, b], { ...loot, cursor: 'none' })
    } finally {
      await Promise.all([a.place.close(), b.place.close()])
    }
  }

  test('of names', async () => {
    const found = await caught((place) => async () => ({ kind: 'document', document: { tenants: await place.history.access.questions.tenants(null) } }))
    expect(found.length).toBeGreaterThan(5)
    expect(found[0]).toContain(SECRET.tenant)
  })

  test('of a number alone', async () => {
    const found = await caught((place) => async ({ gate }) => ({ kind: 'document', document: { tenants: await gate.tenants(), all: (await place.history.access.questions.tenants(null)).length } }))
    expect(found.length).toBeGreaterThan(5)
  })

  test('of a key of the cache that forgets who asks', async () => {
    const found = await caught(() => {
      let kept: readonly string[] | null = null
      return async ({ gate }) => {
        if (kept === null || gate.principal.tenants === null) kept = await gate.tenants()
        return { kind: 'document', document: { tenants: kept } }
      }
    })
    expect(found.length).toBeGreaterThan(0)
  })
})

describe('a role may do what its row says, route by route', () => {
  test.each(ROUTES.map((route) => [route.id, route] as const))('%s', async (_id, route) => {
    for (const role of ROLES) {
      const { status, json } = await send(absent, route, baseOf(route), absent.free[role] as string)
      const may = route.action === null || actionsOf(role).includes(route.action)
      if (!may) expect({ role, status, code: json?.code }).toEqual({ role, status: 403, code: 'FORBIDDEN' })
      else expect({ role, forbidden: status === 403, broken: status >= 500 }).toEqual({ role, forbidden: false, broken: false })
    }
  })

  test.each(ROUTES.map((route) => [route.id, route] as const))('nobody may do %s without a token', async (_id, route) => {
    const base = baseOf(route)
    const got = await ask(absent.server, pathOf(route, base), { method: route.method, ...(base.body === undefined ? {} : { body: base.body }) })
    expect({ status: got.status, code: got.json.code }).toEqual({ status: 401, code: 'TOKEN_MISSING' })
  })
})
