// The same day rows in eight shapes on SQLite: bytes, windows, capture, restatement.
import { copyFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { bytesByTable, openDb, type Settings } from './sqlite-ingest.ts'
import { firstDay, log, median, medianMs, mix, round, spanDays, tenantId, windowDays, windowStart } from './workload.ts'

interface Shape {
  name: string
  /** Table and its filling from `day`, in key order. */
  create: string
  fill: string
  /** Text keys are found through the text of entity and day. */
  text?: boolean
  blob?: boolean
  json?: boolean
  segmented?: boolean
  digest?: boolean
}

const meta = 'days INTEGER, txn INTEGER, version INTEGER, revision INTEGER, facts INTEGER, digest BLOB'
const states = 'n INTEGER, fixes INTEGER, amount INTEGER'
const key = 'tenant_id INTEGER, entity_id INTEGER, bucket INTEGER, cell INTEGER'
const from = 'FROM day ORDER BY tenant_id, entity_id, bucket'
const m = 'days, txn, version, revision, facts'

export const shapes: Shape[] = [
  { name: 'integer keys', create: `(${key}, ${meta}, ${states}, PRIMARY KEY (tenant_id, entity_id, bucket, cell)) WITHOUT ROWID`, fill: `SELECT * ${from}` },
  { name: 'integer keys, digest', digest: true, create: `(${key}, ${meta}, ${states}, PRIMARY KEY (tenant_id, entity_id, bucket, cell)) WITHOUT ROWID`,
    fill: `SELECT tenant_id, entity_id, bucket, cell, ${m}, randomblob(16), n, fixes, amount ${from}` },
  { name: 'integer keys, 32-day segments', segmented: true,
    create: `(tenant_id INTEGER, segment INTEGER, entity_id INTEGER, bucket INTEGER, cell INTEGER, ${meta}, ${states},
      PRIMARY KEY (tenant_id, segment, entity_id, bucket, cell)) WITHOUT ROWID`,
    fill: `SELECT tenant_id, bucket >> 5, entity_id, bucket, cell, ${m}, digest, n, fixes, amount FROM day ORDER BY tenant_id, bucket >> 5, entity_id, bucket` },
  { name: 'text keys', text: true, create: `(tenant_id TEXT, entity_id TEXT, bucket TEXT, cell INTEGER, ${meta}, ${states},
      PRIMARY KEY (tenant_id, entity_id, bucket, cell)) WITHOUT ROWID`,
    fill: `SELECT 'acme', printf('user_%08d', entity_id), date(bucket * 86400, 'unixepoch'), cell, ${m}, digest, n, fixes, amount ${from}` },
  { name: 'rowid table + unique index', create: `(id INTEGER PRIMARY KEY, ${key}, ${meta}, ${states}, UNIQUE (tenant_id, entity_id, bucket, cell))`,
    fill: `SELECT NULL, * FROM day ORDER BY bucket` },
  { name: 'states as JSON', json: true, create: `(${key}, ${meta}, states TEXT, PRIMARY KEY (tenant_id, entity_id, bucket, cell)) WITHOUT ROWID`,
    fill: `SELECT tenant_id, entity_id, bucket, cell, ${m}, digest, json_object('n', n, 'fixes', fixes, 'amount', amount) ${from}` },
  { name: 'states as packed blob', blob: true, create: `(${key}, ${meta}, states BLOB, PRIMARY KEY (tenant_id, entity_id, bucket, cell)) WITHOUT ROWID`,
    fill: `SELECT tenant_id, entity_id, bucket, cell, ${m}, digest, pack(n, fixes, amount) ${from}` },
]

/** Variable-length integers, little end first. */
function pack(...numbers: number[]): Buffer {
  const bytes: number[] = []
  for (let n of numbers) {
    for (; n > 127; n = Math.floor(n / 128)) bytes.push(n % 128 + 128)
    bytes.push(n)
  }
  return Buffer.from(bytes)
}

function unpack(blob: Buffer, out: number[]): void {
  let at = 0
  for (let k = 0; k < 3; k++) {
    let n = 0, scale = 1
    for (; blob[at] > 127; scale *= 128) n += (blob[at++] - 128) * scale
    out[k] = n + blob[at++] * scale
  }
}

const entityText = (entity: number) => `user_${String(entity).padStart(8, '0')}`
const dayText = (day: number) => new Date(day * 86_400_000).toISOString().slice(0, 10)

export function compareShapes(folder: string, basePath: string, entities: number, settings: Settings, tails: number[]) {
  const path = join(folder, 'shapes.db')
  copyFileSync(basePath, path)
  const db = openDb(path, settings, 25_000)
  db.pragma('journal_mode = OFF')
  db.function('pack', { deterministic: true, varargs: true }, (...numbers) => pack(...numbers as number[]))
  db.exec('CREATE TABLE starts (entity_id INTEGER PRIMARY KEY, entity TEXT, from_day INTEGER, to_day INTEGER, from_text TEXT, to_text TEXT)')
  const addStart = db.prepare('INSERT INTO starts VALUES (?, ?, ?, ?, ?, ?)')
  db.transaction(() => {
    for (let entity = 1; entity <= entities; entity++) {
      const start = windowStart(entity)
      addStart.run(entity, entityText(entity), start, start + windowDays, dayText(start), dayText(start + windowDays))
    }
  })()
  const rows = db.prepare('SELECT count(*) FROM day').pluck().get() as number
  const results = []
  let expected: unknown

  const windowOf = (k: string, table: string, sums: string, extra = '') => `SELECT sum(a), sum(b) FROM (SELECT s.entity_id, ${sums}
    FROM starts s CROSS JOIN ${table} d ON ${k} ${extra} GROUP BY s.entity_id)`
  const inWindow = `d.tenant_id = ${tenantId} AND d.entity_id = s.entity_id AND d.bucket >= s.from_day AND d.bucket < s.to_day`

  // The reference: the same question put to the clustered raw events.
  const raw = db.prepare(windowOf(inWindow.replaceAll('bucket', 'day'), 'events', 'count(DISTINCT d.day) a, sum(d.value) b')).raw()
  const rawMs = medianMs(3, () => { expected = raw.get() })

  for (const shape of shapes) {
    db.pragma('journal_mode = OFF')
    db.exec(`BEGIN; CREATE TABLE shape ${shape.create}; INSERT INTO shape ${shape.fill}; COMMIT`)
    db.pragma('journal_mode = WAL')
    db.pragma('wal_checkpoint(TRUNCATE)')
    const bytes = Object.entries(bytesByTable(db)).filter(([name]) => name === 'shape' || name.startsWith('sqlite_autoindex_shape'))
      .reduce((sum, [, size]) => sum + size, 0)

    const amount = shape.json ? `d.states ->> 'amount'` : 'd.amount'
    const where = shape.text ? `d.tenant_id = 'acme' AND d.entity_id = s.entity AND d.bucket >= s.from_text AND d.bucket < s.to_text`
      : shape.segmented ? `d.tenant_id = ${tenantId} AND d.segment = g.segment AND d.entity_id = s.entity_id AND d.bucket >= s.from_day AND d.bucket < s.to_day`
        : inWindow
    let got: unknown
    let windowMs: number
    if (shape.blob) {
      const each = db.prepare(`SELECT s.entity_id, d.states FROM starts s CROSS JOIN shape d ON ${inWindow}`).raw()
      windowMs = medianMs(3, () => {
        const total = [0, 0], state = [0, 0, 0]
        for (const [, blob] of each.iterate() as Iterable<[number, Buffer]>) {
          unpack(blob, state)
          total[0]++
          total[1] += state[2]
        }
        got = total
      })
    } else {
      const sql = shape.segmented
        ? `SELECT sum(a), sum(b) FROM (SELECT s.entity_id, count(*) a, sum(d.amount) b FROM starts s
            CROSS JOIN segments g ON g.segment BETWEEN s.from_day >> 5 AND (s.to_day - 1) >> 5 CROSS JOIN shape d ON ${where} GROUP BY s.entity_id)`
        : windowOf(where, 'shape', `count(*) a, sum(${amount}) b`)
      if (shape.segmented) db.exec('CREATE TABLE segments (segment INTEGER PRIMARY KEY); INSERT INTO segments SELECT DISTINCT bucket >> 5 FROM day')
      const all = db.prepare(sql).raw()
      windowMs = medianMs(3, () => { got = all.get() })
    }
    if (String(got) !== String(expected)) throw new Error(`${shape.name}: ${got} instead of ${expected}`)

    // One entity by month over 180 days.
    const who = shape.text ? `tenant_id = 'acme' AND entity_id = ?` : `tenant_id = ${tenantId} AND entity_id = ?`
    const month = shape.text ? 'substr(bucket, 1, 7)' : `strftime('%Y-%m', bucket * 86400, 'unixepoch')`
    const span = shape.text ? `bucket >= '${dayText(firstDay)}' AND bucket < '${dayText(firstDay + spanDays)}'` : `bucket >= ${firstDay} AND bucket < ${firstDay + spanDays}`
    const inSegments = shape.segmented ? `segment IN (${Array.from({ length: 7 }, (_, k) => (firstDay >> 5) + k)}) AND` : ''
    const monthly = shape.blob ? db.prepare(`SELECT ${month}, states FROM shape WHERE ${who} AND ${span}`).raw()
      : db.prepare(`SELECT ${month} AS month, sum(${amount.slice(2)}), count(*) FROM shape WHERE ${inSegments} ${who} AND ${span} GROUP BY month`).raw()
    const state = [0, 0, 0]
    const oneEntityMs = median(Array.from({ length: 500 }, (_, k) => {
      const entity = 1 + mix(k) % entities
      const t = performance.now()
      const found = monthly.all(shape.text ? entityText(entity) : entity) as [string, Buffer][]
      if (shape.blob) {
        const months = new Map<string, number>()
        for (const [label, blob] of found) {
          unpack(blob, state)
          months.set(label, (months.get(label) ?? 0) + state[2])
        }
      }
      return performance.now() - t
    }))

    // Rows written for (entity, bucket): the whole row, or a merge into it.
    const columns = shape.blob || shape.json ? '?' : '?, ?, ?'
    const set = 'txn = excluded.txn, revision = revision + 1, facts = excluded.facts, digest = excluded.digest, '
      + (shape.blob || shape.json ? 'states = excluded.states' : 'n = excluded.n, fixes = excluded.fixes, amount = excluded.amount')
    const conflict = shape.segmented ? 'tenant_id, segment, entity_id, bucket, cell' : 'tenant_id, entity_id, bucket, cell'
    const lead = shape.text ? `'acme', ?, ?` : shape.segmented ? `${tenantId}, ?, ?, ?` : `${tenantId}, ?, ?`
    const names = shape.segmented ? 'tenant_id, segment, entity_id, bucket' : 'tenant_id, entity_id, bucket'
    const put = db.prepare(`INSERT INTO shape (${names}, cell, ${m}, digest, ${shape.blob || shape.json ? 'states' : 'n, fixes, amount'})
      VALUES (${lead}, 0, 1, ?, 1, 0, ?, ?, ${columns}) ON CONFLICT (${conflict}) DO UPDATE SET ${set}`)
    const digest = shape.digest ? Buffer.alloc(16, 7) : null
    const write = (entity: number, day: number, txn: number, n: number, fixes: number, sum: number) => {
      const at = shape.text ? [entityText(entity), dayText(day)] : shape.segmented ? [day >> 5, entity, day] : [entity, day]
      if (shape.blob) put.run(...at, txn, n, digest, pack(n, fixes, sum))
      else if (shape.json) put.run(...at, txn, n, digest, JSON.stringify({ n, fixes, amount: sum }))
      else put.run(...at, txn, n, digest, n, fixes, sum)
    }
    const sorted = (seed: number, size: number) => Int32Array.from({ length: size }, (_, k) => 1 + mix(seed + k) % entities).sort()
    const commit = db.transaction((work: () => void) => work())
    let round_ = 0
    const captureMs = medianMs(21, () => commit.immediate(() => {
      round_++
      for (const entity of sorted(round_ * 1000, 500)) write(entity, firstDay + spanDays + round_ % 3, round_, 1, 0, 5)
    }))

    // Restatement: a day row again from its events. (The events are the same clustered table for every shape.)
    const recompute = db.prepare(`SELECT count(*), sum(kind = 1), sum(value) FROM events WHERE tenant_id = ${tenantId} AND entity_id = ? AND day = ?`).raw()
    const pick = db.prepare(`SELECT entity_id, bucket FROM day WHERE tenant_id = ${tenantId} AND entity_id >= ? LIMIT 1 OFFSET ?`).raw()
    const targets = Array.from({ length: 7 }, (_, r) => Array.from(sorted(r * 100_000, 1000), (entity, k) => pick.get(entity, mix(k + r) % 30) as [number, number]))
    let target = 0
    const restateMs = medianMs(7, () => commit.immediate(() => {
      for (const [entity, day] of targets[target]) {
        const [n, fixes, sum] = recompute.get(entity, day) as [number, number, number]
        write(entity, day, 99, n, fixes, sum)
      }
      target++
    }))
    db.exec('DROP TABLE shape')
    const result = {
      shape: shape.name, mb: round(bytes / 1e6), bytesPerRow: round(bytes / rows, 1), allWindowsMs: round(windowMs),
      oneEntityByMonthMs: round(oneEntityMs, 3), capture500Ms: round(captureMs, 1), restate1000Ms: round(restateMs, 1),
    }
    results.push(result)
    log(Object.values(result).join(' | '))
  }
  // What a reader of one entity pays for events not yet folded: a scan of the log's tail.
  const tailScanMs: Record<number, number> = {}
  for (const size of tails) {
    db.exec(`CREATE TABLE tail (seq INTEGER PRIMARY KEY, tenant_id INTEGER, entity_id INTEGER, day INTEGER, at INTEGER, kind INTEGER, value INTEGER, id BLOB, content BLOB);
      INSERT INTO tail SELECT seq, tenant_id, entity_id, day, at, kind, value, randomblob(16), randomblob(8) FROM events ORDER BY seq DESC LIMIT ${size}`)
    const scan = db.prepare('SELECT day, count(*), sum(value) FROM tail WHERE tenant_id = ? AND entity_id = ? GROUP BY day').raw()
    tailScanMs[size] = round(medianMs(51, () => scan.all(tenantId, 5)), 1)
    db.exec('DROP TABLE tail')
  }
  log(`scan of a tail ${JSON.stringify(tailScanMs)}`)
  db.close()
  for (const end of ['', '-wal', '-shm']) rmSync(path + end, { force: true })
  return { rows, tailScanMs, windowFromRawEventsMs: round(rawMs), shapes: results }
}
