// A client that keeps its connections, and the processes that it asks.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { median, percentile } from '../measure.ts'

export interface Served { readonly url: string; readonly token: string; readonly now: number; readonly child: ChildProcess }

export async function start(place: string, kind: 'cold' | 'warm' | 'bare'): Promise<Served> {
  const child = spawn(process.execPath, [fileURLToPath(new URL('./serving.ts', import.meta.url)), place, kind], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = await once(createInterface({ input: child.stdout }), 'line') as [string]
  return { ...JSON.parse(line) as Omit<Served, 'child'>, child }
}

export async function stop({ child }: Served): Promise<void> {
  child.kill('SIGTERM')
  await once(child, 'exit')
}

/** Gives the body; throws unless the status is 200. */
export function get({ url, token }: Served, path: string, agent: Agent): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const asked = request(`${url}${path}`, { agent, headers: token === '' ? {} : { authorization: `Bearer ${token}` } }, (answer) => {
      const parts: Buffer[] = []
      answer.on('data', (part: Buffer) => parts.push(part)).on('error', reject).on('end', () => {
        const body = Buffer.concat(parts)
        if (answer.statusCode === 200) resolve(body)
        else reject(new Error(`${path}: ${answer.statusCode} ${body.toString().slice(0, 300)}`))
      })
    })
    asked.on('error', reject).end()
  })
}

export interface Times { readonly p50: number; readonly p95: number; readonly p99: number; readonly perSecond: number }

/** Asks `count` times over so many connections at once, in the order of the paths. */
export async function load(server: Served, paths: readonly string[], { connections, count }: { readonly connections: number; readonly count: number }): Promise<Times> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const taken: number[] = []
  let next = 0
  const begun = performance.now()
  await Promise.all(Array.from({ length: connections }, async () => {
    while (next < count) {
      const path = paths[next++ % paths.length] as string
      const started = performance.now()
      await get(server, path, agent)
      taken.push(performance.now() - started)
    }
  }))
  const perSecond = count / ((performance.now() - begun) / 1000)
  agent.destroy()
  return { p50: median(taken), p95: percentile(taken, 0.95), p99: percentile(taken, 0.99), perSecond }
}
