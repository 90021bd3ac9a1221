import { join } from 'node:path'
import Database from 'better-sqlite3'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ask, words } from './place.ts'
import { basket, event, lookupsOf, sales, shop, sold, TouchedPlace, visits } from './touched-place.ts'

const february = { from: '2026-02-01', to: '2026-03-01' }
const query = (series: string, asked: Record<string, string | boolean>): string => `/v1/series/${series}/query${words(asked)}`
const SOLD = query('sold', { select: 'sales.sum,items.sum', tenant: 'acme', grain: 'month', ...february })

/** Asks twice of the server that keeps answers, and tells what the second time found. */
async function found(place: TouchedPlace, token: string, path: string): Promise<string> {
  const before = await lookupsOf(place.kept)
  expect((await ask(place.kept, path, { token })).status).toBe(200)
  const after = await lookupsOf(place.kept)
  return Object.keys(after).filter((name) => after[name] !== before[name]).map((name) => name.split(' ')[1]).join()
}

describe('a kept answer', () => {
  let place: TouchedPlace
  let token: string
  let count = 0
  beforeAll(async () => {
    place = await (await new TouchedPlace().open()).furnish()
    token = await place.token()
  })
  afterAll(() => place.close())

  const sell = (company: string, day: string, by = place.here, stream: typeof sales | typeof visits = sales, name = 'one') => by.ingest(stream as typeof sales, [event(company, name, `new${count++}`, day)])

  /** Of the stock, whose windows are kept for twenty days: those of the next day each time. */
  const windowsBecomeDays = async (): Promise<void> => {
    if (place.now < Date.parse('2026-04-05T12:00:00Z')) place.now = Date.parse('2026-04-05T12:00:00Z')
    place.now += 86_400_000
    const { steps } = await place.here.tiers.run(place.stock as never)
    expect([...new Set(steps.flatMap((step) => (step.step === 'rollUp' ? `${step.source} to ${step.target}` : [])))]).toEqual(['captured to day'])
  }

  test.each([
    ['events of another tenant', SOLD, () => sell('beta', '2026-02-10')], ['events of another stream', SOLD, () => sell('acme', '2026-02-10', place.here, visits)],
    ['events of days outside a closed period', SOLD, () => sell('acme', '2026-03-09')], ['a capture of days after it', SOLD, async () => { place.now += 86_400_000; await place.here.capture(sold) }],
    ['a capture of another series', SOLD, () => place.here.capture(place.stock)], ['another process that wrote none of it', SOLD, () => sell('beta', '2026-02-11', place.there)],
    ['an adjustment of another series', SOLD, () => place.here.adjust(basket, [{ tenant: 'acme', entity: 'one', day: '2026-02-05', measure: 'n', by: 1, id: 'a1', reason: 'test' }])],
    ['a new entity of another tenant', SOLD, () => sell('beta', '2026-02-10', place.here, sales, 'fresh')],
    ['what has changed elsewhere, in an answer of the project', '/v1/answers/shown?tenant=acme', () => sell('beta', '2026-02-10')],
    ['what came later, in an answer of the project', '/v1/answers/shown?tenant=acme', () => sell('acme', '2026-03-09')],
    ['a capture of later windows of a collected series', query('stock', { select: 'level.last', tenant: 'acme', grain: 'day', from: '2026-03-12', to: '2026-03-14' }), async () => {
      place.now += 86_400_000
      await place.here.capture(place.stock)
    }],
    ['windows that become days', query('stock', { select: 'level.last,level.mean,total.increase', allTenants: true, grain: 'day', from: '2026-03-10', to: '2026-03-12' }), () => windowsBecomeDays()],
    ['windows that become days, of those ranked by whole days', `/v1/series/stock/rank${words({ select: 'level.last', tenant: 'acme', from: '2026-03-10', to: '2026-03-12' })}`, () => windowsBecomeDays()],
    ['who is known, by events of those who are', '/v1/tenants', () => sell('acme', '2026-02-10')],
  ])('outlives %s', async (_, path, write) => {
    await ask(place.kept, path, { token })
    await write()
    expect(await found(place, token, path)).toBe('hit')
    expect((await ask(place.kept, path, { token })).text).toBe((await ask(place.plain, path, { token })).text)
  })

  test.each([
    ['a late event in it', SOLD, () => sell('acme', '2026-02-10')], ['a late event of another process', SOLD, () => sell('acme', '2026-02-11', place.there)],
    ['an adjustment in it', SOLD, () => place.there.adjust(sold, [{ tenant: 'acme', entity: 'one', day: '2026-02-05', measure: 'sales', by: 1, id: 'a1', reason: 'test', group: { kind: 'web' } }])],
    ['an event before the first, on a day that is not in it', query('sold', { select: 'sales.sum', tenant: 'acme', grain: 'range', from: '2025-12-01', to: '2025-12-11' }), () => sell('acme', '2025-11-10')],
    ['a retraction in it', SOLD, () => place.here.retract(sales, [{ tenant: 'acme', id: 'acme-sone1' }])],
    ['a new entity of its tenant', SOLD, () => sell('acme', '2026-03-09', place.here, sales, 'fresh')],
    ['a zone', SOLD, () => place.here.setZone(shop, [{ tenant: 'beta', entity: 'one', zone: 'Asia/Tokyo' }])],
    ['a word that is new to its tenant', query('stock', { select: 'level.last', tenant: 'acme', by: 'word', grain: 'day', from: '2026-03-12', to: '2026-03-14' }), async () => {
      place.source.words = ['blue']
      place.now += 86_400_000
      await place.here.capture(place.stock)
    }],
    ['a hold', SOLD, () => place.here.holds.place({ tenant: 'beta', entity: null, by: 'ann', reason: 'test' })],
    ['windows that become days, of captured windows', query('stock', { select: 'level.last', tenant: 'acme', grain: 'captured', from: '2026-03-17', to: '2026-03-21' }), () => windowsBecomeDays()],
    ['windows that become days, of states at an instant', '/v1/series/stock/states?tenant=acme&at=2026-03-19T12:00:00Z', () => windowsBecomeDays()],
    ['a new tenant', '/v1/tenants', () => sell('gamma', '2026-02-10')],
    ['either series of an answer of the project', '/v1/answers/shown?tenant=acme', () => sell('acme', '2026-02-12', place.here, visits)],
    ['a capture that closes its days', query('sold', { select: 'sales.sum', tenant: 'acme', grain: 'day', from: '2026-03-21', to: '2026-03-22' }), async () => { place.now += 5 * 86_400_000; await place.here.capture(sold) }],
    ['the erasure of another', SOLD, () => place.here.erasures.forget({ of: shop, tenant: 'beta', entity: 'fresh' } as never, { by: 'ann', reason: 'asked', overrideHold: 'test' })],
  ])('does not outlive %s', async (_, path, write) => {
    await ask(place.kept, path, { token })
    await write()
    expect(await found(place, token, path)).toBe('stale')
    expect((await ask(place.kept, path, { token })).text).toBe((await ask(place.plain, path, { token })).text)
  })

  const MARCH_ON = query('stock', { select: 'level.last', tenant: 'acme', total: true, grain: 'day', from: '2026-03-01', to: '2026-06-01' })
  const WHILE = { grain: 'day', from: '2026-01-20', to: '2026-04-20' } as const
  test.each([
    ['a late event in one of its days', query('sold', { select: 'sales.sum,most.max', tenant: 'acme', ...WHILE }), () => sell('acme', '2026-02-10')],
    ['a late event, of a total', query('sold', { select: 'sales.sum', tenant: 'acme', total: true, ...WHILE }), () => sell('acme', '2026-02-12', place.there)],
    ['a late event, of every tenant', query('sold', { select: 'sales.sum', allTenants: true, total: true, ...WHILE }), () => sell('beta', '2026-02-13')],
    ['a late event, by weeks that the range cuts', query('sold', { select: 'sales.sum', tenant: 'acme', ...WHILE, grain: 'week' }), () => sell('acme', '2026-01-20')],
    ['events of some days, of one kind', query('sold', { select: 'sales.sum', tenant: 'acme', where: 'kind=web', ...WHILE }), async () => { await sell('acme', '2026-02-14'); await sell('acme', '2026-02-20') }],
    ['the days up to now, when time has gone on', query('stock', { select: 'level.last', tenant: 'acme', total: true, ...WHILE }), async () => { place.now += 60_000 }],
    ['a capture of its last days', query('stock', { select: 'level.last,total.increase', tenant: 'acme', ...WHILE }), async () => { place.now += 86_400_000; await place.here.capture(place.stock) }],
    ['days that become months', MARCH_ON, async () => {
      place.now = Math.max(place.now, Date.parse('2026-05-12T12:00:00Z'))
      await ask(place.kept, MARCH_ON, { token })
      const { steps } = await place.here.tiers.run(place.stock as never)
      expect(steps.some((step) => step.step === 'rollUp' && step.target === 'month')).toBe(true)
    }],
  ])('is mended after %s', async (_, path, write) => {
    await ask(place.kept, path, { token })
    await write()
    expect(await found(place, token, path)).toBe('mended')
    expect((await ask(place.kept, path, { token })).text).toBe((await ask(place.plain, path, { token })).text)
    expect(await found(place, token, path)).toBe('hit')
  })

  test.each([
    ['a new entity of its tenant', query('sold', { select: 'sales.sum', tenant: 'acme', ...WHILE }), 'admin', () => sell('acme', '2026-02-11', place.here, sales, 'newest')],
    ['events in most of its days', query('sold', { select: 'sales.sum', tenant: 'acme', ...WHILE }), 'admin', async () => { await sell('acme', '2026-01-21'); await sell('acme', '2026-04-01') }],
    ['an event, by groups', query('sold', { select: 'sales.sum', tenant: 'acme', by: 'kind', ...WHILE }), 'admin', () => sell('acme', '2026-02-11')],
    ['an event, of a page', query('sold', { select: 'sales.sum', tenant: 'acme', limit: '10', ...WHILE }), 'admin', () => sell('acme', '2026-02-11')],
    ['an event, compared', query('sold', { select: 'sales.sum', tenant: 'acme', compare: 'previous', ...WHILE }), 'admin', () => sell('acme', '2026-02-11')],
    ['an event, for who is told of no few', query('sold', { select: 'sales.sum', tenant: 'acme', total: true, grain: 'month', from: '2026-01-01', to: '2027-01-01' }), 'viewer', () => sell('acme', '2026-02-11')],
  ])('is made anew as a whole after %s', async (_, path, role, write) => {
    const own = await place.token(role)
    await ask(place.kept, path, { token: own })
    await write()
    expect(await found(place, own, path)).toBe('stale')
    expect((await ask(place.kept, path, { token: own })).text).toBe((await ask(place.plain, path, { token: own })).text)
  })

  test('of an earlier belief does not outlive the horizon', async () => {
    const path = query('sold', { select: 'sales.sum', tenant: 'acme', grain: 'month', asOf: new Date(place.now).toISOString(), ...february })
    expect((await ask(place.kept, path, { token })).status).toBe(200)
    place.now += 21 * 86_400_000
    expect((await ask(place.kept, path, { token })).json).toMatchObject({ code: 'AS_OF_BEYOND_HORIZON' })
  })

  test('outlives beliefs that are no longer kept, but where it tells of one', async () => {
    const pruned = (): number => {
      const store = new Database(join(place.folder, 'history.db'), { readonly: true })
      const count = store.prepare("SELECT count(*) FROM tm_transaction WHERE command = 'prune'").pluck().get() as number
      store.close()
      return count
    }
    place.now = Math.max(place.now, Date.parse('2026-06-26T12:00:00Z'))
    await place.here.capture(place.stock as never, { backfill: { from: '2026-06-20', to: '2026-06-24' } })
    place.source.level++
    place.now += 3_600_000
    await place.here.capture(place.stock as never, { backfill: { from: '2026-06-20', to: '2026-06-21' } })
    place.now += 12 * 86_400_000
    const days = query('stock', { select: 'level.last', tenant: 'acme', grain: 'day', from: '2026-06-20', to: '2026-06-24' })
    const inspected = '/v1/series/stock/inspect?tenant=acme&entity=one&at=2026-06-20T12:00:00Z'
    for (const path of [days, inspected]) await ask(place.kept, path, { token })
    const before = pruned()
    await place.here.tiers.run(place.stock as never)
    expect(pruned()).toBe(before + 1)
    expect([await found(place, token, days), await found(place, token, inspected)]).toEqual(['hit', 'stale'])
    for (const path of [days, inspected]) expect((await ask(place.kept, path, { token })).text).toBe((await ask(place.plain, path, { token })).text)
  })

  test('is looked through for what touched it once, and made anew where that would be long', async () => {
    await ask(place.kept, SOLD, { token })
    for (let i = 0; i < 505; i++) await sell('beta', '2026-02-10')
    expect(await found(place, token, SOLD)).toBe('stale')
  }, 60_000)
})

test('answers are those of a server that keeps none, to the byte: random writes of two processes', async () => {
  const paths = [
    SOLD, query('sold', { select: 'sales.sum,open.all,most.max', tenant: 'beta', grain: 'day', entity: 'one', ...february }), query('sold', { select: 'sales.sum', allTenants: true, grain: 'month', by: 'kind', from: '2026-01-01', to: '2026-04-01' }),
    query('sold', { select: 'sales.sum', tenant: 'acme', grain: 'month', compare: 'previous', ...february }), query('sold', { select: 'sales.sum', tenant: 'acme', total: true, grain: 'week', ...february }),
    query('sold', { select: 'sales.sum', tenant: 'acme', grain: 'month' }), query('sold', { select: 'sales.sum', tenant: 'acme', grain: 'month', asOf: '2026-03-20T00:00:00Z', ...february }),
    query('basket', { select: 'n.sum', tenant: 'acme', grain: 'day', from: '2026-02-03', to: '2026-02-05' }), query('visited', { select: 'n.sum', tenant: 'beta', grain: 'range', ...february }),
    query('stock', { select: 'level.last,total.increase', tenant: 'acme', grain: 'day', from: '2026-03-10', to: '2026-03-16' }), query('stock', { select: 'level.last', allTenants: true, by: 'word', grain: 'month', from: '2026-03-01', to: '2026-04-01' }),
    query('stock', { select: 'level.last', tenant: 'beta', grain: 'captured', from: '2026-03-12', to: '2026-03-15' }), query('stock', { select: 'level.last,level.mean', allTenants: true, total: true, grain: 'day', from: '2026-03-10', to: '2026-03-22' }),
    query('stock', { select: 'level.last', tenant: 'acme', grain: 'day', from: '2026-03-10', to: '2026-03-16', asOf: '2026-03-20T00:00:00Z' }), `/v1/series/stock/rank${words({ select: 'level.mean', tenant: 'acme', from: '2026-03-10', to: '2026-03-16' })}`,
    query('sold', { select: 'sales.sum,items.sum', tenant: 'acme', grain: 'day', from: '2026-01-10', to: '2026-04-20' }), query('sold', { select: 'sales.sum', allTenants: true, total: true, grain: 'week', from: '2026-01-07', to: '2026-05-01', where: 'kind=web' }),
    query('stock', { select: 'level.last,level.mean,total.increase', allTenants: true, total: true, grain: 'day', from: '2026-03-01', to: '2026-06-01' }), query('stock', { select: 'level.last', tenant: 'acme', grain: 'week', from: '2026-03-01', to: '2026-06-01' }),
    '/v1/series/sold/windows?select=sales.sum&tenant=acme', '/v1/series/sold/inspect?tenant=acme&entity=one&day=2026-02-05', '/v1/series/sold/timeline?tenant=acme&entity=one&from=2026-02-01&to=2026-04-01',
    '/v1/series/stock/timeline?tenant=beta&entity=two&from=2026-03-01&to=2026-04-01', '/v1/series/stock/states?tenant=acme', '/v1/series/stock/failures?allTenants=true&from=2026-03-01&to=2026-06-01', '/v1/series/sold/entities?tenant=acme', '/v1/tenants', '/v1/runs', '/v1/runs?series=basket',
    `/v1/series/sold/rank${words({ select: 'sales.sum', tenant: 'acme', ...february })}`, '/v1/series/sold/forecast?select=sales.sum&tenant=acme&entity=one&horizon=2', '/v1/answers/shown?tenant=acme', '/v1/answers/levels?tenant=beta', '/v1/answers/levels',
  ]
  const pick = fc.record({ tenant: fc.constantFrom('acme', 'acme', 'beta', 'gamma'), name: fc.constantFrom('one', 'one', 'two', 'three'), day: fc.integer({ min: -40, max: 95 }), there: fc.boolean() })
  const step = fc.oneof(
    { weight: 5, arbitrary: pick.chain((at) => fc.constantFrom('sale', 'sale', 'visit', 'replace', 'adjust', 'retract').map((kind) => ({ ...at, kind }))) },
    { weight: 3, arbitrary: pick.chain((at) => fc.constantFrom('sold', 'basket', 'stock', 'stock', 'backfill', 'restate', 'recompute').map((kind) => ({ ...at, kind }))) },
    { weight: 2, arbitrary: pick.chain((at) => fc.constantFrom('days', 'days', 'tiers', 'stockTiers', 'word', 'break').map((kind) => ({ ...at, kind }))) },
    { weight: 1, arbitrary: pick.chain((at) => fc.constantFrom('zone', 'hold', 'erase', 'roster', 'attributes').map((kind) => ({ ...at, kind }))) },
  )
  const seen: Record<string, number> = {}
  await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 8, maxLength: 16 }), async (steps) => {
    const place = await (await new TouchedPlace().open()).furnish()
    try {
      const tokens = [await place.token(), await place.token('viewer'), await place.token('analyst', ['acme'])]
      let id = 0
      const compare = async (after: string): Promise<void> => {
        for (const [who, token] of tokens.entries()) {
          for (const path of who === 0 ? paths : [...paths.slice(0, 6), '/v1/answers/levels']) {
            const [kept, plain] = [await ask(place.kept, path, { token }), await ask(place.plain, path, { token })]
            if (after === 'nothing' && who === 0 && path !== '/v1/answers/levels') expect([path, kept.status]).toEqual([path, 200])
            expect({ after, who, path, status: kept.status, text: kept.text }).toEqual({ after, who, path, status: plain.status, text: plain.text })
          }
        }
      }
      await compare('nothing')
      for (const { kind, tenant, name, day, there } of steps) {
        const by = there ? place.there : place.here
        const date = new Date(Date.parse('2026-01-01') + day * 86_400_000).toISOString().slice(0, 10)
        const { source, stock } = place
        switch (kind) {
          case 'sale': await by.ingest(sales, [event(tenant, name, `r${id++}`, date)]); break
          case 'visit': await by.ingest(visits, [event(tenant, name, `r${id++}`, date)]); break
          case 'replace': await by.ingest(sales, [event(tenant, name, `s${name}${Math.abs(day) % 10}`, date, { items: 7 })], { onConflict: 'replace' }); break
          case 'adjust': await by.adjust(sold, [{ tenant, entity: name, day: date, measure: 'items', by: 3, id: `j${id++}`, reason: 'test', group: { kind: 'till' } }]); break
          case 'retract': await by.retract(sales, [{ tenant, id: `${tenant}-s${name}${Math.abs(day) % 10}` }]); break
          case 'sold': await by.capture(sold); break
          case 'basket': await by.capture(basket); break
          case 'recompute': await by.capture(sold, { backfill: { from: '2026-02-01', to: '2026-02-10' } }); break
          case 'stock': source.level += day; await by.capture(stock as never); break
          case 'backfill': case 'restate': source.level += day; await by.capture(stock as never, { backfill: { from: '2026-03-10', to: '2026-03-15' } }); break
          case 'days': place.now += (1 + Math.abs(day) % 5) * 86_400_000; break
          case 'tiers': await by.capture(sold); await by.tiers.run(sold); break
          case 'stockTiers': await by.tiers.run(stock as never); break
          case 'word': source.words = [['red'], ['red', 'blue'], ['green'], []][Math.abs(day) % 4] as string[]; break
          case 'break': source.broken = source.broken === null ? name : null; break
          case 'zone': await by.setZone(shop, [{ tenant, entity: name, zone: day % 2 === 0 ? 'Asia/Tokyo' : 'America/New_York' }]); break
          case 'hold': await by.holds.place({ tenant, entity: name, by: 'ann', reason: 'test' }); break
          case 'erase': await by.erasures.forget({ of: shop, tenant, entity: name } as never, { by: 'ann', reason: 'asked', overrideHold: 'test' }).catch((error: { code: string }) => { if (error.code !== 'ENTITY_UNKNOWN') throw error }); break
          case 'roster': source.roster = [...source.roster, { tenant, entity: `new${id++}` }]; await by.capture(stock as never); break
          case 'attributes': source.roster = source.roster.map((one) => ({ ...one, attributes: { name: `N${id}` } })); id++; await by.capture(stock as never); break
        }
        await compare(`${kind} of ${tenant}, ${name}, ${date}`)
      }
      for (const [lookup, times] of Object.entries(await lookupsOf(place.kept))) seen[lookup] = (seen[lookup] ?? 0) + times
    } finally {
      await place.close()
    }
  }), { numRuns: process.env['TIDEMARK_LONG'] === '1' ? 100 : 3, endOnFailure: true })
  expect(seen['query hit']).toBeGreaterThan(0)
  expect(seen['query stale']).toBeGreaterThan(0)
  expect(seen['query mended']).toBeGreaterThan(0)
}, 300_000)
