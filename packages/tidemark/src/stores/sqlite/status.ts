import type { TierStatus } from '../contract/tiers.ts'
import { eventTable, identityTable, rowTable, supersededTable } from './names.ts'
import type { WriteSession } from './session.ts'
import { transactionAt } from './rollup.ts'

/** Rows, bytes and ages of everything that the store holds of a series. Reads every page of its tables. */
export function tierStatus(session: WriteSession, seriesName: string): readonly TierStatus[] {
  return session.read(() => {
    const { series, stream } = session.catalogue.series(seriesName)
    const describe = (tier: TierStatus['tier'], table: string, first: string | null, last: string | null): TierStatus => {
      const { rows, oldest, newest } = session.sql(`SELECT count(*) AS "rows", ${first ?? 'NULL'} AS oldest, ${last ?? 'NULL'} AS newest FROM ${table}`).get() as { rows: number; oldest: number | null; newest: number | null }
      const bytes = session.sql('SELECT coalesce(sum(pgsize), 0) FROM dbstat WHERE name = ? AND aggregate = TRUE').pluck().get(table.slice(1, -1)) as number
      return { tier, rows, bytes, oldest, newest }
    }
    return [
      ...series.definition.keep.tiers.map(({ tier }) => describe(tier, rowTable(seriesName, tier), 'min(bucket)', tier === 'day' ? 'max(bucket)' : 'max(bucket + days - 1)')),
      describe('events', eventTable(stream.definition.name), 'min(day)', 'max(day)'),
      describe('identities', identityTable(stream.definition.name), null, null),
      describe('superseded', supersededTable(seriesName), 'min(bucket)', 'max(bucket)'),
    ]
  })
}

/** Forgets beliefs that ended before the horizon. */
export function pruneSuperseded(session: WriteSession, seriesName: string, horizon: number, now: number): number {
  return session.write(now, 'prune', (writing) => {
    session.catalogue.series(seriesName)
    const { changes } = session.sql(`DELETE FROM ${supersededTable(seriesName)} WHERE until <= ?`).run(transactionAt(session, horizon))
    if (changes > 0) void writing.id
    return changes
  })
}
