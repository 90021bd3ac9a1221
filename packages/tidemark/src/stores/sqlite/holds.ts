import type { Tier } from '../../definitions/keep.ts'
import type { RecordFilter } from '../contract/access.ts'
import { type Hold, type HoldRequest, inForce } from '../contract/hold.ts'
import { rowTable } from './names.ts'
import { packedBefore } from './packed-rows.ts'
import type { WriteSession } from './session.ts'

export const HOLD_TABLES: readonly string[] = [
  'CREATE TABLE tm_hold (id INTEGER PRIMARY KEY, tenant TEXT NOT NULL, entity TEXT, reason TEXT NOT NULL, placed_by TEXT NOT NULL, placed_at INTEGER NOT NULL, lifted_by TEXT, lifted_at INTEGER, lifted_reason TEXT) STRICT',
]

interface HoldRow {
  readonly id: number
  readonly tenant: string
  readonly entity: string | null
  readonly reason: string
  readonly placedBy: string
  readonly placedAt: number
  readonly liftedBy: string | null
  readonly liftedAt: number | null
  readonly liftedReason: string | null
}

const COLUMNS = 'id, tenant, entity, reason, placed_by AS placedBy, placed_at AS placedAt, lifted_by AS liftedBy, lifted_at AS liftedAt, lifted_reason AS liftedReason'

function holdOf({ liftedBy, liftedAt, liftedReason, ...hold }: HoldRow): Hold {
  return { ...hold, lifted: liftedAt === null ? null : { by: liftedBy ?? '', at: liftedAt, reason: liftedReason ?? '' } }
}

export function placeHold(session: WriteSession, { tenant, entity, by, reason }: HoldRequest, now: number): Hold {
  return session.write(now, 'hold', (writing) => {
    void writing.id
    const row = session.sql(`INSERT INTO tm_hold (tenant, entity, reason, placed_by, placed_at) VALUES (?, ?, ?, ?, ?) RETURNING ${COLUMNS}`).get(tenant, entity, reason, by, writing.at)
    return holdOf(row as HoldRow)
  })
}

export function liftHold(session: WriteSession, id: number, by: string, reason: string, now: number): Hold {
  return session.write(now, 'hold', (writing) => {
    const known = session.sql(`SELECT ${COLUMNS} FROM tm_hold WHERE id = ?`).get(id) as HoldRow | undefined
    inForce(id, known === undefined ? undefined : holdOf(known))
    void writing.id
    return holdOf(session.sql(`UPDATE tm_hold SET lifted_by = ?, lifted_at = ?, lifted_reason = ? WHERE id = ? RETURNING ${COLUMNS}`).get(by, writing.at, reason, id) as HoldRow)
  })
}

export function listHolds(session: WriteSession, { ids, tenants }: RecordFilter = {}): readonly Hold[] {
  const conditions = [...(ids === undefined ? [] : ['id IN (SELECT value FROM json_each(:ids))']), ...(tenants === undefined ? [] : ['tenant IN (SELECT value FROM json_each(:tenants))'])]
  return session.read(() => (session.sql(`SELECT ${COLUMNS} FROM tm_hold ${conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`} ORDER BY id`)
    .all({ ...(ids === undefined ? {} : { ids: JSON.stringify(ids) }), ...(tenants === undefined ? {} : { tenants: JSON.stringify(tenants) }) }) as HoldRow[]).map(holdOf))
}

/** Holds in force over one entity, inside whatever transaction is open. */
export function holdsOver(session: Pick<WriteSession, 'sql'>, tenant: string, entity: string): readonly Hold[] {
  const rows = session.sql(`SELECT ${COLUMNS} FROM tm_hold WHERE lifted_at IS NULL AND tenant = ? AND (entity IS NULL OR entity = ?) ORDER BY id`).all(tenant, entity)
  return (rows as HoldRow[]).map(holdOf)
}

/**
 * Entities whose rows stay where they are, as of this transaction: those that a hold covers, and those that are being
 * erased and have lost their name. Asked inside every transaction that moves or forgets rows, so that it does not
 * matter when a hold was placed.
 */
export function immovable(session: Pick<WriteSession, 'sql'>): ReadonlySet<number> {
  const ids = session.sql(`
    SELECT e.id FROM tm_hold h JOIN tm_tenant t ON t.name = h.tenant JOIN tm_entity e ON e.tenant_id = t.id AND (h.entity IS NULL OR e.name = h.entity) WHERE h.lifted_at IS NULL
    UNION SELECT entity_id FROM tm_erasure WHERE completed_at IS NULL AND entity_id IS NOT NULL`).pluck().all() as number[]
  return new Set(ids)
}

/** A condition on a table's `entity_id`: everybody but these. */
export function butFor(ids: ReadonlySet<number>, column = 'entity_id'): string {
  return ids.size === 0 ? '' : ` AND ${column} NOT IN (${[...ids].join(', ')})`
}

export function heldRows(session: WriteSession, series: string, tier: Tier, entities: readonly number[], before: number): number {
  return session.read(() => packedOfHeld(session, series, tier, entities, before) + (session.sql(
    `SELECT count(*) FROM ${rowTable(series, tier)} r JOIN tm_entity e ON e.id = r.entity_id AND e.tenant_id = r.tenant_id WHERE e.id IN (SELECT value FROM json_each(?)) AND r.bucket < ?`,
  ).pluck().get(JSON.stringify(entities), before) as number))
}

/** How many rows of entities lie packed that begin before a day. */
export function packedOfHeld(session: WriteSession, name: string, tier: Tier, entities: readonly number[], before: number): number {
  if (tier !== 'captured') return 0
  const series = session.catalogue.collected(name)
  return entities.reduce((rows, id) => {
    const tenantId = session.sql('SELECT tenant_id FROM tm_entity WHERE id = ?').pluck().get(id) as number
    return rows + packedBefore(session, series, { tenantId, id }, before)
  }, 0)
}
