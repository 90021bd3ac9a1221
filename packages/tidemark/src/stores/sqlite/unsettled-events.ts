import type { StoredStream } from './catalogue.ts'
import { type EventRow, eventRowOf, eventSelection, eventsOfDay } from './event-rows.ts'
import { EVENT_KEY } from './intake-texts.ts'
import { eventTable, identityTable, intakeTable, quoted } from './names.ts'
import type { ReadConnection } from './snapshot.ts'

/** The events of a day for whoever only reads: those in their places, and those that have not settled. */
export function allEventsOfDay(read: ReadConnection, stream: StoredStream, tenantId: number, entityId: number, day: number): EventRow[] {
  const settled = eventsOfDay(read, stream, tenantId, entityId, day)
  const keys = keysOf(read, stream.definition.name)
  if (keys === null) return settled
  const known = new Set(settled.map(({ seq }) => seq))
  const rows = read.sql(`SELECT ${eventSelection(stream, 'NULL')} FROM ${keys} k CROSS JOIN main.${intakeTable(stream.definition.name)} USING (seq) WHERE k.tenant_id = ? AND k.entity_id = ? AND k.day = ?`)
    .raw().all(tenantId, entityId, day) as unknown[][]
  return [...settled, ...rows.map((row) => eventRowOf(stream, row)).filter(({ seq }) => !known.has(seq))].sort((a, b) => a.seq - b.seq)
}

/** The rows of the intake whose events are nowhere else, as i: ends inside a WHERE. */
export const unsettledEvents = (stream: string): string => `${intakeTable(stream)} i WHERE NOT EXISTS (SELECT 1 FROM ${eventTable(stream)} x WHERE x.tenant_id = i.tenant_id AND x.entity_id = i.entity_id AND x.day = i.day AND x.seq = i.seq)`

/** The same of identities. */
export const unsettledIdentities = (stream: string): string => `${intakeTable(stream)} i WHERE NOT EXISTS (SELECT 1 FROM ${identityTable(stream)} x WHERE x.identity = i.identity)`

/** The keys of what has not settled, laid out once while nobody writes; null when all has. */
function keysOf(read: ReadConnection, stream: string): string | null {
  return read.kept.of(`unsettled ${stream}`, () => {
    const table = `main.${intakeTable(stream)}`
    if (read.sql(`SELECT 1 FROM ${table} LIMIT 1`).get() === undefined) return null
    const keys = `temp.${quoted(`tm_read_intake_${stream}`)}`
    read.connection.exec(`CREATE TABLE IF NOT EXISTS ${keys} (tenant_id INTEGER, entity_id INTEGER, day INTEGER, seq INTEGER, PRIMARY KEY (${EVENT_KEY})) WITHOUT ROWID;
      DELETE FROM ${keys}; INSERT INTO ${keys} (${EVENT_KEY}) SELECT ${EVENT_KEY} FROM ${table} ORDER BY ${EVENT_KEY}`)
    return keys
  })
}
