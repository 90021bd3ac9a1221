import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import type { Dashboard } from '../../src/grafana/dashboard.ts'
import { BIN, project, shell } from '../cli/cli.ts'

let server: ChildProcess | null = null
afterEach(async () => {
  if (server === null || server.exitCode !== null) return
  const ended = new Promise((resolve) => { server?.once('close', resolve) })
  server.kill('SIGTERM')
  await ended
})

/** Where the server of a project answers. */
function serving(cwd: string): Promise<string> {
  const child = spawn(process.execPath, [BIN, 'serve', '--json'], { cwd, stdio: ['ignore', 'ignore', 'pipe'] })
  server = child
  return new Promise((resolve, reject) => {
    let said = ''
    child.stderr.setEncoding('utf8').on('data', (piece: string) => {
      said += piece
      const line = said.split('\n').find((one) => one.startsWith('{"url"'))
      if (line !== undefined) resolve((JSON.parse(line) as { url: string }).url)
    })
    child.on('close', () => reject(new Error(`the server ended: ${said}`)))
  })
}

test('every panel over Infinity is answered by a server, with the columns that it reads', async () => {
  const cwd = project()
  for (const line of ['tidemark migrate', 'tidemark ingest contributions commits.csv', 'tidemark capture activity']) expect(await shell(line, { cwd })).toMatchObject({ code: 0 })
  const { token } = JSON.parse((await shell('tidemark token create --name grafana --role analyst --json', { cwd })).stdout) as { token: string }
  const url = await serving(cwd)
  expect(await shell(`tidemark grafana export --source infinity --url ${url}`, { cwd })).toMatchObject({ code: 0 })
  const dashboard = JSON.parse(readFileSync(join(cwd, 'grafana', 'dashboards', 'tidemark-activity.json'), 'utf8')) as Dashboard
  // As Grafana puts them in; the range by its days.
  const values: Readonly<Record<string, string>> = { tenant: 'kysely', entity: 'c2', grain: 'month', '__from:date:YYYY-MM-DD': '2024-01-01', '__to:date:YYYY-MM-DD': '2024-07-01' }
  expect(dashboard.panels.length).toBeGreaterThan(5)
  for (const { title, targets: [target] } of dashboard.panels) {
    const { url: asked, url_options: { params }, columns } = target as unknown as { url: string; url_options: { params: { key: string; value: string }[] }; columns: { selector: string }[] }
    const words = new URLSearchParams(params.map(({ key, value }): [string, string] => [key, value.replaceAll(/\$\{([^}]+)\}/g, (_, name: string) => values[name] ?? `no ${name}`)]))
    const answer = await fetch(`${asked}?${words}`, { headers: { authorization: `Bearer ${token}` } })
    const [head = '', ...lines] = (await answer.text()).trimEnd().split('\n')
    expect({ title, status: answer.status, type: answer.headers.get('content-type') }).toEqual({ title, status: 200, type: expect.stringContaining('text/csv') as unknown })
    expect(head.trim().split(',')).toEqual(expect.arrayContaining(columns.map(({ selector }) => selector)))
    expect(lines).toHaveLength(6)
  }
  // A spreadsheet that knows no bearer gives the token as its password.
  const basic = await fetch(`${url}/v1/series/activity/query?select=contributions.sum&tenant=kysely&entity=c2&from=2024-01-01&to=2024-07-01&grain=month&format=csv`, { headers: { authorization: `Basic ${Buffer.from(`sheet:${token}`).toString('base64')}` } })
  expect((await basic.text()).split('\n')[3]).toMatch(/^kysely,c2,2024-03-01,2,/)
})
