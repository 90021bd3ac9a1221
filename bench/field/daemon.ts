// A server of somebody else's, started for one run where its program is installed.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { createServer } from 'node:net'

/** The version that a program prints, or its Debian package has; null where there is no such program. */
export function versionOf(program: string, ...words: readonly string[]): string | null {
  const { status, stdout, stderr } = spawnSync(program, words, { encoding: 'utf8' })
  if (status !== 0) return null
  const said = /\d+\.\d+(\.\d+)?/.exec(`${stdout}${stderr}`)?.[0]
  return said ?? (spawnSync('dpkg-query', ['-W', '-f', '${Version}', program], { encoding: 'utf8' }).stdout || 'unknown')
}

export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}

export class Daemon {
  readonly url: string
  readonly #child: ChildProcess

  private constructor(child: ChildProcess, url: string) {
    this.#child = child
    this.url = url
  }

  /** Resolves when `ready` answers. Throws where it does not within half a minute. */
  static async start(program: string, words: readonly string[], url: string, ready: string, environment: Readonly<Record<string, string>> = {}): Promise<Daemon> {
    const child = spawn(program, words, { stdio: 'ignore', env: { ...process.env, ...environment } })
    // What the run started does not outlive it, however it ends.
    process.once('exit', () => { child.kill('SIGKILL') })
    const daemon = new Daemon(child, url)
    for (let n = 0; n < 300; n++) {
      if (child.exitCode !== null) throw new Error(`${program} ended with ${child.exitCode}`)
      if (await fetch(`${url}${ready}`).then(({ ok }) => ok, () => false)) return daemon
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    await daemon.stop()
    throw new Error(`${program} did not answer at ${url}${ready}`)
  }

  async json<T>(path: string, parameters: Readonly<Record<string, string>> = {}): Promise<T> {
    return JSON.parse(await this.text(path, parameters)) as T
  }

  /** Throws what the server says where it refuses. */
  async text(path: string, parameters: Readonly<Record<string, string>> = {}): Promise<string> {
    // In the body, as there may be hundreds of statements.
    const response = await fetch(`${this.url}${path}`, { method: 'POST', body: new URLSearchParams(parameters) })
    const text = await response.text()
    if (!response.ok) throw new Error(`${path}: ${response.status} ${text.slice(0, 300)}`)
    return text
  }

  async send(path: string, body: string): Promise<void> {
    const response = await fetch(`${this.url}${path}`, { method: 'POST', body })
    const text = await response.text()
    if (!response.ok) throw new Error(`${path}: ${response.status} ${text.slice(0, 300)}`)
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null) return
    const gone = new Promise((resolve) => this.#child.once('exit', resolve))
    this.#child.kill('SIGTERM')
    await gone
  }
}
