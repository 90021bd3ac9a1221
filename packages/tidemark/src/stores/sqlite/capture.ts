import { localCalendar, type LocalCalendar } from '../../calendar/local-calendar.ts'
import { labelCalendar } from '../../calendar/label-calendar.ts'
import type { StoredStream } from './catalogue.ts'
import { notErased } from './erased.ts'
import { lastCapture } from './last-capture.ts'
import { enterRun } from './runs.ts'
import type { WriteSession } from './session.ts'

const DAY_MS = 86_400_000

/**
 * Records that days up to `now` are closed. Coverage follows from this one row, enrolments and zones, so a capture
 * costs the same for one entity and for a million.
 */
export function recordCapture(session: WriteSession, seriesName: string, now: number): { covered: number; entities: number } {
  return session.write(now, 'capture', (writing) => {
    const { series, stream } = session.catalogue.series(seriesName)
    const before = lastCapture(session, series.id, null)
    const counts = coveredBy(session, stream, before, now)
    if (before === null || now > before) {
      // In whatever zone: the days that were open or not captured at the one instant and are closed at the other.
      session.touching.everyTenant(series.id, before === null ? -Infinity : Math.floor(before / DAY_MS) - 2, Math.floor(now / DAY_MS) + 2)
      session.sql('INSERT INTO tm_capture (series_id, transaction_id, at) VALUES (?, ?, ?)').run(series.id, writing.id, now)
      enterRun(session, writing, series, { rows: counts.covered })
    }
    return counts
  })
}

/** How many entities' covered interval grows between two captures. */
function coveredBy(session: WriteSession, stream: StoredStream, before: number | null, now: number): { covered: number; entities: number } {
  const rows = session.sql(`
    SELECT en.tenant_id AS tenantId, en.entity_id AS entityId, min(en.day) AS enrolment, EXISTS (SELECT 1 FROM tm_zone z WHERE z.tenant_id = en.tenant_id AND z.entity_id = en.entity_id) AS zoned
    FROM tm_enrolment en JOIN tm_tenant t ON t.id = en.tenant_id WHERE ${notErased(session, 'en.entity_id')} en.stream_id = ? GROUP BY en.tenant_id, en.entity_id`)
    .all(stream.id) as { tenantId: number; entityId: number; enrolment: number; zoned: number }[]
  const fallback = stream.definition.of.zone
  const usual = stream.definition.day === 'eventOffset' ? labelCalendar : localCalendar([{ zone: fallback, from: 0 }])
  let covered = 0
  for (const { tenantId, entityId, enrolment, zoned } of rows) {
    const calendar: LocalCalendar = zoned === 1 && stream.definition.day === 'entityZone' ? localCalendar(session.catalogue.zonesOf(tenantId, entityId, fallback)) : usual
    const until = calendar.today(now)
    const already = before === null ? enrolment : Math.max(enrolment, calendar.today(before))
    if (until > already) covered++
  }
  return { covered, entities: rows.length }
}
