import type { CollectedSeriesDefinition } from '../../src/definitions/collected.ts'
import type { CollectedRow, Collector } from '../../src/definitions/collector.ts'
import { SourceTable } from '../oracle/source-table.ts'
import { ANYTHING, upgradesTo } from './collected-plan.ts'

/** Asked for at once; two, so that a batch can be half full, and half of it can fail. */
const BATCH = 2

/** A collector that looks everything up in a simulated source. */
export function collectorOn(source: SourceTable, series: CollectedSeriesDefinition): Collector {
  return {
    batch: BATCH, timeoutMs: 10_000,
    payload: series.payload === null ? null : { version: series.payload.version, schema: ANYTHING, upgrade: upgradesTo(series.payload.version) },
    entities: async () => {
      if (source.roster === 'fails') throw new Error('the source is away')
      return source.roster
    },
    collect: async ({ entities, window, now }) => {
      const asked = entities.map((entity) => ({ entity, given: source.at(entity, SourceTable.asked(series.collected.past, window.to.getTime(), now.getTime())) }))
      // A call that throws fails all that it was asked for; where only one is to fail it is left out.
      if (asked.every(({ given }) => given === 'throws')) throw new Error('the source is away')
      return asked.flatMap(({ entity, given }): CollectedRow[] => {
        if (given === 'missing' || given === 'throws') return []
        if (given === 'twice') return [{ ...entity, values: {} }, { ...entity, values: {} }]
        return [{ ...entity, ...given }]
      })
    },
  }
}
