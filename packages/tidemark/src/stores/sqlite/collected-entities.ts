import type { CollectedSeriesDefinition } from '../../definitions/collected.ts'
import type { Cadence } from '../../definitions/frequency.ts'
import type { CollectedEntity, FrequencyDecision } from '../contract/collected.ts'
import type { EntityFilter, ZoneChange } from '../contract/entity-state.ts'
import { type BoundaryRow, tiersOf } from './boundary.ts'
import { latestTable } from './names.ts'
import type { WriteSession } from './session.ts'

/** An entity of a collected series as the tables have it. */
export interface ReadEntity extends Omit<CollectedEntity, 'activity'> {
  readonly tenantId: number
}

interface Row {
  readonly id: number
  readonly tenantId: number
  readonly tenant: string
  readonly entity: string
  readonly decidedDay: number | null
  readonly lowDays: number | null
  readonly latestAt: number | null
  readonly zones: string
  readonly attributes: string
  readonly decisions: string
  readonly anchor: number | null
  readonly captured: number | null
  readonly day: number | null
  readonly week: number | null
  readonly month: number | null
}

/**
 * Entities of a collected series, ordered by tenant and entity (code units): all that were ever rostered, or those
 * asked by name also when they were not.
 *
 * @param asOf decisions as believed at a transaction; null for those of today
 */
export function loadCollectedEntities(
  read: Pick<WriteSession, 'sql'>, series: { readonly id: number; readonly definition: CollectedSeriesDefinition },
  filter: EntityFilter & { readonly ids?: readonly number[] }, asOf: number | null,
): ReadEntity[] {
  const { of, name } = series.definition
  const own = (table: string): string => `${table}.tenant_id = e.tenant_id AND ${table}.series_id = :series AND ${table}.entity_id = e.id`
  const named = filter.entities !== undefined
  // A condition for each thing that is asked, and none for what is not, so that every index on names can be used.
  const scope = [
    // One that is being erased has lost its kind with its name.
    'e.kind = :kind',
    ...(filter.tenant === undefined ? [] : ['t.name = :tenant']),
    ...(filter.entities === undefined ? [] : filter.entities.length === 1 ? ['e.name = :entity'] : ['e.name IN (SELECT value FROM json_each(:entities))']),
    ...(filter.ids === undefined ? [] : ['e.id IN (SELECT value FROM json_each(:ids))']),
  ]
  const from = named
    ? `tm_tenant t JOIN tm_entity e ON e.tenant_id = t.id LEFT JOIN tm_rostered x ON ${own('x')}`
    : filter.ids === undefined
      ? 'tm_tenant t JOIN tm_rostered x ON x.tenant_id = t.id AND x.series_id = :series JOIN tm_entity e ON e.id = x.entity_id'
      : `tm_entity e JOIN tm_tenant t ON t.id = e.tenant_id JOIN tm_rostered x ON ${own('x')}`
  const rows = read.sql(`
    SELECT e.id, e.tenant_id AS tenantId, t.name AS tenant, e.name AS entity, x.decided_day AS decidedDay, x.low_days AS lowDays,
      (SELECT l.at FROM ${latestTable(name)} l WHERE l.tenant_id = e.tenant_id AND l.entity_id = e.id AND l.cell = 0 AND l.place = 0) AS latestAt,
      (SELECT json_group_array(json_object('zone', z.zone, 'from', z.from_at) ORDER BY z.from_at) FROM tm_zone z WHERE z.tenant_id = e.tenant_id AND z.entity_id = e.id) AS zones,
      (SELECT json_group_object(a.name, a.value) FROM tm_attribute a WHERE ${own('a')}) AS attributes,
      (SELECT json_group_array(json_array(f.day, f.at, f.cadence, f.status, CAST(f.activity AS TEXT)) ORDER BY f.day) FROM tm_frequency f WHERE ${own('f')}${asOf === null ? '' : ' AND f.transaction_id <= :asOf'}) AS decisions,
      b.anchor, b.captured, b.day, b.week, b.month
    FROM ${from} LEFT JOIN tm_boundary b ON ${own('b')}
    WHERE ${scope.join(' AND ')}`).all({
    series: series.id, kind: of.name,
    ...(filter.tenant === undefined ? {} : { tenant: filter.tenant }),
    ...(filter.entities === undefined ? {} : filter.entities.length === 1 ? { entity: filter.entities[0] } : { entities: JSON.stringify(filter.entities) }),
    ...(filter.ids === undefined ? {} : { ids: JSON.stringify(filter.ids) }),
    ...(asOf === null ? {} : { asOf }),
  }) as Row[]
  return rows.map((row) => entityOf(row, of.zone)).sort(byCodeUnits)
}

function entityOf(row: Row, usual: string): ReadEntity {
  const zones = JSON.parse(row.zones) as ZoneChange[]
  const boundaries = row.anchor === null ? {} : tiersOf(row as BoundaryRow)
  return {
    id: row.id, tenantId: row.tenantId, tenant: row.tenant, entity: row.entity,
    zones: zones.length === 0 ? [{ zone: usual, from: 0 }] : zones,
    attributes: JSON.parse(row.attributes) as Record<string, string | null>,
    decisions: decisionsOf(row.decisions), decidedDay: row.decidedDay, lowDays: row.lowDays ?? 0, latestAt: row.latestAt,
    capturedFrom: boundaries.captured ?? null, boundaries,
  }
}

function decisionsOf(text: string): readonly FrequencyDecision[] {
  const decisions = (JSON.parse(text) as [number, number, Cadence, string | null, string | null][]).map(([day, at, cadence, status, activity]): FrequencyDecision => ({
    day, at, cadence, status, activity: activity === null ? null : safe(BigInt(activity)),
  }))
  // What was decided before the first captured day says nothing: an entity that was never to be captured is not enrolled.
  const enrolment = decisions.findIndex(({ cadence }) => cadence !== 'never')
  return enrolment === -1 ? [] : decisions.slice(enrolment)
}

function safe(value: bigint): number | bigint {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}

/** The database orders by bytes of UTF-8; names beyond the basic plane stand elsewhere by code units. */
function byCodeUnits(a: ReadEntity, b: ReadEntity): number {
  if (a.tenant !== b.tenant) return a.tenant < b.tenant ? -1 : 1
  return a.entity === b.entity ? 0 : a.entity < b.entity ? -1 : 1
}
