import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isLoopback, isServedHost } from '../../src/server/host.ts'
import { serve, type Server } from '../../src/server/server.ts'
import { Sessions } from '../../src/server/session.ts'
import { ask, furnished, type Place } from './place.ts'

let place: Place
let server: Server

beforeAll(async () => {
  place = await furnished()
  server = await place.serve()
})
afterAll(() => place.close())

/** A request whose `Host` is what it says; fetch would not send another. */
function withHost(host: string, path = '/healthz'): Promise<{ readonly status: number | undefined; readonly text: string }> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port: server.port, path, headers: { host } }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (piece: string) => { text += piece }).on('end', () => resolve({ status: response.statusCode, text }))
    }).on('error', reject).end()
  })
}

async function opened(): Promise<string> {
  const link = server.link()
  const got = await ask(server, link.slice(server.url.length))
  expect({ status: got.status, to: got.headers.get('location') }).toEqual({ status: 303, to: '/v1/docs' })
  return got.headers.get('set-cookie') as string
}

describe('the one-time link', () => {
  test('opens a session whose cookie no page can read and no other site can send', async () => {
    const cookie = await opened()
    expect(cookie).toMatch(new RegExp(`^tidemark-${server.port}=[\\w-]{43}; Path=/; HttpOnly; SameSite=Strict; Max-Age=43200$`))
    const headers = { cookie: cookie.split(';', 1)[0] as string }
    expect((await ask(server, '/v1/me', { headers })).json).toMatchObject({ name: 'owner', role: 'admin', tenants: null })
  })

  test('is good once', async () => {
    const path = server.link().slice(server.url.length)
    expect((await ask(server, path)).status).toBe(303)
    expect(await ask(server, path)).toMatchObject({ status: 401, json: { code: 'LINK_SPENT' } })
  })

  test('is good for ten minutes, a session for twelve hours', () => {
    let now = 0
    const sessions = new Sessions(() => now)
    const [first, second] = [sessions.link(), sessions.link()]
    now = 10 * 60_000 - 1
    const word = sessions.exchange(first) as string
    now += 1
    expect(sessions.exchange(second)).toBeNull()
    expect(sessions.find(word)).not.toBeNull()
    now += 12 * 3_600_000
    expect(sessions.find(word)).toBeNull()
  })

  test('ends when it is told to', async () => {
    const headers = { cookie: (await opened()).split(';', 1)[0] as string, origin: server.url }
    expect((await ask(server, '/session', { method: 'DELETE', headers })).status).toBe(204)
    expect((await ask(server, '/v1/me', { headers })).status).toBe(401)
  })
})

describe('a write by cookie', () => {
  test.each([['no origin', undefined, 403], ['another site', 'https://evil.example', 403], ['another port', 'http://127.0.0.1:1', 403], ['null', 'null', 403]])('from %s is refused', async (_name, origin, status) => {
    const headers = { cookie: (await opened()).split(';', 1)[0] as string, ...(origin === undefined ? {} : { origin }) }
    expect(await ask(server, '/v1/signals', { method: 'POST', body: { name: 'x' }, headers })).toMatchObject({ status, json: { code: 'ORIGIN_FOREIGN' } })
    // Reading is no writing, and its answer stays with the page that may have it.
    const read = await ask(server, '/v1/me', { headers })
    expect({ status: read.status, cors: read.headers.get('access-control-allow-origin') }).toEqual({ status: 200, cors: null })
  })

  test('from a page of the server is done, and a token needs none', async () => {
    const headers = { cookie: (await opened()).split(';', 1)[0] as string, origin: server.url }
    expect((await ask(server, '/v1/signals', { method: 'POST', body: { name: 'x' }, headers })).status).toBe(200)
    expect((await ask(server, '/v1/signals', { method: 'POST', body: { name: 'x' }, token: await place.token() })).status).toBe(200)
  })
})

describe('a token', () => {
  test('is taken as the password of Basic, too', async () => {
    const token = await place.token('developer')
    const basic = `Basic ${Buffer.from(`anybody:${token}`).toString('base64')}`
    expect((await ask(server, '/v1/me', { headers: { authorization: basic } })).json).toMatchObject({ role: 'developer' })
  })

  test('comes before a cookie', async () => {
    const headers = { cookie: (await opened()).split(';', 1)[0] as string }
    expect((await ask(server, '/v1/me', { headers, token: await place.token('viewer') })).json).toMatchObject({ role: 'viewer', minimumPeople: 10 })
    expect((await ask(server, '/v1/me', { headers, token: 'tide_wrong' })).status).toBe(401)
  })
})

describe('a host', () => {
  test.each([['evil.example', 421], ['evil.example:80', 421], ['127.0.0.1.evil.example', 421], ['a b', 421]])('that is not this machine (%j) is not served', async (host, status) => {
    const got = await withHost(host)
    // Node itself answers a request without a host.
    expect([status, 400]).toContain(got.status)
    expect(got.text).not.toContain('"ok"')
  })

  test.each(['127.0.0.1', 'localhost', '[::1]', 'LOCALHOST:80', '127.8.9.1:1'])('that is this machine (%s) is', async (host) => expect((await withHost(host)).status).toBe(200))

  test.each([['127.0.0.1', true], ['127.9.9.9', true], ['::1', true], ['[::1]', true], ['localhost', true], ['::ffff:127.0.0.1', true], ['0.0.0.0', false], ['::', false], ['10.0.0.1', false], ['example.org', false]])('%s is this machine alone: %s', (host, is) => expect(isLoopback(host)).toBe(is))

  test('that is public takes the names it was given, or any', () => {
    expect(isServedHost('example.org', { listening: '0.0.0.0', names: [] })).toBe(true)
    expect(isServedHost('example.org', { listening: '0.0.0.0', names: ['api.example.org'] })).toBe(false)
    expect(isServedHost('API.example.org:443', { listening: '0.0.0.0', names: ['api.example.org'] })).toBe(true)
    expect(isServedHost('box.local', { listening: '127.0.0.1', names: ['box.local'] })).toBe(true)
    expect(isServedHost(undefined, { listening: '0.0.0.0', names: [] })).toBe(false)
  })

  test('that other machines reach is refused without TLS, unless it is said', async () => {
    await expect(serve(place.history, { host: '0.0.0.0' })).rejects.toMatchObject({ code: 'HOST_PUBLIC' })
    const open = await place.serve({ host: '0.0.0.0', insecurePublic: true })
    expect((await fetch(`http://127.0.0.1:${open.port}/healthz`)).status).toBe(200)
    await expect(serve(place.history, { port: server.port })).rejects.toMatchObject({ code: 'LISTEN_FAILED' })
  })
})

describe('behind something that ends TLS', () => {
  const publicUrl = 'https://history.example:8443'

  test('links, cookies and writes are of the public address', async () => {
    const behind = await place.serve({ publicUrl })
    const link = behind.link()
    expect(link).toMatch(/^https:\/\/history\.example:8443\/link\?word=/)
    const got = await ask(behind, link.slice(publicUrl.length))
    const cookie = got.headers.get('set-cookie') as string
    expect(cookie).toMatch(/^__Host-tidemark=.*; Secure$/)
    const write = (origin: string) => ask(behind, '/v1/signals', { method: 'POST', body: { name: 'x' }, headers: { cookie: cookie.split(';', 1)[0] as string, origin } })
    expect((await write(publicUrl)).status).toBe(200)
    for (const origin of [behind.url, 'https://history.example', 'http://history.example:8443']) expect((await write(origin)).json.code).toBe('ORIGIN_FOREIGN')
    expect((await ask(behind, '/metrics')).status).toBe(401)
    expect(isServedHost('history.example:8443', { listening: '127.0.0.1', names: ['history.example'] })).toBe(true)
    await behind.close()
  })

  test.each(['http://history.example', 'history.example', 'https://history.example/path', 'https://user@history.example', ''])('%j is no public address', async (wrong) => {
    await expect(place.serve({ publicUrl: wrong })).rejects.toMatchObject({ code: 'OPTION_INVALID', where: 'publicUrl' })
  })
})

describe('what anybody may ask for', () => {
  test('is counted by address: guesses of links, and whether it is ready; who has the word comes in', async () => {
    const strict = await place.serve({ limits: { refusedRate: 3 } })
    const statuses = async (path: string): Promise<number[]> => [await ask(strict, path), await ask(strict, path), await ask(strict, path), await ask(strict, path)].map(({ status }) => status)
    expect(await statuses('/link?word=guess')).toEqual([401, 401, 401, 429])
    expect(await statuses('/readyz')).toEqual([200, 200, 200, 429])
    expect((await ask(strict, strict.link().slice(strict.url.length))).status).toBe(303)
    expect((await ask(strict, '/healthz')).status).toBe(200)
    await strict.close()
  })
})

describe('what a server says about itself', () => {
  test('metrics are for this machine, or for a token that sees all', async () => {
    const near = await ask(server, '/metrics')
    expect(near.status).toBe(200)
    expect(near.text).toMatch(/^tidemark_http_requests_total\{method="GET",route="\/v1\/me",status="200"\} \d+$/m)
    for (const name of ['acme', 'beta', 'owner', '=three']) expect(near.text).not.toContain(name)
    const forwarded = { 'x-forwarded-for': '203.0.113.5' }
    expect((await ask(server, '/metrics', { headers: forwarded })).status).toBe(401)
    for (const name of ['forwarded', 'x-forwarded-host', 'via', 'x-real-ip', 'cf-connecting-ip', 'x-forwarded']) expect((await ask(server, '/metrics', { headers: { [name]: 'x' } })).status, name).toBe(401)
    expect((await ask(server, '/metrics', { headers: forwarded, token: await place.token('developer') })).status).toBe(200)
    expect((await ask(server, '/metrics', { headers: forwarded, token: await place.token('developer', ['acme']) })).json.code).toBe('FORBIDDEN')
  })

  test('it is alive, and ready while the store is', async () => {
    expect((await ask(server, '/healthz')).json).toEqual({ ok: true })
    expect((await ask(server, '/readyz')).json).toEqual({ ok: true })
  })

  test('the page of the API refers to no other host', async () => {
    const page = await ask(server, '/v1/docs/')
    const parts = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] as string)
    expect(parts.length).toBeGreaterThan(3)
    for (const part of parts) expect(part).not.toMatch(/^(?:https?:)?\/\//)
    const start = await ask(server, '/v1/docs/static/swagger-initializer.js')
    expect(start.text).toContain('"validatorUrl":null')
    expect(start.text.replaceAll(/\/\/[^\n]*\n/g, '')).not.toMatch(/https?:\/\/(?!127)/)
    expect(page.headers.get('content-security-policy')).toContain("default-src 'self'")
  })
})
