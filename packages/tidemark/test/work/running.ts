import { type ChildProcess, spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'

/** A process of a test, and what it has said so far: a document a line. */
export interface Running {
  readonly child: ChildProcess
  readonly events: { readonly event: string; readonly job?: string; readonly finished?: number }[]
  readonly ended: Promise<number | null>
}

const children: ChildProcess[] = []

/** @param script beside this file */
export function spawned(script: string, ...words: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, [new URL(script, import.meta.url).pathname, ...words], { stdio: ['ignore', 'pipe', 'inherit'] })
  children.push(child)
  return child
}

/** The same, of one that says what it does. */
export function start(script: string, ...words: readonly string[]): Running {
  const child = spawned(script, ...words)
  const events: Running['events'] = []
  let rest = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() as string
    for (const line of lines) events.push(JSON.parse(line) as Running['events'][number])
  })
  return { child, events, ended: new Promise((resolve) => child.on('close', resolve)) }
}

/** Ends what a test has started, however it went. */
export function killAll(): void {
  for (const child of children.splice(0)) child.kill('SIGKILL')
}

export async function until(what: string, holds: () => boolean): Promise<void> {
  for (let waited = 0; waited < 60_000; waited += 20) {
    if (holds()) return
    await sleep(20)
  }
  throw new Error(`waited a minute in vain: ${what}`)
}

export const hasStarted = (job: string, { events }: Running): boolean => events.some((one) => one.event === 'started' && one.job === job)
