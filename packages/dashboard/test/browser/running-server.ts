import { type ChildProcess, spawn } from 'node:child_process'
import { PROGRAM } from './demo-project.ts'

/** `tidemark serve` of a project, as a user starts it. */
export interface RunningServer {
  readonly url: string
  readonly link: string
  stop(): Promise<void>
}

const START_MS = 60_000

export async function startServer(folder: string, words: readonly string[] = []): Promise<RunningServer> {
  const child: ChildProcess = spawn(process.execPath, [PROGRAM, 'serve', '--json', ...words], { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] })
  let output = ''
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const { url, link } = await new Promise<{ url: string; link: string }>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`the server did not start: ${output}`)), START_MS)
    child.stderr?.on('data', (chunk: Buffer) => {
      output += String(chunk)
      const line = output.split('\n').find((one) => one.startsWith('{"url"'))
      if (line === undefined) return
      clearTimeout(late)
      resolve(JSON.parse(line) as { url: string; link: string })
    })
    child.once('close', () => {
      clearTimeout(late)
      reject(new Error(`the server ended: ${output}`))
    })
  })
  return {
    url, link,
    stop: async () => {
      child.kill('SIGTERM')
      await ended
    },
  }
}
