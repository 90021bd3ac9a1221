// Four ways to take in events on SQLite. Every batch is one transaction, durable when `ingest` returns.
import type Database from 'better-sqlite3'
import { content, identity, orderByEntity, orderByIdentity, tenantId, type Events } from './workload.ts'

type Db = Database.Database

export interface Design {
  /** Returns how many were new. */
  ingest(positions: Int32Array): number
  /** Work owed between two batches; false when there is none. */
  piece?(): boolean
  /** Everything owed, at once: the run ends with nothing unfolded. */
  finish(): void
  longestPieceMs?: number
  foldMs?: number[]
}

export const dayColumns = 'days INTEGER, txn INTEGER, version INTEGER, revision INTEGER, facts INTEGER, digest BLOB, n INTEGER, fixes INTEGER, amount INTEGER'
const mergeDay = `DO UPDATE SET txn = excluded.txn, revision = revision + 1, facts = facts + excluded.facts,
  n = n + excluded.n, fixes = fixes + excluded.fixes, amount = amount + excluded.amount`
const ledgerColumns = 'id BLOB PRIMARY KEY, content BLOB, entity_id INTEGER, day INTEGER, seq INTEGER'

/** Segment = 32 days: the newest rows of all entities lie together. */
const lead = (segmented: boolean) => (segmented ? 'tenant_id, segment, entity_id' : 'tenant_id, entity_id')
const leadColumns = (segmented: boolean) => `tenant_id INTEGER, ${segmented ? 'segment INTEGER, ' : ''}entity_id INTEGER`

export function eventsTable(segmented: boolean): string {
  return `CREATE TABLE events (${leadColumns(segmented)}, day INTEGER, seq INTEGER, at INTEGER, kind INTEGER, value INTEGER,
      PRIMARY KEY (${lead(segmented)}, day, seq)) WITHOUT ROWID`
}

export const youngLedger = `CREATE TABLE ledger_young (${ledgerColumns}) WITHOUT ROWID`

export function clusteredSchema(segmented: boolean, segmentedDays = segmented): string {
  return `
    ${eventsTable(segmented)};
    CREATE TABLE day (${leadColumns(segmentedDays)}, bucket INTEGER, cell INTEGER, ${dayColumns},
      PRIMARY KEY (${lead(segmentedDays)}, bucket, cell)) WITHOUT ROWID;
    CREATE TABLE ledger (${ledgerColumns}) WITHOUT ROWID;
    ${segmented ? youngLedger : ''}`
}

export function straightforwardSchema(withId: boolean): string {
  return `
    CREATE TABLE events (id INTEGER PRIMARY KEY, tenant_id INTEGER, user_id INTEGER, at INTEGER, kind INTEGER, value INTEGER
      ${withId ? ', event_id TEXT UNIQUE' : ''});
    CREATE INDEX events_user_at ON events (user_id, at);
    CREATE TABLE daily (user_id INTEGER, day INTEGER, n INTEGER, fixes INTEGER, amount INTEGER, PRIMARY KEY (user_id, day));`
}

/** A: an event table with its index and a daily aggregate. Without an event id a retry counts twice. */
export function straightforward(db: Db, e: Events, eventId?: (i: number) => string): Design {
  const addEvent = db.prepare(eventId
    ? `INSERT INTO events (tenant_id, user_id, at, kind, value, event_id) VALUES (${tenantId}, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`
    : `INSERT INTO events (tenant_id, user_id, at, kind, value) VALUES (${tenantId}, ?, ?, ?, ?)`)
  const addDay = db.prepare(`INSERT INTO daily VALUES (?, ?, 1, ?, ?)
    ON CONFLICT DO UPDATE SET n = n + 1, fixes = fixes + excluded.fixes, amount = amount + excluded.amount`)
  const ingest = db.transaction((positions: Int32Array) => {
    let added = 0
    for (const i of positions) {
      const row = [e.entity[i], e.at[i], e.kind[i], e.value[i]]
      const isNew = eventId ? addEvent.run(...row, eventId(i)).changes : addEvent.run(...row).changes
      if (isNew === 0) continue
      addDay.run(e.entity[i], e.day[i], e.kind[i] === 1 ? 1 : 0, e.value[i])
      added++
    }
    return added
  })
  return { ingest: positions => ingest.immediate(positions), finish() {} }
}

/** Writes clustered events and day rows for positions in (entity, day) order. */
function rowWriter(db: Db, e: Events, segmented: boolean, segmentedDays = segmented) {
  const segment = (is: boolean) => (is ? '?, ' : '')
  const addEvent = db.prepare(`INSERT INTO events VALUES (${tenantId}, ${segment(segmented)}?, ?, ?, ?, ?, ?)`)
  const addDay = db.prepare(`INSERT INTO day VALUES (${tenantId}, ${segment(segmentedDays)}?, ?, 0, 1, ?, 1, 0, ?, NULL, ?, ?, ?) ON CONFLICT ${mergeDay}`)
  return (positions: Int32Array, seqs: Float64Array, txn: number, from = 0, to = positions.length) => {
    for (let k = from; k < to;) {
      const entity = e.entity[positions[k]]
      const day = e.day[positions[k]]
      let n = 0, fixes = 0, amount = 0
      for (; k < to && e.entity[positions[k]] === entity && e.day[positions[k]] === day; k++) {
        const i = positions[k]
        if (segmented) addEvent.run(day >> 5, entity, day, seqs[k], e.at[i], e.kind[i], e.value[i])
        else addEvent.run(entity, day, seqs[k], e.at[i], e.kind[i], e.value[i])
        n++
        if (e.kind[i] === 1) fixes++
        amount += e.value[i]
      }
      if (segmentedDays) addDay.run(day >> 5, entity, day, txn, n, n, fixes, amount)
      else addDay.run(entity, day, txn, n, n, fixes, amount)
    }
  }
}

/** B: every batch goes to its final place: ledger by identity, then events and day rows by entity. */
export function clustered(db: Db, e: Events): Design {
  const writeRows = rowWriter(db, e, false)
  const addId = db.prepare('INSERT INTO ledger VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING')
  let seq = db.prepare('SELECT coalesce(max(seq), 0) FROM ledger').pluck().get() as number
  let txn = seq
  const ingest = db.transaction((positions: Int32Array) => {
    const ids = Array.from(positions, identity)
    const fresh: number[] = []
    for (const k of orderByIdentity(ids)) {
      const i = positions[k]
      const isNew = addId.run(ids[k], content(e, i), e.entity[i], e.day[i], seq + fresh.length + 1).changes
      if (isNew) fresh.push(i)
    }
    const order = orderByEntity(e, fresh)
    writeRows(order.map(k => fresh[k]), Float64Array.from(order, k => seq + k + 1), ++txn)
    seq += fresh.length
    return fresh.length
  })
  return { ingest: positions => ingest.immediate(positions), finish() {} }
}

export interface FoldOptions {
  foldEvery: number
  /** Recent identities: in a table of their own, or in memory and rebuilt from the log at start. */
  recent: 'table' | 'memory'
  /** Cut the fold into transactions of about this long. */
  pieceMs?: number
  /** Events lead by a 32-day segment, and the ledger has two levels. */
  segmented?: boolean
  /** Day rows lead by a segment too. */
  segmentedDays?: boolean
  /** The young level of the ledger moves into the old one at so many identities. */
  youngMax?: number
}

interface Half {
  log: string
  positions: number[]
  firstSeq: number
  identities: Buffer[]
  ids: Map<string, Buffer>
}

/**
 * C: batches are appended to one of two logs; when it holds `foldEvery` events the other takes over
 * and the full one is folded. In pieces: a stored cursor says up to which entity the fold has come,
 * so a reader knows which log rows are still to be merged.
 */
export function appendAndFold(db: Db, e: Events, options: FoldOptions): Design {
  const { foldEvery, pieceMs, recent, segmented = false, segmentedDays = segmented, youngMax = 3 * options.foldEvery } = options
  for (const half of [0, 1]) {
    db.exec(`CREATE TABLE log_${half} (seq INTEGER PRIMARY KEY, tenant_id INTEGER, entity_id INTEGER, day INTEGER,
        at INTEGER, kind INTEGER, value INTEGER${recent === 'memory' ? ', id BLOB, content BLOB' : ''});
      CREATE TABLE recent_${half} (${ledgerColumns}) WITHOUT ROWID;`)
  }
  db.exec('CREATE TABLE fold (half INTEGER, stage TEXT, cursor INTEGER); INSERT INTO fold VALUES (NULL, NULL, NULL)')
  const writeRows = rowWriter(db, e, segmented, segmentedDays)
  const probes = (segmented ? ['ledger_young', 'ledger'] : ['ledger']).map(t => db.prepare(`SELECT content FROM ${t} WHERE id = ?`).pluck())
  const probeRecent = [0, 1].map(h => db.prepare(`SELECT content FROM recent_${h} WHERE id = ?`).pluck())
  const addRecent = [0, 1].map(h => db.prepare(`INSERT INTO recent_${h} VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`))
  const addLog = [0, 1].map(h => db.prepare(`INSERT INTO log_${h} VALUES (?, ${tenantId}, ?, ?, ?, ?, ?${recent === 'memory' ? ', ?, ?' : ''})`))
  const fold = segmented ? 'ledger_young' : 'ledger'
  const addId = db.prepare(`INSERT INTO ${fold} VALUES (?, ?, ?, ?, ?)`)
  const young = segmented ? 'ledger_young' : 'ledger'
  const lastYoung = db.prepare(`SELECT max(id) FROM (SELECT id FROM ${young} WHERE id > ? ORDER BY id LIMIT ?)`).pluck()
  const moveYoung = db.prepare(`INSERT INTO ledger SELECT * FROM ${young} WHERE id > ? AND id <= ? ORDER BY id`)
  const setCursor = db.prepare('UPDATE fold SET half = ?, stage = ?, cursor = ?')
  const halves: Half[] = [0, 1].map(h => ({ log: `log_${h}`, positions: [], firstSeq: 0, identities: [], ids: new Map() }))
  const foldMs: number[] = []
  let active = 0
  let youngCount = 0
  let seq = Math.max(...(segmented ? ['ledger_young', 'ledger'] : ['ledger'])
    .map(t => db.prepare(`SELECT coalesce(max(seq), 0) FROM ${t}`).pluck().get() as number))

  const append = db.transaction((positions: Int32Array) => {
    const half = halves[active]
    if (half.positions.length === 0) half.firstSeq = seq + 1
    let added = 0
    for (const i of positions) {
      const id = identity(i)
      const key = recent === 'memory' ? id.toString('latin1') : ''
      if (recent === 'memory' && (half.ids.has(key) || halves[1 - active].ids.has(key))) continue
      if (recent === 'table' && probeRecent[1 - active].get(id) !== undefined) continue
      if (probes.some(probe => probe.get(id) !== undefined)) continue
      const digest = content(e, i)
      if (recent === 'table') {
        if (addRecent[active].run(id, digest, e.entity[i], e.day[i], seq + 1).changes === 0) continue
        addLog[active].run(++seq, e.entity[i], e.day[i], e.at[i], e.kind[i], e.value[i])
      } else {
        half.ids.set(key, digest)
        addLog[active].run(++seq, e.entity[i], e.day[i], e.at[i], e.kind[i], e.value[i], id, digest)
      }
      half.positions.push(i)
      half.identities.push(id)
      added++
    }
    return added
  })

  const segmentOf = segmented ? 'day >> 5, ' : ''
  const daySegmentOf = segmentedDays ? 'day >> 5, ' : ''
  const foldWhole = db.transaction((h: number) => {
    const last = halves[h].firstSeq + halves[h].positions.length - 1
    db.exec(`
      INSERT INTO events SELECT tenant_id, ${segmentOf}entity_id, day, seq, at, kind, value FROM log_${h} ORDER BY tenant_id, ${segmentOf}entity_id, day, seq;
      INSERT INTO day SELECT tenant_id, ${daySegmentOf}entity_id, day, 0, 1, ${last}, 1, 0, count(*), NULL, count(*), sum(kind = 1), sum(value)
        FROM log_${h} WHERE true GROUP BY tenant_id, ${daySegmentOf}entity_id, day ON CONFLICT ${mergeDay};
      INSERT INTO ${fold} SELECT id, content, entity_id, day, seq FROM ${recent === 'table' ? 'recent' : 'log'}_${h} ORDER BY id;
      DELETE FROM log_${h}; DELETE FROM recent_${h};`)
  })

  /** Yields after each transaction. */
  function* foldInPieces(h: number): Generator<void> {
    const half = halves[h]
    const total = half.positions.length
    const ranks = orderByEntity(e, half.positions)
    const order = ranks.map(k => half.positions[k])
    const seqs = Float64Array.from(ranks, k => half.firstSeq + k)
    let rows = 1000
    const timed = (work: () => void) => {
      const t = performance.now()
      db.transaction(work).immediate()
      rows = Math.max(200, Math.round(rows * Math.min(2, Math.max(0.5, pieceMs! / (performance.now() - t)))))
    }
    yield
    for (let from = 0; from < total;) {
      let to = Math.min(total, from + rows)
      while (to < total && e.entity[order[to]] === e.entity[order[to - 1]]) to++
      timed(() => {
        writeRows(order, seqs, half.firstSeq, from, to)
        setCursor.run(h, 'rows', e.entity[order[to - 1]])
      })
      from = to
      yield
    }
    const { identities } = half
    const byId = orderByIdentity(identities)
    yield
    rows = 1000
    for (let from = 0; from < total;) {
      const to = Math.min(total, from + rows)
      timed(() => {
        for (let k = from; k < to; k++) {
          const i = half.positions[byId[k]]
          addId.run(identities[byId[k]], content(e, i), e.entity[i], e.day[i], half.firstSeq + byId[k])
        }
        setCursor.run(h, 'ledger', to)
      })
      from = to
      yield
    }
    timed(() => {
      db.exec(`DELETE FROM log_${h}; DELETE FROM recent_${h}`)
      setCursor.run(null, null, null)
    })
    if (!segmented || youngCount < youngMax) return
    yield
    rows = 1000
    for (let from: Buffer = Buffer.alloc(0); ;) {
      const to = lastYoung.get(from, rows) as Buffer | null
      if (to === null) break
      timed(() => moveYoung.run(from, to))
      from = to
      yield
    }
    timed(() => db.exec('DELETE FROM ledger_young'))
    youngCount = 0
  }

  let running: Generator<void> | undefined
  const empty = (h: number) => { halves[h].positions = []; halves[h].identities = []; halves[h].ids = new Map() }
  const design: Design = {
    longestPieceMs: 0,
    foldMs,
    ingest(positions) {
      const added = append.immediate(positions)
      if (halves[active].positions.length >= foldEvery) {
        while (design.piece!());
        active = 1 - active
        youngCount += foldEvery
        if (pieceMs) {
          running = foldInPieces(1 - active)
          foldMs.push(0)
        } else {
          const t = performance.now()
          foldWhole.immediate(1 - active)
          empty(1 - active)
          foldMs.push(performance.now() - t)
        }
        if (segmented && !pieceMs && youngCount >= youngMax) mergeLevels()
      }
      return added
    },
    piece() {
      if (!running) return false
      const t = performance.now()
      const done = running.next().done
      const took = performance.now() - t
      foldMs[foldMs.length - 1] += took
      design.longestPieceMs = Math.max(design.longestPieceMs!, took)
      if (done) {
        running = undefined
        empty(1 - active)
      }
      return !done
    },
    finish() {
      while (design.piece!());
      if (halves[active].positions.length > 0) foldWhole.immediate(active)
      empty(active)
    },
  }
  /** The young level of the ledger into the old one, whole. */
  function mergeLevels() {
    youngCount = 0
    db.transaction(() => db.exec('INSERT INTO ledger SELECT * FROM ledger_young ORDER BY id; DELETE FROM ledger_young')).immediate()
  }
  return design
}
