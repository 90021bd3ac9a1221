import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { get } from 'node:https'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { BIN, project, tidemark } from '../cli/cli.ts'
import { selfSigned } from './certificate.ts'

interface Started {
  readonly child: ChildProcess
  readonly lines: readonly string[]
  readonly ended: Promise<{ readonly code: number | null; readonly stdout: string }>
}

/** Starts the built program and waits for its first lines on standard error. */
async function started(cwd: string, args: readonly string[], lines: number): Promise<Started> {
  const child = spawn(process.execPath, [BIN, 'serve', ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
  onTestFinished(() => { child.kill('SIGKILL') })
  let stdout = ''
  child.stdout.setEncoding('utf8').on('data', (piece: string) => { stdout += piece })
  const ended = new Promise<{ code: number | null; stdout: string }>((done) => child.once('close', (code) => done({ code, stdout })))
  const said: string[] = []
  await new Promise<void>((resolve, reject) => {
    createInterface({ input: child.stderr }).on('line', (line) => {
      said.push(line)
      if (said.length === lines) resolve()
    })
    void ended.then(({ code }) => reject(new Error(`ended with ${code}: ${said.join('\n')}`)))
  })
  return { child, lines: said, ended }
}

describe('tidemark serve', () => {
  let folder = ''

  beforeAll(async () => {
    folder = project(join(mkdtempSync(join(tmpdir(), 'tidemark-serve-')), 'served'))
    for (const args of [['migrate'], ['ingest', 'contributions', 'commits.csv'], ['capture', 'activity']]) expect(await tidemark(args, { cwd: folder })).toMatchObject({ code: 0 })
  })

  afterAll(() => rmSync(dirname(folder), { recursive: true, force: true }))

  test('prints a link that opens a session once, serves, and ends on SIGTERM', async () => {
    const { child, lines, ended } = await started(folder, [], 2)
    const url = /^serving (http:\/\/127\.0\.0\.1:\d+)$/.exec(lines[0] as string)?.[1] as string
    const link = /^open {4}(http:\S+)$/.exec(lines[1] as string)?.[1] as string
    const opened = await fetch(link, { redirect: 'manual' })
    expect(opened.status).toBe(303)
    expect((await fetch(link, { redirect: 'manual' })).status).toBe(401)
    const cookie = (opened.headers.get('set-cookie') as string).split(';', 1)[0] as string
    const answer = await fetch(`${url}/v1/series/activity/query?select=contributions.sum&tenant=kysely&total=true&grain=year`, { headers: { cookie } })
    expect((await answer.json() as { rows: object[] }).rows).toMatchObject([{ period: '2024-01-01', 'contributions.sum': 4 }, { 'contributions.sum': 2 }])
    child.kill('SIGTERM')
    expect(await ended).toEqual({ code: 0, stdout: `stopped serving ${url}\n` })
  })

  test('with --json says where it is in one line, and ends with one document', async () => {
    const { child, lines, ended } = await started(folder, ['--json'], 1)
    const { url, link } = JSON.parse(lines[0] as string) as { url: string; link: string }
    expect(link.startsWith(`${url}/link?word=`)).toBe(true)
    child.kill('SIGINT')
    expect(JSON.parse((await ended).stdout)).toEqual({ url, stopped: true })
  })

  test('refuses what other machines could reach unencrypted, and certificates that are none', async () => {
    const refused = async (args: readonly string[]) => JSON.parse((await tidemark(['serve', ...args, '--json'], { cwd: folder })).stderr.trim().split('\n').at(-1) as string) as { code: string; where: string }
    expect(await refused(['--host', '0.0.0.0'])).toMatchObject({ code: 'HOST_PUBLIC' })
    expect(await refused(['--tls-cert', 'none.pem', '--tls-key', 'none.pem'])).toMatchObject({ code: 'TLS_UNREADABLE', where: '--tls-cert' })
    writeFileSync(join(folder, 'not.pem'), 'hello')
    expect(await refused(['--tls-cert', 'not.pem', '--tls-key', 'not.pem'])).toMatchObject({ code: 'TLS_UNREADABLE' })
    expect(await refused(['--tls-cert', 'not.pem'])).toMatchObject({ code: 'OPTION_INVALID', where: '--tls-key' })
    expect(await refused(['--port', '70000'])).toMatchObject({ code: 'OPTION_INVALID', where: '--port' })
  })

  test('behind something that ends TLS links to the public address, whose pages may write', async () => {
    const { lines } = await started(folder, ['--json', '--public-url', 'https://history.example:8443'], 1)
    const { url, link } = JSON.parse(lines[0] as string) as { url: string; link: string }
    expect(link.startsWith('https://history.example:8443/link?word=')).toBe(true)
    const opened = await fetch(`${url}${link.slice('https://history.example:8443'.length)}`, { redirect: 'manual' })
    const cookie = opened.headers.get('set-cookie') as string
    expect(cookie).toMatch(/^__Host-tidemark=.*; Secure$/)
    const write = async (origin: string): Promise<number> => (await fetch(`${url}/v1/signals`, { method: 'POST', body: '{"name":"x"}', headers: { 'content-type': 'application/json', cookie: cookie.split(';', 1)[0] as string, origin } })).status
    expect([await write(url), await write('https://history.example:8443')]).toEqual([403, 200])
    expect(JSON.parse((await tidemark(['serve', '--public-url', 'http://history.example', '--json'], { cwd: folder })).stderr.trim().split('\n').at(-1) as string)).toMatchObject({ code: 'OPTION_INVALID', where: 'publicUrl' })
  })

  test('speaks TLS with the certificate that it is given', async () => {
    const { cert, key } = selfSigned()
    writeFileSync(join(folder, 'cert.pem'), cert)
    writeFileSync(join(folder, 'key.pem'), key)
    const { lines } = await started(folder, ['--json', '--tls-cert', 'cert.pem', '--tls-key', 'key.pem'], 1)
    const { url } = JSON.parse(lines[0] as string) as { url: string }
    expect(url).toMatch(/^https:/)
    const said = await new Promise<string>((resolve, reject) => {
      get(`${url}/healthz`, { ca: cert, agent: false }, (answer) => { answer.setEncoding('utf8').on('data', resolve) }).on('error', reject)
    })
    expect(said).toBe('{"ok":true}')
  })

  test('refuses a port that is taken', async () => {
    const { lines } = await started(folder, [], 2)
    const port = /:(\d+)$/.exec(lines[0] as string)?.[1] as string
    expect(await tidemark(['serve', '--port', port], { cwd: folder })).toMatchObject({ code: 1, stderr: expect.stringContaining('LISTEN_FAILED') })
  })

  test('shows what it would serve', async () => {
    expect(await tidemark(['serve', '--dry-run', '--host', '0.0.0.0', '--insecure-public', '--port', '4000'], { cwd: folder })).toMatchObject({ code: 0, stdout: 'would serve http://0.0.0.0:4000\n' })
  })
})
