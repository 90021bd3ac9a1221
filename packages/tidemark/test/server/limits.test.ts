import { connect, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ask, furnished, type Place, sale, words } from './place.ts'

let place: Place

beforeAll(async () => { place = await furnished() })
afterAll(async () => {
  expect(place.unforeseen).toEqual([])
  await place.close()
})

/** Everything that a connection says until it is closed. */
function heard(socket: Socket): Promise<string> {
  let text = ''
  socket.setEncoding('utf8').on('data', (piece: string) => { text += piece }).on('error', () => {})
  return new Promise((done) => socket.once('close', () => done(text)))
}

describe('a slow client is not waited for', () => {
  test('that does not end its headers', async () => {
    const { port } = await place.serve({ limits: { headersMs: 200 } })
    const socket = connect(port, '127.0.0.1')
    socket.write('GET /v1/me HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ')
    expect(await heard(socket)).toMatch(/^HTTP\/1\.1 408 [\s\S]*"code":"REQUEST_SLOW"/)
  })

  test('that does not end its body', async () => {
    const server = await place.serve({ limits: { requestMs: 300, headersMs: 200 } })
    const socket = connect(server.port, '127.0.0.1')
    const token = await place.token()
    socket.write(`POST /v1/streams/sales/events HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{"\r\n`)
    expect(await heard(socket)).not.toContain(' 200 ')
    expect((await ask(server, '/v1/me', { token })).status).toBe(200)
  })

  test('that sends a byte now and then for ever', async () => {
    const server = await place.serve({ limits: { requestMs: 400, headersMs: 200 } })
    const socket = connect(server.port, '127.0.0.1')
    const token = await place.token()
    socket.write(`POST /v1/signals HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n`)
    const drip = setInterval(() => socket.write(' '), 20)
    await heard(socket)
    clearInterval(drip)
  })

  test('that does not read its answer', async () => {
    const server = await place.serve({ limits: { idleMs: 500, pageRows: 50_000, answerRows: 500_000 } })
    const token = await place.token()
    const socket = connect(server.port, '127.0.0.1')
    socket.pause()
    const closed = new Promise<void>((done) => socket.once('close', () => done()))
    socket.on('error', () => {})
    // Some megabytes, more than the kernel's buffers take.
    const path = `/v1/series/turnover/query${words({ select: 'sales.sum,amount.sum,big.sum,items.sum,open.any,mean.value', allTenants: true, from: '1990-01-01', to: '2026-01-01', format: 'csv' })}`
    socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${token}\r\n\r\n`)
    // Nothing is read until the server has let go: then what is left of the connection ends.
    const started = setInterval(() => { if (socket.readableLength > 0) socket.pause() }, 50)
    await new Promise((done) => setTimeout(done, 3_000))
    clearInterval(started)
    socket.resume()
    await closed
    expect((await ask(server, '/healthz')).status).toBe(200)
  })

  test('that keeps a connection open for nothing', async () => {
    const { port } = await place.serve({ limits: { idleMs: 200 } })
    expect(await heard(connect(port, '127.0.0.1'))).toBe('')
  })
})

describe('what is no request is refused', () => {
  test.each([
    ['nonsense', 'HELLO\r\n\r\n', 400, 'REQUEST_INVALID'], ['headers past their bound', `GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ${'y'.repeat(40_000)}\r\n\r\n`, 431, 'HEADERS_TOO_LARGE'],
    ['two lengths', 'POST /v1/signals HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', 400, 'REQUEST_INVALID'],
    ['no host', 'GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n', 400, ''],
  ])('%s', async (_name, text, status, code) => {
    const { port } = await place.serve()
    const socket = connect(port, '127.0.0.1')
    socket.write(text)
    expect(await heard(socket)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} [\\s\\S]*${code}`))
  })
})

describe('a flood is told when to come again', () => {
  test('of one token, and others go on', async () => {
    const server = await place.serve({ limits: { tokenRate: 5 } })
    const [one, other] = [await place.token(), await place.token()]
    const statuses: number[] = []
    for (let i = 0; i < 7; i++) statuses.push((await ask(server, '/v1/me', { token: one })).status)
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429, 429])
    const refused = await ask(server, '/v1/me', { token: one })
    expect(refused.json.code).toBe('RATE_EXCEEDED')
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await ask(server, '/v1/me', { token: other })).status).toBe(200)
  })

  test('of one tenant by many tokens, and other tenants go on', async () => {
    const server = await place.serve({ limits: { tenantRate: 3 } })
    const statuses: number[] = []
    for (let i = 0; i < 5; i++) statuses.push((await ask(server, '/v1/me', { token: await place.token('viewer', ['acme']) })).status)
    expect(statuses).toEqual([200, 200, 200, 429, 429])
    expect((await ask(server, '/v1/me', { token: await place.token('viewer', ['beta']) })).status).toBe(200)
  })

  test('of guesses, also when one of them is right', async () => {
    const server = await place.serve({ limits: { refusedRate: 3 } })
    const token = await place.token()
    for (let i = 0; i < 3; i++) expect((await ask(server, '/v1/me', { token: `tide_${i}` })).status).toBe(401)
    expect((await ask(server, '/v1/me', { token: 'tide_x' })).status).toBe(429)
    expect((await ask(server, '/v1/me', { token })).status).toBe(429)
    expect((await ask(server, '/healthz')).status).toBe(200)
  })

  test('and not who is known, nor who asks without a token: others have the same address', async () => {
    const server = await place.serve({ limits: { refusedRate: 3 } })
    const token = await place.token()
    expect((await ask(server, '/v1/me', { token })).status).toBe(200)
    const opened = await fetch(server.link(), { redirect: 'manual' })
    const cookie = (opened.headers.get('set-cookie') ?? '').split(';')[0] as string
    for (let i = 0; i < 5; i++) expect((await ask(server, '/v1/me')).status).toBe(401)
    const other = await place.token()
    expect((await ask(server, '/v1/me', { token: other })).status).toBe(200)
    for (let i = 0; i < 3; i++) await ask(server, '/v1/me', { token: `tide_${i}` })
    expect((await ask(server, '/v1/me', { token: await place.token() })).status).toBe(429)
    expect((await ask(server, '/v1/me', { token })).status).toBe(200)
    expect((await ask(server, '/v1/me', { headers: { cookie } })).status).toBe(200)
  })

  test('a body is not read of who may not send it', async () => {
    const server = await place.serve()
    const viewer = await place.token('viewer')
    const got = await ask(server, '/v1/streams/sales/events', { token: viewer, method: 'POST', body: sale('acme', 'no', 'no', '2026-03-01T10:00:00Z') })
    expect(got).toMatchObject({ status: 403, json: { code: 'FORBIDDEN' } })
    expect((await ask(server, '/v1/streams/sales/events', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{' })).status).toBe(401)
  })
})
