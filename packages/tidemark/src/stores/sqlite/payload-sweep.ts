import { sweepPayloads } from './payloads.ts'
import type { WriteSession } from './session.ts'

/** A payload that a row names which is about to go. */
export interface NamedPayload {
  readonly tenantId: number
  readonly entityId: number
  readonly id: number
}

/** What rows about to be deleted name; each text selects tenant_id, entity_id and payload. */
export function payloadsIn(session: Pick<WriteSession, 'sql'>, selections: readonly string[], bind: Readonly<Record<string, number>>): readonly NamedPayload[] {
  return selections.flatMap((text) => (session.sql(`SELECT DISTINCT tenant_id, entity_id, payload FROM (${text}) WHERE payload IS NOT NULL`).raw().all(bind) as [number, number, number][])
    .map(([tenantId, entityId, id]) => ({ tenantId, entityId, id })))
}

/** After the rows have gone: lets go of the payloads that no other row of their entity names. */
export function sweepAll(session: WriteSession, seriesName: string, payloads: readonly NamedPayload[]): void {
  if (payloads.length === 0) return
  const series = session.catalogue.collected(seriesName)
  for (const own of Map.groupBy(payloads, ({ entityId }) => entityId).values()) {
    const { tenantId, entityId } = own[0] as NamedPayload
    sweepPayloads(session, series, { tenantId, id: entityId }, own.map(({ id }) => id), series.payloadTables)
    const entity = series.entities.get(entityId)
    if (entity !== undefined) entity.payload = null
  }
}
