import { spawn } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

const HERE = dirname(fileURLToPath(import.meta.url))
export const BIN = join(HERE, '..', '..', 'bin', 'tidemark.js')
const TEMPLATE = join(HERE, '..', '..', '..', '..', 'templates', 'contributions', 'tidemark.config.ts')

export interface Ran {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  readonly cwd: string
  readonly stdin?: string
  readonly env?: Readonly<Record<string, string>>
  /** Another Node than the one that runs the tests. */
  readonly node?: string
}

/** Runs the built program in a process of its own, as a user would. Build first: npm run build. */
export function tidemark(args: readonly string[], options: RunOptions): Promise<Ran> {
  return finished(spawn(options.node ?? process.execPath, [BIN, ...args], spawnOptions(options)), options.stdin)
}

/** Runs a line of shell in which `tidemark` is the program. */
export function shell(line: string, options: RunOptions): Promise<Ran> {
  return finished(spawn('sh', ['-c', line], spawnOptions(options)), options.stdin)
}

let bin: string | null = null

/** A folder with `tidemark` and the Node of the tests in it. */
function binFolder(): string {
  if (bin === null) {
    bin = mkdtempSync(join(tmpdir(), 'tidemark-bin-'))
    // Tests run it as another user, too.
    chmodSync(bin, 0o755)
    symlinkSync(BIN, join(bin, 'tidemark'))
    symlinkSync(process.execPath, join(bin, 'node'))
  }
  return bin
}

function spawnOptions({ cwd, env = {} }: RunOptions) {
  return { cwd, env: { ...process.env, NO_COLOR: '1', NODE_DISABLE_COMPILE_CACHE: '1', PATH: [binFolder(), process.env['PATH']].join(delimiter), ...env }, stdio: ['pipe', 'pipe', 'pipe'] as ['pipe', 'pipe', 'pipe'] }
}

function finished(child: ReturnType<typeof spawn>, stdin = ''): Promise<Ran> {
  let stdout = ''
  let stderr = ''
  child.stdout?.setEncoding('utf8').on('data', (piece: string) => { stdout += piece })
  child.stderr?.setEncoding('utf8').on('data', (piece: string) => { stderr += piece })
  child.stdin?.on('error', () => {})
  child.stdin?.end(stdin)
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, stdout, stderr }))
  })
}

/** An empty folder, gone after the test. */
export function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-cli-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export const HEADER = 'client_id,contributor_id,authored_at,committed_at,kind,commit_id'

/** Nine commits of two tenants; the one on line 4 cannot be read. */
export const COMMITS = `${HEADER}
kysely,c1,2026-01-10T09:30:00+01:00,2026-01-10T09:31:00+01:00,fix,a1b2c3
kysely,c1,2026-01-10T23:30:00-08:00,2026-01-11T09:31:00Z,change,a1b2c4
kysely,c1,2026-02-30T09:30:00Z,2026-01-11T09:31:00Z,change,a1b2c5
kysely,c2,2024-03-01T10:00:00Z,2024-03-01T10:00:00Z,docs,a1b2c6
kysely,c2,2024-03-02T10:00:00Z,2024-03-02T10:00:00Z,test,a1b2c7
kysely,c2,2024-05-02T10:00:00Z,2024-05-02T10:00:00Z,fix,a1b2c8
kysely,c2,2024-05-03T10:00:00Z,2024-05-03T10:00:00Z,merge,a1b2c9
drizzle-orm,c1,2026-01-10T09:30:00+01:00,2026-01-10T09:31:00+01:00,release,a1b2c3
`

/** A project of the contributions template, with the files that the examples of the help name. */
export function project(folder: string = scratch()): string {
  mkdirSync(folder, { recursive: true })
  cpSync(TEMPLATE, join(folder, 'tidemark.config.ts'))
  writeFileSync(join(folder, 'commits.csv'), COMMITS)
  writeFileSync(join(folder, 'commits.ndjson'), `${JSON.stringify({
    client_id: 'kysely', contributor_id: 'c3', authored_at: '2026-01-12T10:00:00Z', committed_at: '2026-01-12T10:00:00Z', kind: 'change', commit_id: 'b1',
  })}\n`)
  writeFileSync(join(folder, 'taken-back.csv'), 'tenant,id\nkysely,a1b2c4\n')
  writeFileSync(join(folder, 'adjustments.csv'), 'tenant,entity,day,measure,by,id,reason\nkysely,c1,2026-01-10,fix,1,adj-2,found again\n')
  return folder
}

/** Adds an alert to the configuration of a project: one that at least half of a contributor's commits are fixes. */
export function watching(folder: string): string {
  const file = join(folder, 'tidemark.config.ts')
  writeFileSync(file, readFileSync(file, 'utf8').replace("import { defineConfig,", "import { alert, defineConfig,").replace(
    'series: [activity]', "series: [activity], alerts: [alert('fixing', { of: activity, measure: 'fixShare.value', atLeast: '0.5', action: 'Ask what keeps breaking' })]",
  ))
  return folder
}

/** The error that `--json` leaves as the last line of stderr. */
export function errorOf(ran: Ran): Record<string, unknown> {
  return JSON.parse(ran.stderr.trimEnd().split('\n').at(-1) ?? '') as Record<string, unknown>
}
