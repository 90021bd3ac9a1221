import type { Worker } from 'node:worker_threads'
import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DEFAULT_LIMITS } from '../../src/server/limits.ts'
import { ReadingThread } from '../../src/server/reading.ts'
import type { Order } from '../../src/server/reading-protocol.ts'
import { ROUTES } from '../../src/server/routes.ts'
import { isLong, spanOf } from '../../src/server/span.ts'
import { OWNER } from '../../src/access/principal.ts'
import { ask, furnished, type Place, words } from './place.ts'

describe('a question is long', () => {
  test.each([
    [{ entity: ['one'], from: '2026-01-01', to: '2026-04-01' }, { entities: 1, days: 90, readings: 1 }, false],
    [{ entity: ['one'], from: '2024-01-01', to: '2025-12-01' }, { entities: 1, days: 700, readings: 1 }, true],
    [{ entity: 'one' }, { entities: 1, days: null, readings: 1 }, true],
    [{ entity: ['one'], from: '2026-01-01', to: '2026-12-17', compare: ['previous'] }, { entities: 1, days: 350, readings: 2 }, true],
    [{ from: '2026-01-01', to: '2026-01-07' }, { entities: null, days: 6, readings: 1 }, false],
    [{ from: '2026-01-01', to: '2026-01-08' }, { entities: null, days: 7, readings: 1 }, true],
    [{ entity: [], from: '2026-01-01', to: '2026-01-08' }, { entities: null, days: 7, readings: 1 }, true],
    [{ from: '2026-01-08', to: '2026-01-01' }, { entities: null, days: 0, readings: 1 }, false],
    [{ from: 'never', to: '2026-01-01' }, { entities: null, days: null, readings: 1 }, true],
  ])('%j', (asked, span, long) => {
    expect(spanOf(asked)).toEqual(span)
    expect(isLong(span)).toBe(long)
  })
})

const YEARS = { from: '2020-01-01', to: '2026-03-01' }
const QUESTIONS: readonly (readonly [string, Record<string, string | boolean | string[]>])[] = [
  ['query', { select: 'sales.sum,amount.sum,big.sum,open.any,mean.value', tenant: 'acme', ...YEARS, grain: 'month', by: 'kind' }],
  ['query', { select: 'sales.sum', allTenants: true, ...YEARS, grain: 'week', total: true, compare: ['previous', 'year'] }],
  ['query', { select: 'sales.sum', allTenants: true, ...YEARS, grain: 'day', limit: '7' }],
  ['query', { select: 'sales.sum', tenant: 'nobody', ...YEARS, grain: 'day' }],
  ['query', { select: 'sales.median', tenant: 'acme', ...YEARS }],
  ['query', { select: 'sales.sum', ...YEARS }],
  ['windows', { select: 'amount.sum', tenant: 'acme' }],
  ['windows', { select: 'amount.sum', tenant: 'acme', window: 'year' }],
  ['rank', { select: 'amount.sum', allTenants: true, ...YEARS }],
  ['forecast', { select: 'sales.sum', tenant: 'acme', entity: 'one', horizon: '3' }],
]
const FORMATS = [{}, { format: 'csv' }] as const

describe('long questions', () => {
  let place: Place
  beforeAll(async () => { place = await furnished() })
  afterAll(() => place.close())

  test('are answered by a thread as they are here, to the byte: whoever asks, whatever is wrong with them', async () => {
    // Of a table of routes that is handed in no thread knows: it is answered here.
    const [there, here] = [await place.serve(), await place.serve({ routes: ROUTES })]
    const roles = [['admin', null], ['analyst', ['acme']], ['developer', ['beta']], ['viewer', null]] as const
    let answered = 0
    for (const [role, tenants] of roles) {
      const token = await place.token(role, tenants)
      for (const [what, asked] of QUESTIONS) {
        for (const format of what === 'query' || what === 'windows' ? FORMATS : [{}]) {
          const path = `/v1/series/turnover/${what}${words({ ...asked, ...format })}`
          const [one, other] = [await ask(there, path, { token }), await ask(here, path, { token })]
          expect([path, one.status, one.text]).toEqual([path, other.status, other.text])
          for (const name of ['content-type', 'etag', 'link', 'content-disposition']) expect([path, name, one.headers.get(name)]).toEqual([path, name, other.headers.get(name)])
          if (one.status === 200) answered++
        }
      }
    }
    expect(answered).toBeGreaterThan(25)
    expect(place.unforeseen).toEqual([])
    // Each export is in the log twice, once for either server, and alike.
    const exports = (await place.history.access.audit.list({ limit: 1000 })).filter(({ action }) => action === 'export').map(({ id: _, ...entry }) => JSON.stringify(entry))
    expect(exports.length).toBeGreaterThan(8)
    for (const [index, entry] of exports.entries()) if (index % 2 === 0) expect(exports[index + 1]).toBe(entry)
  })

  test('of documents have one thread, tables another, short ones none', async () => {
    const server = await place.serve()
    const token = await place.token()
    const started: Worker[] = []
    const count = (worker: Worker): void => { started.push(worker) }
    process.on('worker', count)
    try {
      const query = (asked: Record<string, string>) => ask(server, `/v1/series/turnover/query${words({ select: 'sales.sum', tenant: 'acme', ...asked })}`, { token })
      await query({ from: '2026-02-01', to: '2026-02-03' })
      await query({ from: '2026-02-01', to: '2026-02-03', entity: 'one' })
      expect(started).toHaveLength(0)
      await query(YEARS)
      await query({ ...YEARS, grain: 'month' })
      expect(started).toHaveLength(1)
      await query({ from: '2026-02-01', to: '2026-02-03', format: 'csv' })
      await query({ ...YEARS, format: 'parquet' })
      expect(started).toHaveLength(2)
      // A thread that ends fails what waits for it, and the next question has another.
      const [documents] = started as [Worker]
      const [lost] = await Promise.all([query({ ...YEARS, grain: 'week' }), documents.terminate()])
      expect([200, 503]).toContain(lost.status)
      expect((await query({ ...YEARS, grain: 'quarter' })).status).toBe(200)
      expect(started).toHaveLength(3)
    } finally {
      process.off('worker', count)
    }
    const ends = started.slice(1).map((worker) => once(worker, 'exit'))
    await server.close()
    await Promise.all(ends)
  })

  test('see what was acknowledged before they were asked', async () => {
    const server = await place.serve()
    const token = await place.token()
    const { sale, sales } = await import('./place.ts')
    const total = async (): Promise<number> => (await ask(server, `/v1/series/turnover/query${words({ select: 'sales.sum', tenant: 'fresh', from: '2025-01-01', to: '2026-03-01', grain: 'year' })}`, { token })).json.rows.reduce((sum: number, row: Record<string, number>) => sum + (row['sales.sum'] ?? 0), 0)
    for (let n = 1; n <= 5; n++) {
      await place.history.ingest(sales, [sale('fresh', 'one', `fresh ${n}`, '2026-02-05T10:00:00Z')])
      expect(await total()).toBe(n)
    }
  })
})

describe('a thread', () => {
  let place: Place
  let thread: ReadingThread
  beforeAll(async () => {
    place = await furnished()
    thread = new ReadingThread({ place: place.history.place, gate: {}, patient: false }, (record) => place.history.access.audit.record(record))
  })
  afterAll(async () => {
    await thread.close()
    await place.close()
  })
  const order = (query: object): Order => ({ route: 'query', principal: OWNER, path: { series: 'turnover' }, query: { select: ['sales.sum'], allTenants: true, ...query }, limits: DEFAULT_LIMITS, question: 'q', now: place.now })
  const exported = { from: '1990-01-01', to: '2026-03-01', grain: 'day', format: 'csv' }

  test('makes no piece of a table before the last was taken, and lets go of what nobody takes', async () => {
    const table = await thread.table(order(exported))
    if (table.kind !== 'csv') throw new Error('CSV was asked for')
    const whole = (await Array.fromAsync((table.bytes))).map((piece) => (piece as Buffer).length)
    expect(whole.length).toBeGreaterThan(20)
    const left = await thread.table(order(exported))
    if (left.kind !== 'csv') throw new Error('CSV was asked for')
    const iterator = left.bytes[Symbol.asyncIterator]()
    await iterator.next()
    // A question that comes after is answered before another piece is made: there is none on its way but what was asked for.
    await thread.document(order({ from: '2026-02-01', to: '2026-02-03' }))
    await thread.document(order({ from: '2026-02-01', to: '2026-02-03' }))
    expect(left.bytes.readableLength).toBeLessThan(left.bytes.readableHighWaterMark + Math.max(...whole))
    left.bytes.destroy()
    await once(left.bytes, 'close')
    expect((await thread.document(order({ from: '2026-02-01', to: '2026-02-03' }))).body.length).toBeGreaterThan(2)
  })

  test('gives no row of an export that cannot be entered in the log', async () => {
    const refusing = new ReadingThread({ place: place.history.place, gate: {}, patient: false }, async () => { throw new Error('the log is full') })
    await expect(refusing.table(order(exported))).rejects.toThrow('the log is full')
    await refusing.close()
  })
})
