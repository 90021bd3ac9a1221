// Spike: the physical row. See docs/decisions/0002-physical-row.md.
// node bench/spike/physical-row.ts [--events N] [--only sqlite|postgres|duckdb] [--page-size N] [--cache-mb N] [--runs NAME,NAME]
import { Console } from 'node:console'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { log, makeEvents, round } from './workload.ts'
import { compareDuckdb } from './duckdb.ts'
import { comparePostgres } from './postgres.ts'
import { buildBases, ingestRun, type Run } from './sqlite-ingest.ts'
import { compareLedgers } from './sqlite-ledger.ts'
import { compareShapes } from './sqlite-shapes.ts'

const { values } = parseArgs({ options: {
  events: { type: 'string', default: '5000000' },
  only: { type: 'string' },
  'page-size': { type: 'string', default: '4096' },
  'cache-mb': { type: 'string', default: '256' },
  runs: { type: 'string', default: '' },
} })
const count = Number(values.events)
const scale = count / 5_000_000
const entities = Math.round(100_000 * scale)
const settings = { pageSize: Number(values['page-size']), cacheMb: Number(values['cache-mb']) }
const wants = (engine: string) => values.only === undefined || values.only === engine

const of = (events: number) => Math.max(4000, round(events * scale / 1000) * 1000)
const foldEvery = of(200_000)
const bigBatch = of(50_000)
const wal = 25_000
const base = { batch: 1000, walPages: wal } as const
const memory = { recent: 'memory', youngMax: of(600_000) } as const
const mixed = { ...memory, segmented: true, segmentedDays: false } as const
// A, B, C: see sqlite-designs.ts. S: C with segments. M: C with segments for the events only.
const runs: Run[] = ([
  ...(['empty', 'full'] as const).flatMap((on): Run[] => [1000, bigBatch].flatMap((batch): Run[] => {
    const n = on === 'empty' ? of(300_000) : of(batch === 1000 ? 150_000 : 200_000)
    return [
      { ...base, name: 'A no identity', family: 'straightforward', base: on, batch, count: n },
      { ...base, name: 'A unique id', family: 'straightforward-id', base: on, batch, count: n },
      { ...base, name: 'B', family: 'clustered', base: on, batch, count: n },
      { ...base, name: 'C', family: 'clustered', base: on, batch, count: of(400_000), fold: { ...memory, foldEvery } },
      ...(on === 'empty' && batch > 1000 ? [] : [
        { ...base, name: 'S', family: 'segmented', base: on, batch, count: of(on === 'empty' ? 400_000 : 600_000), fold: { ...memory, foldEvery, segmented: true } } as Run]),
    ]
  })),
  { ...base, name: 'C recent ids in a table', family: 'clustered', base: 'full', count: of(400_000), fold: { foldEvery, recent: 'table' } },
  ...[1000, 100_000].flatMap((walPages): Run[] => [
    { ...base, name: 'A no identity', family: 'straightforward', base: 'full', count: of(100_000), walPages },
    { ...base, name: 'B', family: 'clustered', base: 'full', count: of(100_000), walPages },
  ]),
  { ...base, name: 'B cache 1 GB', family: 'clustered', base: 'full', count: of(100_000), cacheMb: 1024 },
  { ...base, name: 'C', family: 'clustered', base: 'full', count: of(500_000), fold: { ...memory, foldEvery: of(500_000) } },
  ...[wal, 4000, 1000].map((walPages): Run => (
    { ...base, name: 'C pieces', family: 'clustered', base: 'full', count: of(400_000), walPages, fold: { ...memory, foldEvery, pieceMs: 25 } })),
  { ...base, name: 'S pieces', family: 'segmented', base: 'full', count: of(600_000), walPages: 4000, fold: { ...memory, foldEvery, pieceMs: 25, segmented: true } },
  { ...base, name: 'M', family: 'mixed', base: 'full', count: of(600_000), fold: { ...mixed, foldEvery } },
  ...[4000, 1000].map((walPages): Run => (
    { ...base, name: 'M pieces', family: 'mixed', base: 'full', count: of(600_000), walPages, fold: { ...mixed, foldEvery, pieceMs: 25 } })),
  { ...base, name: 'M pieces', family: 'mixed', base: 'full', count: of(600_000), walPages: 1000, fold: { ...mixed, foldEvery: of(50_000), pieceMs: 25 } },
  { ...base, name: 'M pieces', family: 'mixed', base: 'full', count: of(600_000), checkpointThread: true, fold: { ...mixed, foldEvery, pieceMs: 25 } },
] as Run[]).filter(run => !values.runs || values.runs.split(',').includes(run.name))

/** Every list of rows as a table on stderr, without what is nested. */
function printTables(value: unknown): void {
  if (Array.isArray(value)) {
    new Console(process.stderr).table(value.map(row => Object.fromEntries(Object.entries(row).filter(([, v]) => typeof v !== 'object'))))
  } else if (value !== null && typeof value === 'object') {
    for (const inner of Object.values(value)) printTables(inner)
  }
}

const folder = mkdtempSync(join(tmpdir(), 'tidemark-spike-'))
chmodSync(folder, 0o755)
const results: Record<string, unknown> = {
  machine: { cpus: cpus().length, memoryGb: round(totalmem() / 2 ** 30), node: process.version },
  events: count, entities, settings,
}
const started = performance.now()
try {
  const e = makeEvents(count + Math.max(20_000, of(620_000)), count, entities)
  if (wants('sqlite')) {
    const bases = buildBases(folder, e, count, settings, new Set(runs.map(run => run.family)))
    if (!values.runs) results.shapes = compareShapes(folder, bases.path('clustered'), entities, settings, [foldEvery, of(50_000)])
    if (!values.runs) results.ledgers = compareLedgers(folder, bases.path('clustered'), count, foldEvery, settings)
    results.base = { dayRows: bases.dayRows, bytes: bases.bytes, loadSeconds: bases.loadSeconds }
    const ingest: unknown[] = results.ingest = [] as unknown[]
    for (const run of runs) ingest.push(await ingestRun(folder, bases, e, count, settings, run))
  }
  if (wants('duckdb')) results.duckdb = await compareDuckdb(folder, e, count, entities)
  if (wants('postgres')) results.postgres = await comparePostgres(folder, e, count, entities, { bigBatch, foldEvery, ingest: of(200_000) })
  results.minutes = round((performance.now() - started) / 60_000, 1)
  log(`${results.minutes} min`)
  printTables(results)
  process.stdout.write(`${JSON.stringify(results, null, 1)}\n`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
