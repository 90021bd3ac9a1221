// The campaigns' snapshots and six questions in everything that is there.
import { createRequire } from 'node:module'
import type { Bench, Case, CaseResult, Table } from '../case.ts'
import { at } from '../case.ts'
import { clickhouse } from '../field/clickhouse.ts'
import { duckdbSystems } from '../field/duckdb.ts'
import { influx } from '../field/influx.ts'
import { postgresByHand, timescale } from '../field/postgres.ts'
import { QUESTIONS, type Question, type Row, TITLES } from '../field/question.ts'
import { fieldSet, type FieldSet } from '../field/snapshots.ts'
import { sqliteByHand } from '../field/sqlite.ts'
import { type Absent, isAbsent, type Load, type System } from '../field/system.ts'
import { tidemarkSystems } from '../field/tidemark.ts'
import { victoria } from '../field/victoria.ts'
import { log, percentile, round } from '../measure.ts'

/** What `--case` can choose; in the order in which they run. */
const PARTS = ['duckdb', 'tidemark', 'sqlite', 'postgres', 'clickhouse', 'victoriametrics', 'influxdb', 'timescaledb'] as const

/** What all answers are compared with. */
const ORACLE = 'DuckDB table'

interface Measured {
  readonly system: System
  readonly load: Load
  /** Milliseconds by question; of each question the answers, a text for each of the words. */
  readonly taken: ReadonlyMap<Question, readonly number[]>
  readonly answers: ReadonlyMap<Question, readonly (readonly Row[])[]>
  readonly failed: ReadonlyMap<Question, string>
}

async function measure(system: System, set: FieldSet, times: number): Promise<Measured> {
  const load = await system.load(set)
  log(`  ${system.name}: ${round(load.bytes / 1e6, 1)} MB in ${round(load.seconds, 1)} s`)
  const taken = new Map<Question, number[]>()
  const answers = new Map<Question, (readonly Row[])[]>()
  const failed = new Map<Question, string>()
  for (const question of QUESTIONS) {
    try {
      const asks = set.words.map((words) => system.question(question, words))
      // Not measured: it is what the answers are compared by, and it warms.
      answers.set(question, [])
      for (const one of asks) answers.get(question)?.push(one.rows(await one.ask()))
      const ms: number[] = []
      for (let n = 0; n < times; n++) {
        const one = asks[n % asks.length]
        const started = performance.now()
        await one?.ask()
        ms.push(performance.now() - started)
      }
      taken.set(question, ms)
    } catch (error) {
      failed.set(question, error instanceof Error ? error.message.slice(0, 200) : String(error))
      log(`  ${system.name}, ${question}: ${failed.get(question)}`)
    }
  }
  return { system, load, taken, answers, failed }
}

/** In how many of the answers a row differs from the oracle's. */
function agreement({ answers, failed }: Measured, oracle: Measured): string {
  const wrong = QUESTIONS.flatMap((question) => {
    if (failed.has(question)) return [`${TITLES[question]}: failed`]
    const mine = answers.get(question) ?? []
    const right = oracle.answers.get(question) ?? []
    const differ = mine.reduce((sum, rows, place) => sum + differing(rows, right[place] ?? []), 0)
    const rows = right.reduce((sum, all) => sum + all.length, 0)
    return differ === 0 ? [] : [`${TITLES[question]}: ${differ} of ${rows} rows differ`]
  })
  return wrong.length === 0 ? 'all six' : wrong.join('; ')
}

function differing(mine: readonly Row[], right: readonly Row[]): number {
  const left = new Map<string, number>()
  for (const row of right) left.set(JSON.stringify(row), (left.get(JSON.stringify(row)) ?? 0) + 1)
  let extra = 0
  for (const row of mine) {
    const text = JSON.stringify(row)
    const count = left.get(text) ?? 0
    if (count === 0) extra++
    else left.set(text, count - 1)
  }
  return Math.max(extra, right.length - (mine.length - extra))
}

function tablesOf(set: FieldSet, measured: readonly Measured[], absent: readonly Absent[], oracle: Measured): Table[] {
  const rows = set.snapshots.length
  const speeds = (one: Measured, share: number): (number | null)[] => QUESTIONS.map((question) => {
    const ms = one.taken.get(question)
    return ms === undefined ? null : round(percentile(ms, share), 2)
  })
  const titles = QUESTIONS.map((question) => TITLES[question])
  return [
    {
      title: `${rows.toLocaleString('en-US')} snapshots of ${new Set(set.snapshots.map(({ life }) => life.id)).size} campaigns, ${Math.round((set.to - set.from) / 86_400_000)} days, each with ${set.payload} characters of JSON (mean)`,
      columns: ['system', 'version', 'MB', 'load rows/s', 'answers as the oracle\'s', 'says coverage', 'how it was loaded'],
      rows: [
        ...measured.map((one) => [one.system.name, one.system.version, round(one.load.bytes / 1e6, 1), one.load.derived ? null : Math.round(rows / one.load.seconds), one === oracle ? 'is the oracle' : agreement(one, oracle), one.system.coverage ? 'yes' : 'no', one.load.note]),
        ...absent.map(({ name, why }) => [name, null, null, null, `not run: ${why}`, null, null]),
      ],
    },
    {
      title: 'The mix: how often the campaign was captured when the snapshot was',
      columns: ['', 'snapshots', 'share'],
      rows: Object.entries(Object.groupBy(set.snapshots, ({ cadence }) => cadence)).map(([cadence, some]) => [cadence, some.length, `${round((some.length / rows) * 100, 1)} %`]),
    },
    { title: `p50, ms; ${set.words.length} campaigns in turn, warm`, columns: ['system', ...titles], rows: measured.map((one) => [one.system.name, ...speeds(one, 0.5)]) },
    { title: 'p95, ms', columns: ['system', ...titles], rows: measured.map((one) => [one.system.name, ...speeds(one, 0.95)]) },
  ]
}

export const field: Case = {
  name: 'field',
  cases: PARTS,
  async run(bench: Bench): Promise<CaseResult> {
    const set = fieldSet(bench.folder, bench.scale)
    log(`  ${set.snapshots.length} snapshots`)
    const version = (createRequire(import.meta.url)('tidemark/package.json') as { version: string }).version
    const place = { folder: bench.folder, postgres: () => bench.postgres() }
    // Those that need another before them follow it; what is started is gone before the next one starts.
    const makes: Readonly<Record<(typeof PARTS)[number], () => Promise<readonly (System | Absent)[]>>> = {
      duckdb: async () => duckdbSystems(place),
      tidemark: async () => tidemarkSystems(place, version),
      sqlite: async () => [sqliteByHand(place)],
      postgres: async () => [await postgresByHand(place)],
      clickhouse: async () => [await clickhouse(place)],
      victoriametrics: async () => [await victoria(place)],
      influxdb: async () => [await influx(place)],
      timescaledb: async () => [await timescale()],
    }
    const measured: Measured[] = []
    const absent: Absent[] = []
    for (const part of PARTS) {
      // The oracle is always asked.
      if (bench.only !== null && part !== 'duckdb' && !bench.only.includes(part)) continue
      const systems = await makes[part]()
      try {
        for (const system of systems) {
          if (isAbsent(system)) absent.push(system)
          else measured.push(await measure(system, set, at(bench.scale, 8, 40, 40)))
        }
      } finally {
        for (const system of systems) if (!isAbsent(system)) await system.close()
      }
    }
    const oracle = measured.find(({ system }) => system.name === ORACLE) as Measured
    const own = measured.filter(({ system }) => system.coverage)
    return {
      tables: tablesOf(set, measured, absent, oracle),
      goals: own.map((one) => ({ goal: `${one.system.name}: every answer is the oracle's`, measured: agreement(one, oracle), met: agreement(one, oracle) === 'all six' })),
    }
  },
}
