import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Answers, type Asked, type MadeAnswer } from '../../src/server/answers.ts'
import { type AnswerCache, MemoryCache } from '../../src/server/cache.ts'
import { Metrics } from '../../src/server/metrics.ts'
import type { Server } from '../../src/server/server.ts'
import { EVERYTHING, type Touched } from '../../src/stores/contract/extent.ts'
import { ask, furnished, type Place, sale, sales, turnover, words } from './place.ts'

const MONTH = { select: 'sales.sum,amount.sum', tenant: 'acme', from: '2026-02-01', to: '2026-03-01', grain: 'month' }

async function lookups(server: Pick<Server, 'url'>): Promise<Record<string, number>> {
  const text = await (await fetch(`${server.url}/metrics`)).text()
  const found: Record<string, number> = {}
  for (const [, result, count] of text.matchAll(/^tidemark_cache_lookups_total\{route="\w+",result="(\w+)"\} (\d+)$/gm)) found[result as string] = (found[result as string] ?? 0) + Number(count)
  return found
}

describe('an answer is kept', () => {
  let place: Place
  let token: string
  beforeAll(async () => {
    place = await furnished()
    token = await place.token()
  })
  afterAll(() => place.close())

  const query = (server: Pick<Server, 'url'>, asked: Record<string, string | boolean> = MONTH, as = token) => ask(server, `/v1/series/turnover/query${words(asked)}`, { token: as })

  test('until history goes on; a closed period through time', async () => {
    const server = await place.serve()
    const first = await query(server)
    expect((await query(server)).text).toBe(first.text)
    place.now += 3_600_000
    expect((await query(server)).text).toBe(first.text)
    expect(await lookups(server)).toEqual({ miss: 1, hit: 2 })
    await place.history.ingest(sales, [sale('acme', 'one', 'late', '2026-02-05T10:00:00Z', { amount: '1000.00' })])
    const after = await query(server)
    expect(after.text).not.toBe(first.text)
    expect(after.headers.get('etag')).not.toBe(first.headers.get('etag'))
    expect(await lookups(server)).toEqual({ miss: 1, hit: 2, stale: 1 })
    expect((await (await fetch(`${server.url}/metrics`)).text())).toMatch(/^tidemark_cache_entries 1$/m)
  })

  test('for a moment at most where a window of it is open', async () => {
    const server = await place.serve()
    const open = { select: 'sales.sum', tenant: 'acme', from: '2026-03-01', to: '2026-04-01', grain: 'month' }
    await query(server, open)
    await query(server, open)
    expect(await lookups(server)).toEqual({ miss: 1, hit: 1 })
    const before = await query(server, open)
    place.now += 86_400_000
    const nextDay = await query(server, open)
    expect(nextDay.json.rows[0].coverage).not.toEqual(before.json.rows[0].coverage)
  })

  test('also when another process wrote', async () => {
    const server = await place.serve()
    const before = await query(server)
    // Another connection of another history to the same file, as another process has it.
    const { open } = await import('../../src/index.ts')
    const other = await open({ store: `sqlite:${place.folder}/history.db`, series: [turnover, place.stock], now: () => place.now })
    await other.ingest(sales, [sale('acme', 'one', 'elsewhere', '2026-02-06T10:00:00Z')])
    await other.close()
    expect((await query(server)).json.rows).not.toEqual(before.json.rows)
  })

  test('for those alone who may have it', async () => {
    const server = await place.serve()
    const all = { select: 'sales.sum', allTenants: true, grain: 'month', from: '2026-02-01', to: '2026-03-01' }
    const [acme, beta] = [await place.token('developer', ['acme']), await place.token('developer', ['beta'])]
    const tenants = async (as: string): Promise<Set<string>> => new Set((await query(server, all, as)).json.rows.map(({ tenant }: { tenant: string }) => tenant))
    expect([...await tenants(token)]).toEqual(['acme', 'beta'])
    expect([...await tenants(acme)]).toEqual(['acme'])
    expect([...await tenants(beta)]).toEqual(['beta'])
    expect([...await tenants(acme)]).toEqual(['acme'])
  })

  test('once for many who ask at once', async () => {
    const server = await place.serve()
    const wide = { select: 'sales.sum,amount.sum,big.sum', allTenants: true, from: '2010-01-01', to: '2026-01-01', grain: 'day', limit: '50' }
    const got = await Promise.all(Array.from({ length: 16 }, () => query(server, wide)))
    expect(new Set(got.map(({ text }) => text)).size).toBe(1)
    const { miss = 0, joined = 0, hit = 0 } = await lookups(server)
    expect({ miss, others: joined + hit }).toEqual({ miss: 1, others: 15 })
  })

  test('for as long as the token holds, whoever revokes it, and whichever process', async () => {
    const server = await place.serve()
    const { id, text } = await place.history.access.tokens.create({ name: 'brief', role: 'developer' })
    expect((await query(server, MONTH, text)).status).toBe(200)
    expect((await query(server, MONTH, text)).status).toBe(200)
    const { open } = await import('../../src/index.ts')
    const other = await open({ store: `sqlite:${place.folder}/history.db`, series: [turnover, place.stock], now: () => place.now })
    await other.access.tokens.revoke(id)
    const refused = await query(server, MONTH, text)
    expect([refused.status, refused.json.code]).toEqual([401, 'TOKEN_REVOKED'])
    await other.close()
    const day = await place.history.access.tokens.create({ name: 'of a day', role: 'developer', expiresInDays: 1 })
    expect((await query(server, MONTH, day.text)).status).toBe(200)
    place.now += 86_400_000
    expect((await query(server, MONTH, day.text)).json.code).toBe('TOKEN_EXPIRED')
  })

  test('under the words that it was asked in, and a page under its own', async () => {
    const server = await place.serve()
    const first = await query(server, { ...MONTH, limit: '1' })
    const again = await ask(server, `/v1/series/turnover/query${words({ ...MONTH, limit: '1' })}`, { token, headers: { 'if-none-match': first.headers.get('etag') as string } })
    expect(again.status).toBe(304)
    expect((await query(server, { ...MONTH, limit: '1' })).headers.get('link')).toBe(first.headers.get('link'))
    // Wrong words are refused however often they come, and what leaves as a file is made anew.
    for (let n = 0; n < 2; n++) expect((await query(server, { ...MONTH, limit: '0' })).status).toBe(400)
    for (let n = 0; n < 2; n++) expect((await query(server, { ...MONTH, format: 'csv' })).headers.get('content-type')).toMatch(/^text\/csv/)
    expect((await place.history.access.audit.list({ limit: 1000 })).filter(({ action }) => action === 'export')).toHaveLength(2)
  })

  test('nowhere when that is asked for', async () => {
    const server = await place.serve({ cache: null })
    expect((await query(server)).text).toBe((await query(server)).text)
    expect(await lookups(server)).toEqual({ miss: 2 })
  })
})

describe('answers', () => {
  const document = (value: unknown): MadeAnswer => ({ body: Buffer.from(JSON.stringify(value)), etag: '"x"', closed: true, next: null })
  const asked = (transaction: number): Asked => ({ key: 'k', route: 'query', about: EVERYTHING, transaction, now: 0 })

  test('are made once at a time for one transaction, and anew for a later one', async () => {
    const answers = new Answers(new MemoryCache(), new Metrics(null))
    let made = 0
    const gates: (() => void)[] = []
    const make = () => new Promise<MadeAnswer>((done) => { const n = ++made; gates.push(() => done(document(n))) })
    const at = (transaction: number) => answers.get(asked(transaction), async () => 'all', { whole: make })
    const early = [at(1), at(1)]
    // What was asked after a write joins nothing from before it.
    const late = at(2)
    await new Promise(setImmediate)
    expect(made).toBe(2)
    for (const open of gates.reverse()) open()
    expect((await Promise.all(early)).map(({ body }) => body.toString())).toEqual(['1', '1'])
    expect((await late).body.toString()).toBe('2')
    // Whichever was kept last, one from before a transaction that touched it is not told.
    const again = at(2)
    await new Promise(setImmediate)
    for (const open of gates) open()
    expect((await again).transaction).toBe(2)
  })

  test('that fail are told to all who wait, and tried again', async () => {
    const answers = new Answers(new MemoryCache(), new Metrics(null))
    const fail = () => Promise.reject(new Error('no'))
    const both = await Promise.allSettled([answers.get(asked(1), async () => 'nothing', { whole: fail }), answers.get(asked(1), async () => 'nothing', { whole: fail })])
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect((await answers.get(asked(1), async () => 'nothing', { whole: async () => document('yes') })).body.toString()).toBe('"yes"')
  })

  test('are mended only while what is written meanwhile lies in the part that is told anew', async () => {
    const days = { from: 10, to: 12 }
    const about = { series: ['turnover'], tenants: null, days: { from: 0, to: 30 } }
    const found = async (touched: readonly (Touched | null)[], mended: MadeAnswer | null = document('mended'), of = about): Promise<string> => {
      const answers = new Answers(new MemoryCache(), new Metrics(null))
      let asks = 0
      const making = { whole: async () => document('whole'), mended: async () => mended }
      await answers.get({ ...asked(1), about: of }, async () => 'nothing', making)
      return JSON.parse((await answers.get({ ...asked(2), about: of }, async () => touched[Math.min(asks++, touched.length - 1)] as Touched, making)).body.toString()) as string
    }
    expect(await found([days])).toBe('mended')
    expect(await found([days, days, { from: 11, to: 12 }])).toBe('mended')
    expect(await found([days, days, { from: 11, to: 13 }])).toBe('whole')
    expect(await found([days, days, 'all'])).toBe('whole')
    expect(await found(['all'])).toBe('whole')
    expect(await found([days], null)).toBe('whole')
    expect(await found([days], document('mended'), EVERYTHING as never)).toBe('whole')
  })

  test('are never told from before a write that was acknowledged: random writes and reads, beside no cache', async () => {
    const place = await furnished()
    const token = await place.token()
    const [kept, plain] = [await place.serve(), await place.serve({ cache: null })]
    const asks = [
      MONTH, { ...MONTH, grain: 'day', entity: 'one' }, { select: 'sales.sum', allTenants: true, total: true, grain: 'range' }, { select: 'sales.sum', tenant: 'beta', grain: 'week' },
    ].map((asked) => `/v1/series/turnover/query${words(asked)}`).concat('/v1/series/turnover/windows?select=sales.sum&tenant=acme', '/v1/series/turnover/entities?allTenants=true', '/v1/tenants', '/v1/series/stock/states?tenant=beta',
      '/v1/series/turnover/inspect?tenant=acme&entity=one&day=2026-02-01')
    let id = 0
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.record({ kind: fc.constant('read' as const), which: fc.nat(asks.length - 1) }) },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant('ingest' as const), tenant: fc.constantFrom('acme', 'beta', 'new'), day: fc.integer({ min: 1, max: 28 }) }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('capture' as const, 'stock' as const, 'retract' as const, 'minutes' as const, 'tiers' as const) }) },
    )
    await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
      for (const one of steps) {
        switch (one.kind) {
          case 'read': {
            const [a, b] = await Promise.all([kept, plain].map((server) => ask(server, asks[one.which] as string, { token })))
            expect(a?.status).toBe(200)
            expect(a?.text).toBe(b?.text)
            break
          }
          case 'ingest': {
            const got = await ask(kept, '/v1/streams/sales/events', { token, method: 'POST', body: sale(one.tenant, 'one', `r${id++}`, `2026-02-${String(one.day).padStart(2, '0')}T10:00:00Z`, { big: '1' }) })
            expect(got.json.accepted).toBe(1)
            break
          }
          case 'capture': await place.history.capture(turnover); break
          case 'stock': await place.history.capture(place.stock); break
          case 'retract': await ask(kept, '/v1/streams/sales/retractions', { token, method: 'POST', body: { retractions: [{ tenant: 'acme', id: `r${id - 1}` }] } }); break
          case 'minutes': place.now += 20 * 60_000; break
          case 'tiers': await place.history.tiers.run(turnover); break
        }
      }
    }), { numRuns: process.env['TIDEMARK_LONG'] === '1' ? 200 : 15 })
    const { hit = 0, stale = 0 } = await lookups(kept)
    expect(hit).toBeGreaterThan(0)
    expect(stale).toBeGreaterThan(0)
    expect(place.unforeseen).toEqual([])
    await place.close()
  })
})

describe('the memory of answers', () => {
  const entry = (body: string) => ({ body: Buffer.from(body), etag: '"x"', about: EVERYTHING, transaction: 1, moment: null, next: null })

  test('is bounded, and lets the oldest go', async () => {
    const cache: AnswerCache = new MemoryCache({ mostBytes: 10_000, mostEntryBytes: 3_000 })
    for (let i = 0; i < 10; i++) await cache.set(`k${i}`, entry('x'.repeat(1_000)))
    expect((await cache.stats()).bytes).toBeLessThanOrEqual(10_000)
    expect(await cache.get('k0')).toBeNull()
    expect(await cache.get('k9')).not.toBeNull()
    await cache.set('large', entry('x'.repeat(5_000)))
    expect(await cache.get('large')).toBeNull()
  })
})
