import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, expectTypeOf, test } from 'vitest'
import { clientTypes, type OpenApiDocument } from '../../../../scripts/client-types.ts'
import { type TidemarkClient, tidemarkClient } from '../../src/client.ts'
import { ROUTES } from '../../src/server/routes.ts'
import type { Server } from '../../src/server/server.ts'
import { ask, furnished, type Place } from './place.ts'

let place: Place
let server: Server
let client: TidemarkClient
let document: OpenApiDocument

beforeAll(async () => {
  place = await furnished()
  server = await place.serve()
  client = tidemarkClient({ url: `${server.url}/`, token: await place.token() })
  document = (await ask(server, '/v1/openapi.json')).json
})
afterAll(() => place.close())

describe('the OpenAPI document', () => {
  test('is of version 3.1 and has every route, once, by its id', async () => {
    expect((document as unknown as { openapi: string }).openapi).toBe('3.1.0')
    const ids = Object.values(document.paths).flatMap((methods) => Object.values(methods).map(({ operationId }) => operationId))
    expect(ids.sort()).toEqual(ROUTES.map(({ id }) => id).sort())
    const { headers } = await ask(server, '/v1/openapi.json')
    expect((await ask(server, '/v1/openapi.json', { headers: { 'if-none-match': headers.get('etag') as string } })).status).toBe(304)
  })

  test('shows words as what they are: numbers, lists, choices, and which must be there', () => {
    const { parameters = [], responses } = document.paths['/v1/series/{series}/query']!['get']!
    const of = (name: string) => parameters.find((one) => one.name === name)
    expect(of('select')).toMatchObject({ in: 'query', required: true, schema: { type: 'array', items: { type: 'string' }, minItems: 1 } })
    expect(of('limit')?.schema).toMatchObject({ type: 'integer', minimum: 1, maximum: 50_000 })
    expect(of('total')?.schema).toMatchObject({ type: 'boolean' })
    expect(of('grain')?.schema.enum).toContain('month')
    expect(of('series')).toMatchObject({ in: 'path', required: true })
    expect(Object.keys(responses['200']?.content ?? {})).toEqual(['application/json', 'text/csv', 'application/vnd.apache.parquet'])
    expect(Object.keys(responses['400']?.content ?? {})).toEqual(['application/problem+json'])
    expect(Object.keys(document.paths['/v1/streams/{stream}/events']?.['post']?.requestBody?.content ?? {})).toEqual(['application/json', 'application/x-ndjson'])
  })

  test('is what the committed types of the client were made from', () => {
    const committed = readFileSync(new URL('../../src/client-types.ts', import.meta.url), 'utf8')
    expect(clientTypes(document), 'run node scripts/client-types.ts').toBe(committed)
    const { '/v1/me': _, ...fewer } = document.paths
    expect(clientTypes({ ...document, paths: fewer })).not.toBe(committed)
  })
})

describe('the typed client', () => {
  test('asks and is answered', async () => {
    const { data, error } = await client.GET('/v1/series/{series}/query', { params: { path: { series: 'turnover' }, query: { select: ['sales.sum', 'amount.sum'], tenant: 'acme', grain: 'month', from: '2026-02-01', to: '2026-03-01', total: true } } })
    expect(error).toBeUndefined()
    expect(data?.rows).toEqual((await place.history.ask('turnover', { select: ['sales.sum', 'amount.sum'], tenant: 'acme', grain: 'month', from: '2026-02-01', to: '2026-03-01', total: true })).rows)
    const coverage = data?.rows[0]?.coverage
    expectTypeOf(coverage?.expected).toEqualTypeOf<number | undefined>()
    // @ts-expect-error there is no grain of that name
    void (() => client.GET('/v1/series/{series}/query', { params: { path: { series: 'turnover' }, query: { select: ['a'], grain: 'fortnight' } } }))
    // @ts-expect-error nothing is selected
    void (() => client.GET('/v1/series/{series}/query', { params: { path: { series: 'turnover' }, query: {} } }))
    // @ts-expect-error there is no such path
    void (() => client.GET('/v1/nothing'))
  })

  test('writes, and tells a problem by its code', async () => {
    const made = await client.POST('/v1/tokens', { body: { name: 'typed', role: 'viewer', tenants: ['acme'] } })
    expect(made.data?.token).toMatch(/^tide_/)
    const { error, response } = await client.GET('/v1/series/{series}/query', { params: { path: { series: 'nothing' }, query: { select: ['sales.sum'] } } })
    expect({ status: response.status, code: error?.code }).toEqual({ status: 404, code: 'SERIES_UNKNOWN' })
    expectTypeOf(error?.code).toEqualTypeOf<string | undefined>()
  })
})
