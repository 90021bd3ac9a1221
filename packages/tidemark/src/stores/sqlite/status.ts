import { isCollected } from '../../definitions/series.ts'
import type { TierStatus } from '../contract/tiers.ts'
import { eventTable, identityTable, packedTable, payloadTable, rowBlockTable, rowTable, supersededTable } from './names.ts'
import { butFor, immovable } from './holds.ts'
import { packedCount } from './pack.ts'
import { packedStanding } from './packed-rows.ts'
import { payloadsIn, sweepAll } from './payload-sweep.ts'
import type { WriteSession } from './session.ts'
import { formOf } from './tables.ts'
import { transactionAt } from './transaction-at.ts'
import { unsettledEvents, unsettledIdentities } from './unsettled-events.ts'

/** Rows, bytes and ages of everything that the store holds of a series. Reads every page of its tables. */
export function tierStatus(session: WriteSession, seriesName: string): readonly TierStatus[] {
  return session.read(() => {
    const { definition, layout } = session.catalogue.rowsOf(seriesName)
    const describe = (tier: TierStatus['tier'], table: string, first: string | null, last: string | null, unsettled = ''): TierStatus => {
      const { rows, oldest, newest } = session.sql(`SELECT count(*) AS "rows", ${first ?? 'NULL'} AS oldest, ${last ?? 'NULL'} AS newest FROM ${unsettled === '' ? table : `(SELECT ${first === null ? '1' : 'day'} FROM ${table} UNION ALL SELECT ${first === null ? '1' : 'day'} FROM ${unsettled})`}`).get() as { rows: number; oldest: number | null; newest: number | null }
      const bytes = session.sql('SELECT coalesce(sum(pgsize), 0) FROM dbstat WHERE name = ? AND aggregate = TRUE').pluck().get(table.slice(1, -1)) as number
      return { tier, rows, bytes, oldest, newest }
    }
    return [
      ...definition.keep.tiers.map(({ tier }) => {
        const plain = describe(tier, rowTable(seriesName, tier), 'min(bucket)', formOf(definition, tier) === 'merged' ? 'max(bucket + days - 1)' : 'max(bucket)')
        return tier === 'captured' ? allRows(plain, describe(tier, rowBlockTable(seriesName), 'min(first_day)', 'max(last_day)'), packedStanding(session, seriesName).rows) : plain
      }),
      ...(isCollected(definition) ? [] : [
        describe('events', eventTable(definition.stream.name), 'min(day)', 'max(day)', unsettledEvents(definition.stream.name)),
        describe('identities', identityTable(definition.stream.name), null, null, unsettledIdentities(definition.stream.name)),
      ]),
      describe('superseded', supersededTable(seriesName), 'min(bucket)', 'max(bucket)'),
      ...(layout.payload === null ? [] : [allPayloads(session, seriesName, describe('payloads', payloadTable(seriesName), null, null), describe('payloads', packedTable(seriesName), null, null))]),
    ]
  })
}

/** However they lie. */
function allRows(plain: TierStatus, blocks: TierStatus, packed: number): TierStatus {
  const days = (pick: (...days: readonly number[]) => number, ...known: readonly (number | null)[]): number | null => {
    const there = known.filter((day) => day !== null)
    return there.length === 0 ? null : pick(...there)
  }
  return { ...plain, rows: plain.rows + packed, bytes: plain.bytes + blocks.bytes, oldest: days(Math.min, plain.oldest, blocks.oldest), newest: days(Math.max, plain.newest, blocks.newest) }
}


function allPayloads(session: WriteSession, series: string, plain: TierStatus, packed: TierStatus): TierStatus {
  return { ...plain, rows: plain.rows + packedCount(session, series), bytes: plain.bytes + packed.bytes }
}

/** Forgets beliefs that ended before the horizon. */
export function pruneSuperseded(session: WriteSession, seriesName: string, horizon: number, now: number | null): number {
  return session.write(now, 'prune', (writing) => {
    const { id, layout } = session.catalogue.rowsOf(seriesName)
    const until = transactionAt(session, horizon)
    const others = butFor(immovable(session))
    const payloads = layout.payload === null ? [] : payloadsIn(session, [`SELECT tenant_id, entity_id, payload FROM ${supersededTable(seriesName)} WHERE until <= :until${others}`], { until })
    const { changes } = session.sql(`DELETE FROM ${supersededTable(seriesName)} WHERE until <= ?${others}`).run(until)
    sweepAll(session, seriesName, payloads)
    if (changes > 0) {
      void writing.id
      session.touching.beliefs(id)
    }
    return changes
  })
}
