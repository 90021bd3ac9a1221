import { spawnSync } from 'node:child_process'
import { cpSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { PROGRAM, STORY_END } from './demo-project.ts'
import { startServer } from './running-server.ts'
import type { Served } from './set-up.ts'

/** A copy of the campaigns whose alerts have been checked, served on its own: what tests acknowledge is nobody else's. */
export interface AlertServer {
  readonly served: Pick<Served, 'url' | 'cookies'>
  ask(path: string): Promise<unknown>
  /** A token of a role. */
  token(role: 'analyst' | 'developer' | 'viewer'): Promise<string>
  stop(): Promise<void>
}

export async function startAlertServer(campaigns: string): Promise<AlertServer> {
  const folder = join(dirname(campaigns), 'checked')
  rmSync(folder, { recursive: true, force: true })
  cpSync(campaigns, folder, { recursive: true })
  // It ends with a code of its own where something is open, as here.
  const checked = spawnSync(process.execPath, [PROGRAM, 'alerts', 'check', '--now', STORY_END, '--json'], { cwd: folder, encoding: 'utf8' })
  if (!checked.stdout.startsWith('{"opened"')) throw new Error(`alerts check: ${checked.stderr}`)
  const server = await startServer(folder, ['--now', STORY_END])
  const opened = await fetch(server.link, { redirect: 'manual' })
  const [name = '', value = ''] = (opened.headers.getSetCookie()[0] ?? '').split(';')[0]?.split('=') ?? []
  const { url } = server
  const ask = async (path: string, body?: object): Promise<unknown> => {
    const headers = { cookie: `${name}=${value}`, ...(body === undefined ? {} : { 'content-type': 'application/json', origin: url }) }
    const response = await fetch(`${url}${path}`, body === undefined ? { headers } : { method: 'POST', headers, body: JSON.stringify(body) })
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
    return response.json()
  }
  return {
    served: { url, cookies: [{ name, value, domain: new URL(url).hostname, path: '/' }] },
    ask: (path) => ask(path),
    token: async (role) => ((await ask('/v1/tokens', { name: `${role} of the tests`, role })) as { readonly token: string }).token,
    stop: async () => {
      await server.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
