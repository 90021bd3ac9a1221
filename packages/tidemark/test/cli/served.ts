import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { onTestFinished } from 'vitest'
import { BIN } from './cli.ts'

/** A demo that has told its story, and serves it. */
export interface ServedDemo {
  readonly child: ChildProcess
  readonly url: string
  readonly link: string
  /** What it has written to standard output so far. */
  readonly stdout: () => string
  /** Its exit code. */
  readonly ended: Promise<number | null>
}

/** Runs a demo as somebody does who wants it served, and waits for its link. */
export async function served(cwd: string, words: readonly string[]): Promise<ServedDemo> {
  const child = spawn(process.execPath, [BIN, 'demo', ...words, '--serve', '--json'], { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
  onTestFinished(() => { child.kill('SIGKILL') })
  let stdout = ''
  child.stdout.setEncoding('utf8').on('data', (piece: string) => { stdout += piece })
  const ended = new Promise<number | null>((done) => child.once('close', done))
  const told = await new Promise<{ link: string; url: string }>((resolve, reject) => {
    createInterface({ input: child.stderr }).on('line', (line) => { if (line.startsWith('{')) resolve(JSON.parse(line) as { link: string; url: string }) })
    void ended.then((code) => reject(new Error(`ended with ${code}`)))
  })
  return { child, ...told, stdout: () => stdout, ended }
}
