import { machine } from '../../machine/machine.ts'
import type { State } from '../../measures/kind.ts'
import { packedTable, payloadTable } from './names.ts'
import { dropPacked, packedText } from './packed-payloads.ts'
import { withoutPacked } from './packed-rows.ts'
import type { RowOwner, RowSeries } from './rows.ts'
import type { WriteSession } from './session.ts'

/**
 * Payloads lie beside the rows, which name them by number: a row of 300 bytes is one of a dozen on its page, and one
 * that carried 2 KB of text would take a page of its own, and another for what does not fit. As captured they are text
 * that any SQL can read, and so is the latest of each entity; the others that a rolled-up row keeps are deflated; a fortnight
 * later they are packed, many to a block (see pack.ts).
 */
type Queries = Pick<WriteSession, 'sql'>

export function putPayload(session: Queries, { definition }: RowSeries, owner: RowOwner, text: string): number {
  // Left to itself SQLite would give the number of a packed one again.
  const next = `max(coalesce((SELECT max(id) FROM ${payloadTable(definition.name)}), 0), coalesce((SELECT max(id) FROM ${packedTable(definition.name)}), 0)) + 1`
  return Number(session.sql(`INSERT INTO ${payloadTable(definition.name)} (id, tenant_id, entity_id, text) VALUES (${next}, ?, ?, ?)`).run(owner.tenantId, owner.id, text).lastInsertRowid)
}

/** The text of a payload that a row of the entity names. Throws STORE_CORRUPT when its block cannot be unpacked. */
export function payloadText(read: Queries, series: Pick<RowSeries, 'definition'>, entity: number, id: number): string {
  const stored = read.sql(`SELECT text FROM ${payloadTable(series.definition.name)} WHERE id = ?`).pluck().get(id) as string | Uint8Array | undefined
  return stored === undefined ? packedText(read, series, entity, id) as string : inflated(stored)
}

/** A payload as it lies in its table. */
export function inflated(stored: string | Uint8Array): string {
  return typeof stored === 'string' ? stored : machine.inflate(stored)
}

/** Of a series that keeps payloads: where in its states their numbers stand; null where it keeps none. */
export function payloadPlace({ layout }: Pick<RowSeries, 'layout'>): number | null {
  return layout.payload === null ? null : layout.payload + 1
}

/** States that name their payload, with its text in that place. */
export function withText(read: Queries, series: RowSeries, entity: number, states: readonly State[]): State[] {
  const place = payloadPlace(series)
  const id = place === null ? null : states[place]
  return place === null || typeof id !== 'number' ? [...states] : states.with(place, payloadText(read, series, entity, id))
}

export function deflatePayload(session: Queries, { definition }: RowSeries, id: number): void {
  const stored = session.sql(`SELECT text FROM ${payloadTable(definition.name)} WHERE id = ?`).pluck().get(id) as string | Uint8Array
  if (typeof stored === 'string') session.sql(`UPDATE ${payloadTable(definition.name)} SET text = ? WHERE id = ?`).run(machine.deflate(stored), id)
}

/** Lets go of those of an entity's payloads that no row of it names any more. */
export function sweepPayloads(session: Queries, series: RowSeries, owner: RowOwner, candidates: Iterable<number>, tables: readonly string[]): void {
  const gone = new Set(candidates)
  if (gone.size === 0) return
  let [least, most] = [Infinity, -Infinity]
  for (const one of gone) [least, most] = [Math.min(least, one), Math.max(most, one)]
  for (const table of tables) {
    for (const named of session.sql(`SELECT payload FROM ${table} WHERE tenant_id = ? AND entity_id = ? AND payload BETWEEN ? AND ?`).pluck().iterate(owner.tenantId, owner.id, least, most) as Iterable<number>) gone.delete(named)
  }
  withoutPacked(session, series, owner, gone)
  const remove = session.sql(`DELETE FROM ${payloadTable(series.definition.name)} WHERE id = ?`)
  dropPacked(session, series, owner, [...gone].filter((one) => remove.run(one).changes === 0))
}
