import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Server } from '../../src/server/server.ts'
import { ask, furnished, type Place, sale, sales, turnover, words } from './place.ts'

/** What the roster of the stock calls shops; of the second of acme it says nothing, and the third's name is a formula. */
const CALLED = { acme: { one: 'First shop', '=three': '=1+1' }, beta: { one: 'Beta, the first', two: 'Beta 2' } } as Readonly<Record<string, Readonly<Record<string, string>>>>
const MANY = Array.from({ length: 260 }, (_, n) => `m${String(n).padStart(3, '0')}`)

let place: Place
let server: Server
let admin: string
const folder = mkdtempSync(join(tmpdir(), 'tidemark-names-'))

const rosterOf = (called: typeof CALLED) => ['acme', 'beta'].flatMap((tenant) => ['one', 'two', '=three'].map((entity) => ({ tenant, entity, ...(called[tenant]?.[entity] === undefined ? {} : { attributes: { name: called[tenant]?.[entity] as string } }) })))
  .concat(MANY.map((entity) => ({ tenant: 'many', entity, attributes: { name: `Shop ${entity}` } })))

beforeAll(async () => {
  place = await furnished()
  await place.history.ingest(sales, MANY.map((entity) => sale('many', entity, entity, '2026-02-03T10:00:00Z')))
  await place.history.capture(turnover)
  place.world.roster = rosterOf(CALLED)
  await place.history.capture(place.stock)
  server = await place.serve({ limits: { tokenRate: Infinity } })
  admin = await place.token()
})
afterAll(async () => {
  await place.close()
  rmSync(folder, { recursive: true, force: true })
})

const get = (path: string, asked: Parameters<typeof words>[0], token = admin) => ask(server, `/v1/series/${path}${words(asked)}`, { token })
const ACME = [{ tenant: 'acme', entity: '=three', name: '=1+1' }, { tenant: 'acme', entity: 'one', name: 'First shop' }]
const MONTH = { select: 'sales.sum', from: '2026-02-01', to: '2026-03-01', grain: 'month' }
/** Taken for long: by a thread of the server. */
const YEARS = { select: 'sales.sum', from: '2020-01-01', to: '2026-03-01', grain: 'year' }

describe('rows of entities come with their names', () => {
  test.each([
    ['a question', 'turnover/query', { ...MONTH, tenant: 'acme' }], ['a long question', 'turnover/query', { ...YEARS, tenant: 'acme' }], ['windows', 'turnover/windows', { select: 'sales.sum', tenant: 'acme' }],
    ['ranks', 'turnover/rank', { select: 'sales.sum', from: '2026-02-01', to: '2026-03-01', tenant: 'acme' }], ['states', 'stock/states', { tenant: 'acme' }], ['a question to the series with the roster', 'stock/query', { ...MONTH, select: 'level.last', tenant: 'acme' }],
  ])('of %s', async (_title, path, asked) => {
    expect((await get(path, asked)).json.names).toEqual(ACME)
  })

  test('of all tenants each its own, though their entities have the same ids', async () => {
    const { json } = await get('turnover/query', { ...MONTH, allTenants: true, entity: ['one', 'two'] })
    expect(json.names).toEqual([ACME[1], { tenant: 'beta', entity: 'one', name: 'Beta, the first' }, { tenant: 'beta', entity: 'two', name: 'Beta 2' }])
  })

  test('a page has those of its own rows, and any number of them', async () => {
    const page = (await get('turnover/query', { ...MONTH, tenant: 'acme', limit: 1 })).json
    expect([page.rows.map((row: { entity: string }) => row.entity), page.names]).toEqual([['=three'], [ACME[0]]])
    const whole = (await get('turnover/query', { ...MONTH, tenant: 'many' })).json
    expect(whole.names).toEqual(MANY.map((entity) => ({ tenant: 'many', entity, name: `Shop ${entity}` })))
    expect(whole.rows).toHaveLength(MANY.length)
  })

  test('where nobody has one nothing is said, nor of a total', async () => {
    expect((await get('turnover/query', { ...MONTH, tenant: 'acme', entity: ['two'] })).json).not.toHaveProperty('names')
    expect((await get('turnover/query', { ...MONTH, tenant: 'acme', total: true })).json).not.toHaveProperty('names')
  })

  test('entities are looked up by their ids', async () => {
    const { json } = await get('turnover/entities', { tenant: 'many', entity: ['m259', 'm007', 'nobody'] })
    expect(json.entities.map(({ entity, name }: { entity: string; name: string }) => [entity, name])).toEqual([['m007', 'Shop m007'], ['m259', 'Shop m259']])
    expect((await get('turnover/entities', { tenant: 'many', entity: ['m259'], q: 'm' })).json).toMatchObject({ code: 'REQUEST_INVALID', where: 'q' })
  })
})

describe('entities are sought by any part of what they are called', () => {
  const found = async (search: string, asked: object = { tenant: 'many' }, token = admin): Promise<readonly string[]> => (await get('turnover/entities', { search, limit: 1000, ...asked }, token)).json.entities.map(({ entity }: { entity: string }) => entity)

  test('of their names in any case, or of their display names', async () => {
    expect(await found('25')).toEqual(MANY.filter((entity) => entity.includes('25')))
    expect(await found('OP M01')).toEqual(MANY.slice(10, 20))
    expect(await found('M259')).toEqual(['m259'])
    expect(await found('the FIRST', { tenant: 'beta' })).toEqual(['one'])
    expect(await found('nobody')).toEqual([])
    expect(await found('')).toEqual(MANY)
    expect(await found('12', { tenant: 'many', q: 'Shop m0' })).toEqual(['m012'])
  })

  test('page by page', async () => {
    const seen: string[] = []
    for (let after: string | undefined, pages = 0; pages < 10; pages++) {
      const { json } = await get('turnover/entities', { tenant: 'many', search: '1', limit: 40, ...(after === undefined ? {} : { after }) })
      seen.push(...json.entities.map(({ entity }: { entity: string }) => entity))
      if (json.next === null) break
      after = json.next
    }
    expect(seen).toEqual(MANY.filter((entity) => entity.includes('1')))
  })

  test('within the rights of who seeks', async () => {
    const bound = await place.token('analyst', ['beta'])
    expect(await found('first', { allTenants: true }, bound)).toEqual(['one'])
    expect(await found('first', { tenant: 'acme' }, bound)).toEqual([])
    expect((await get('turnover/entities', { tenant: 'many', search: 'm' }, await place.token('viewer'))).json).toMatchObject({ status: 403, code: 'FORBIDDEN' })
    expect((await get('turnover/entities', { tenant: 'many', entity: ['m259'], search: 'm' })).json).toMatchObject({ code: 'REQUEST_INVALID', where: 'search' })
  })
})

describe('tables have a column of names', () => {
  const called = (text: string): readonly (readonly [string, string, string])[] => (parse(text, { columns: true }) as Record<string, string>[]).map((row) => [row['tenant'] as string, row['entity'] as string, row['name'] as string])

  test('as CSV, where a name is no formula either', async () => {
    expect(called((await get('turnover/query', { ...MONTH, tenant: 'acme', format: 'csv' })).text)).toEqual([['acme', "'=three", "'=1+1"], ['acme', 'one', 'First shop'], ['acme', 'two', '']])
    expect(called((await get('turnover/windows', { select: 'sales.sum', tenant: 'beta', format: 'csv' })).text)).toEqual([['beta', "'=three", ''], ['beta', 'one', 'Beta, the first'], ['beta', 'two', 'Beta 2']])
    expect(called((await get('turnover/query', { ...MONTH, tenant: 'many', format: 'csv' })).text)).toEqual(MANY.map((entity) => ['many', entity, `Shop ${entity}`]))
  })

  test('as Parquet', async () => {
    const response = await fetch(`${server.url}/v1/series/turnover/query${words({ ...MONTH, tenant: 'beta', format: 'parquet' })}`, { headers: { authorization: `Bearer ${admin}` } })
    const path = join(folder, 'beta.parquet')
    writeFileSync(path, new Uint8Array(await response.arrayBuffer()))
    const connection = await (await DuckDBInstance.create()).connect()
    expect(await (await connection.run(`SELECT entity, name FROM '${path}' ORDER BY entity`)).getRows()).toEqual([['=three', null], ['one', 'Beta, the first'], ['two', 'Beta 2']])
    connection.closeSync()
  })

  test('but for totals, which are of no entity', async () => {
    expect((await get('turnover/query', { ...MONTH, tenant: 'acme', total: true, format: 'csv' })).text.split('\r\n')[0]).toBe('tenant,entity,period,sales.sum,expected,present,missing')
  })

  test('and answers of the project', async () => {
    const { text } = await ask(server, '/v1/answers/shops?tenant=acme&format=csv', { token: admin })
    expect((parse(text, { columns: true }) as Record<string, string>[]).map(({ entity, name, level }) => [entity, name, level])).toEqual([["'=three", "'=1+1", '10'], ['one', 'First shop', '7'], ['two', '', '7']])
  })
})

describe('a name is told to whom its entity is told', () => {
  test('a token that is bound to a tenant gets the names of that tenant alone', async () => {
    const bound = await place.token('analyst', ['beta'])
    const { json } = await get('turnover/query', { ...MONTH, allTenants: true }, bound)
    expect(json.names).toEqual([{ tenant: 'beta', entity: 'one', name: 'Beta, the first' }, { tenant: 'beta', entity: 'two', name: 'Beta 2' }])
    const foreign = await get('turnover/query', { ...MONTH, tenant: 'acme', entity: ['one'] }, bound)
    expect([foreign.status, foreign.text.includes('First shop')]).toEqual([200, false])
    expect((await get('turnover/query', { ...MONTH, tenant: 'acme', entity: ['one'], format: 'csv' }, bound)).text).not.toContain('First shop')
    expect((await get('turnover/entities', { tenant: 'acme', entity: ['one'] }, bound)).text).not.toContain('First shop')
  })

  test('a viewer gets totals as before, and no names', async () => {
    const viewer = await place.token('viewer')
    const total = await get('turnover/query', { ...MONTH, tenant: 'many', total: true, grain: 'year', from: '2026-01-01', to: '2027-01-01' }, viewer)
    expect([total.status, total.json.names]).toEqual([200, undefined])
    expect((await get('turnover/query', { ...MONTH, tenant: 'acme' }, viewer)).status).toBe(403)
  })
})

test('an answer that is kept has the name that the roster gave last; who was erased has none', async () => {
  const asked = { ...MONTH, tenant: 'beta' }
  const before = await get('turnover/query', asked)
  expect(before.json.names[0].name).toBe('Beta, the first')
  place.world.roster = rosterOf({ ...CALLED, beta: { one: 'Renamed', two: 'Beta 2' } })
  await place.history.capture(place.stock)
  expect((await get('turnover/query', asked)).json.names[0].name).toBe('Renamed')
  place.world.roster = place.world.roster.filter(({ tenant, entity }) => tenant !== 'beta' || entity !== 'one')
  await place.history.erasures.forget({ of: 'shop', tenant: 'beta', entity: 'one' }, { by: 'test', reason: 'asked for' })
  const after = await get('turnover/query', { ...asked, entity: ['one', 'two'] })
  expect(after.json.names).toEqual([{ tenant: 'beta', entity: 'two', name: 'Beta 2' }])
  expect((await get('turnover/query', { ...asked, format: 'csv' })).text).not.toContain('Renamed')
})
