import { type Adjustment, type AppendReport, nothingToAdjust, type RejectedEvent, type Rejection } from '../contract/events.ts'
import { report } from './append.ts'
import { sameBytes } from '../../machine/same-bytes.ts'
import { ErasedNames, notErased } from './erased.ts'
import { FactFold } from './fold-facts.ts'
import { ADJUSTED, quarantine } from './quarantine.ts'
import type { WriteSession } from './session.ts'

const DAY_MS = 86_400_000

/** Adds signed adjustments to sums and counts, at any age. */
export function adjustRows(session: WriteSession, seriesName: string, adjustments: readonly Adjustment[], now: number, source: string): AppendReport {
  return session.write(now, 'adjust', (writing) => {
    const { series, stream } = session.catalogue.series(seriesName)
    const fold = new FactFold(session)
    const rejected: RejectedEvent[] = []
    let accepted = 0
    let duplicate = 0
    const refused: Rejection[] = []
    const erased = ErasedNames.of(session)
    const notHidden = notErased(session, 'entity_id')
    for (const one of adjustments) {
      if (erased?.has({ kind: stream.definition.of.name, tenant: one.tenant, entity: one.entity }) === true) {
        refused.push({ line: one.line, code: 'erased', reason: 'the history of its entity was erased' })
        continue
      }
      const reject = (code: string, reason: string): void => {
        rejected.push({ line: one.line, raw: one.raw, code, reason })
      }
      const entity = session.catalogue.find(stream, one.tenant, one.entity)
      if (entity === undefined || entity.enrolment === null) {
        rejected.push({ ...nothingToAdjust(one), raw: one.raw })
        continue
      }
      const known = session.sql(`SELECT content FROM tm_adjustment WHERE ${notHidden} series_id = ? AND identity = ?`).pluck().get(series.id, one.identity) as Uint8Array | undefined
      if (known !== undefined) {
        if (sameBytes(known, one.content)) duplicate++
        else reject('conflict', `the adjustment ${JSON.stringify(one.id)} is known with other content`)
        continue
      }
      const label = stream.definition.day === 'eventOffset'
      if (!label && !entity.calendar.dayExists(one.day)) {
        reject('day_does_not_exist', 'the day does not exist in the zone of the entity')
        continue
      }
      if (one.day < entity.enrolment) {
        reject('before_enrolment', 'the day is before the first event of the entity')
        continue
      }
      if (label ? one.day > Math.floor((now + DAY_MS + 14 * 3_600_000) / DAY_MS) : entity.calendar.dayStart(one.day) > now + DAY_MS) {
        reject('from_the_future', 'the day is further ahead than an event may be')
        continue
      }
      const since = series.since[one.measure]
      if ((since !== undefined && one.day < since) || (series.firstDay !== null && one.day < series.firstDay)) {
        reject('not_measured_yet', `${one.measure} does not count that day`)
        continue
      }
      // The id of one that is being erased is free again, and its row may still be there.
      session.sql('INSERT OR REPLACE INTO tm_adjustment (tenant_id, series_id, entity_id, day, identity, content, id, measure, amount, cells, reason, transaction_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
        .run(entity.tenantId, series.id, entity.id, one.day, one.identity, one.content, one.id, one.measure, one.by, JSON.stringify(one.cells), one.reason, writing.id)
      session.touching.days(series.id, entity.tenantId, one.day, one.day + 1)
      fold.addAdjustment(series, entity, one.day, { measure: one.measure, amount: one.by, cells: one.cells })
      accepted++
    }
    if (accepted > 0) {
      session.reach('adjust.after-adjustments')
      fold.write(stream, writing)
    }
    const kept = quarantine(session, { name: seriesName + ADJUSTED.suffix, tenant: ADJUSTED.tenant }, source, rejected, now, writing)
    return report(accepted, duplicate, [...rejected, ...refused], writing, accepted > 0 || kept)
  })
}
