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

/** How many entities' covered interval grows between two captures. Those that live by the stream's own calendar are counted by SQL alone. */
function coveredBy(session: WriteSession, stream: StoredStream, before: number | null, now: number): { covered: number; entities: number } {
  const label = stream.definition.day === 'eventOffset'
  const fallback = stream.definition.of.zone
  const usual = label ? labelCalendar : localCalendar([{ zone: fallback, from: 0 }])
  const until = usual.today(now)
  const zoned = label ? '' : 'AND NOT EXISTS (SELECT 1 FROM tm_zone z WHERE z.tenant_id = en.tenant_id AND z.entity_id = en.entity_id)'
  // Grouped by the whole of the key's beginning, so that nothing is sorted.
  const plain = session.sql(`SELECT count(*) AS entities, count(*) FILTER (WHERE enrolment < :until) AS behind FROM (
    SELECT min(en.day) AS enrolment FROM tm_enrolment en WHERE ${notErased(session, 'en.entity_id')} en.stream_id = :stream ${zoned} GROUP BY en.tenant_id, en.stream_id, en.entity_id)`)
    .get({ stream: stream.id, until }) as { entities: number; behind: number }
  const others = label ? [] : session.sql(`SELECT en.tenant_id AS tenantId, en.entity_id AS entityId, min(en.day) AS enrolment
    FROM (SELECT DISTINCT tenant_id, entity_id FROM tm_zone) z CROSS JOIN tm_enrolment en ON en.tenant_id = z.tenant_id AND en.stream_id = ? AND en.entity_id = z.entity_id
    WHERE ${notErased(session, 'en.entity_id')} TRUE GROUP BY z.tenant_id, z.entity_id`)
    .all(stream.id) as { tenantId: number; entityId: number; enrolment: number }[]
  let covered = before !== null && until <= usual.today(before) ? 0 : plain.behind
  for (const { tenantId, entityId, enrolment } of others) {
    const calendar: LocalCalendar = localCalendar(session.catalogue.zonesOf(tenantId, entityId, fallback))
    const already = before === null ? enrolment : Math.max(enrolment, calendar.today(before))
    if (calendar.today(now) > already) covered++
  }
  return { covered, entities: plain.entities + others.length }
}
