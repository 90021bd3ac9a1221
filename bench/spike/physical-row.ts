// Spike: the physical row. See docs/decisions/0002-physical-row.md.
// node bench/spike/physical-row.ts [--events N] [--only sqlite|postgres|duckdb] [--page-size N] [--cache-mb N]
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { log, makeEvents, round } from './workload.ts'
import { buildBases, ingestRun, type Run } from './sqlite-ingest.ts'

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
const runs: Run[] = [
  ...(['empty', 'full'] as const).flatMap((on): Run[] => [1000, bigBatch].flatMap((batch): Run[] => {
    const n = on === 'empty' ? of(400_000) : of(batch === 1000 ? 150_000 : 200_000)
    return [
      { ...base, name: 'A straightforward, no identity', family: 'straightforward', base: on, batch, count: n },
      { ...base, name: 'A straightforward, unique id', family: 'straightforward-id', base: on, batch, count: n },
      { ...base, name: 'B clustered', family: 'clustered', base: on, batch, count: n },
      { ...base, name: `C fold ${foldEvery}`, family: 'clustered', base: on, batch, count: of(400_000), fold: { foldEvery, recent: 'table' } },
      { ...base, name: `C fold ${foldEvery}, ids in memory`, family: 'clustered', base: on, batch, count: of(400_000), fold: { foldEvery, recent: 'memory' } },
      { ...base, name: `S segments, ids in memory`, family: 'segmented', base: on, batch, count: of(600_000), fold: { foldEvery, recent: 'memory', segmented: true } },
    ]
  })),
  ...[1000, 100_000].flatMap((walPages): Run[] => [
    { ...base, name: 'A straightforward, no identity', family: 'straightforward', base: 'full', count: of(100_000), walPages },
    { ...base, name: 'B clustered', family: 'clustered', base: 'full', count: of(100_000), walPages },
    { ...base, name: `C fold ${foldEvery}, ids in memory`, family: 'clustered', base: 'full', count: of(400_000), walPages, fold: { foldEvery, recent: 'memory' } },
    { ...base, name: `S segments, ids in memory`, family: 'segmented', base: 'full', count: of(600_000), walPages, fold: { foldEvery, recent: 'memory', segmented: true } },
  ]),
  { ...base, name: `C fold ${of(500_000)}, ids in memory`, family: 'clustered', base: 'full', count: of(1_000_000), fold: { foldEvery: of(500_000), recent: 'memory' } },
  { ...base, name: `C fold ${foldEvery}, pieces`, family: 'clustered', base: 'full', count: of(400_000), fold: { foldEvery, recent: 'memory', pieceMs: 30 } },
  { ...base, name: `C fold ${foldEvery}, pieces`, family: 'clustered', base: 'full', count: of(400_000), checkpointThread: true, fold: { foldEvery, recent: 'memory', pieceMs: 30 } },
  { ...base, name: 'S segments, pieces', family: 'segmented', base: 'full', count: of(600_000), fold: { foldEvery, recent: 'memory', pieceMs: 30, segmented: true } },
  { ...base, name: 'S segments, pieces', family: 'segmented', base: 'full', count: of(600_000), checkpointThread: true, fold: { foldEvery, recent: 'memory', pieceMs: 30, segmented: true } },
]

const folder = mkdtempSync(join(tmpdir(), 'tidemark-spike-'))
chmodSync(folder, 0o755)
const results: Record<string, unknown> = {
  machine: { cpus: cpus().length, memoryGb: round(totalmem() / 2 ** 30), node: process.version },
  events: count, entities, settings,
}
const started = performance.now()
try {
  const e = makeEvents(count + of(1_010_000), count, entities)
  if (wants('sqlite')) {
    const bases = buildBases(folder, e, count, settings)
    results.base = { dayRows: bases.dayRows, bytes: bases.bytes, loadSeconds: bases.loadSeconds }
    const ingest: unknown[] = results.ingest = [] as unknown[]
    for (const run of runs.filter(r => r.name.includes(values.runs))) ingest.push(await ingestRun(folder, bases, e, count, settings, run))
  }
  results.minutes = round((performance.now() - started) / 60_000, 1)
  log(`${results.minutes} min`)
  process.stdout.write(`${JSON.stringify(results, null, 1)}\n`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
