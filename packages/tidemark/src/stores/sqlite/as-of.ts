import { localCalendar } from '../../calendar/local-calendar.ts'
import type { State } from '../../measures/kind.ts'
import type { ZoneChange } from '../contract/entity-state.ts'
import { adjustmentsOfDay, foldDay } from './event-rows.ts'
import { rowTable } from './names.ts'
import type { Source } from './read.ts'
import type { ReadableSeries, ReadConnection } from './snapshot.ts'
import { allEventsOfDay } from './unsettled-events.ts'

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
  const { i, lo, hi } = source.marks
  const sql = `${source.with} SELECT r.tenant_id, r.entity_id, r.bucket, ${i}, json_group_array(r.cell) FROM ${source.from(rowTable(series.definition.name, 'day'), `r.bucket >= ${lo} AND r.bucket < ${hi}`)} AND r.transaction_id > :asOf AND r.cell IN (SELECT value FROM json_each(:cells)) GROUP BY 1, 2, 3, 4`
  const changed = source.binds.flatMap((bind) => read.sql(sql).raw().all({ ...bind, asOf, cells: JSON.stringify(cells) }) as [number, number, number, number, string][])
  for (const [tenantId, entity, day, range, changedCells] of changed) {
    const zones = read.sql('SELECT zone, from_at AS "from" FROM tm_zone WHERE tenant_id = ? AND entity_id = ? ORDER BY from_at').all(tenantId, entity) as ZoneChange[]
    const calendar = localCalendar(zones.length === 0 ? [{ zone: stream.definition.of.zone, from: 0 }] : zones)
    const believed = foldDay(
      series, day, (instant) => calendar.offsetSeconds(instant),
      allEventsOfDay(read, stream, tenantId, entity, day).filter((event) => event.transaction <= asOf && (event.removed === null || event.removed > asOf)),
      adjustmentsOfDay(read, series, tenantId, entity, day).filter((one) => one.transaction <= asOf),
    )
    // Only what changed since is told again; the day's other cells stand as they are and have been read already.
    for (const cell of JSON.parse(changedCells) as number[]) {
      const state = believed.get(cell)
      if (state === undefined || state.facts === 0) continue
      yield { entity, tenantId, cell, range, states: state.states.map((value, index) => (series.fold.layout.columns[index]?.merge === 'days' ? null : value)) }
    }
  }
}
