import { request } from 'node:https'
import type { IncomingHttpHeaders } from 'node:http'
import { connect, type TLSSocket } from 'node:tls'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { selfSigned } from './certificate.ts'
import { furnished, type Place } from './place.ts'

let place: Place
const tls = selfSigned()
beforeAll(async () => { place = await furnished() })
afterAll(() => place.close())

interface Got { readonly status: number; readonly headers: IncomingHttpHeaders; readonly text: string; readonly protocol: string | null }

function get(url: string, headers: Record<string, string>, ca: string): Promise<Got> {
  return new Promise((resolve, reject) => {
    request(url, { ca, headers, agent: false }, (answer) => {
      const protocol = (answer.socket as TLSSocket).getProtocol()
      let text = ''
      answer.setEncoding('utf8').on('data', (piece: string) => { text += piece }).on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text, protocol }))
    }).on('error', reject).end()
  })
}

test('a server with a certificate speaks TLS alone: links, cookies and answers go through it', async () => {
  const server = await place.serve({ tls })
  expect(server.url).toBe(`https://127.0.0.1:${server.port}`)
  const opened = await get(server.link(), {}, tls.cert)
  expect([opened.status, opened.protocol]).toEqual([303, 'TLSv1.3'])
  const cookie = (opened.headers['set-cookie'] as string[])[0] as string
  expect(cookie).toMatch(/^__Host-tidemark=[^;]+; Path=\/; HttpOnly; SameSite=Strict; Max-Age=\d+; Secure$/)
  const me = await get(`${server.url}/v1/me`, { cookie: cookie.split(';', 1)[0] as string }, tls.cert)
  expect([me.status, JSON.parse(me.text).name]).toEqual([200, 'owner'])
  expect(me.headers['strict-transport-security']).toMatch(/^max-age=\d+/)
  const table = await get(`${server.url}/v1/series/turnover/query?select=sales.sum&tenant=acme&from=2020-01-01&to=2026-03-01&format=csv`, { authorization: `Bearer ${await place.token()}` }, tls.cert)
  expect(table.text.split('\r\n').length).toBeGreaterThan(2_000)

  // Who trusts another certificate gets none of it, and neither does plain HTTP.
  await expect(get(`${server.url}/healthz`, {}, selfSigned().cert)).rejects.toMatchObject({ code: expect.stringMatching(/SELF_SIGNED|UNABLE_TO|ERR_SSL|SIGNATURE/) })
  await expect(fetch(`http://127.0.0.1:${server.port}/healthz`)).rejects.toThrow()
  const old = connect({ host: '127.0.0.1', port: server.port, ca: tls.cert, minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' })
  await expect(new Promise((resolve, reject) => { old.on('secureConnect', resolve).on('error', reject) })).rejects.toThrow()
  expect((await get(`${server.url}/healthz`, {}, tls.cert)).text).toBe('{"ok":true}')
})
