import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** A server in another process. */
export interface Serving {
  readonly url: string
  readonly token: string
  readonly child: ChildProcess
  /** Its exit code, and what it said last. */
  readonly ended: Promise<{ readonly code: number | null; readonly said: string; readonly errors: string }>
  /** The most memory that it ever had, in MiB. */
  mostMiB(): number
}

export async function serving(store: string, limits: object = {}, flags: readonly string[] = []): Promise<Serving> {
  const child = spawn(process.execPath, [...flags, fileURLToPath(new URL('./serving-main.ts', import.meta.url)), store, JSON.stringify(limits)], { stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  let errors = ''
  child.stderr.setEncoding('utf8').on('data', (piece: string) => { errors += piece })
  const ended = new Promise<{ code: number | null; said: string; errors: string }>((done) => child.once('close', (code) => done({ code, said, errors })))
  const lines = createInterface({ input: child.stdout })
  const first = await new Promise<string>((resolve, reject) => {
    lines.on('line', (line) => {
      said = line
      resolve(line)
    })
    void ended.then((end) => reject(new Error(end.errors)))
  })
  const { url, token } = JSON.parse(first) as { readonly url: string; readonly token: string }
  return { url, token, child, ended, mostMiB: () => Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1024 }
}
