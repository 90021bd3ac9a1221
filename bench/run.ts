// Everything that the page docs/bench.md shows. node bench/run.ts [--scale tiny|small|full] [--only NAME,NAME] [--case NAME,NAME] [--check] [--folder DIR] [--long] [--publish] [--note TEXT]
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { availableParallelism, loadavg, tmpdir, totalmem } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import type { Bench, Case, Published, PublishedCase, Scale } from './case.ts'
import { bytes } from './cases/bytes.ts'
import { cli } from './cases/cli.ts'
import { correctness } from './cases/correctness.ts'
import { field } from './cases/field.ts'
import { ingest } from './cases/ingest.ts'
import { nightly } from './cases/nightly.ts'
import { queries } from './cases/queries.ts'
import { tiers } from './cases/tiers.ts'
import { windows } from './cases/windows.ts'
import { log, round } from './measure.ts'
import { figures, intoPage, withParts } from './page.ts'
import { startPostgres, type PostgresServer } from './postgres.ts'
import { Shelf } from './shelf.ts'
import { openSqlite } from './sqlite.ts'

const cases: readonly Case[] = [cli, tiers, windows, nightly, queries, bytes, ingest, field, correctness]

const { values } = parseArgs({ options: {
  scale: { type: 'string', default: 'small' },
  only: { type: 'string' },
  /** Parts of a case that has some: `--only correctness --case late-data`. */
  case: { type: 'string' },
  /** A goal that is missed is a failure. Of the cases `field` and `correctness`, and of `nightly` at the smallest scale, they are answers, never times. */
  check: { type: 'boolean', default: false },
  /** Files lie there and stay; a history that is found there is not made again. Default: a folder that goes. */
  folder: { type: 'string' },
  /** The ingest case goes on until all of its events are in. */
  long: { type: 'boolean', default: false },
  /** Into docs/bench.json and the tables of docs/bench.md; cases that did not run keep their figures. */
  publish: { type: 'boolean', default: false },
  /** What else the machine did. */
  note: { type: 'string', default: '' },
} })
if (!['tiny', 'small', 'full'].includes(values.scale)) throw new Error(`--scale is tiny, small or full, not ${values.scale}`)
const scale = values.scale as Scale
const only = values.only?.split(',')
const unknown = only?.filter((name) => !cases.some((one) => one.name === name)) ?? []
if (unknown.length > 0) throw new Error(`--only knows ${cases.map((one) => one.name).join(', ')}, not ${unknown.join(', ')}`)

const parts = values.case?.split(',') ?? null
const noPart = parts?.find((name) => !cases.some((one) => (only === undefined || only.includes(one.name)) && one.cases?.includes(name)))
if (noPart !== undefined) throw new Error(`--case knows ${cases.flatMap((one) => one.cases ?? []).join(', ')}, not ${noPart}`)

const here = dirname(fileURLToPath(import.meta.url))
const target = values.publish ? join(here, '..', 'docs', 'bench.json') : join(here, 'results', 'local', `${scale}.json`)
const folder = values.folder ?? mkdtempSync(join(tmpdir(), 'tidemark-bench-'))
mkdirSync(folder, { recursive: true })
chmodSync(folder, 0o755)
let server: Promise<PostgresServer> | null = null
const bench: Bench = { scale, long: values.long, only: parts, folder, shelf: new Shelf(folder), postgres: () => (server ??= startPostgres(folder)) }

function read(path: string): Published {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Published
  } catch {
    return { cases: {} }
  }
}

async function machine(): Promise<Record<string, unknown>> {
  const require = createRequire(import.meta.url)
  const db = openSqlite(join(folder, 'version.db'))
  const sqlite = db.prepare('SELECT sqlite_version()').pluck().get()
  db.close()
  return {
    cores: availableParallelism(), memoryGiB: round(totalmem() / 2 ** 30), platform: `${process.platform} ${process.arch}`, node: process.version, sqlite,
    duckdb: (require('@duckdb/node-api/package.json') as { version: string }).version,
    ...(server === null ? {} : { postgres: (await server).version }),
  }
}

const started = performance.now()
let missed = 0
try {
  for (const one of cases) {
    if (only !== undefined && !only.includes(one.name)) continue
    if (parts !== null && !parts.some((name) => one.cases?.includes(name))) continue
    log(`${one.name} …`)
    const before = loadavg()[0] as number
    const from = performance.now()
    const result = await one.run(bench)
    missed += result.goals.filter(({ met }) => !met).length
    const seconds = round((performance.now() - from) / 1000)
    log(`${one.name}: ${seconds} s`)
    // Written case by case: a long run that is stopped has still said something.
    const published = read(target)
    const now: PublishedCase = { ...result, scale, seconds, load: [round(before, 1), round(loadavg()[0] as number, 1)], note: values.note, machine: await machine() }
    published.cases[one.name] = parts === null ? now : withParts(published.cases[one.name], now)
    mkdirSync(dirname(target), { recursive: true })
    writeFileSync(target, `${JSON.stringify(published, null, 1)}\n`)
    process.stdout.write(`${figures({ cases: { [one.name]: now } })}\n`)
    if (values.publish) intoPage(join(here, '..', 'docs', 'bench.md'), published)
  }
  log(`${round((performance.now() - started) / 60_000, 1)} min`)
} finally {
  await bench.shelf.close()
  await (await (server as Promise<PostgresServer> | null))?.stop()
  if (values.folder === undefined) rmSync(folder, { recursive: true, force: true })
}
if (values.check && missed > 0) {
  log(`goals missed: ${missed}`)
  // An exit code that is only set is lost: the server's exit hook ends the process with 0.
  process.exit(1)
}
