import type { RecomputeReport } from '../contract/store.ts'
import { firstOpenDay } from './append.ts'
import { notErased } from './erased.ts'
import { recomputeDay } from './fold-facts.ts'
import { eventTable, rowTable } from './names.ts'
import { enterRun } from './runs.ts'
import type { WriteSession } from './session.ts'

/** Computes the day rows of [from, to) anew from the retained events; days that have retired are sealed and stay. */
export function recompute(session: WriteSession, seriesName: string, from: number, to: number, now: number): RecomputeReport {
  return session.write(now, 'recompute', (writing) => {
    const { series, stream } = session.catalogue.series(seriesName)
    const report = { created: 0, unchanged: 0, restated: 0, sealed: 0 }
    const days = session.sql(`SELECT DISTINCT tenant_id AS tenantId, entity_id AS entityId, day FROM ${eventTable(stream.definition.name)} WHERE day >= :from AND day < :to
      UNION SELECT tenant_id, entity_id, bucket FROM ${rowTable(seriesName, 'day')} WHERE bucket >= :from AND bucket < :to`).all({ from, to }) as { tenantId: number; entityId: number; day: number }[]
    for (const { tenantId, entityId, day } of days) {
      const entity = session.catalogue.byId(stream, tenantId, entityId)
      const boundary = entity.boundaries.get(series.id)?.tiers.day
      if (boundary !== undefined && day < boundary) continue
      const counts = recomputeDay(session, stream, series, entity, day, writing)
      report.created += counts.created
      report.restated += counts.restated
      report.unchanged += counts.unchanged
    }
    report.sealed = sealedDays(session, stream.id, from, to, (tenantId, entityId) => firstOpenDay({ ...stream, series: [series] }, session.catalogue.byId(stream, tenantId, entityId)))
    enterRun(session, writing, series, { rows: report.created + report.restated })
    return report
  })
}

/** Entity days of the range, from enrolment on, that have retired. */
function sealedDays(session: WriteSession, streamId: number, from: number, to: number, open: (tenantId: number, entityId: number) => number): number {
  const entities = session.sql(`SELECT tenant_id AS tenantId, entity_id AS entityId, min(day) AS enrolment FROM tm_enrolment WHERE ${notErased(session, 'entity_id')} stream_id = ? GROUP BY tenant_id, entity_id`).all(streamId) as { tenantId: number; entityId: number; enrolment: number }[]
  let sealed = 0
  for (const { tenantId, entityId, enrolment } of entities) {
    const until = Math.min(to, open(tenantId, entityId))
    sealed += Math.max(0, until - Math.max(from, enrolment))
  }
  return sealed
}
