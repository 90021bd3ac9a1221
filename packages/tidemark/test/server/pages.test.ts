import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readCursor, writeCursor } from '../../src/server/cursor.ts'
import type { Server } from '../../src/server/server.ts'
import { ask, furnished, type Place, sale, sales, words } from './place.ts'

let place: Place
let server: Server
let token: string

beforeAll(async () => {
  place = await furnished()
  server = await place.serve()
  token = await place.token()
})
afterAll(() => place.close())

const QUESTION = { select: 'sales.sum,amount.sum', allTenants: true, by: 'kind', grain: 'week', from: '2026-01-20', to: '2026-03-01' }

/** Follows `next` to the end. */
async function walk(path: string, question: Record<string, string | boolean>, limit: number, list: string): Promise<{ readonly rows: object[]; readonly pages: number }> {
  const rows: object[] = []
  let after: string | null = null
  for (let pages = 1; ; pages++) {
    const got = await ask(server, `${path}${words({ ...question, limit, ...(after === null ? {} : { after }) })}`, { token })
    expect(got.status, got.text).toBe(200)
    rows.push(...got.json[list])
    after = got.json.next
    expect(got.headers.get('link') !== null).toBe(after !== null)
    if (after === null) return { rows, pages }
    expect(got.json[list]).toHaveLength(limit)
  }
}

describe('a walk of cursors', () => {
  test.each([1, 7, 10, 1000])('gives the whole answer in pages of %i', async (limit) => {
    const whole = (await ask(server, `/v1/series/turnover/query${words(QUESTION)}`, { token })).json.rows
    const { rows, pages } = await walk('/v1/series/turnover/query', QUESTION, limit, 'rows')
    expect(rows).toEqual(whole)
    expect(pages).toBe(Math.ceil(whole.length / limit))
  })

  test('gives all windows, and all entities', async () => {
    const asked = { select: 'sales.sum', allTenants: true }
    expect((await walk('/v1/series/turnover/windows', asked, 2, 'rows')).rows).toEqual((await place.history.askWindows('turnover', { select: ['sales.sum'], allTenants: true })).rows)
    const all = ['acme', 'beta'].flatMap((tenant) => ['=three', 'one', 'two'].map((entity) => ({ tenant, entity })))
    expect((await walk('/v1/series/turnover/entities', { allTenants: true }, 1, 'entities')).rows).toMatchObject(all)
    expect((await walk('/v1/series/turnover/entities', { allTenants: true, q: 't' }, 5, 'entities')).rows).toMatchObject(all.filter(({ entity }) => entity === 'two'))
  })

  test('loses and doubles nothing that was there when an entity comes in between', async () => {
    const first = await ask(server, `/v1/series/turnover/query${words({ ...QUESTION, limit: 20 })}`, { token })
    await place.history.ingest(sales, [sale('acme', 'aaa', 'between', '2026-02-01T10:00:00Z')])
    const rest = await ask(server, `/v1/series/turnover/query${words({ ...QUESTION, limit: 1000, after: first.json.next })}`, { token })
    const keys = (rows: { tenant: string; entity: string; group: object; period: string }[]): string[] => rows.map(({ tenant, entity, group, period }) => JSON.stringify([tenant, entity, group, period]))
    const whole = (await ask(server, `/v1/series/turnover/query${words(QUESTION)}`, { token })).json.rows
    const seen = keys([...first.json.rows, ...rest.json.rows])
    expect(new Set(seen).size).toBe(seen.length)
    expect(keys(whole).filter((key) => !seen.includes(key)).every((key) => key.includes('"aaa"'))).toBe(true)
  })
})

describe('a cursor', () => {
  test('reads back as it was written, for the same question only', () => {
    fc.assert(fc.property(fc.array(fc.oneof(fc.string({ unit: 'binary' }), fc.integer(), fc.constant(null))), fc.string(), (position, question) => {
      expect(readCursor(writeCursor(position, question), question)).toEqual(position)
      expect(() => readCursor(writeCursor(position, question), `${question}x`)).toThrow(expect.objectContaining({ code: 'CURSOR_INVALID' }))
    }))
  })

  test('that was changed anywhere is refused with a code', () => {
    const cursor = writeCursor(['acme', 'one', null, '2026-02-01'], 'q')
    for (let at = 0; at < cursor.length; at++) {
      for (const other of ['A', 'B', '-', '_', '.', '']) {
        const changed = cursor.slice(0, at) + other + cursor.slice(at + 1)
        if (changed !== cursor) expect(() => readCursor(changed, 'q'), changed).toThrow(expect.objectContaining({ code: 'CURSOR_INVALID' }))
      }
    }
  })

  test('of another question, another route or another tenant is refused over HTTP', async () => {
    const first = await ask(server, `/v1/series/turnover/query${words({ ...QUESTION, limit: 2 })}`, { token })
    const after: string = first.json.next
    const bound = await place.token('developer', ['acme'])
    for (const [path, as] of [
      [`/v1/series/turnover/query${words({ ...QUESTION, grain: 'day', limit: 2, after })}`, token],
      [`/v1/series/turnover/windows${words({ select: 'sales.sum', allTenants: true, after })}`, token],
      [`/v1/series/turnover/entities${words({ allTenants: true, after })}`, token],
      [`/v1/series/turnover/query${words({ ...QUESTION, limit: 2, after })}`, bound],
    ] as const) expect(await ask(server, path, { token: as })).toMatchObject({ status: 400, json: { code: 'CURSOR_INVALID', where: 'after' } })
    // The words of a question may stand in another order.
    const { select, ...rest } = QUESTION
    expect((await ask(server, `/v1/series/turnover/query${words({ limit: 5, ...rest, select, after })}`, { token })).status).toBe(200)
  })
})

test('an answer past the bound of rows is refused before it is made, or when it turns out so', async () => {
  const small = await place.serve({ limits: { answerRows: 20 } })
  const ask20 = (asked: Record<string, string | boolean>) => ask(small, `/v1/series/turnover/query${words({ select: 'sales.sum', ...asked })}`, { token })
  expect(await ask20({ tenant: 'acme', from: '2020-01-01', to: '2026-01-01', entity: 'one' })).toMatchObject({ status: 422, json: { code: 'ANSWER_TOO_LARGE' } })
  expect(await ask20({ tenant: 'acme', from: '2026-02-01', to: '2026-03-01' })).toMatchObject({ status: 422, json: { code: 'ANSWER_TOO_LARGE' } })
  expect(await ask20({ tenant: 'acme' })).toMatchObject({ status: 422, json: { code: 'ANSWER_TOO_LARGE' } })
  const exports = async (): Promise<number> => (await place.history.access.audit.list({ limit: 1_000 })).filter(({ action }) => action === 'export').length
  const before = await exports()
  expect(await ask20({ tenant: 'acme', format: 'csv' })).toMatchObject({ status: 422, json: { code: 'ANSWER_TOO_LARGE' } })
  // It was made, and has left nowhere.
  expect(await exports()).toBe(before)
  expect((await ask20({ tenant: 'acme', from: '2026-02-01', to: '2026-03-01', grain: 'month' })).status).toBe(200)
})

test('a total past the bound is refused before a period is made: of whoever asks, however the range is given', async () => {
  const served = await place.serve()
  const viewer = await place.token('viewer', ['acme'])
  const ever = { from: '0001-01-01', to: '9999-12-31' }
  for (const asked of [ever, { from: ever.from }, { to: ever.to }, { from: '1600-01-01', to: '2400-01-01', by: 'kind' }]) {
    for (const as of [token, viewer]) {
      const got = await ask(served, `/v1/series/turnover/query${words({ select: 'sales.sum', tenant: 'acme', total: true, grain: 'day', ...asked })}`, { token: as })
      expect(got, JSON.stringify(asked)).toMatchObject({ status: 422, json: { code: 'ANSWER_TOO_LARGE' } })
    }
  }
  expect((await ask(served, `/v1/series/turnover/query${words({ select: 'sales.sum', tenant: 'acme', total: true, grain: 'year', ...ever, to: '9999-01-01' })}`, { token: viewer })).status).toBe(200)
  expect(await ask(served, `/v1/series/turnover/forecast${words({ select: 'sales.sum', tenant: 'acme', entity: 'one', horizon: 1, ...ever })}`, { token })).toMatchObject({ status: 422, json: { code: 'ANSWER_TOO_LARGE' } })
})
