import { inflateRawSync } from 'node:zlib'
import Database from 'better-sqlite3'

/** A packed payload, by plain means; `deflated` where it had lain so. */
export interface Packed {
  readonly id: number
  readonly tenant: number
  readonly entity: number
  readonly text: string
  readonly deflated: boolean
}

/** All payloads of a series that lie in blocks: DEFLATE of a line of JSON (of each a step and a length) and the texts. */
export function packedIn(connection: Database.Database, series: string): readonly Packed[] {
  // A store of an earlier format has none.
  if (connection.prepare('SELECT 1 FROM sqlite_schema WHERE name = ?').get(`tm_packed_${series}`) === undefined) return []
  const rows = connection.prepare(`SELECT tenant_id AS tenant, entity_id AS entity, body FROM "tm_packed_${series}" ORDER BY id`).all() as { tenant: number; entity: number; body: Uint8Array }[]
  return rows.flatMap(({ tenant, entity, body }) => {
    const [line = '', ...rest] = inflateRawSync(body).toString('utf8').split('\n')
    const texts = rest.join('\n')
    const head = JSON.parse(line) as number[]
    let id = 0
    let at = 0
    return Array.from({ length: head.length / 2 }, (_, place): Packed => {
      const size = head[place * 2 + 1] as number
      id += head[place * 2] as number
      at += size >> 1
      return { id, tenant, entity, text: texts.slice(at - (size >> 1), at), deflated: size % 2 === 1 }
    })
  })
}

/** A packed captured row, with every column that its table has. */
export type PackedRow = Readonly<Record<string, number | string | null>> & { readonly entity_id: number }

/**
 * All captured rows of a series that lie in blocks: DEFLATE of lines of JSON, one a column in the order of the table. What
 * the table computes is told by one like it.
 */
export function packedRowsIn(connection: Database.Database, series: string): readonly PackedRow[] {
  const table = `tm_captured_${series}`
  const made = connection.prepare('SELECT sql FROM sqlite_schema WHERE name = ?').pluck().get(table) as string | undefined
  if (made === undefined || connection.prepare('SELECT 1 FROM sqlite_schema WHERE name = ?').get(`tm_rowblock_${series}`) === undefined) return []
  const twin = new Database(':memory:')
  twin.exec(made)
  const columns = twin.prepare('SELECT name, hidden FROM pragma_table_xinfo(?)').all(table) as { name: string; hidden: number }[]
  const states = columns.slice(columns.findIndex(({ name }) => name === 'facts') + 1)
  const lines = [...['bucket', 'at', 'seconds', 'cell', 'transaction_id', 'version', 'revision', 'facts'].map((name) => ({ name, hidden: 0 })), ...states]
  const blocks = connection.prepare(`SELECT tenant_id AS tenant, entity_id AS entity, count, body FROM "tm_rowblock_${series}"`).all() as { tenant: number; entity: number; count: number; body: Uint8Array }[]
  for (const { tenant, entity, count, body } of blocks) {
    const [, ...texts] = inflateRawSync(body).toString('utf8').split('\n')
    const stored = lines.map(({ name, hidden }, place) => ({ name, hidden, values: hidden === 0 ? valuesOf(JSON.parse(texts[place] as string), count) : [] })).filter(({ hidden }) => hidden === 0)
    const insert = twin.prepare(`INSERT INTO "${table}" (tenant_id, entity_id, digest, ${stored.map(({ name }) => name).join(', ')}) VALUES (?, ?, x'', ${stored.map(() => '?').join(', ')})`)
    for (let row = 0; row < count; row++) insert.run(tenant, entity, ...stored.map(({ values }) => values[row]))
  }
  try {
    return twin.prepare(`SELECT * FROM "${table}"`).all() as PackedRow[]
  } finally {
    twin.close()
  }
}

/** Whole numbers alone: one of all rows, or what each is more than the one before it. */
function valuesOf(line: number | null | readonly (number | null)[], count: number): readonly (number | null)[] {
  if (line === null || typeof line === 'number') return Array.from({ length: count }, () => line)
  let value = 0
  return line.map((step) => (step === null ? null : value += step))
}
