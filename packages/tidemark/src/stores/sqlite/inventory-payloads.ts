import { createHash } from 'node:crypto'
import { inflateRawSync } from 'node:zlib'
import { quote, type Raw, whole } from './inventory-row.ts'

/** All rows of a statement. */
type Rows = (sql: string, ...values: readonly unknown[]) => readonly Raw[]

/** What a packed block holds by number, and what is wrong with it. */
interface HeldBlock {
  readonly texts: Map<number, string>
  readonly problems: string[]
}

/** As captured a payload is text; what a rolled-up row keeps is deflated, but for the latest of its entity. */
export function plainText(stored: Raw[string]): string | null {
  return stored instanceof Uint8Array ? inflateRawSync(stored).toString('utf8') : typeof stored === 'string' ? stored : null
}

/** The blocks of one series and entity at a time: rows come entity by entity, and in the order of their payloads. */
export class HeldPayloads {
  readonly #rows: Rows
  #last: { readonly table: string; readonly entity: unknown; readonly texts: ReadonlyMap<number, string> } | null = null

  constructor(rows: Rows) {
    this.#rows = rows
  }

  /** The text of a packed payload that an entity's row names; null: no block of it has that. */
  text(series: string, tenant: Raw[string] | undefined, entity: Raw[string] | undefined, id: number): string | null {
    if (this.#last?.table !== series || this.#last.entity !== entity || !this.#last.texts.has(id)) {
      const [found] = this.#rows(`SELECT * FROM ${quote(`tm_packed_${series}`)} WHERE tenant_id = ? AND entity_id = ? AND id >= ? ORDER BY id LIMIT 1`, tenant, entity, id)
      this.#last = { table: series, entity, texts: found === undefined ? new Map() : blockOf(found).texts }
    }
    return this.#last.texts.get(id) ?? null
  }

  /** Blocks of an entity, each proven against its digest; what they hold is each time in none before it, and not plain. */
  problems(series: string, tenantId: number, entityId: number): readonly string[] {
    const problems: string[] = []
    let before = 0
    for (const row of this.#rows(`SELECT * FROM ${quote(`tm_packed_${series}`)} WHERE tenant_id = ? AND entity_id = ? ORDER BY id`, tenantId, entityId)) {
      const { texts, problems: own } = blockOf(row)
      const ids = [...texts.keys()]
      if (ids.some((id) => id <= before)) own.push('it has what a block before it has, or should have')
      const plain = this.#rows(`SELECT id FROM ${quote(`tm_payload_${series}`)} WHERE id IN (SELECT value FROM json_each(?))`, JSON.stringify(ids)).map(({ id }) => whole(id))
      if (plain.length > 0) own.push(`payload ${plain[0]} lies plain, too`)
      problems.push(...own.map((problem) => `packed payloads up to ${whole(row.id)}: ${problem}`))
      before = whole(row.id)
    }
    return problems
  }

  /** The numbers of all packed payloads of a series, with whose each is. */
  *all(series: string): Generator<{ readonly tenantId: number; readonly entityId: number; readonly id: number }> {
    for (const { id: block } of this.#rows(`SELECT id FROM ${quote(`tm_packed_${series}`)} ORDER BY tenant_id, entity_id, id`)) {
      for (const row of this.#rows(`SELECT * FROM ${quote(`tm_packed_${series}`)} WHERE id = ?`, block)) {
        for (const id of blockOf(row).texts.keys()) yield { tenantId: whole(row.tenant_id), entityId: whole(row.entity_id), id }
      }
    }
  }
}

/**
 * A body is raw DEFLATE of a text: a line of JSON, which has of each payload the step from the number before it and twice
 * its length in UTF-16 units, plus one where it had been deflated; then the payloads.
 */
function blockOf(row: Raw): HeldBlock {
  const texts = new Map<number, string>()
  const problems: string[] = []
  try {
    const whole = inflateRawSync(row.body as Uint8Array).toString('utf8')
    const digest = createHash('sha256').update(`${String(row.tenant_id)}\0${String(row.entity_id)}\0`).update(whole).digest()
    if (!digest.equals(row.digest as Uint8Array)) problems.push('their digest is another')
    const end = whole.indexOf('\n')
    const head = JSON.parse(whole.slice(0, end)) as readonly number[]
    let id = 0
    let at = end + 1
    for (const [place, step] of head.entries()) {
      if (place % 2 === 1) continue
      const length = (head[place + 1] ?? 0) >> 1
      id += step
      texts.set(id, whole.slice(at, at + length))
      at += length
    }
    if (at !== whole.length) problems.push(`they end at ${at}, and ${whole.length} characters are there`)
    if (BigInt(texts.size) !== row.payloads || BigInt(id) !== row.id) problems.push(`${texts.size} up to ${id} are there, and ${String(row.payloads)} were said`)
  } catch (error) {
    problems.push(`they cannot be unpacked: ${error instanceof Error ? error.message : String(error)}`)
  }
  return { texts, problems }
}
