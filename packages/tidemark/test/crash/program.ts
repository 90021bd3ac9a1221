import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { BIN } from '../cli/cli.ts'

/** The built program, running. */
export class Program {
  readonly child: ChildProcess
  readonly #ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>
  stdout = ''
  stderr = ''

  /** @param wrapper a program and its arguments that are to run it: strace, setpriv */
  constructor(words: readonly string[], folder: string, wrapper: readonly string[] = []) {
    const [program, ...args] = [...wrapper, process.execPath, BIN, ...words] as [string, ...string[]]
    this.child = spawn(program, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, NO_COLOR: '1' } })
    this.child.stdout?.setEncoding('utf8').on('data', (piece: string) => { this.stdout += piece })
    this.child.stderr?.setEncoding('utf8').on('data', (piece: string) => { this.stderr += piece })
    this.#ended = new Promise((resolve, reject) => {
      this.child.on('error', reject)
      this.child.on('close', (code, signal) => resolve({ code, signal }))
    })
  }

  ended(): Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }> {
    return this.#ended
  }

  get running(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null
  }

  /** The document that it printed; throws, with what it said, unless it exits with 0. */
  async document<T>(): Promise<T> {
    const { code, signal } = await this.#ended
    if (code !== 0) throw new Error(`ended with ${code ?? signal}: ${this.stderr}`)
    return JSON.parse(this.stdout) as T
  }
}

export function start(words: readonly string[], folder: string, wrapper: readonly string[] = []): Program {
  return new Program([...words, '--json'], folder, wrapper)
}

/** What a watcher sees of a project's files, or of a demo's below it: any write changes it. */
export function tracesOf(folder: string): string {
  const marks: string[] = []
  const look = (path: string): void => {
    try {
      const { size, mtimeMs } = statSync(path)
      // An empty log is only a log that was opened.
      if (size > 0) marks.push(`${path} ${size} ${mtimeMs}`)
    } catch {
      // Gone since it was listed.
    }
  }
  for (const project of [folder, join(folder, 'demo')]) {
    for (const name of ['history.db', 'history.db-wal']) look(join(project, name))
    const archive = join(project, 'archive')
    if (existsSync(archive)) for (const name of readdirSync(archive, { recursive: true }) as string[]) look(join(archive, name))
  }
  return marks.join('\n')
}

/** Waits until the program has written something. False when it ends before. */
export async function untilFirstWrite(program: Program, folder: string, before: string): Promise<boolean> {
  while (program.running) {
    if (tracesOf(folder) !== before) return true
    // Often enough for what lasts some milliseconds, and the machine has other things to do.
    await setTimeout(1)
  }
  return false
}

/** How a run that nobody disturbs passes: milliseconds from its first write to its end. */
export async function timeOf(words: readonly string[], folder: string): Promise<number> {
  const program = start(words, folder)
  await untilFirstWrite(program, folder, tracesOf(folder))
  const written = performance.now()
  await program.document()
  return performance.now() - written
}

/**
 * Kills a run with SIGKILL so many milliseconds after its first write. True only when it was alive then: what had
 * ended by itself was not killed.
 */
export async function killAfterFirstWrite(words: readonly string[], folder: string, afterMs: number): Promise<boolean> {
  const before = tracesOf(folder)
  const program = start(words, folder)
  if (!(await untilFirstWrite(program, folder, before))) {
    await program.ended()
    return false
  }
  if (afterMs >= 1) await setTimeout(afterMs)
  program.child.kill('SIGKILL')
  return (await program.ended()).signal === 'SIGKILL'
}
