import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterAll, describe, expect, test } from 'vitest'
import { open } from '../../src/index.ts'
import { scratchRoot } from '../histories/scratch.ts'
import { ask, furnished, sale, turnover } from './place.ts'
import { serving } from './serving.ts'

const folder = mkdtempSync(join(scratchRoot(), 'tidemark-stopped-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const EVENTS = '/v1/streams/sales/events'

async function counted(store: string): Promise<number> {
  const history = await open({ store: `sqlite:${store}`, series: [turnover] })
  try {
    const { rows } = await history.ask('turnover', { select: ['sales.sum'], tenant: 't', total: true, grain: 'range', from: '2026-03-01', to: '2026-03-02' })
    expect((await history.verify()).ok).toBe(true)
    return Number(rows[0]?.['sales.sum'] ?? 0)
  } finally {
    await history.close()
  }
}

const line = (i: number): string => `${JSON.stringify(sale('t', 's', `e${i}`, '2026-03-01T10:00:00Z', { big: '1' }))}\n`

describe('told to stop', () => {
  test('a server ends the stream that it is reading, acknowledges it, and then ends', async () => {
    const store = join(folder, 'stream.db')
    const { url, token, child, ended } = await serving(store)
    const body = new PassThrough()
    const answer = fetch(`${url}${EVENTS}`, { method: 'POST', headers: { 'content-type': 'application/x-ndjson', authorization: `Bearer ${token}` }, body: body as never, duplex: 'half' } as never)
    for (let i = 0; i < 6_000; i++) body.write(line(i))
    // Until a part of it is durable: then it is under way.
    for (let seen = ''; !/accepted"\} [1-9]/.test(seen) && !/tidemark_http_requests_under_way [2-9]/.test(seen);) seen = await (await fetch(`${url}/metrics`)).text()
    child.kill('SIGTERM')
    await new Promise((done) => setTimeout(done, 300))
    // A new one is not let in: refused, or told to come back.
    const late = await fetch(`${url}/v1/me`, { headers: { authorization: `Bearer ${token}` } }).then((response) => response.status, () => 'refused')
    expect(['refused', 503]).toContain(late)
    for (let i = 6_000; i < 12_000; i++) body.write(line(i))
    body.end()
    const response = await answer
    expect({ status: response.status, ...await response.json() as object }).toMatchObject({ status: 200, accepted: 12_000 })
    expect(await ended).toMatchObject({ code: 0, said: 'closed', errors: '' })
    expect(await counted(store)).toBe(12_000)
  })

  test('while many send, nothing that was acknowledged is lost, and nothing counts twice when all is sent again', async () => {
    const store = join(folder, 'many.db')
    const first = await serving(store)
    const acknowledged: number[] = []
    let next = 0
    let stopping = false
    const send = async (to: { readonly url: string; readonly token: string }, i: number): Promise<boolean> => {
      try {
        const got = await ask(to, EVENTS, { token: to.token, method: 'POST', body: sale('t', 's', `e${i}`, '2026-03-01T10:00:00Z', { big: '1' }) })
        return got.status === 200
      } catch {
        return false
      }
    }
    const clients = Array.from({ length: 8 }, async () => {
      while (next < 2_000) {
        const i = next++
        if (await send(first, i)) acknowledged.push(i)
        else if (stopping) return
        if (acknowledged.length === 150 && !stopping) {
          stopping = true
          first.child.kill('SIGTERM')
        }
      }
    })
    await Promise.all(clients)
    expect(await first.ended).toMatchObject({ code: 0, said: 'closed', errors: '' })
    expect(acknowledged.length).toBeGreaterThanOrEqual(150)
    expect(await counted(store)).toBeGreaterThanOrEqual(acknowledged.length)
    const second = await serving(store, { tokenRate: 100_000 })
    for (let i = 0; i < next; i++) expect(await send(second, i)).toBe(true)
    second.child.kill('SIGTERM')
    await second.ended
    expect(await counted(store)).toBe(next)
  })

  test('a client that does not end its stream is cut after the grace, and the server ends', async () => {
    const store = join(folder, 'endless.db')
    const { url, token, child, ended } = await serving(store, { graceMs: 300 })
    const body = new PassThrough()
    const answer = fetch(`${url}${EVENTS}`, { method: 'POST', headers: { 'content-type': 'application/x-ndjson', authorization: `Bearer ${token}` }, body: body as never, duplex: 'half' } as never).then(() => 'answered', () => 'cut')
    body.write(line(0))
    for (let seen = ''; !/tidemark_http_requests_under_way [2-9]/.test(seen);) seen = await (await fetch(`${url}/metrics`)).text()
    child.kill('SIGTERM')
    expect(await answer).toBe('cut')
    expect(await ended).toMatchObject({ code: 0, said: 'closed' })
    expect(await counted(store)).toBeLessThanOrEqual(1)
  })
})

test('a server in the process of an application stops and leaves the history open', async () => {
  const place = await furnished()
  const server = await place.serve()
  const token = await place.token()
  const asked = Array.from({ length: 20 }, () => ask(server, '/v1/series/turnover/query?select=sales.sum&tenant=acme', { token }).then(({ status }) => status, () => 'refused'))
  await asked[0]
  await Promise.all([server.close(), server.close()])
  for (const status of await Promise.all(asked)) expect([200, 503, 'refused']).toContain(status)
  expect((await place.history.ask('turnover', { select: ['sales.sum'], tenant: 'acme', grain: 'month' })).rows.length).toBeGreaterThan(0)
  await place.close()
})
