// Raw events by hand, and what a nightly job makes of them: of each user events, their sum and active days over two weeks.
import { DuckDBInstance } from '@duckdb/node-api'
import type { PostgresServer } from './postgres.ts'
import { filling, openSqlite } from './sqlite.ts'
import { dayOf, entities, type Workload } from './workload.ts'

export const summaryDays = 14

type Rows = readonly (readonly unknown[])[]

/** One way to do it without Tidemark. */
export interface NightJob {
  readonly name: string
  /** The summary of the two weeks before a day, of every user: entity, events, sum, active days. */
  ask(end: number): Promise<Rows> | Rows
  /** The same, written into a table under the last of these days, too; durable where the store is. */
  keep(end: number): Promise<Rows> | Rows
}

/** Raw events, to which those of a day can be added. */
export interface RawEvents {
  readonly jobs: readonly NightJob[]
  add(set: Workload): Promise<void> | void
  close(): Promise<void> | void
}

const SUMS = 'coalesce(s.n, 0), coalesce(s.amount, 0), coalesce(s.active, 0)'
/** All events of the days, then everybody's. */
const byDay = (events: string, from: string, to: string): string =>
  `SELECT u.entity_id, ${SUMS} FROM users u LEFT JOIN (SELECT entity_id, count(*) AS n, sum(value) AS amount, count(DISTINCT day) AS active FROM ${events} WHERE day >= ${from} AND day < ${to} GROUP BY entity_id) s ON s.entity_id = u.entity_id`
/** Everybody's, one after another. */
const byUser = (events: string, from: string, to: string): string =>
  `SELECT u.entity_id, count(e.day), coalesce(sum(e.value), 0), count(DISTINCT e.day) FROM users u LEFT JOIN ${events} ON e.entity_id = u.entity_id AND e.day >= ${from} AND e.day < ${to} GROUP BY u.entity_id`

const kept = (day: string, summary: string): string => `INSERT INTO night SELECT ${day}, x.* FROM (${summary}) x RETURNING entity_id, n, amount, active`

export function sqliteEvents(path: string, base: Workload): RawEvents {
  const db = openSqlite(path)
  filling(db, () => {
    db.exec('CREATE TABLE events (seq INTEGER PRIMARY KEY, entity_id INTEGER, day INTEGER, kind INTEGER, value INTEGER); CREATE TABLE users (entity_id INTEGER PRIMARY KEY)')
    for (const job of ['day', 'user']) db.exec(`CREATE TABLE night_${job} (day INTEGER, entity_id INTEGER, n INTEGER, amount INTEGER, active INTEGER, PRIMARY KEY (day, entity_id)) WITHOUT ROWID`)
    const addUser = db.prepare('INSERT INTO users VALUES (?)')
    for (let entity = 1; entity <= entities; entity++) addUser.run(entity)
    insert(base)
    db.exec('CREATE INDEX events_day ON events (day, entity_id, value); CREATE INDEX events_user ON events (entity_id, day, value)')
  })
  function insert(set: Workload): void {
    const add = db.prepare('INSERT INTO events (entity_id, day, kind, value) VALUES (?, ?, ?, ?)')
    for (let k = 0; k < set.count; k++) add.run(set.entity[k], dayOf(set.at[k]), set.kind[k], set.value[k])
  }
  const job = (name: string, summary: string): NightJob => {
    const ask = db.prepare(summary).raw()
    const keep = db.prepare(kept(':to - 1', summary).replace('night', `night_${name}`)).raw()
    return {
      name: `SQLite, index by ${name}`,
      ask: (end) => ask.all({ from: end - summaryDays, to: end }) as Rows,
      keep: (end) => keep.all({ from: end - summaryDays, to: end }) as Rows,
    }
  }
  return {
    jobs: [job('day', byDay('events INDEXED BY events_day', ':from', ':to')), job('user', byUser('events e INDEXED BY events_user', ':from', ':to'))],
    add: (set) => db.transaction(insert)(set),
    close() { db.close() },
  }
}

export async function postgresEvents(server: PostgresServer, base: Workload): Promise<RawEvents> {
  const { rows, copy } = server
  await rows('CREATE TABLE events (entity_id int, day int, kind smallint, value int)')
  await rows('CREATE TABLE users (entity_id int PRIMARY KEY)')
  await rows('CREATE TABLE night (day int, entity_id int, n bigint, amount bigint, active bigint, PRIMARY KEY (day, entity_id))')
  await rows(`INSERT INTO users SELECT generate_series(1, ${entities})`)
  const add = (set: Workload): Promise<void> => copy('events', (function* () { for (let k = 0; k < set.count; k++) yield `${set.entity[k]}\t${dayOf(set.at[k])}\t${set.kind[k]}\t${set.value[k]}\n` })())
  await add(base)
  await rows('CREATE INDEX events_day ON events (day, entity_id) INCLUDE (value)')
  await rows('VACUUM ANALYZE')
  const summary = byDay('events', '$1', '$2')
  return {
    jobs: [{ name: 'PostgreSQL, index by day', ask: (end) => rows(summary, [end - summaryDays, end]), keep: (end) => rows(kept('$2::int - 1', summary), [end - summaryDays, end]) }],
    add,
    async close() { await rows('DROP TABLE events, users, night') },
  }
}

/** In memory: what it keeps is not durable. */
export async function duckdbEvents(base: Workload): Promise<RawEvents> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '2' })
  const duck = await instance.connect()
  await duck.run('CREATE TABLE events (entity_id INTEGER, day INTEGER, kind UTINYINT, value INTEGER)')
  await duck.run(`CREATE TABLE users AS SELECT range::INTEGER AS entity_id FROM range(1, ${entities + 1})`)
  await duck.run('CREATE TABLE night (day INTEGER, entity_id INTEGER, n BIGINT, amount HUGEINT, active BIGINT)')
  const add = async (set: Workload): Promise<void> => {
    const into = await duck.createAppender('events')
    for (let k = 0; k < set.count; k++) {
      into.appendInteger(set.entity[k])
      into.appendInteger(dayOf(set.at[k]))
      into.appendUTinyInt(set.kind[k])
      into.appendInteger(set.value[k])
      into.endRow()
    }
    into.closeSync()
  }
  await add(base)
  const run = async (sql: string, end: number): Promise<Rows> => (await duck.runAndReadAll(sql, [end - summaryDays, end])).getRows()
  const summary = byDay('events', '$1', '$2')
  return {
    jobs: [{ name: 'DuckDB, in memory', ask: (end) => run(summary, end), keep: (end) => run(kept('$2 - 1', summary), end) }],
    add,
    close() {
      duck.closeSync()
      instance.closeSync()
    },
  }
}
