// Each of the answers, beside the same question in SQL by hand over every snapshot, untiered.
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { open } from 'tidemark'
import { MENU } from '../../templates/campaigns/answers/menu.ts'
import { wordsOf } from '../../templates/campaigns/answers/words.ts'
import { campaignMetrics, sessionsHeld } from '../../templates/campaigns/tidemark.config.ts'
import type { Snapshot } from '../../packages/tidemark/test/campaigns/reenactment.ts'
import type { Goal, Table } from '../case.ts'
import { log, median, percentile, round } from '../measure.ts'
import type { PostgresServer } from '../postgres.ts'
import { bytesByTable, filling, openSqlite, type Sqlite } from '../sqlite.ts'
import { COLUMNS, createTable, handRows, INDEXES } from './by-hand.ts'
import { handTexts, postgresText } from './hand-sql.ts'

const TIMES = 40

interface Times { readonly p50: number; readonly p95: number }

export interface HandTable { readonly rows: number; readonly bytes: number; readonly seconds: number }

/** Every snapshot in a table by hand. */
export function handSqlite(path: string, snapshots: readonly Snapshot[]): { readonly db: Sqlite; readonly size: HandTable } {
  const started = performance.now()
  const db = openSqlite(path)
  db.exec(createTable({ text: 'TEXT', integer: 'INTEGER', decimal: 'REAL' }))
  const put = db.prepare(`INSERT INTO campaign_metrics_snapshots VALUES (${COLUMNS.map(() => '?').join(', ')})`)
  filling(db, () => { for (const row of handRows(snapshots)) put.run(...row.map((cell, place) => (COLUMNS[place]?.[1] === 'decimal' && cell !== null ? Number(cell) : cell))) })
  for (const columns of INDEXES) db.exec(`CREATE INDEX "by ${columns}" ON campaign_metrics_snapshots (${columns})`)
  db.exec('ANALYZE')
  db.pragma('wal_checkpoint(TRUNCATE)')
  const bytes = [...bytesByTable(path).values()].reduce((sum, size) => sum + size, 0)
  return { db, size: { rows: snapshots.length, bytes, seconds: (performance.now() - started) / 1000 } }
}

async function handPostgres(server: PostgresServer, snapshots: readonly Snapshot[]): Promise<void> {
  await server.rows(createTable({ text: 'text', integer: 'bigint', decimal: 'numeric' }))
  await server.copy('campaign_metrics_snapshots', (function* () {
    for (const row of handRows(snapshots)) yield `${row.map((cell) => (cell === null ? '\\N' : String(cell))).join('\t')}\n`
  })())
  for (const columns of INDEXES) await server.rows(`CREATE INDEX ON campaign_metrics_snapshots (${columns})`)
  await server.rows('ANALYZE campaign_metrics_snapshots')
}

async function timesOf(work: () => unknown): Promise<Times> {
  await work()
  const taken: number[] = []
  for (let n = 0; n < TIMES; n++) {
    const started = performance.now()
    await work()
    taken.push(performance.now() - started)
  }
  return { p50: median(taken), p95: percentile(taken, 0.95) }
}

/** Goals of the design: within 2 times of the best by hand. */
const WITHIN = 2

export async function answersBeside(story: string, hand: Sqlite, server: PostgresServer | null, snapshots: readonly Snapshot[]): Promise<{ readonly tables: readonly Table[]; readonly goals: readonly Goal[] }> {
  const app = new DatabaseSync(join(story, 'app.db'), { readOnly: true })
  const now = Number(app.prepare('SELECT lived_to FROM world').get()?.['lived_to'])
  const usual = wordsOf(app, now, {})
  app.close()
  const day = (back: number): string => new Date(now - back * 86_400_000).toISOString().slice(0, 10)
  const words = { ...usual, from: day(27), to: day(0), ofRange: false, horizon: 30, most: 5 }
  const asked = { company: words.company, campaign: words.campaign, most: 5 }
  const tm = await open({ store: `sqlite:${join(story, 'history.db')}`, archive: join(story, 'archive'), sources: { app: `sqlite:${join(story, 'app.db')}` }, series: [campaignMetrics, sessionsHeld], now: () => now })
  if (server !== null) await handPostgres(server, snapshots)
  const texts = handTexts()
  const rows: (string | number | null)[][] = []
  const goals: Goal[] = []
  for (const [name, dish] of Object.entries(MENU)) {
    log(`answer ${name} …`)
    const range = name === 'years' ? { from: day(150), to: day(0) } : name === 'quarters' ? { from: day(1_100), to: day(0) } : ['impact', 'capacity', 'forecast'].includes(name) ? { from: day(84), to: day(0) } : name === 'budget' ? { from: day(60), to: day(0) } : { from: words.from, to: words.to }
    const own = await timesOf(() => dish.ask(tm, { ...words, ...range, ofRange: true }))
    const text = texts.get(name)
    const statement = text === undefined ? null : hand.prepare(text)
    const bind = Object.fromEntries(Object.entries({ ...asked, ...range }).filter(([key]) => text?.includes(`:${key}`)))
    const sqlite = statement === null ? null : await timesOf(() => statement.all(bind))
    const dialect = text === undefined || server === null ? null : postgresText(text, { ...asked, ...range })
    const postgres = dialect === null ? null : await timesOf(() => (server as PostgresServer).rows(dialect)).catch((error: unknown) => { log(`${name} on PostgreSQL: ${String(error)}`); return null })
    const best = Math.min(sqlite?.p50 ?? Infinity, postgres?.p50 ?? Infinity)
    const ratio = Number.isFinite(best) ? round(own.p50 / best, 2) : null
    rows.push([dish.title, round(own.p50, 2), round(own.p95, 2), ...[sqlite, postgres].flatMap((times) => (times === null ? [null, null] : [round(times.p50, 2), round(times.p95, 2)])), ratio])
    if (ratio !== null) goals.push({ goal: `${dish.title}: within ${WITHIN} times of the best by hand`, measured: String(ratio), met: ratio <= WITHIN })
  }
  await tm.close()
  return {
    tables: [{ title: `The answers, ms (${TIMES} times each; by hand over ${snapshots.length.toLocaleString('en-US')} snapshots, untiered)`, columns: ['answer', 'Tidemark p50', 'p95', 'SQLite by hand p50', 'p95', 'PostgreSQL by hand p50', 'p95', 'Tidemark / best'], rows }],
    goals,
  }
}
