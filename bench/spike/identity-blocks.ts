// Bytes of an event stream's identities, and CPU of a look-up, by the form in which they lie (docs/decisions/0009): STORE STREAM
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import Database from 'better-sqlite3'

interface Identity { readonly identity: Buffer; readonly content: Buffer; readonly tenant_id: number; readonly entity_id: number; readonly day: number; readonly seq: number; readonly retracted: number }

const [path = '', stream = ''] = process.argv.slice(2)
const source = new Database(path, { readonly: true })
// A run of the order by digest, so that any 300,000 stand for all.
const found = source.prepare(`SELECT * FROM "tm_identity_${stream}" ORDER BY identity LIMIT 300000`).all() as Identity[]
const key = ({ tenant_id, entity_id, day, seq, retracted }: Identity): string => JSON.stringify([tenant_id, entity_id, day, seq, retracted])
const memory = new Database(':memory:')
const probes = Array.from({ length: 20_000 }, (_, n) => found[(n * 7919) % found.length] as Identity)

function report(form: string, table: string, probe: (one: Identity) => unknown, times = probes.length): void {
  const bytes = memory.prepare('SELECT sum(pgsize) FROM dbstat WHERE name = ?').pluck().get(table) as number
  for (const one of probes.slice(0, 500)) if (probe(one) === undefined) throw new Error(`${form}: an identity is not found`)
  const before = process.cpuUsage().user
  for (const one of probes.slice(0, times)) probe(one)
  const us = (process.cpuUsage().user - before) / times
  process.stdout.write(`| ${form} | ${(bytes / found.length).toFixed(1)} | ${us.toFixed(1)} |\n`)
}

process.stdout.write(`${found.length} identities\n\n| form | bytes each, by pages | µs of CPU a look-up |\n|---|---|---|\n`)
const fill = (table: string, columns: string, values: (one: Identity) => unknown[]): void => {
  memory.exec(`CREATE TABLE ${table} (${columns}) STRICT, WITHOUT ROWID`)
  const insert = memory.prepare(`INSERT INTO ${table} VALUES (${columns.split(', ').map(() => '?').join(', ')})`)
  memory.transaction(() => { for (const one of found) insert.run(...values(one)) })()
}
fill('present', 'identity BLOB PRIMARY KEY, content BLOB, tenant_id INTEGER, entity_id INTEGER, day INTEGER, seq INTEGER, retracted INTEGER', (one) => [one.identity, one.content, one.tenant_id, one.entity_id, one.day, one.seq, one.retracted])
const present = memory.prepare('SELECT * FROM present WHERE identity = ?')
report('the present table, filled in order', 'present', ({ identity }) => present.get(identity))
fill('bare', 'identity BLOB PRIMARY KEY, content BLOB', ({ identity, content }) => [identity, content])
const bare = memory.prepare('SELECT * FROM bare WHERE identity = ?')
report('digests alone: not whose they are, so no retraction and no erasure by owner', 'bare', ({ identity }) => bare.get(identity))
for (const size of [128]) {
  const table = `blocks${size}`
  memory.exec(`CREATE TABLE ${table} (first BLOB PRIMARY KEY, body BLOB) STRICT, WITHOUT ROWID`)
  const insert = memory.prepare(`INSERT INTO ${table} VALUES (?, ?)`)
  memory.transaction(() => {
    for (let start = 0; start < found.length; start += size) {
      const own = found.slice(start, start + size)
      const columns = [Buffer.concat(own.map(({ identity }) => identity)), Buffer.concat(own.map(({ content }) => content)), Buffer.from(own.map(key).join('\n'))]
      insert.run((own[0] as Identity).identity, zstdCompressSync(Buffer.concat(columns)))
    }
  })()
  const block = memory.prepare(`SELECT body FROM ${table} WHERE first <= ? ORDER BY first DESC LIMIT 1`).pluck()
  report(`blocks of ${size} by digest, zstd`, table, ({ identity }) => {
    const body = zstdDecompressSync(block.get(identity) as Buffer)
    for (let at = 0; at < size * 16; at += 16) if (identity.equals(body.subarray(at, at + 16))) return at
    return undefined
  }, 5_000)
}
