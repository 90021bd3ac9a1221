// The ways to take events in that the ingest case sets beside each other, each on a base of its own.
import { setTimeout as pause } from 'node:timers/promises'
import type { Tidemark } from 'tidemark'
import { actions, loadHistory, openHistory } from './history.ts'
import { log, round } from './measure.ts'
import type { PostgresServer } from './postgres.ts'
import { filling, openSqlite } from './sqlite.ts'
import { dayOf, dayRows, fixKind, idOf, plainEvent, tenantOf, type PlainEvent, type Workload } from './workload.ts'

/** A part of a workload, ready to be taken in: made before the clock starts. */
export interface Intake {
  readonly name: string
  /** Whether an event that is sent again counts once. */
  readonly exact: boolean
  prepare(set: Workload, from: number, to: number): unknown
  /** Takes in a prepared batch; durable when it returns. */
  take(prepared: unknown): Promise<void> | void
  /** Waits until nothing is left to be done of what was taken in: what a design does afterwards is its own cost, too. */
  settled(): Promise<void> | void
  /** Events, and the days and the sum of the daily rows; null where it has none. */
  totals(): Promise<{ readonly events: number; readonly days: number | null; readonly amount: number | null }>
  close(): Promise<void> | void
}

export async function tidemark(path: string, base: Workload, now: number): Promise<Intake> {
  log(`  Tidemark's base in ${round(await loadHistory(path, base, now))} s`)
  const history: Tidemark = await openHistory(path, now)
  const look = openSqlite(path)
  const unsettled = look.prepare('SELECT 1 FROM tm_intake_actions LIMIT 1')
  return {
    name: 'Tidemark', exact: true,
    prepare: (set, from, to) => Array.from({ length: to - from }, (_, k) => plainEvent(set, from + k)),
    async take(prepared) {
      const rows = prepared as PlainEvent[]
      const { accepted, duplicate } = await history.ingest(actions, rows)
      if (accepted + duplicate !== rows.length) throw new Error(`${accepted} + ${duplicate} of ${rows.length} taken in`)
    },
    async settled() { while (unsettled.get() !== undefined) await pause(5) },
    async totals() {
      const { rows } = await history.ask('usage', { select: ['n.sum', 'amount.sum', 'active.count'], allTenants: true, total: true, grain: 'range', from: '2020-01-01', to: '2030-01-01' })
      const sum = (key: string): number => rows.reduce((total, row) => total + Number((row as unknown as Record<string, unknown>)[key] ?? 0), 0)
      return { events: sum('n.sum'), days: sum('active.count'), amount: sum('amount.sum') }
    },
    close() {
      look.close()
      return history.close()
    },
  }
}

interface Plain { readonly tenant: number; readonly user: number; readonly at: number; readonly day: number; readonly kind: number; readonly value: number; readonly id: string }

/** Numbers and times as the table has them: the designs by hand are not charged for reading text. */
function plain(set: Workload, from: number, to: number): Plain[] {
  return Array.from({ length: to - from }, (_, n) => {
    const k = from + n
    return { tenant: tenantOf(set.entity[k]), user: set.entity[k], at: set.at[k], day: dayOf(set.at[k]), kind: set.kind[k], value: set.value[k], id: idOf(set, k) }
  })
}

/** An event table with an index on (user, time); with `identity` a unique event id, with `daily` an upsert by day. */
export function sqlite(path: string, base: Workload, order: Int32Array, design: { name: string; identity: boolean; daily: boolean }): Intake {
  const { name, identity, daily } = design
  const db = openSqlite(path)
  filling(db, () => {
    db.exec(`CREATE TABLE events (seq INTEGER PRIMARY KEY, tenant_id INTEGER, user_id INTEGER, at INTEGER, kind INTEGER, value INTEGER${identity ? ', event_id TEXT' : ''})`)
    const add = db.prepare(`INSERT INTO events (tenant_id, user_id, at, kind, value${identity ? ', event_id' : ''}) VALUES (?, ?, ?, ?, ?${identity ? ', ?' : ''})`)
    for (let k = 0; k < base.count; k++) {
      const row = [tenantOf(base.entity[k]), base.entity[k], base.at[k], base.kind[k], base.value[k]]
      if (identity) row.push(idOf(base, k) as never)
      add.run(...row)
    }
    db.exec('CREATE INDEX events_user_at ON events (user_id, at)')
    if (identity) db.exec('CREATE UNIQUE INDEX events_event_id ON events (event_id)')
    if (!daily) return
    db.exec('CREATE TABLE daily (user_id INTEGER, day INTEGER, n INTEGER, fixes INTEGER, amount INTEGER, PRIMARY KEY (user_id, day)) WITHOUT ROWID')
    const addDay = db.prepare('INSERT INTO daily VALUES (?, ?, ?, ?, ?)')
    for (const row of dayRows(base, order)) addDay.run(row.entity, row.day, row.n, row.fixes, row.amount)
  })
  const addEvent = db.prepare(identity
    ? 'INSERT INTO events (tenant_id, user_id, at, kind, value, event_id) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING'
    : 'INSERT INTO events (tenant_id, user_id, at, kind, value) VALUES (?, ?, ?, ?, ?)')
  const addDay = daily ? db.prepare('INSERT INTO daily VALUES (?, ?, 1, ?, ?) ON CONFLICT DO UPDATE SET n = n + 1, fixes = fixes + excluded.fixes, amount = amount + excluded.amount') : null
  const take = db.transaction((batch: readonly Plain[]) => {
    for (const { tenant, user, at, day, kind, value, id } of batch) {
      const { changes } = identity ? addEvent.run(tenant, user, at, kind, value, id) : addEvent.run(tenant, user, at, kind, value)
      if (changes > 0) addDay?.run(user, day, kind === fixKind ? 1 : 0, value)
    }
  })
  return {
    name, exact: identity, prepare: plain,
    take: (prepared) => take.immediate(prepared as Plain[]),
    settled() {},
    async totals() {
      const events = db.prepare('SELECT count(*) FROM events').pluck().get() as number
      const [days, amount] = daily ? db.prepare('SELECT count(*), sum(amount) FROM daily').raw().get() as [number, number] : [null, null]
      return { events, days, amount }
    },
    close() { db.close() },
  }
}

export async function postgres(server: PostgresServer, base: Workload, order: Int32Array): Promise<Intake> {
  const { client, rows, copy } = server
  const line = ({ tenant, user, at, day, kind, value, id }: Plain): string => `${tenant}\t${user}\t${at}\t${day}\t${kind}\t${value}\t${id}\n`
  const columns = 'tenant_id int, user_id int, at bigint, day int, kind smallint, value int, event_id text'
  await rows(`CREATE TABLE events (${columns})`)
  await rows(`CREATE TABLE staging (${columns})`)
  await copy('events', (function* () { for (let k = 0; k < base.count; k++) yield line(plain(base, k, k + 1)[0] as Plain) })())
  await rows('CREATE UNIQUE INDEX ON events (event_id)')
  await rows('CREATE INDEX ON events (user_id, at)')
  await rows('CREATE TABLE daily (user_id int, day int, n bigint, fixes bigint, amount bigint)')
  await copy('daily', (function* () { for (const row of dayRows(base, order)) yield `${row.entity}\t${row.day}\t${row.n}\t${row.fixes}\t${row.amount}\n` })())
  await rows('ALTER TABLE daily ADD PRIMARY KEY (user_id, day)')
  await rows('VACUUM ANALYZE')
  return {
    name: 'PostgreSQL, identity + daily', exact: true,
    prepare: (set, from, to) => plain(set, from, to).map(line).join(''),
    async take(prepared) {
      await client.query('BEGIN')
      await client.query('TRUNCATE staging')
      await copy('staging', [prepared as string])
      await client.query(`WITH fresh AS (INSERT INTO events SELECT * FROM staging ON CONFLICT (event_id) DO NOTHING RETURNING user_id, day, kind, value)
        INSERT INTO daily SELECT user_id, day, count(*), count(*) FILTER (WHERE kind = ${fixKind}), sum(value) FROM fresh GROUP BY user_id, day ORDER BY user_id, day
        ON CONFLICT (user_id, day) DO UPDATE SET n = daily.n + excluded.n, fixes = daily.fixes + excluded.fixes, amount = daily.amount + excluded.amount`)
      await client.query('COMMIT')
    },
    settled() {},
    async totals() {
      const events = Number((await rows('SELECT count(*) FROM events'))[0]?.[0])
      const [days, amount] = ((await rows('SELECT count(*), sum(amount) FROM daily'))[0] as unknown[]).map(Number)
      return { events, days: days as number, amount: amount as number }
    },
    async close() { await rows('DROP TABLE events, staging, daily') },
  }
}

