import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { createGzip, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { scratchRoot } from '../histories/scratch.ts'
import { ask, Place, sale } from './place.ts'
import { type Serving, serving } from './serving.ts'

const EVENTS = '/v1/streams/sales/events'
const NDJSON = { 'content-type': 'application/x-ndjson' }

let place: Place
let url: string
let token: string

beforeAll(async () => {
  place = await new Place().open()
  url = (await place.serve({ limits: { bodyBytes: 1 << 20, streamBytes: 8 << 20 } })).url
  token = await place.token()
})
afterAll(() => place.close())

const post = (body: unknown, headers: Record<string, string> = {}) => ask({ url }, EVENTS, { token, method: 'POST', body, headers })

describe('events over HTTP', () => {
  test('are taken packed, as JSON and as NDJSON', async () => {
    const one = (id: string) => sale('zip', 'one', id, '2026-03-01T10:00:00Z')
    expect((await post(gzipSync(JSON.stringify([one('z1'), one('z2')])), { 'content-type': 'application/json', 'content-encoding': 'gzip' })).json).toMatchObject({ accepted: 2 })
    expect((await post(gzipSync(`${JSON.stringify(one('z3'))}\n${JSON.stringify(one('z1'))}`), { ...NDJSON, 'content-encoding': 'gzip' })).json).toMatchObject({ accepted: 1, duplicate: 1 })
  })

  test('are rejected by the line that they stand in, or their place in a list', async () => {
    const good = (id: string) => JSON.stringify(sale('lines', 'one', id, '2026-03-01T10:00:00Z'))
    expect((await post(`\n${good('l1')}\n\n{bad\n\n5\n`, NDJSON)).json).toMatchObject({ accepted: 1, rejections: [{ line: 4, code: 'not_json' }, { line: 6, code: 'not_an_object' }] })
    expect((await post(`[${good('l2')}, 5]`, { 'content-type': 'application/json' })).json).toMatchObject({ accepted: 1, rejections: [{ line: 2, code: 'not_an_object' }] })
  })

  test('keep numbers that a double would change', async () => {
    const text = JSON.stringify([sale('exact', 'one', 'e1', '2026-03-01T10:00:00Z', { big: 'BIG' }), sale('exact', 'one', 'e2', '2026-03-01T10:00:00Z', { big: 'BIG' })]).replaceAll('"BIG"', '9007199254740993')
    expect((await post(text, { 'content-type': 'application/json' })).json).toMatchObject({ accepted: 2, rejected: 0 })
    const { rows } = await place.history.ask('turnover', { select: ['big.sum'], tenant: 'exact', entity: 'one', grain: 'range', from: '2026-03-01', to: '2026-03-02' })
    expect(rows[0]?.['big.sum']).toBe('18014398509481986')
  })

  test('of a known id with other content are refused, or replace', async () => {
    await post(sale('replaced', 'one', 'r1', '2026-03-01T10:00:00Z', { items: 1 }))
    expect((await post(sale('replaced', 'one', 'r1', '2026-03-01T10:00:00Z', { items: 2 }))).json).toMatchObject({ accepted: 0, rejected: 1 })
    const replaced = await ask({ url }, `${EVENTS}?onConflict=replace`, { token, method: 'POST', body: sale('replaced', 'one', 'r1', '2026-03-01T10:00:00Z', { items: 3 }) })
    expect(replaced.json).toMatchObject({ accepted: 1, rejected: 0 })
  })

  test.each<[string, string, number]>([
    ['a prototype', '{"__proto__":{"company":"x"},"constructor":{"prototype":{"shop":"y"}}}', 1], ['a huge exponent', JSON.stringify(sale('h', 'o', 'h1', '2026-03-01T10:00:00Z', { items: 0 })).replace('"items":0', '"items":1e400'), 1],
    ['NUL in a name', JSON.stringify(sale('h', 'a\0b', 'h2', '2026-03-01T10:00:00Z')), 1], ['half of a pair', JSON.stringify(sale('h', '\ud800', 'h3', '2026-03-01T10:00:00Z')), 1],
    ['a number for the whole', '1', 1], ['a list in a list', '[[]]', 1], ['a text', '"x"', 1], ['null', 'null', 1],
  ])('hostile: %s is rejected in its place', async (_name, text, rejected) => {
    expect((await post(text, { 'content-type': 'application/json' }))).toMatchObject({ status: 200, json: { accepted: 0, rejected, rejections: [{ line: 1 }] } })
    expect((await post(`${text}\n`, NDJSON))).toMatchObject({ status: 200, json: { accepted: 0, rejected } })
    expect(({} as Record<string, unknown>)['company']).toBeUndefined()
  })

  test('that nest without end, in one body or in a line, harm nobody', async () => {
    expect(await post('['.repeat(100_000), { 'content-type': 'application/json' })).toMatchObject({ status: 400, json: { code: 'BODY_TOO_DEEP' } })
    expect(await post(`{"a":${'['.repeat(100_000)}\n${JSON.stringify(sale('deep', 'one', 'd1', '2026-03-01T10:00:00Z'))}\n`, NDJSON)).toMatchObject({ status: 200, json: { accepted: 1, rejected: 1 } })
  })

  test('that unpack to many times their size are refused', async () => {
    const bomb = gzipSync(Buffer.alloc(64 << 20, 0x20))
    expect(bomb.length).toBeLessThan(100_000)
    expect(await post(bomb, { 'content-type': 'application/json', 'content-encoding': 'gzip' })).toMatchObject({ status: 413, json: { code: 'BODY_TOO_LARGE' } })
    expect(await post(bomb, { ...NDJSON, 'content-encoding': 'gzip' })).toMatchObject({ status: 413, json: { code: 'BODY_TOO_LARGE' } })
  })

  test('of a stream past its bound are refused, and what came before them is told', async () => {
    const line = `${JSON.stringify({ ...sale('long', 'one', 'l1', '2026-03-01T10:00:00Z'), filler: 'x'.repeat(500) })}\n`
    const got = await post(line.repeat(20_000), NDJSON)
    expect(got).toMatchObject({ status: 413, json: { code: 'BODY_TOO_LARGE' } })
    expect(got.json.title).toMatch(/Before it \d+ events were accepted/)
  })

  test('that are cut leave what came before, and count once when they are sent again', async () => {
    const lines = Array.from({ length: 20_000 }, (_, i) => `${JSON.stringify(sale('cut', 'one', `c${i}`, '2026-03-01T10:00:00Z', { big: '1' }))}\n`)
    let sent = 0
    const cut = Readable.from((async function* () {
      for (const line of lines) {
        if (sent++ === 15_000) throw new Error('cut')
        yield line
      }
    })())
    await expect(fetch(`${url}${EVENTS}`, { method: 'POST', headers: { ...NDJSON, authorization: `Bearer ${token}` }, body: cut as never, duplex: 'half' } as never)).rejects.toThrow()
    const again = await post(lines.join(''), NDJSON)
    expect(again.status).toBe(200)
    expect(again.json.accepted + again.json.duplicate).toBe(20_000)
    const { rows } = await place.history.ask('turnover', { select: ['sales.sum'], tenant: 'cut', entity: 'one', grain: 'range', from: '2026-03-01', to: '2026-03-02' })
    expect(rows[0]?.['sales.sum']).toBe(20_000)
  })

  test('nothing unforeseen happened', () => expect(place.unforeseen).toEqual([]))
})

describe('a server in a process of its own', () => {
  const folder = mkdtempSync(join(scratchRoot(), 'tidemark-stream-'))
  let other: Serving

  beforeAll(async () => { other = await serving(join(folder, 'history.db'), {}, ['--max-old-space-size=128']) })
  afterAll(async () => {
    other.child.kill('SIGTERM')
    expect(await other.ended).toMatchObject({ code: 0, said: 'closed', errors: '' })
    rmSync(folder, { recursive: true, force: true })
  })

  const MOST_MIB = 450

  test('takes 50,000 large events as one stream in bounded memory', async () => {
    const filler = 'x'.repeat(12_000)
    let bytes = 0
    const stream = Readable.from((function* () {
      for (let i = 0; i < 50_000; i++) {
        const line = `${JSON.stringify({ ...sale('big', `s${i % 10}`, `b${i}`, '2026-03-01T10:00:00Z', { big: '1' }), filler })}\n`
        bytes += line.length
        yield line
      }
    })(), { objectMode: false })
    const response = await fetch(`${other.url}${EVENTS}`, { method: 'POST', headers: { ...NDJSON, authorization: `Bearer ${other.token}` }, body: stream as never, duplex: 'half' } as never)
    expect({ status: response.status, ...await response.json() as object }).toMatchObject({ status: 200, accepted: 50_000, rejected: 0 })
    // More than it may have in memory.
    expect(bytes / (1 << 20)).toBeGreaterThan(MOST_MIB + 100)
    expect(other.mostMiB()).toBeLessThan(MOST_MIB)
  })

  test('unpacks a bomb in bounded memory', async () => {
    const zeros = Readable.from((function* () { for (let i = 0; i < 1024; i++) yield Buffer.alloc(1 << 20, 0x20) })(), { objectMode: false })
    const response = await fetch(`${other.url}${EVENTS}`, { method: 'POST', headers: { ...NDJSON, 'content-encoding': 'gzip', authorization: `Bearer ${other.token}` }, body: zeros.pipe(createGzip()) as never, duplex: 'half' } as never).catch(() => null)
    // Refused while it is still being sent; a client may not get to read that.
    if (response !== null) expect(response.status).toBe(413)
    expect(other.mostMiB()).toBeLessThan(MOST_MIB)
    expect((await fetch(`${other.url}/healthz`)).status).toBe(200)
  })
})
