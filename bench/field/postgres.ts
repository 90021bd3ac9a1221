// The same table in PostgreSQL; and in TimescaleDB where a server is given.
import { Client } from 'pg'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
// @ts-expect-error: published without types
import { from as copyFrom } from 'pg-copy-streams'
import { COLUMNS, createTable, INDEXES } from '../campaigns/by-hand.ts'
import { sqlAsk, textOf } from './sql.ts'
import { type FieldSet, tabSeparated } from './snapshots.ts'
import type { Absent, Place, System } from './system.ts'

const TABLE = 'campaign_metrics_snapshots'
const TYPES = { text: 'text', integer: 'bigint', decimal: 'numeric' }

async function fill(client: Client, { snapshots }: FieldSet): Promise<void> {
  await pipeline(Readable.from(inChunks(tabSeparated(snapshots))), client.query(copyFrom(`COPY ${TABLE} (${COLUMNS.map(([name]) => name).join(', ')}) FROM STDIN`)))
}

function* inChunks(lines: Iterable<string>): Generator<string> {
  let text = ''
  for (const line of lines) {
    text += line
    if (text.length < 60_000) continue
    yield text
    text = ''
  }
  yield text
}

function asking(client: () => Client): System['question'] {
  return (question, words) => {
    // Named: planned once, as a driver does with a prepared statement.
    const asked = { name: `${question} ${words.campaign}`, text: textOf('distinct-on', question, words), rowMode: 'array' as const }
    return sqlAsk(question, words, async () => (await client().query(asked)).rows)
  }
}

export async function postgresByHand(place: Place): Promise<System> {
  const server = await place.postgres()
  return {
    name: 'PostgreSQL by hand', version: server.version, coverage: false,
    async load(set) {
      const started = performance.now()
      await server.rows(createTable(TYPES).replace('snapshot_date text', 'snapshot_date timestamptz'))
      await fill(server.client, set)
      for (const columns of INDEXES) await server.rows(`CREATE INDEX ON ${TABLE} (${columns})`)
      await server.rows(`VACUUM ANALYZE ${TABLE}`)
      const seconds = (performance.now() - started) / 1000
      const bytes = Number((await server.rows(`SELECT pg_total_relation_size('${TABLE}')`))[0]?.[0])
      return { bytes, seconds, note: 'COPY, then 8 indexes' }
    },
    question: asking(() => server.client),
    async close() {
      await server.rows(`DROP TABLE IF EXISTS ${TABLE}`)
    },
  }
}

export const TIMESCALE_ABSENT: Absent = { name: 'TimescaleDB', why: 'no server was given (TIDEMARK_BENCH_TIMESCALE_URL); it is not in npm and not in Debian' }

/** In a schema of its own, which it drops. */
export async function timescale(): Promise<System | Absent> {
  const url = process.env['TIDEMARK_BENCH_TIMESCALE_URL']
  if (url === undefined) return TIMESCALE_ABSENT
  const client = new Client({ connectionString: url })
  await client.connect()
  await client.query('CREATE EXTENSION IF NOT EXISTS timescaledb')
  const version = String((await client.query({ text: "SELECT extversion FROM pg_extension WHERE extname = 'timescaledb'", rowMode: 'array' })).rows[0]?.[0])
  await client.query('DROP SCHEMA IF EXISTS tidemark_bench CASCADE; CREATE SCHEMA tidemark_bench; SET search_path TO tidemark_bench, public')
  return {
    name: 'TimescaleDB, compressed', version, coverage: false,
    async load(set) {
      const started = performance.now()
      // A hypertable's key holds its time column; rows are compressed by campaign, newest first.
      await client.query(createTable(TYPES).replace('snapshot_date text', 'snapshot_date timestamptz').replace(', PRIMARY KEY (id)', ''))
      await client.query(`SELECT create_hypertable('${TABLE}', 'snapshot_date', chunk_time_interval => INTERVAL '1 month')`)
      await fill(client, set)
      await client.query(`CREATE INDEX ON ${TABLE} (campaign_id, snapshot_date DESC)`)
      await client.query(`ALTER TABLE ${TABLE} SET (timescaledb.compress, timescaledb.compress_segmentby = 'company_id, campaign_id', timescaledb.compress_orderby = 'snapshot_date DESC')`)
      await client.query(`SELECT compress_chunk(c) FROM show_chunks('${TABLE}') c`)
      await client.query(`ANALYZE ${TABLE}`)
      const seconds = (performance.now() - started) / 1000
      const bytes = Number((await client.query({ text: `SELECT hypertable_size('${TABLE}')`, rowMode: 'array' })).rows[0]?.[0])
      return { bytes, seconds, note: 'COPY, then compression' }
    },
    question: asking(() => client),
    async close() {
      await client.query('DROP SCHEMA tidemark_bench CASCADE')
      await client.end()
    },
  }
}
