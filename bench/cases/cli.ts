// What `tidemark query --json` costs more than a Node process that does nothing, in CPU time.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { at, type Bench, type Case, type CaseResult } from '../case.ts'
import { median, round } from '../measure.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const program = join(root, 'packages/tidemark/bin/tidemark.js')
/** Preloaded into every measured process: says at its exit what the kernel accounted to it, all threads. */
const meter = fileURLToPath(new URL('../cpu-meter.cjs', import.meta.url))

interface Spent { readonly cpuMs: number; readonly wallMs: number }

/** Runs a process to its end. Its CPU time comes on a stream of its own, so that stdout stays the program's. */
function run(words: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Spent {
  const started = performance.now()
  const child = spawnSync(process.execPath, ['--require', meter, ...words], { cwd, env, stdio: ['ignore', 'pipe', 'pipe', 'pipe'], encoding: 'utf8' })
  const wallMs = performance.now() - started
  if (child.status !== 0) throw new Error(`${words.join(' ')}: ${child.stderr}`)
  return { cpuMs: Number(child.output[3]) / 1000, wallMs }
}

/** Clock ticks of all ended children, by the kernel: coarse, but it has the whole process to its last instruction. */
function childTicks(): number | null {
  try {
    const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1]?.split(' ') ?? []
    return Number(fields[13]) + Number(fields[14])
  } catch {
    return null
  }
}

export const cli: Case = {
  name: 'cli',
  async run(bench: Bench): Promise<CaseResult> {
    const times = at(bench.scale, 5, 20, 20)
    const home = mkdtempSync(join(bench.folder, 'cli-'))
    const project = join(home, 'project')
    mkdirSync(project)
    cpSync(join(root, 'templates/contributions/tidemark.config.ts'), join(project, 'tidemark.config.ts'))
    const env = { ...process.env, XDG_CACHE_HOME: join(home, 'cache') }
    const tidemark = (...words: string[]): Spent => run([program, ...words], project, env)
    const commits = Array.from({ length: 5_000 }, (_, k) => JSON.stringify({
      client_id: 'bench', contributor_id: `dev-${k % 40}`, commit_id: `c${k}`, kind: ['change', 'fix', 'docs'][k % 3],
      authored_at: new Date(Date.UTC(2025, 0, 1) + k * 5_000_000).toISOString(), committed_at: new Date(Date.UTC(2025, 0, 1) + k * 5_000_000).toISOString(),
    })).join('\n')
    const file = join(project, 'commits.ndjson')
    writeFileSync(file, `${commits}\n`)
    tidemark('migrate', '--yes')
    tidemark('ingest', 'contributions', file)
    tidemark('capture', 'activity')
    const question = ['query', 'activity', '--measure', 'contributions.sum', '--from', '2025-01-01', '--to', '2025-07-01', '--grain', 'month', '--total', '--json']
    const first = tidemark(...question)

    const spent: Record<'query' | 'nothing', Spent[]> = { query: [], nothing: [] }
    const ticks = { query: 0, nothing: 0 }
    for (let n = 0; n < times; n++) {
      for (const name of ['query', 'nothing'] as const) {
        const before = childTicks()
        spent[name].push(name === 'query' ? tidemark(...question) : run(['-e', '0'], project, env))
        ticks[name] += (childTicks() ?? Number.NaN) - (before ?? 0)
      }
    }
    const cpu = (name: keyof typeof spent): number => median(spent[name].map((one) => one.cpuMs))
    const wall = (name: keyof typeof spent): number => median(spent[name].map((one) => one.wallMs))
    const more = cpu('query') - cpu('nothing')
    return {
      tables: [{
        title: `CPU (user and system, all threads) of a process, median of ${times}, ms`,
        columns: ['', 'CPU', 'whole process by the kernel’s 10 ms ticks, mean', 'wall'],
        rows: [
          ['tidemark query --json', round(cpu('query')), round(ticks.query * 10 / times), round(wall('query'))],
          ['node -e 0', round(cpu('nothing')), round(ticks.nothing * 10 / times), round(wall('nothing'))],
          ['difference', round(more), round((ticks.query - ticks.nothing) * 10 / times), round(wall('query') - wall('nothing'))],
          ['the first query after `migrate`, `ingest` and `capture`', round(first.cpuMs), null, round(first.wallMs)],
        ],
      }],
      goals: [{ goal: '`tidemark query --json` at most 150 ms of CPU more than `node -e 0`', measured: `${round(more)} ms`, met: more <= 150 }],
    }
  },
}
