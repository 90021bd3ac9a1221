import { machine } from '../../machine/machine.ts'
import type { State } from '../../measures/kind.ts'
import { payloadTable } from './names.ts'
import type { RowOwner, RowSeries } from './rows.ts'
import type { WriteSession } from './session.ts'

/**
 * Payloads lie beside the rows, which name them by number: a row of 300 bytes is one of a dozen on its page, and one
 * that carried 2 KB of text would take a page of its own, and another for what does not fit. As captured they are text
 * that any SQL can read, and so is the latest of each entity; the others that a rolled-up row keeps are deflated.
 */
type Queries = Pick<WriteSession, 'sql'>

export function putPayload(session: Queries, { definition }: RowSeries, owner: RowOwner, text: string): number {
  return Number(session.sql(`INSERT INTO ${payloadTable(definition.name)} (tenant_id, entity_id, text) VALUES (?, ?, ?)`).run(owner.tenantId, owner.id, text).lastInsertRowid)
}

export function payloadText(read: Queries, { definition }: Pick<RowSeries, 'definition'>, id: number): string {
  return inflated(read.sql(`SELECT text FROM ${payloadTable(definition.name)} WHERE id = ?`).pluck().get(id) as string | Uint8Array)
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
export function withText(read: Queries, series: RowSeries, states: readonly State[]): State[] {
  const place = payloadPlace(series)
  const id = place === null ? null : states[place]
  return place === null || typeof id !== 'number' ? [...states] : states.with(place, payloadText(read, series, id))
}

export function deflatePayload(session: Queries, { definition }: RowSeries, id: number): void {
  const stored = session.sql(`SELECT text FROM ${payloadTable(definition.name)} WHERE id = ?`).pluck().get(id) as string | Uint8Array
  if (typeof stored === 'string') session.sql(`UPDATE ${payloadTable(definition.name)} SET text = ? WHERE id = ?`).run(machine.deflate(stored), id)
}

/** Lets go of those of an entity's payloads that no row of it names any more. */
export function sweepPayloads(session: Queries, { definition }: RowSeries, { id, tenantId }: RowOwner, candidates: Iterable<number>, tables: readonly string[]): void {
  const gone = new Set(candidates)
  if (gone.size === 0) return
  let [least, most] = [Infinity, -Infinity]
  for (const one of gone) [least, most] = [Math.min(least, one), Math.max(most, one)]
  for (const table of tables) {
    for (const named of session.sql(`SELECT payload FROM ${table} WHERE tenant_id = ? AND entity_id = ? AND payload BETWEEN ? AND ?`).pluck().iterate(tenantId, id, least, most) as Iterable<number>) gone.delete(named)
  }
  const remove = session.sql(`DELETE FROM ${payloadTable(definition.name)} WHERE id = ?`)
  for (const one of gone) remove.run(one)
}
