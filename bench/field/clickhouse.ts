// The same table in ClickHouse, by chdb: its engine in this process.
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { COLUMNS } from '../campaigns/by-hand.ts'
import { sqlAsk, textOf } from './sql.ts'
import { tabSeparated } from './snapshots.ts'
import type { Absent, Place, System } from './system.ts'

/** What is used of chdb. */
export interface ChdbSession {
  query(sql: string, format?: string): string
  cleanup(): void
}

export interface Chdb {
  readonly version: string
  session(folder: string): ChdbSession
}

export const CHDB_ABSENT: Absent = { name: 'ClickHouse (chdb)', why: '546 MB of npm packages, so not installed with the rest: `npm install --no-save chdb` in a folder of its own, named by TIDEMARK_BENCH_CHDB' }

/** null where the folder is not given. */
export function chdb(): Chdb | null {
  const folder = process.env['TIDEMARK_BENCH_CHDB']
  if (folder === undefined) return null
  const require = createRequire(join(folder, 'package.json'))
  const { Session } = require('chdb') as { Session: new (path: string) => ChdbSession }
  const { query } = require('chdb') as { query(sql: string, format: string): string }
  const version = query('SELECT version()', 'TabSeparated').trim()
  return { version, session: (path) => new Session(path) }
}

const TYPES = { text: 'String', integer: 'Int64', decimal: 'Nullable(Decimal(18, 4))' }
const FEW_WORDS = new Set(['company_id', 'campaign_id', 'status', 'day', 'until'])
const NULLABLE = new Set(['hours_logged', 'sessions_completed'])
const ROWS_AT_ONCE = 50_000

const typeOf = (name: string, type: keyof typeof TYPES): string =>
  name === 'snapshot_date' ? "DateTime('UTC')" : FEW_WORDS.has(name) ? 'LowCardinality(String)' : NULLABLE.has(name) && type === 'integer' ? 'Nullable(Int64)' : TYPES[type]

export async function clickhouse({ folder }: Place): Promise<System | Absent> {
  const engine = chdb()
  if (engine === null) return CHDB_ABSENT
  const session = engine.session(join(folder, 'field-chdb'))
  const cell = (sql: string): number => Number(session.query(sql, 'TabSeparated').trim())
  return {
    name: 'ClickHouse (chdb)', version: engine.version, coverage: false,
    async load({ snapshots }) {
      const started = performance.now()
      session.query('CREATE DATABASE IF NOT EXISTS field')
      session.query(`CREATE TABLE field.campaign_metrics_snapshots (${COLUMNS.map(([name, type]) => `${name} ${typeOf(name, type)}`).join(', ')}) ENGINE = MergeTree ORDER BY (campaign_id, snapshot_date)`)
      let lines: string[] = []
      const flush = (): void => {
        session.query(`INSERT INTO field.campaign_metrics_snapshots SETTINGS date_time_input_format = 'best_effort' FORMAT TabSeparated\n${lines.join('')}`)
        lines = []
      }
      for (const line of tabSeparated(snapshots)) if (lines.push(line) === ROWS_AT_ONCE) flush()
      if (lines.length > 0) flush()
      session.query('OPTIMIZE TABLE field.campaign_metrics_snapshots FINAL')
      const seconds = (performance.now() - started) / 1000
      const bytes = cell("SELECT sum(bytes_on_disk) FROM system.parts WHERE database = 'field' AND active")
      const rows = cell('SELECT count() FROM field.campaign_metrics_snapshots')
      if (rows !== snapshots.length) throw new Error(`${rows} of ${snapshots.length} rows in ClickHouse`)
      return { bytes, seconds, note: `INSERT … FORMAT TabSeparated, ${ROWS_AT_ONCE.toLocaleString('en-US')} rows at once, then OPTIMIZE FINAL` }
    },
    question(question, words) {
      const text = textOf('argMax', question, words, { table: 'field.campaign_metrics_snapshots', instant: (at) => `toDateTime(${at / 1000}, 'UTC')` }).replace('SELECT snapshot_date,', 'SELECT toUnixTimestamp(snapshot_date) * 1000,')
      return sqlAsk(question, words, () => session.query(text, 'JSONCompactEachRow').split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as unknown[]))
    },
    async close() {
      session.cleanup()
    },
  }
}
