// The reference: the window question put to raw events in DuckDB.
import { DuckDBInstance } from '@duckdb/node-api'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { log, median, round, windowDays, windowStart, type Events } from './workload.ts'

export async function compareDuckdb(folder: string, e: Events, count: number, entities: number) {
  const path = join(folder, 'events.duckdb')
  const instance = await DuckDBInstance.create(path, { threads: '2' })
  const db = await instance.connect()
  await db.run('CREATE TABLE events (entity_id INTEGER, day INTEGER, at_ms BIGINT, kind INTEGER, value INTEGER)')
  await db.run('CREATE TABLE starts (entity_id INTEGER, from_day INTEGER)')
  const started = performance.now()
  const events = await db.createAppender('events')
  for (let i = 0; i < count; i++) {
    events.appendInteger(e.entity[i])
    events.appendInteger(e.day[i])
    events.appendBigInt(BigInt(e.at[i]))
    events.appendInteger(e.kind[i])
    events.appendInteger(e.value[i])
    events.endRow()
  }
  events.closeSync()
  await db.run('CHECKPOINT')
  const seconds = (performance.now() - started) / 1000
  const starts = await db.createAppender('starts')
  for (let entity = 1; entity <= entities; entity++) {
    starts.appendInteger(entity)
    starts.appendInteger(windowStart(entity))
    starts.endRow()
  }
  starts.closeSync()
  const ask = async (from: string, active: string, amount: string) => {
    const taken: number[] = []
    for (let n = 0; n < 3; n++) {
      const t = performance.now()
      await db.runAndReadAll(`SELECT sum(a), sum(b) FROM (SELECT s.entity_id, ${active} a, sum(${amount}) b FROM starts s JOIN ${from} d
        ON d.entity_id = s.entity_id AND d.day >= s.from_day AND d.day < s.from_day + ${windowDays} GROUP BY s.entity_id)`)
      taken.push(performance.now() - t)
    }
    return round(median(taken))
  }
  const rawMs = await ask('events', 'count(DISTINCT d.day)', 'd.value')
  const bytes = statSync(path).size
  await db.run('CREATE TABLE days AS SELECT entity_id, day, count(*) n, sum(value)::BIGINT amount FROM events GROUP BY ALL ORDER BY entity_id, day')
  const daysMs = await ask('days', 'count(*)', 'd.amount')
  db.closeSync()
  instance.closeSync()
  const result = { eventsPerSecond: round(count / seconds), bytesPerEvent: round(bytes / count, 1), windowFromRawEventsMs: rawMs, windowFromDayRowsMs: daysMs }
  log(`DuckDB ${JSON.stringify(result)}`)
  return result
}
