import { inflateRawSync } from 'node:zlib'
import type Database from 'better-sqlite3'

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
