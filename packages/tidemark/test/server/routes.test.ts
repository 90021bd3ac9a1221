import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ROUTES } from '../../src/server/routes.ts'
import type { Server } from '../../src/server/server.ts'
import { ask, furnished, NOW, type Place, sale, turnover, words } from './place.ts'

let place: Place
let server: Server
let admin: string

beforeAll(async () => {
  place = await furnished()
  server = await place.serve()
  admin = await place.token()
})
afterAll(() => place.close())

const get = (path: string, token = admin) => ask(server, path, { token })

/** As JSON carries it. */
const json = (value: unknown): unknown => JSON.parse(JSON.stringify(value)) as unknown

const QUERY = { select: ['sales.sum', 'amount.sum', 'big.sum', 'mean.value', 'open.any'], tenant: 'acme', from: '2026-01-15', to: '2026-03-01', grain: 'week' } as const

describe('a question over HTTP is answered like one to the library', () => {
  test('query', async () => {
    const { json: told } = await get(`/v1/series/turnover/query${words(QUERY)}`)
    expect(told).toEqual(json({ ...await place.history.ask('turnover', QUERY), next: null }))
    expect(told.rows).toHaveLength(21)
  })

  test('query of a total by a dimension, compared, as of then, of all tenants', async () => {
    const request = { select: ['sales.sum'], allTenants: true, total: true, by: ['kind'], compare: ['previous'] as const, grain: 'month' as const, asOf: NOW }
    const { json: told } = await get(`/v1/series/turnover/query${words(request)}`)
    expect(told).toEqual(json({ ...await place.history.ask('turnover', request), next: null }))
    expect(told.rows.length).toBeGreaterThan(0)
  })

  test('query with words by commas, entities and where', async () => {
    const { json: told } = await get('/v1/series/turnover/query?select=sales.sum,amount.sum&tenant=acme&entity=one&entity=two&where=kind=web&grain=month')
    expect(told).toEqual(json({ ...await place.history.ask('turnover', { select: ['sales.sum', 'amount.sum'], tenant: 'acme', entity: ['one', 'two'], where: { kind: 'web' }, grain: 'month' }), next: null }))
  })

  test('windows', async () => {
    const { json: told } = await get('/v1/series/turnover/windows?select=sales.sum&tenant=acme')
    expect(told).toEqual(json({ ...await place.history.askWindows('turnover', { select: ['sales.sum'], tenant: 'acme' }), next: null }))
    const anchored = await get('/v1/series/turnover/windows?select=sales.sum&tenant=acme&anchor=2026-02-01&months=1')
    expect(anchored.json).toEqual(json({ ...await place.history.askWindows('turnover', { select: ['sales.sum'], tenant: 'acme', anchor: '2026-02-01', months: 1 }), next: null }))
  })

  test('rank', async () => {
    const request = { select: 'amount.sum' as const, tenant: 'acme', from: '2026-02-01', to: '2026-03-01' }
    const { json: told } = await get(`/v1/series/turnover/rank${words(request)}`)
    expect(told).toEqual(json({ series: 'turnover', select: 'amount.sum', rows: await place.history.rank(turnover, request) }))
  })

  test('forecast', async () => {
    const request = { select: 'sales.sum' as const, tenant: 'acme', entity: 'one', horizon: 5 }
    const { json: told } = await get(`/v1/series/turnover/forecast${words({ ...request, season: 0, threshold: '3', side: 'atLeast' })}`)
    expect(told).toEqual(json(await place.history.forecast(turnover, { ...request, season: null, threshold: { atLeast: '3' } })))
  })

  test('inspect', async () => {
    const { json: told } = await get('/v1/series/turnover/inspect?tenant=acme&entity=one&day=2026-02-01&group=kind=web')
    expect(told).toEqual(json(await place.history.inspect('turnover', { tenant: 'acme', entity: 'one', day: '2026-02-01', group: { kind: 'web' } })))
    expect(told.events).toHaveLength(1)
  })

  test('states, with payloads', async () => {
    const { json: told } = await get('/v1/series/stock/states?tenant=acme')
    expect(told).toEqual(json({ series: 'stock', states: await place.history.latestAll(place.stock, { tenant: 'acme' }) }))
    expect(told.states[0].payload).toEqual({ note: '=three has 10' })
    const earlier = await get(`/v1/series/stock/states${words({ tenant: 'acme', entity: 'one', at: '2026-01-01T00:00:00Z' })}`)
    expect(earlier.json.states).toEqual([])
  })

  test('tiers, alerts, holds, tokens and the audit log', async () => {
    expect((await get('/v1/tiers?series=turnover')).json.series[0]).toMatchObject({ series: 'turnover', tiers: [{ tier: 'day', rows: 144, oldest: '2026-02-01', newest: '2026-02-23' }, {}, {}, {}, {}, {}] })
    expect((await get('/v1/alerts')).json).toEqual(json({ alerts: await place.history.alerts.list() }))
    await place.history.holds.place({ tenant: 'acme', entity: null, by: 'counsel', reason: 'case 1' })
    expect((await get('/v1/holds')).json.holds).toEqual([{ id: 1, tenant: 'acme', entity: null, reason: 'case 1', placedBy: 'counsel', placedAt: '2026-03-10T12:00:00Z', lifted: null }])
    const { json: log } = await get('/v1/audit?limit=2')
    expect(log.entries).toEqual(json(await place.history.access.audit.list({ limit: 2 })))
    expect((await get(`/v1/audit?limit=2&after=${log.next}`)).json.entries).toEqual(json(await place.history.access.audit.list({ limit: 2, after: 2 })))
  })

  test('the health report tells how fresh each series is', async () => {
    const { json: told } = await get('/v1/health-report')
    expect(told.series).toMatchObject([
      { series: 'turnover', capturedAt: '2026-03-10T12:00:00Z', capturedSecondsAgo: 0, failures: { windows: 0, latest: [] }, files: [], standing: { series: 'turnover' } }, { series: 'stock', capturedAt: '2026-03-10T12:00:00Z' },
    ])
    expect(told.alerts).toEqual({ open: 1, acknowledged: 0 })
  })

  test('declarations tell all that a dashboard needs', async () => {
    const { json: told } = await get('/v1/declarations')
    const [declared, stock] = told.series
    expect(declared).toMatchObject({ name: 'turnover', of: { name: 'shop', tenant: 'company', zone: 'UTC' }, source: 'events', stream: 'sales', dimensions: [{ field: 'kind', values: ['web', 'till'], most: null }], windows: [{ name: 'quarter', months: 3 }], asOfDays: 60 })
    expect(declared.tiers).toEqual([{ tier: 'day', months: 12, days: 0 }, { tier: 'month', months: 36, days: 0 }, { tier: 'quarter', months: null, days: null }])
    expect(declared.measures.find((one: { name: string }) => one.name === 'amount').answers).toEqual([
      { key: 'amount.sum', answer: 'sum', type: 'decimal', scale: 2, alone: true, total: true, asOf: true }, { key: 'amount.n', answer: 'n', type: 'integer', scale: 0, alone: true, total: true, asOf: true },
      { key: 'amount.mean', answer: 'mean', type: 'decimal', scale: 6, alone: true, total: true, asOf: true },
    ])
    expect(stock.measures[0]).toMatchObject({ name: 'level', kind: 'gauge', unit: 'pieces', across: 'sum' })
    expect(stock.grains).toContain('captured')
    expect(told.alerts).toEqual([{ name: 'low_stock', series: 'stock', measure: 'level.last', parts: null, side: 'below', bound: '1', clear: '1.05', action: 'Order more', severity: 'warning', note: null }])
  })

  test('the types of declared answers are those of their values', async () => {
    const { json: told } = await get('/v1/declarations')
    for (const { name, measures } of told.series as { name: string; measures: { answers: { key: string; type: string; scale: number; alone: boolean }[] }[] }[]) {
      const answers = measures.flatMap((one) => one.answers).filter(({ alone }) => alone)
      const { rows } = await place.history.ask(name, { select: answers.map(({ key }) => key), tenant: 'acme', entity: 'one', grain: 'month', from: '2026-02-01', to: '2026-04-01' })
      for (const { key, type, scale } of answers) {
        for (const row of rows) {
          const value = row[key as 'a.b']
          if (value === null) continue
          expect(typeof value, key).toBe(type === 'integer' ? 'number' : type === 'boolean' ? 'boolean' : 'string')
          if (type === 'decimal') expect(value, key).toMatch(new RegExp(`^-?\\d+${scale === 0 ? '' : `\\.\\d{${scale}}`}$`))
          if (type === 'bigint') expect(value, key).toMatch(/^-?\d+$/)
        }
      }
    }
  })
})

describe('what is written over HTTP is in the history', () => {
  test('events, once: one, a list, and again', async () => {
    const one = sale('acme', 'written', 'w1', '2026-03-01T10:00:00Z')
    const post = (body: unknown) => ask(server, '/v1/streams/sales/events', { token: admin, method: 'POST', body })
    expect((await post(one)).json).toEqual({ accepted: 1, duplicate: 0, rejected: 0, rejections: [] })
    expect((await post([one, sale('acme', 'written', 'w2', '2026-03-01T11:00:00Z')])).json).toEqual({ accepted: 1, duplicate: 1, rejected: 0, rejections: [] })
    const { rows } = await place.history.ask('turnover', { select: ['sales.sum', 'big.sum'], tenant: 'acme', entity: 'written', grain: 'month', from: '2026-03-01', to: '2026-04-01' })
    expect(rows[0]).toMatchObject({ 'sales.sum': 2, 'big.sum': '18014398509481986' })
  })

  test('retractions and adjustments', async () => {
    const taken = await ask(server, '/v1/streams/sales/retractions', { token: admin, method: 'POST', body: { retractions: [{ tenant: 'acme', id: 'w2' }, { tenant: 'acme', id: 'none' }] } })
    expect(taken.json).toMatchObject({ accepted: 1, rejected: 1 })
    const adjusted = await ask(server, '/v1/series/turnover/adjustments', {
      token: admin, method: 'POST', body: { adjustments: [{ tenant: 'acme', entity: 'written', day: '2026-03-01', measure: 'amount', by: '1.25', id: 'x1', reason: 'found', group: { kind: 'web' } }] },
    })
    expect(adjusted.json).toMatchObject({ accepted: 1, rejected: 0 })
    const { rows } = await place.history.ask('turnover', { select: ['sales.sum', 'amount.sum'], tenant: 'acme', entity: 'written', grain: 'month', from: '2026-03-01', to: '2026-04-01' })
    expect(rows[0]).toMatchObject({ 'sales.sum': 1, 'amount.sum': '11.75' })
  })

  test('a capture, planned and done', async () => {
    place.now += 86_400_000
    expect((await get('/v1/series/stock/capture')).json.windows).toMatchObject([{ day: '2026-03-11' }])
    const done = await ask(server, '/v1/series/stock/capture', { token: admin, method: 'POST' })
    expect({ status: done.status, created: done.json.created }).toEqual({ status: 200, created: 6 })
    const backfilled = await ask(server, '/v1/series/turnover/capture', { token: admin, method: 'POST', body: { backfill: { from: '2026-02-01', to: '2026-02-03' } } })
    expect(backfilled.json).toMatchObject({ created: 0, restated: 0 })
  })

  test('signals, acknowledgements and silences', async () => {
    expect((await ask(server, '/v1/signals', { token: admin, method: 'POST', body: { name: 'loaded' } })).json).toMatchObject({ name: 'loaded', id: 1 })
    const [{ id }] = (await get('/v1/alerts')).json.alerts
    const known = await ask(server, `/v1/alerts/${id}/acknowledge`, { token: admin, method: 'POST', body: { note: 'on it' } })
    expect(known.json).toMatchObject({ state: 'acknowledged', acknowledged: { by: 'admin of all (token 1)', note: 'on it' } })
    const silent = await ask(server, `/v1/alerts/${id}/silence`, { token: admin, method: 'POST', body: { until: '2026-04-01T00:00:00Z' } })
    expect(silent.json).toMatchObject({ silencedUntil: '2026-04-01T00:00:00Z' })
  })

  test('tokens: made, used, listed without their text, ended', async () => {
    const made = await ask(server, '/v1/tokens', { token: admin, method: 'POST', body: { name: 'grafana', role: 'analyst', tenants: ['acme'], expiresInDays: 30 } })
    expect({ status: made.status, ...made.json }).toMatchObject({ status: 201, name: 'grafana', role: 'analyst', tenants: ['acme'], token: expect.stringMatching(/^tide_/) })
    expect((await get('/v1/me', made.json.token)).json).toEqual({ name: 'grafana', role: 'analyst', tenants: ['acme'], actions: ['summary', 'read', 'export'], minimumPeople: null, now: new Date(place.now).toISOString().replace('.000Z', 'Z'), clockSet: true })
    expect((await get('/v1/tokens')).text).not.toContain(made.json.token)
    expect((await ask(server, `/v1/tokens/${made.json.id}`, { token: admin, method: 'DELETE' })).json).toMatchObject({ revoked: { by: 'admin of all (token 1)' } })
    expect((await get('/v1/me', made.json.token))).toMatchObject({ status: 401, json: { code: 'TOKEN_REVOKED' } })
  })

  test('what was not accepted is in quarantine, with its reason', async () => {
    const bad = await ask(server, '/v1/streams/sales/events', { token: admin, method: 'POST', headers: { 'content-type': 'application/x-ndjson' }, body: `{"company":"acme"}\nnot json\n\n${JSON.stringify(sale('acme', 'q', 'q1', '2026-03-01T10:00:00Z'))}\n` })
    expect(bad.json).toMatchObject({ accepted: 1, rejected: 2, rejections: [{ line: 1 }, { line: 2, code: 'not_json' }] })
    const { json: kept } = await get('/v1/quarantine?stream=sales')
    expect(kept.events.map(({ code }: { code: string }) => code)).toEqual(bad.json.rejections.map(({ code }: { code: string }) => code))
  })
})

describe('an answer fits the schema that OpenAPI shows', () => {
  const PATHS: Readonly<Record<string, string>> = {
    me: '/v1/me', declarations: '/v1/declarations', listTenants: '/v1/tenants', listAnswers: '/v1/answers', answer: '/v1/answers/shops?tenant=acme', listEntities: '/v1/series/turnover/entities?tenant=acme', query: `/v1/series/turnover/query${words(QUERY)}`,
    queryWindows: '/v1/series/turnover/windows?select=sales.sum&tenant=acme', rank: '/v1/series/turnover/rank?select=sales.sum&tenant=acme&from=2026-02-01&to=2026-03-01',
    forecast: '/v1/series/turnover/forecast?select=sales.sum&tenant=acme&entity=one&horizon=2', inspect: '/v1/series/turnover/inspect?tenant=acme&entity=one&day=2026-02-01', states: '/v1/series/stock/states?tenant=acme',
    planCapture: '/v1/series/turnover/capture', listTiers: '/v1/tiers', timeline: '/v1/series/stock/timeline?tenant=acme&entity=one', listRuns: '/v1/runs', listFailures: '/v1/series/stock/failures?tenant=acme', healthReport: '/v1/health-report', listQuarantine: '/v1/quarantine', listHolds: '/v1/holds', listAlerts: '/v1/alerts',
    listAudit: '/v1/audit', listTokens: '/v1/tokens',
  }

  test.each(ROUTES.filter(({ method }) => method === 'GET').map((route) => [route.id, route] as const))('%s', async (id, route) => {
    const got = await get(PATHS[id] as string)
    expect(got.status).toBe(200)
    expect(route.answer?.safeParse(got.json).error).toBeUndefined()
  })

  test.each(Object.entries(PATHS))('%s is not sent again to who has it', async (_id, path) => {
    const first = await get(path)
    // Reading the quarantine is in the audit log, which therefore goes on.
    const again = await ask(server, path, { token: admin, headers: { 'if-none-match': `"x", ${first.headers.get('etag')}` } })
    expect({ status: again.status, text: again.text, etag: again.headers.get('etag') }).toEqual({ status: 304, text: '', etag: first.headers.get('etag') })
    expect((await ask(server, path, { token: admin, headers: { 'if-none-match': '"another"' } })).status).toBe(200)
    expect(first.headers.get('cache-control')).toBe('private, no-cache')
  })
})

test('nothing unforeseen happened', () => expect(place.unforeseen).toEqual([]))
