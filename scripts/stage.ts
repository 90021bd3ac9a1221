import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What a stage came to. `skipped` names each test that did not run for want of something. */
export interface Outcome {
  readonly passed: number
  readonly failed: number
  readonly skipped: readonly string[]
}

export interface Stage {
  readonly name: string
  /** Whether it runs test files, which a filter can choose from. */
  readonly hasFiles: boolean
  /** What of the machine its tests need beside Node; without it some of them are skipped. */
  readonly tools: readonly string[]
  run(filters: readonly string[]): Promise<Outcome>
}

interface Call {
  readonly cwd: string
  readonly command: string
  readonly words: readonly string[]
  /** Shows the output as it comes; otherwise it is shown only when the call failed. */
  readonly live?: boolean
  readonly environment?: Readonly<Record<string, string>>
}

/** What is stopped when this process is: a test run that nobody waits for any more only takes the machine's time. */
let running: ChildProcess | null = null
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    running?.kill(signal)
    process.exit(1)
  })
}

function call({ cwd, command, words, live = false, environment = {} }: Call): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(command, words, { cwd, env: { ...process.env, ...environment }, stdio: ['ignore', live ? 'inherit' : 'pipe', live ? 'inherit' : 'pipe'] })
    running = child
    const output: Buffer[] = []
    child.stdout?.on('data', (chunk: Buffer) => output.push(chunk))
    child.stderr?.on('data', (chunk: Buffer) => output.push(chunk))
    child.on('error', (error) => {
      console.error(`${command}: ${error.message}`)
      resolve(false)
    })
    child.on('close', (code) => {
      if (code !== 0) process.stdout.write(Buffer.concat(output))
      resolve(code === 0)
    })
  })
}

/** A stage of commands, each of which passes or fails as one. */
export function commandStage(name: string, root: string, commands: readonly (readonly [string, ...string[]])[]): Stage {
  return {
    name,
    hasFiles: false,
    tools: [],
    async run() {
      let failed = 0
      for (const [command, ...words] of commands) {
        if (await call({ cwd: root, command, words })) continue
        console.error(`failed: ${command} ${words.join(' ')}`)
        failed++
      }
      return { passed: commands.length - failed, failed, skipped: [] }
    },
  }
}

interface VitestReport {
  readonly testResults: readonly {
    readonly name: string
    readonly status: string
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[]
  }[]
}

/** A project of the package's vitest configuration. */
export function vitestStage(name: string, packageRoot: string, reports: string, tools: readonly string[] = []): Stage {
  return {
    name,
    hasFiles: true,
    tools,
    async run(filters) {
      const report = join(reports, `${name}.json`)
      const words = [
        'run', '--project', name, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`,
        ...(filters.length > 0 ? ['--passWithNoTests', ...filters] : []),
      ]
      // Threads that run the sources need not strip each of them of its types anew. That is done in WebAssembly, of which V8
      // 13.6 can lose track when many threads begin at once, and ends the process (nodejs/node#64500).
      const environment = { NODE_COMPILE_CACHE: join(reports, '..', 'compile-cache') }
      const ok = await call({ cwd: packageRoot, command: 'vitest', words, live: true, environment })
      return counted(ok, existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) as VitestReport : null)
    },
  }
}

/** A file that could not be loaded, or an error outside every test, counts as one failed test. */
function counted(ok: boolean, report: VitestReport | null): Outcome {
  if (report === null) return { passed: 0, failed: ok ? 0 : 1, skipped: [] }
  let passed = 0
  let failed = 0
  const skipped: string[] = []
  for (const file of report.testResults) {
    const failedBefore = failed
    for (const test of file.assertionResults) {
      if (test.status === 'passed') passed++
      else if (test.status === 'failed') failed++
      else skipped.push(test.fullName)
    }
    if (file.status === 'failed' && failed === failedBefore) failed++
  }
  return { passed, failed: !ok && failed === 0 ? 1 : failed, skipped }
}
