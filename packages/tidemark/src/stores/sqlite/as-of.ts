import { localCalendar } from '../../calendar/local-calendar.ts'
import type { State } from '../../measures/kind.ts'
import type { ZoneChange } from '../contract/entity-state.ts'
import { adjustmentsOfDay, eventsOfDay, foldDay } from './event-rows.ts'
import { rowTable } from './names.ts'
import type { Source } from './read.ts'
import type { ReadableSeries, ReadConnection } from './snapshot.ts'

/** What one day said, as believed at an earlier transaction. */
export interface BelievedDay {
  readonly entity: number
  readonly tenantId: number
  readonly cell: number
  readonly range: number
  readonly states: readonly State[]
}

/**
 * Day rows that changed after a transaction, told again from the facts that were believed at it. Events are kept as
 * long as their day row, so no earlier versions of day rows need to be stored.
 */
export function* asOfDays(read: ReadConnection, found: ReadableSeries, source: Source, asOf: number, cells: readonly number[]): Generator<BelievedDay> {
  const { series, stream } = found
  const wanted = new Set(cells)
  const sql = `${source.with} SELECT DISTINCT r.tenant_id, r.entity_id, r.bucket, g.i FROM ${source.from(rowTable(series.definition.name, 'day'), 'r.bucket >= g.lo AND r.bucket < g.hi')} AND r.transaction_id > :asOf`
  const changed = read.sql(sql).raw().all({ ...source.bind, asOf }) as [number, number, number, number][]
  for (const [tenantId, entity, day, range] of changed) {
    const zones = read.sql('SELECT zone, from_at AS "from" FROM tm_zone WHERE tenant_id = ? AND entity_id = ? ORDER BY from_at').all(tenantId, entity) as ZoneChange[]
    const calendar = localCalendar(zones.length === 0 ? [{ zone: stream.definition.of.zone, from: 0 }] : zones)
    const believed = foldDay(
      series, day, (instant) => calendar.offsetSeconds(instant),
      eventsOfDay(read, stream, tenantId, entity, day).filter((event) => event.transaction <= asOf && (event.removed === null || event.removed > asOf)),
      adjustmentsOfDay(read, series, tenantId, entity, day).filter((one) => one.transaction <= asOf),
    )
    for (const [cell, { facts, states }] of believed) {
      if (facts > 0 && wanted.has(cell)) yield { entity, tenantId, cell, range, states: states.map((state, index) => (series.fold.layout.columns[index]?.merge === 'days' ? null : state)) }
    }
  }
}
