// The same table in DuckDB, and as one sorted Parquet file that DuckDB reads.
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { COLUMNS, handRows } from '../campaigns/by-hand.ts'
import { sqlAsk, textOf } from './sql.ts'
import { bytesUnder } from './snapshots.ts'
import type { Load, Place, System } from './system.ts'

const TYPES = { text: 'VARCHAR', integer: 'BIGINT', decimal: 'DOUBLE' }
const THREADS = '2'
/** Rows that the appender holds before it hands them on. */
const FLUSH_ROWS = 20_000

const instant = (at: number): string => `TIMESTAMP '${new Date(at).toISOString().slice(0, 19)}'`

const version = (createRequire(import.meta.url)('@duckdb/node-api/package.json') as { version: string }).version

/** Both, of which the second is made from the first. */
export function duckdbSystems({ folder }: Place): readonly [System, System] {
  const path = join(folder, 'field.duckdb')
  const parquet = join(folder, 'field.parquet')
  let open: { instance: DuckDBInstance; db: DuckDBConnection } | null = null
  const db = (): DuckDBConnection => (open as { db: DuckDBConnection }).db
  const asking = (table?: string): System['question'] => (question, words) => {
    const text = textOf('arg_max', question, words, { instant, ...(table === undefined ? {} : { table }) }).replace('SELECT snapshot_date,', 'SELECT epoch_ms(snapshot_date),')
    return sqlAsk(question, words, async () => (await db().runAndReadAll(text)).getRows())
  }
  const table: System = {
    name: 'DuckDB table', version, coverage: false,
    async load({ snapshots }): Promise<Load> {
      rmSync(path, { force: true })
      const instance = await DuckDBInstance.create(path, { threads: THREADS })
      open = { instance, db: await instance.connect() }
      const started = performance.now()
      await db().run(`CREATE TABLE campaign_metrics_snapshots (${COLUMNS.map(([name, type]) => `${name} ${name === 'snapshot_date' ? 'TIMESTAMP' : TYPES[type]}`).join(', ')})`)
      await db().run(`CREATE TEMP TABLE incoming (${COLUMNS.map(([name, type]) => `${name} ${TYPES[type]}`).join(', ')})`)
      const appender = await db().createAppender('incoming')
      let rows = 0
      for (const row of handRows(snapshots)) {
        for (const [place, cell] of row.entries()) {
          if (cell === null) appender.appendNull()
          else if (COLUMNS[place]?.[1] === 'text') appender.appendVarchar(String(cell))
          else if (COLUMNS[place]?.[1] === 'integer') appender.appendBigInt(BigInt(cell))
          else appender.appendDouble(Number(cell))
        }
        appender.endRow()
        if (++rows % FLUSH_ROWS === 0) appender.flushSync()
      }
      appender.closeSync()
      await db().run('INSERT INTO campaign_metrics_snapshots SELECT * FROM incoming')
      await db().run('DROP TABLE incoming')
      await db().run('CHECKPOINT')
      return { bytes: bytesUnder(path), seconds: (performance.now() - started) / 1000, note: 'appender, two threads' }
    },
    question: asking(),
    async close() {},
  }
  return [table, {
    name: 'Parquet, sorted, zstd, by DuckDB', version, coverage: false,
    async load() {
      const started = performance.now()
      await db().run(`COPY (SELECT * FROM campaign_metrics_snapshots ORDER BY campaign_id, snapshot_date) TO '${parquet}' (FORMAT parquet, COMPRESSION zstd)`)
      return { bytes: bytesUnder(parquet), seconds: (performance.now() - started) / 1000, note: "written from DuckDB's table", derived: true }
    },
    question: asking(`'${parquet}'`),
    async close() {
      open?.db.closeSync()
      open?.instance.closeSync()
    },
  }]
}
