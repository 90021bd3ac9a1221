// The engines of the cases, each empty for each practice.
import Database from 'better-sqlite3'
import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from 'pg'
import { CHDB_ABSENT, chdb, type ChdbSession } from '../field/clickhouse.ts'
import { INFLUX_ABSENT, startInflux } from '../field/influx.ts'
import { TIMESCALE_ABSENT } from '../field/postgres.ts'
import type { Place } from '../field/system.ts'
import type { Engine, Practice, Step } from './trial.ts'

export interface Running {
  readonly version: string
  /** What the practice's question gives: one value, or several with commas between. */
  carryOut(practice: Practice): Promise<string>
  close(): Promise<void>
}

/** Numbers as short as they are. */
const said = (cells: readonly unknown[]): string => cells.map((cell) => (cell === null || cell === undefined ? 'nothing' : String(Number(cell)))).join(', ')

const asText = (step: Step): string => {
  if (typeof step !== 'string') throw new Error('points are for InfluxDB')
  return step
}

/** A text in place of an engine says why it is not there. */
export async function startEngine(engine: Engine, place: Place): Promise<Running | string> {
  switch (engine) {
    case 'SQLite by hand': return sqlite()
    case 'PostgreSQL by hand': {
      const server = await place.postgres()
      return postgres(server.version, async (text) => await server.rows(text))
    }
    case 'TimescaleDB': {
      const url = process.env['TIDEMARK_BENCH_TIMESCALE_URL']
      if (url === undefined) return TIMESCALE_ABSENT.why
      const client = new Client({ connectionString: url })
      await client.connect()
      await client.query('CREATE EXTENSION IF NOT EXISTS timescaledb')
      const rows = async (text: string): Promise<unknown[][]> => (await client.query({ text, rowMode: 'array' })).rows as unknown[][]
      const version = String((await rows("SELECT extversion FROM pg_extension WHERE extname = 'timescaledb'"))[0]?.[0])
      return { ...postgres(version, rows), close: () => client.end() }
    }
    case 'ClickHouse (chdb)': {
      const found = chdb()
      return found === null ? CHDB_ABSENT.why : clickhouse(found.version, found.session(mkdtempSync(join(place.folder, 'correctness-chdb-'))))
    }
    case 'InfluxDB': {
      const started = await startInflux(join(place.folder, 'correctness-influx'))
      return started === null ? INFLUX_ABSENT.why : influx(started)
    }
  }
}

function sqlite(): Running {
  const versions = new Database(':memory:')
  const version = String(versions.prepare('SELECT sqlite_version()').pluck().get())
  versions.close()
  return {
    version,
    async carryOut({ steps, ask }) {
      const db = new Database(':memory:')
      for (const step of steps) db.exec(asText(step))
      const cells = db.prepare(ask).pluck().all()
      db.close()
      return said(cells)
    },
    async close() {},
  }
}

function postgres(version: string, rows: (text: string) => Promise<unknown[][]>): Running {
  return {
    version,
    async carryOut({ steps, ask }) {
      await rows('DROP SCHEMA IF EXISTS tidemark_case CASCADE')
      await rows('CREATE SCHEMA tidemark_case')
      await rows('SET search_path TO tidemark_case, public')
      try {
        for (const step of steps) await rows(asText(step))
        return said((await rows(ask)).map(([cell]) => cell))
      } finally {
        await rows('SET search_path TO public')
        await rows('DROP SCHEMA tidemark_case CASCADE')
      }
    },
    async close() {},
  }
}

function clickhouse(version: string, session: ChdbSession): Running {
  return {
    version,
    async carryOut({ steps, ask }) {
      session.query('DROP DATABASE IF EXISTS cases')
      session.query('CREATE DATABASE cases')
      session.query('USE cases')
      for (const step of steps) session.query(asText(step))
      return said(session.query(ask, 'TabSeparated').trim().split('\n'))
    },
    async close() {
      session.cleanup()
    },
  }
}

function influx({ daemon, version }: NonNullable<Awaited<ReturnType<typeof startInflux>>>): Running {
  const query = (text: string): Promise<{ results: { series?: { values: unknown[][] }[]; error?: string }[] }> => daemon.json('/query', { db: 'cases', q: text })
  return {
    version,
    async carryOut({ steps, ask }) {
      await daemon.text('/query', { q: 'DROP DATABASE cases' })
      await daemon.text('/query', { q: 'CREATE DATABASE cases' })
      for (const step of steps) {
        if (typeof step !== 'string') {
          await daemon.send('/write?db=cases&precision=s', step.points)
          continue
        }
        const error = (await query(step)).results.find((one) => one.error !== undefined)?.error
        if (error !== undefined) throw new Error(error)
      }
      return said((await query(ask)).results.map(({ series }) => series?.[0]?.values[0]?.[1]))
    },
    close: () => daemon.stop(),
  }
}
