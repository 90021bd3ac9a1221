import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Server } from '../../src/server/server.ts'
import { ask, furnished, NOW, type Place } from './place.ts'

let place: Place
let server: Server
const tokens: Record<string, string> = {}

beforeAll(async () => {
  place = await furnished()
  server = await place.serve()
  for (const role of ['admin', 'analyst', 'developer', 'viewer']) tokens[role] = await place.token(role)
  tokens['acme'] = await place.token('analyst', ['acme'])
})
afterAll(async () => {
  expect(place.unforeseen).toEqual([])
  await place.close()
})

const get = (path: string, who = 'admin', headers: Record<string, string> = {}) => ask(server, path, { token: tokens[who] as string, headers })
const named = (name: string) => {
  const found = place.history.answers.find((one) => one.name === name)
  if (found === undefined) throw new Error(`no answer ${name}`)
  return found
}
/** As JSON carries it. */
const json = (value: unknown): unknown => JSON.parse(JSON.stringify(value)) as unknown

describe('the answers of the project', () => {
  test('are told with their words, panels and places, and nothing of how they are made', async () => {
    const { json: told } = await get('/v1/answers', 'viewer')
    expect(told.answers.map((one: { name: string }) => one.name)).toEqual(['sold', 'shops'])
    expect(told.answers[0]).toEqual({
      name: 'sold', title: 'Sold', summary: 'What a company has sold, month by month.', coverage: { rows: 'months', path: 'coverage' }, place: { row: 0, column: 0, width: 'whole' },
      words: [{ word: 'tenant', required: false }, { word: 'from', required: false }, { word: 'to', required: false }], panel: named('sold').panel,
    })
  })

  test('are given as the library gives them', async () => {
    const range = { tenant: 'acme', from: '2026-02-01', to: '2026-04-01' }
    expect((await get('/v1/answers/sold?tenant=acme&from=2026-02-01&to=2026-04-01')).json).toEqual(json(await named('sold').ask(place.history, range)))
    expect((await get('/v1/answers/shops?tenant=beta&entity=two')).json).toEqual(json(await named('shops').ask(place.history, { tenant: 'beta', entity: 'two' })))
    expect((await get('/v1/answers/shops?tenant=beta')).json.now).toBe(Date.parse(NOW))
  })

  test('of a token with one tenant need not name it, and tell of no other', async () => {
    const { json: told } = await get('/v1/answers/shops', 'acme')
    // The open alert is of a shop of beta.
    expect({ ...told, alerts: [] }).toEqual({ ...(await get('/v1/answers/shops?tenant=acme')).json, alerts: [] })
    expect(told.alerts).toEqual([])
    // But for the name, which is the request's own.
    expect((await get('/v1/answers/shops?tenant=beta', 'acme')).text.replaceAll('"beta"', '"nobody"')).toBe((await get('/v1/answers/shops?tenant=nobody', 'acme')).text)
    expect((await get('/v1/answers/sold', 'acme')).json.months.every((row: { tenant: string }) => row.tenant === 'acme')).toBe(true)
    expect((await get('/v1/answers/shops')).json).toMatchObject({ code: 'TENANT_NEEDED', where: 'tenant' })
  })

  test('tell a viewer no more than questions of its own would', async () => {
    expect((await get('/v1/answers/shops?tenant=acme', 'viewer')).json).toMatchObject({ status: 403, code: 'FORBIDDEN' })
    const { json: told } = await get('/v1/answers/sold?tenant=acme&from=2026-02-01&to=2026-03-01', 'viewer')
    // Three shops are fewer than ten.
    expect(told.months).toEqual([{ tenant: 'acme', period: '2026-02-01', amount: { value: null }, coverage: { expected: 0, present: 0, reasons: {} } }])
  })

  test.each([
    ['/v1/answers/solt', 404, 'PROJECT_ANSWER_UNKNOWN', 'name'], ['/v1/answers/sold?entity=one', 400, 'REQUEST_INVALID', 'entity'], ['/v1/answers/sold?from=2026-02-30&to=2026-03-01', 400, 'DATE_INVALID', 'from'],
    ['/v1/answers/sold?horizon=0', 400, 'REQUEST_INVALID', 'horizon'], ['/v1/answers/sold?colour=red', 400, 'REQUEST_INVALID', 'colour'], ['/v1/answers/sold?format=parquet', 400, 'REQUEST_INVALID', 'format'],
  ])('%s is refused', async (path, status, code, where) => {
    expect((await get(path)).json).toMatchObject({ status, code, where })
  })

  test('have a tag, and are not sent to whoever has them already', async () => {
    const path = '/v1/answers/sold?tenant=acme&from=2026-02-01&to=2026-03-01'
    const { headers } = await get(path)
    const again = await get(path, 'admin', { 'if-none-match': headers.get('etag') as string })
    expect([again.status, again.text]).toEqual([304, ''])
  })

  test('leave as CSV where they are rows: by the right to export, and on record', async () => {
    const { text, headers } = await get('/v1/answers/shops?tenant=beta&format=csv', 'analyst')
    expect(headers.get('content-type')).toMatch(/^text\/csv/)
    // Text that would be a formula has a quote mark; numbers have none.
    expect(text).toBe("entity,name,level,mood\r\n'=three,,10,full\r\none,,7,full\r\ntwo,,0,empty\r\n")
    expect((await get('/v1/answers/shops?tenant=beta&format=csv', 'developer')).json).toMatchObject({ code: 'FORBIDDEN' })
    expect((await get('/v1/answers/sold?tenant=acme&from=2026-02-01&to=2026-03-01&format=csv', 'analyst')).text.split('\r\n')[0]).toBe('period,amount.value,tenant,coverage.expected,coverage.present')
    const [entry] = (await place.history.access.audit.list({ limit: 100 })).filter(({ target }) => target === 'answer shops')
    expect(entry).toMatchObject({ action: 'export', tenants: ['beta'], detail: { format: 'csv', rows: 3 } })
  })

  test('are asked again when history has gone on, and kept while it has not', async () => {
    const path = '/v1/answers/sold?tenant=beta&from=2026-02-01&to=2026-03-01'
    const lookups = async () => /tidemark_cache_lookups_total\{route="answer",result="hit"\} (\d+)/.exec((await ask(server, '/metrics')).text)?.[1]
    await get(path)
    const before = Number(await lookups())
    place.now += 3_600_000
    await get(path)
    expect(Number(await lookups())).toBe(before + 1)
  })

  test('are described in the document of all routes', async () => {
    const { json: document } = await ask(server, '/v1/openapi.json')
    expect(document.paths['/v1/answers/{name}'].get.parameters.map(({ name }: { name: string }) => name)).toEqual(expect.arrayContaining(['name', 'tenant', 'from', 'threshold', 'format']))
    expect(Object.keys(document.paths['/v1/answers/{name}'].get.responses[200].content)).toEqual(['application/json', 'text/csv'])
  })
})

test('who asks is told what the clock shows, and whether somebody set it', async () => {
  expect((await get('/v1/me', 'viewer')).json).toMatchObject({ role: 'viewer', now: new Date(place.now).toISOString().replace('.000Z', 'Z'), clockSet: true })
})
