// The ledger of identities in three forms on SQLite: bytes, probes, a sorted merge.
import { copyFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { bytesByTable, openDb, type Settings } from './sqlite-ingest.ts'
import { identity, log, mix, round } from './workload.ts'

const pointer = 'entity_id INTEGER, day INTEGER, seq INTEGER'
const asBlob = (id: Buffer) => id
const asInteger = (id: Buffer) => id.readBigInt64BE(0) >> 1n
const variants = [
  { name: 'blob key', create: `(id BLOB PRIMARY KEY, content BLOB, ${pointer}) WITHOUT ROWID`, columns: 'id, content, entity_id, day, seq', key: asBlob },
  { name: 'rowid of 63 bits, rest beside', create: `(id INTEGER PRIMARY KEY, rest BLOB, content BLOB, ${pointer})`, columns: 'head(id), substr(id, 9), content, entity_id, day, seq', key: asInteger },
  { name: 'blob key, no pointer', create: '(id BLOB PRIMARY KEY, content BLOB) WITHOUT ROWID', columns: 'id, content', key: asBlob },
]

export function compareLedgers(folder: string, basePath: string, count: number, fresh: number, settings: Settings) {
  const path = join(folder, 'ledgers.db')
  copyFileSync(basePath, path)
  const db = openDb(path, settings, 25_000)
  db.function('head', { deterministic: true }, id => asInteger(id as Buffer))
  const results = []
  for (const variant of variants) {
    db.pragma('journal_mode = OFF')
    db.exec(`BEGIN; CREATE TABLE form ${variant.create}; INSERT INTO form SELECT ${variant.columns} FROM ledger ORDER BY id; COMMIT`)
    db.pragma('journal_mode = WAL')
    const bytes = bytesByTable(db).form
    const probe = db.prepare('SELECT content FROM form WHERE id = ?').pluck()
    const probes = Array.from({ length: 50_000 }, (_, k) => variant.key(identity(mix(k) % (2 * count))))
    let t = performance.now()
    let found = 0
    for (const key of probes) if (probe.get(key) !== undefined) found++
    const probeUs = (performance.now() - t) * 1000 / probes.length
    // A fold's worth of new identities, sorted.
    const ids = Array.from({ length: fresh }, (_, k) => identity(count + k)).sort(Buffer.compare)
    const rest = Buffer.alloc(8, 1)
    const insert = db.prepare(`INSERT INTO form VALUES (?, ${variant.key === asInteger ? '?, ' : ''}?${variant.name.endsWith('no pointer') ? '' : ', 5, 20000, 1000000'}) ON CONFLICT DO NOTHING`)
    t = performance.now()
    db.transaction(() => {
      for (const id of ids) {
        if (variant.key === asInteger) insert.run(asInteger(id), rest, rest)
        else insert.run(id, rest)
      }
    }).immediate()
    const mergeMs = performance.now() - t
    db.exec('DROP TABLE form')
    const result = { form: variant.name, bytesPerIdentity: round(bytes / count, 1), probeUs: round(probeUs, 2), found, mergeOf: fresh, mergeMs: round(mergeMs) }
    results.push(result)
    log(Object.values(result).join(' | '))
  }
  db.close()
  for (const end of ['', '-wal', '-shm']) rmSync(path + end, { force: true })
  return results
}
