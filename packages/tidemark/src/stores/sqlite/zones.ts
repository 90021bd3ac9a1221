import { localCalendar } from '../../calendar/local-calendar.ts'
import { zoneOf } from '../../calendar/zone.ts'
import type { ZoneChange } from '../contract/entity-state.ts'
import type { WriteSession } from './session.ts'

/** Gives entities a zone from their next local midnight; ones never heard of start in it. */
export function setZones(
  session: WriteSession, kind: string, defaultZone: string, zones: readonly { tenant: string; entity: string; zone: string }[], now: number,
): void {
  for (const { zone } of zones) zoneOf(zone)
  session.write(now, 'zone', (writing) => {
    for (const { tenant, entity, zone } of zones) {
      const known = session.sql('SELECT e.id, e.tenant_id AS tenantId FROM tm_entity e JOIN tm_tenant t ON t.id = e.tenant_id WHERE t.name = ? AND e.kind = ? AND e.name = ?').get(tenant, kind, entity) as { id: number; tenantId: number } | undefined
      const { id, tenantId } = known ?? session.catalogue.register(kind, tenant, entity)
      if (known === undefined) {
        putZones(session, tenantId, id, [{ zone, from: 0 }])
        void writing.id
        continue
      }
      const history = session.catalogue.zonesOf(tenantId, id, defaultZone)
      const next = nextZones(history, zone, now)
      if (JSON.stringify(next) === JSON.stringify(history)) continue
      putZones(session, tenantId, id, next)
      void writing.id
    }
    session.reach('zone.after-zones')
    session.catalogue.forgetAll()
  })
}

/** A zone history with a zone that holds from the next local midnight. A change not yet in force is replaced: only what has been lived stays. */
export function nextZones(history: readonly ZoneChange[], zone: string, now: number): readonly ZoneChange[] {
  const lived = history.filter(({ from }, index) => index === 0 || from <= now)
  return lived.at(-1)?.zone === zone ? lived : [...lived, { zone, from: localCalendar(lived).nextMidnight(now) }]
}

export function putZones(session: WriteSession, tenantId: number, entityId: number, zones: readonly ZoneChange[]): void {
  session.sql('DELETE FROM tm_zone WHERE tenant_id = ? AND entity_id = ?').run(tenantId, entityId)
  for (const { from, zone } of zones) put(session, tenantId, entityId, from, zone)
}

function put(session: WriteSession, tenantId: number, entityId: number, from: number, zone: string): void {
  session.sql('INSERT OR REPLACE INTO tm_zone (tenant_id, entity_id, from_at, zone) VALUES (?, ?, ?, ?)').run(tenantId, entityId, from, zone)
}
