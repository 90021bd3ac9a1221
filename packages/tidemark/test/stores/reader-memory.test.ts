import { afterEach, beforeEach, expect, test } from 'vitest'
import { ingestRows } from '../../src/intake.ts'
import { runQuery } from '../../src/query/query.ts'
import type { QueryRequest, WindowRequest } from '../../src/query/request.ts'
import { runWindow } from '../../src/query/window.ts'
import { eventIdentity } from '../../src/events/decode.ts'
import type { Store } from '../../src/stores/contract/store.ts'
import { openSqliteStore } from '../../src/stores/sqlite/open.ts'
import { Random } from '../histories/random.ts'
import { Place, type Sale, sales, spend } from './place.ts'

let place: Place
beforeEach(() => { place = new Place() })
afterEach(() => place.remove())

const declared = spend().derive(({ ratio }) => ({ each: ratio('amount', 'orders') }))
  .window('own', { anchor: 'firstEvent', months: 2 }).keep({ day: '40d', week: '90d', month: 'forever', asOfDays: 35 }).definition

const SELECT = ['orders.sum', 'amount.sum', 'big.sum', 'active.any', 'active.count', 'each.value'] as const
const USERS = ['ada', 'bob', 'cy', 'dee', 'eve'] as const
const nowAt = (step: number): string => new Date(Date.parse('2026-01-20T06:00:00Z') + step * 3 * 86_400_000).toISOString()

async function answers(store: Store, now: string, asOf: string): Promise<Record<string, unknown>> {
  const snapshot = await store.snapshot()
  try {
    const context = { snapshot, archive: { read: () => Promise.reject(new Error('nothing is archived here')) }, now: Date.parse(now) }
    const told: Record<string, unknown> = {}
    const ask = async (request: QueryRequest): Promise<void> => { told[JSON.stringify(request)] = (await runQuery(context, 'spend', request)).rows }
    const windows = async (request: WindowRequest): Promise<void> => { told[JSON.stringify(request)] = (await runWindow(context, 'spend', request)).rows }
    for (const whose of [{}, { entity: 'bob' }, { entity: ['cy', 'nobody', 'ada'] }, { entity: 'nobody' }, { tenant: 'a', entity: 'dee' }, { tenant: 'a' }]) {
      const tenant = 'tenant' in whose ? {} : { allTenants: true }
      await windows({ ...whose, ...tenant, select: SELECT })
      await ask({ ...whose, ...tenant, select: SELECT, grain: 'month' })
    }
    await ask({ select: SELECT.filter((key) => key !== 'active.any'), allTenants: true, grain: 'week', total: true })
    await ask({ select: SELECT, allTenants: true, grain: 'range', asOf })
    await windows({ select: SELECT, allTenants: true, asOf })
    return told
  } finally {
    snapshot.close()
  }
}

/** One that is looked up by its name is what the list of several has. */
async function namedAsListed(store: Store): Promise<void> {
  const snapshot = await store.snapshot()
  for (const entity of [...USERS, 'nobody']) {
    const listed = await snapshot.entities('spend', { tenant: 'a', entities: [entity, 'no other'] }, null)
    expect(await snapshot.entities('spend', { tenant: 'a', entities: [entity] }, null)).toEqual(listed)
  }
  snapshot.close()
}

/** Something that changes what a reader may remember; by either of two stores on one file. */
async function change(random: Random, store: Store, step: number, now: string): Promise<void> {
  const sale = (): Required<Omit<Sale, 'big'>> & { readonly app: string; readonly kind: string } => {
    const daysBack = random.chance(0.3) ? random.whole(5, 45) : random.whole(0, 3)
    return {
      id: String(random.whole(1, 200)), app: random.pick(['a', 'a', 'b']), user: random.pick(USERS.slice(0, 2 + Math.floor(step / 4))), amount: random.whole(1, 9), kind: 'web',
      at: new Date(Date.parse(now) - daysBack * 86_400_000 - random.whole(0, 80_000) * 1000).toISOString(),
    }
  }
  const what = random.whole(0, 9)
  if (what <= 5) await ingestRows(store, sales.definition, Array.from({ length: random.whole(1, 9) }, sale), { now: Date.parse(now), source: 'test' })
  else if (what === 6) await store.setZones('user', 'UTC', [{ tenant: 'a', entity: random.pick(USERS), zone: random.pick(['Asia/Tokyo', 'America/New_York', 'UTC']) }], Date.parse(now))
  else if (what === 7) await store.capture('spend', Date.parse(now))
  else if (what === 8) await place.tiers(now)
  else {
    const id = String(random.whole(1, 200))
    await store.retract(sales.definition.name, [{ line: 1, tenant: 'a', id, identity: eventIdentity('a', id) }], Date.parse(now), 'test')
  }
}

test.each([1, 2, 3, 4])('a reader that remembers answers like one that has just come, whoever wrote in between (history %i)', async (seed) => {
  const random = new Random(seed)
  await place.declare([declared], nowAt(0))
  const own = await place.store()
  const other = await openSqliteStore({ path: place.path, program: 'another', thread: 'inline' })
  try {
    for (let step = 1; step <= 24; step++) {
      const now = nowAt(step)
      const asOf = nowAt(Math.max(1, step - random.whole(0, 6)))
      await change(random, random.chance(0.5) ? own : other, step, now)
      const fresh = await openSqliteStore({ path: place.path, program: 'a third', thread: 'inline' })
      const plain = await answers(fresh, now, asOf)
      await fresh.close()
      for (const store of [own, other, own]) expect(await answers(store, now, asOf)).toEqual(plain)
      await namedAsListed(own)
    }
  } finally {
    await other.close()
  }
}, 60_000)

test('an answer is the same whatever else is asked for with it', async () => {
  const random = new Random(7)
  await place.declare([declared], nowAt(0))
  for (let step = 1; step <= 12; step++) await change(random, await place.store(), step, nowAt(step))
  const now = nowAt(13)
  const request = { allTenants: true, grain: 'month' } as const
  const together = await place.rows({ ...request, select: SELECT }, now)
  expect(together.length).toBeGreaterThan(3)
  for (const key of SELECT) {
    const alone = await place.rows({ ...request, select: [key] }, now)
    expect(alone.map((row) => row[key])).toEqual(together.map((row) => row[key]))
  }
})
