// Ingest on SQLite: designs A, B, C on an empty base and on a full one.
import Database from 'better-sqlite3'
import { closeSync, copyFileSync, fsyncSync, openSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { appendAndFold, clustered, clusteredSchema, eventsTable, straightforward, straightforwardSchema, youngLedger, type Design, type FoldOptions } from './sqlite-designs.ts'
import { content, eventId, identity, log, median, round, tenantId, type Events } from './workload.ts'

type Db = Database.Database
export interface Settings { pageSize: number, cacheMb: number }
type Family = 'straightforward' | 'straightforward-id' | 'clustered' | 'segmented' | 'mixed'

export function openDb(path: string, settings: Settings, walPages: number): Db {
  const db = new Database(path)
  db.pragma(`page_size = ${settings.pageSize}`)
  db.pragma('journal_mode = WAL')
  db.pragma('synchronous = FULL')
  db.pragma(`wal_autocheckpoint = ${walPages}`)
  db.pragma(`cache_size = ${-1024 * settings.cacheMb}`)
  db.pragma('temp_store = MEMORY')
  return db
}

export function bytesByTable(db: Db): Record<string, number> {
  return Object.fromEntries(db.prepare('SELECT name, pgsize FROM dbstat WHERE aggregate = 1 GROUP BY name').raw().all() as [string, number][])
}

/** The base: the first `count` events, loaded in key order without a journal. */
export function buildBases(folder: string, e: Events, count: number, settings: Settings, families: Set<Family>) {
  const path = (family: Family) => join(folder, `base-${family}.db`)
  const create = (family: Family) => {
    const db = new Database(path(family))
    db.pragma(`page_size = ${settings.pageSize}`)
    db.pragma('journal_mode = OFF')
    db.pragma('synchronous = FULL')
    db.pragma('cache_size = -1048576')
    db.pragma('temp_store = MEMORY')
    db.pragma('threads = 2')
    return db
  }
  const started = performance.now()
  const db = create('clustered')
  db.exec(`ATTACH '${join(folder, 'arrival.db')}' AS arrival; PRAGMA arrival.journal_mode = OFF; PRAGMA arrival.synchronous = OFF;
    CREATE TABLE arrival.log (seq INTEGER PRIMARY KEY, entity_id INTEGER, day INTEGER, at INTEGER, kind INTEGER, value INTEGER,
      id BLOB, content BLOB, event_id TEXT)`)
  const add = db.prepare('INSERT INTO arrival.log VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)')
  db.transaction(() => {
    for (let i = 0; i < count; i++) {
      add.run(i + 1, e.entity[i], e.day[i], e.at[i], e.kind[i], e.value[i], identity(i), content(e, i), eventId(i))
    }
  })()
  const phase = (name: string) => log(`  ${name} at ${round((performance.now() - started) / 1000)} s`)
  phase('arrival')
  const fill = (target: Db, segmented: boolean) => {
    const segment = segmented ? 'day >> 5, ' : ''
    target.exec(clusteredSchema(segmented))
    target.exec(`BEGIN;
      INSERT INTO events SELECT ${tenantId}, ${segment}entity_id, day, seq, at, kind, value FROM arrival.log ORDER BY ${segment}entity_id, day, seq;
      INSERT INTO day SELECT ${tenantId}, ${segment}entity_id, day, 0, 1, max(seq), 1, 0, count(*), NULL, count(*), sum(kind = 1), sum(value)
        FROM arrival.log GROUP BY ${segment}entity_id, day;
      INSERT INTO ledger SELECT id, content, entity_id, day, seq FROM arrival.log ORDER BY id;
      COMMIT`)
  }
  fill(db, false)
  const bytes = bytesByTable(db)
  const rows = db.prepare('SELECT count(*) FROM day').pluck().get() as number
  db.close()
  phase('clustered')
  const attach = (target: Db) => target.exec(`ATTACH '${join(folder, 'arrival.db')}' AS arrival`)
  const bytesOf: Record<string, Record<string, number>> = { clustered: bytes }
  if (families.has('segmented')) {
    const segmented = create('segmented')
    attach(segmented)
    fill(segmented, true)
    bytesOf.segmented = bytesByTable(segmented)
    segmented.close()
    phase('segmented')
  }
  for (const family of ['straightforward', 'straightforward-id'] as const) {
    if (!families.has(family)) continue
    const withId = family === 'straightforward-id'
    const target = create(family)
    attach(target)
    const [table, ...indexes] = straightforwardSchema(withId).split(';\n')
    target.exec(table.replace(' UNIQUE', ''))
    target.exec(`BEGIN; INSERT INTO events SELECT seq, ${tenantId}, entity_id, at, kind, value${withId ? ', event_id' : ''} FROM arrival.log ORDER BY seq;
      ${indexes.join(';')}
      ${withId ? 'CREATE UNIQUE INDEX events_event_id ON events (event_id);' : ''}
      INSERT INTO daily SELECT entity_id, day, count(*), sum(kind = 1), sum(value) FROM arrival.log GROUP BY entity_id, day; COMMIT`)
    bytesOf[family] = bytesByTable(target)
    target.close()
    phase(family)
  }
  const loadSeconds = round((performance.now() - started) / 1000)
  log(`base: ${count} events, ${rows} day rows, ${loadSeconds} s`)
  return { path, dayRows: rows, bytes: bytesOf, loadSeconds }
}

export interface Run {
  name: string
  family: Family
  base: 'empty' | 'full'
  batch: number
  count: number
  walPages: number
  fold?: FoldOptions
  cacheMb?: number
  checkpointThread?: boolean
}

/** Gives the clustered base a segmented event table with its last two segments: the only ones that later events touch. */
function segmentEvents(path: string, lastDay: number) {
  const db = new Database(path)
  db.pragma('journal_mode = OFF')
  db.exec(`ALTER TABLE events RENAME TO events_before; ${eventsTable(true)}; ${youngLedger};
    INSERT INTO events SELECT tenant_id, day >> 5, entity_id, day, seq, at, kind, value FROM events_before
      WHERE day >= ${((lastDay >> 5) - 1) << 5} ORDER BY 1, 2, 3, 4, 5`)
  db.close()
}

export async function ingestRun(folder: string, bases: ReturnType<typeof buildBases>, e: Events, baseCount: number, settings: Settings, run: Run) {
  const path = join(folder, 'run.db')
  if (run.base === 'full') {
    copyFileSync(bases.path(run.family === 'mixed' ? 'clustered' : run.family), path)
    if (run.family === 'mixed') segmentEvents(path, e.day[baseCount - 1])
    const file = openSync(path, 'r+')
    fsyncSync(file)
    closeSync(file)
  }
  const db = openDb(path, { ...settings, cacheMb: run.cacheMb ?? settings.cacheMb }, run.checkpointThread ? 0 : run.walPages)
  const withId = run.family === 'straightforward-id'
  const isStraight = run.family.startsWith('straight')
  if (run.base === 'empty') db.exec(isStraight ? straightforwardSchema(withId) : clusteredSchema(run.family === 'segmented' || run.family === 'mixed', run.family === 'segmented'))
  const design: Design = isStraight ? straightforward(db, e, withId ? eventId : undefined)
    : run.fold ? appendAndFold(db, e, run.fold) : clustered(db, e)
  const from = run.base === 'full' ? baseCount : 0
  const positions = (at: number, size: number) => Int32Array.from({ length: size }, (_, k) => at + k)
  const flag = new Int32Array(new SharedArrayBuffer(4))
  const worker = run.checkpointThread
    ? new Worker(new URL('./checkpointer.ts', import.meta.url), { workerData: { path, flag } }) : undefined
  if (worker) await new Promise(resolve => worker.once('online', resolve))

  const batchMs: number[] = []
  let accepted = 0
  let walBytes = 0
  let ownCheckpointMs = 0
  let sinceRestart = 0
  const started = performance.now()
  for (let at = from; at < from + run.count; at += run.batch) {
    const t = performance.now()
    accepted += design.ingest(positions(at, Math.min(run.batch, from + run.count - at)))
    batchMs.push(performance.now() - t)
    design.piece?.()
    walBytes = Math.max(walBytes, statSync(`${path}-wal`).size)
    if (worker) {
      // The thread has copied nearly all; the writer copies the rest, and the WAL starts again.
      if (Atomics.load(flag, 0) === 2) {
        const c = performance.now()
        db.pragma('wal_checkpoint(PASSIVE)')
        ownCheckpointMs = Math.max(ownCheckpointMs, performance.now() - c)
        Atomics.store(flag, 0, 0)
        sinceRestart = 0
      }
      sinceRestart++
      if (Atomics.load(flag, 0) === 0 && sinceRestart * run.batch > 20_000) {
        Atomics.store(flag, 0, 1)
        Atomics.notify(flag, 0)
      }
    }
  }
  design.finish()
  const seconds = (performance.now() - started) / 1000
  if (worker) {
    Atomics.store(flag, 0, 3)
    Atomics.notify(flag, 0)
    await new Promise(resolve => worker.once('exit', resolve))
  }

  // Delivered again, nothing changes; and the day rows hold every event once.
  const again = isStraight && !withId ? 0 : design.ingest(positions(from, 1000))
  const counted = db.prepare(isStraight ? 'SELECT sum(n) FROM daily' : 'SELECT sum(facts) FROM day').pluck().get() as number
  if (again !== 0 || counted !== from + accepted) throw new Error(`${run.name}: ${again} counted again, ${counted} counted of ${from + accepted}`)
  const bytes = bytesByTable(db)
  db.close()
  for (const end of ['', '-wal', '-shm']) rmSync(path + end, { force: true })

  const result = {
    name: run.name, base: run.base, batch: run.batch, events: run.count, walPages: run.checkpointThread ? 'second thread' : run.walPages,
    foldEvery: run.fold?.foldEvery,
    cacheMb: run.cacheMb ?? settings.cacheMb,
    eventsPerSecond: round(run.count / seconds),
    medianBatchMs: round(median(batchMs), 1),
    longestBatchMs: round(Math.max(...batchMs)),
    longestPieceMs: design.longestPieceMs ? round(design.longestPieceMs) : undefined,
    ownCheckpointMs: worker ? round(ownCheckpointMs) : undefined,
    foldMs: design.foldMs?.map(ms => round(ms)),
    walMb: round(walBytes / 1e6),
    bytes,
  }
  log([(result.name + (result.foldEvery ? ` fold ${result.foldEvery}` : '')).padEnd(38), result.base.padEnd(5), `batch ${result.batch}`.padEnd(12), `wal ${result.walPages}`.padEnd(18),
    `${result.eventsPerSecond}/s`.padStart(9), `median ${result.medianBatchMs} ms`.padStart(16), `longest ${result.longestBatchMs} ms`.padStart(16),
    result.longestPieceMs ? `piece ${result.longestPieceMs} ms` : '', result.foldMs?.length ? `folds ${result.foldMs.join(', ')} ms` : '', `WAL ${result.walMb} MB`].join(' '))
  return result
}
