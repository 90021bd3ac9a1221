import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CATALOGUE } from '../../src/error-catalogue.ts'
import type { Server } from '../../src/server/server.ts'
import { ask, furnished, type Place, sale } from './place.ts'

let place: Place
let server: Server
const tokens: Record<string, string> = {}

beforeAll(async () => {
  place = await furnished()
  server = await place.serve({ limits: { bodyBytes: 2000, urlCharacters: 2000, depth: 8 } })
  tokens['admin'] = await place.token()
  tokens['viewer'] = await place.token('viewer')
  tokens['bound'] = await place.token('admin', ['acme'])
})
afterAll(() => place.close())

interface Case {
  readonly name: string
  readonly path: string
  readonly method?: string
  readonly as?: 'admin' | 'viewer' | 'bound' | null
  readonly body?: unknown
  readonly headers?: Record<string, string>
  readonly status: number
  readonly code: string
  readonly where?: string
}

const query = (words: string) => `/v1/series/turnover/query?tenant=acme&${words}`
const post = { method: 'POST' } as const

const CASES: readonly Case[] = [
  { name: 'nobody asks', path: '/v1/me', as: null, status: 401, code: 'TOKEN_MISSING', where: 'authorization' },
  { name: 'a header that is no token', path: '/v1/me', as: null, headers: { authorization: 'Digest x' }, status: 401, code: 'TOKEN_MALFORMED' },
  { name: 'a word that was never a token', path: '/v1/me', as: null, headers: { authorization: 'Bearer hunter2' }, status: 401, code: 'TOKEN_MALFORMED' },
  { name: 'a path that is not there', path: '/v1/nothing', status: 404, code: 'ROUTE_UNKNOWN', where: 'path' },
  { name: 'a method that a path does not take', path: '/v1/tenants', ...post, body: {}, status: 405, code: 'METHOD_UNKNOWN' },
  { name: 'a path that cannot be read', path: '/v1/series/%zz/query', status: 400, code: 'REQUEST_INVALID', where: 'path' },
  { name: 'a series that is not declared', path: '/v1/series/turnovr/query?select=sales.sum', status: 404, code: 'SERIES_UNKNOWN' },
  { name: 'a stream that is not declared', path: '/v1/streams/sale/events', ...post, body: {}, status: 404, code: 'STREAM_UNKNOWN' },
  { name: 'a word that the route does not know', path: query('select=sales.sum&grian=day'), status: 400, code: 'REQUEST_INVALID', where: 'grian' },
  { name: 'a word twice', path: query('select=sales.sum&from=2026-01-01&from=2026-01-02'), status: 400, code: 'REQUEST_INVALID', where: 'from' },
  { name: 'nothing selected', path: query(''), status: 400, code: 'REQUEST_INVALID', where: 'select' },
  { name: 'a measure that is not declared', path: query('select=sale.sum'), status: 400, code: 'MEASURE_UNKNOWN' },
  { name: 'a day that does not exist', path: query('select=sales.sum&from=2026-02-30'), status: 400, code: 'DATE_INVALID', where: 'from' },
  { name: 'a grain that does not exist', path: query('select=sales.sum&grain=fortnight'), status: 400, code: 'REQUEST_INVALID', where: 'grain' },
  { name: 'several tenants and none named', path: '/v1/series/turnover/query?select=sales.sum', status: 400, code: 'TENANT_NEEDED' },
  { name: 'a limit that is no number', path: query('select=sales.sum&limit=ten'), status: 400, code: 'REQUEST_INVALID', where: 'limit' },
  { name: 'a limit past the bound', path: query('select=sales.sum&limit=1000000'), status: 400, code: 'REQUEST_INVALID', where: 'limit' },
  { name: 'a cursor that was made up', path: query('select=sales.sum&after=abc'), status: 400, code: 'CURSOR_INVALID', where: 'after' },
  { name: 'where that is no pair', path: query('select=sales.sum&where=kind'), status: 400, code: 'REQUEST_INVALID', where: 'where' },
  { name: 'where that names a dimension twice', path: query('select=sales.sum&where=kind=web&where=kind=till'), status: 400, code: 'REQUEST_INVALID', where: 'where' },
  { name: 'an empty word of a list', path: query('select='), status: 400, code: 'REQUEST_INVALID', where: 'select.0' },
  { name: 'as of before what is kept', path: query('select=sales.sum&asOf=2020-01-01T00:00:00Z'), status: 400, code: 'AS_OF_BEYOND_HORIZON' },
  { name: 'a threshold that is no number', path: '/v1/series/turnover/forecast?tenant=acme&entity=one&select=sales.sum&horizon=1&threshold=x', status: 400, code: 'FORECAST_INVALID' },
  { name: 'an entity list by a role that may not', path: '/v1/series/turnover/entities?tenant=acme', as: 'viewer', status: 403, code: 'FORBIDDEN' },
  { name: 'rows of entities by a viewer', path: query('select=sales.sum'), as: 'viewer', status: 403, code: 'FORBIDDEN' },
  { name: 'a file by a viewer', path: query('select=sales.sum&total=true&format=csv'), as: 'viewer', status: 403, code: 'FORBIDDEN' },
  { name: 'a write by a viewer', path: '/v1/signals', ...post, as: 'viewer', body: { name: 'x' }, status: 403, code: 'FORBIDDEN' },
  { name: 'tiers of all tenants by who has one', path: '/v1/tiers', as: 'bound', status: 403, code: 'FORBIDDEN' },
  { name: 'an alert that is not there', path: '/v1/alerts/999/acknowledge', ...post, status: 404, code: 'ALERT_UNKNOWN' },
  { name: 'an alert that is no number', path: '/v1/alerts/x/acknowledge', ...post, status: 400, code: 'REQUEST_INVALID', where: 'id' },
  { name: 'an alert to silence that is not there', path: '/v1/alerts/999/silence', ...post, body: { until: '2027-01-01T00:00:00Z' }, status: 404, code: 'ALERT_UNKNOWN' },
  { name: 'a silence until no instant', path: '/v1/alerts/1/silence', ...post, body: { until: 'tomorrow' }, status: 400, code: 'INSTANT_INVALID', where: 'until' },
  { name: 'a token that is not there', path: '/v1/tokens/999', method: 'DELETE', status: 404, code: 'TOKEN_UNKNOWN' },
  { name: 'a role that is none', path: '/v1/tokens', ...post, body: { name: 'x', role: 'god' }, status: 400, code: 'REQUEST_INVALID', where: 'role' },
  { name: 'a signal that cannot be told again', path: '/v1/signals', ...post, body: { name: 'no spaces' }, status: 400, code: 'SIGNAL_INVALID' },
  { name: 'a body that is no JSON', path: '/v1/signals', ...post, headers: { 'content-type': 'application/json' }, body: '{', status: 400, code: 'BODY_INVALID', where: 'body' },
  { name: 'a body that is not UTF-8', path: '/v1/signals', ...post, headers: { 'content-type': 'application/json' }, body: new Uint8Array([0x22, 0xff, 0x22]), status: 400, code: 'BODY_INVALID' },
  { name: 'a body that is empty', path: '/v1/signals', ...post, headers: { 'content-type': 'application/json' }, body: ' ', status: 400, code: 'BODY_INVALID' },
  { name: 'a body of another type', path: '/v1/signals', ...post, headers: { 'content-type': 'text/xml' }, body: '<x/>', status: 415, code: 'BODY_TYPE_UNKNOWN' },
  { name: 'a stream where none is taken', path: '/v1/signals', ...post, headers: { 'content-type': 'application/x-ndjson' }, body: '{}', status: 415, code: 'BODY_TYPE_UNKNOWN' },
  { name: 'a coding that is not known', path: '/v1/signals', ...post, headers: { 'content-type': 'application/json', 'content-encoding': 'br' }, body: 'x', status: 415, code: 'BODY_TYPE_UNKNOWN' },
  { name: 'packing that is damaged', path: '/v1/signals', ...post, headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' }, body: 'not gzip', status: 400, code: 'FILE_TRUNCATED' },
  { name: 'a body past its bound', path: '/v1/signals', ...post, body: { name: 'x'.repeat(3000) }, status: 413, code: 'BODY_TOO_LARGE', where: 'body' },
  { name: 'a body that nests too deep', path: '/v1/signals', ...post, headers: { 'content-type': 'application/json' }, body: '['.repeat(9) + ']'.repeat(9), status: 400, code: 'BODY_TOO_DEEP' },
  { name: 'a body with a word that is not known', path: '/v1/signals', ...post, body: { name: 'x', extra: 1 }, status: 400, code: 'REQUEST_INVALID', where: 'extra' },
  { name: 'events that are none', path: '/v1/streams/sales/events', ...post, body: [], status: 400, code: 'FILE_EMPTY' },
  { name: 'events without a body', path: '/v1/streams/sales/events', ...post, status: 400, code: 'BODY_INVALID' },
  { name: 'a stream that is not UTF-8', path: '/v1/streams/sales/events', ...post, headers: { 'content-type': 'application/x-ndjson' }, body: new Uint8Array([0x7b, 0xff, 0x7d, 0x0a]), status: 400, code: 'FILE_ENCODING' },
  { name: 'a URL past its bound', path: `/v1/me?x=${'y'.repeat(2100)}`, status: 414, code: 'URL_TOO_LONG' },
  { name: 'a link that was never given', path: '/link?word=x', as: null, status: 401, code: 'LINK_SPENT' },
  { name: 'adjustments that are none', path: '/v1/series/turnover/adjustments', ...post, body: { adjustments: [] }, status: 400, code: 'REQUEST_INVALID', where: 'adjustments' },
]

describe('what is wrong is told as problem+json with a code of the catalogue', () => {
  test.each(CASES.map((one) => [one.name, one] as const))('%s', async (_name, { path, method = 'GET', as = 'admin', body, headers = {}, status, code, where }) => {
    const got = await ask(server, path, { method, headers, ...(body === undefined ? {} : { body }), ...(as === null ? {} : { token: tokens[as] as string }) })
    expect({ status: got.status, code: got.json?.code, type: got.headers.get('content-type'), told: got.json?.status }).toEqual({ status, code, type: 'application/problem+json; charset=utf-8', told: status })
    if (where !== undefined) expect(got.json.where).toBe(where)
    expect(got.json.type).toBe(`docs/errors.md#${code.toLowerCase()}`)
    expect(got.json.title).toEqual(expect.any(String))
    expect(got.json.hint).toEqual(expect.any(String))
    expect(Object.keys(CATALOGUE)).toContain(code)
    if (status === 401) expect(got.headers.get('www-authenticate')).toContain('Bearer')
  })

  test('a near name is named', async () => {
    expect((await ask(server, '/v1/series/turnovr/query?select=sales.sum', { token: tokens['admin'] as string })).json.hint).toContain('turnover')
    expect((await ask(server, query('select=sales.sum&grian=day'), { token: tokens['admin'] as string })).json.hint).toContain('grain')
  })

  test('a method that is not taken says which is', async () => {
    expect((await ask(server, '/v1/tenants', { method: 'DELETE', token: tokens['admin'] as string })).headers.get('allow')).toBe('GET')
  })

  test('nothing of it was taken in', async () => {
    const { json } = await ask(server, '/v1/streams/sales/events', { ...post, token: tokens['admin'] as string, body: sale('acme', 'one', 'fine', '2026-03-01T10:00:00Z') })
    expect(json).toMatchObject({ accepted: 1 })
    expect(place.unforeseen).toEqual([])
  })
})
