import { localCalendar } from '../../calendar/local-calendar.ts'
import { zoneOf } from '../../calendar/zone.ts'
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
        put(session, tenantId, id, 0, zone)
        void writing.id
        continue
      }
      const history = session.catalogue.zonesOf(tenantId, id, defaultZone)
      // A change that has not come into force yet is replaced: only what has been lived stays.
      const lived = history.filter(({ from }, index) => index === 0 || from <= now)
      const next = lived.at(-1)?.zone === zone ? lived : [...lived, { zone, from: localCalendar(lived).nextMidnight(now) }]
      if (JSON.stringify(next) === JSON.stringify(history)) continue
      session.sql('DELETE FROM tm_zone WHERE tenant_id = ? AND entity_id = ?').run(tenantId, id)
      for (const change of next) put(session, tenantId, id, change.from, change.zone)
      void writing.id
    }
    session.reach('zone.after-zones')
    session.catalogue.forgetEntities()
  })
}

function put(session: WriteSession, tenantId: number, entityId: number, from: number, zone: string): void {
  session.sql('INSERT OR REPLACE INTO tm_zone (tenant_id, entity_id, from_at, zone) VALUES (?, ?, ?, ?)').run(tenantId, entityId, from, zone)
}
