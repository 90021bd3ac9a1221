import { bigint, entity, instant, integer, oneOf, series, stream, text } from '../../src/index.ts'
import type { SeriesDefinition } from '../../src/definitions/series.ts'
import { ingestRows } from '../../src/intake.ts'
import type { QueryRequest } from '../../src/query/request.ts'
import { runQuery } from '../../src/query/query.ts'
import { planMigration } from '../../src/stores/schema/plan-migration.ts'
import { runTiers } from '../../src/tiers/run.ts'
import { StoreFolder } from './store-folder.ts'

export const user = entity('user', { tenant: 'app', zone: 'UTC' })
export const sales = stream('sales', {
  of: user, tenant: 'app', entity: 'user', id: 'id', at: 'at',
  fields: { app: text(), user: text(), id: text(), at: instant(), amount: integer(), big: bigint().optional(), kind: oneOf(['web', 'shop']) },
})
/** The series without a policy, to be chained on. */
export const spend = () => series('spend', { of: user, grain: 'day' })
  .from(sales, (e, { count, delta, any }) => ({ orders: count(), amount: delta(e.amount), big: delta(e.big), active: any() }))

export interface Sale {
  readonly id: string
  readonly at: string
  readonly amount?: number
  readonly big?: string
  readonly user?: string
}

/** A store in a folder of its own, with the commands that the tests need; everything at a given now. */
export class Place extends StoreFolder {
  #series: readonly SeriesDefinition[] = []

  async declare(series: readonly SeriesDefinition[], now: string, accepted: readonly string[] = []): Promise<void> {
    const store = await this.store()
    await store.migrate(planMigration(await store.schema(), series, accepted), Date.parse(now))
    this.#series = series
  }

  async ingest(rows: readonly Sale[], now: string) {
    const filled = rows.map((row) => ({ app: 'a', user: 'u', amount: 1, kind: 'web', ...row }))
    return ingestRows(await this.store(), sales.definition, filled, { now: Date.parse(now), source: 'test' })
  }

  async capture(now: string): Promise<void> {
    for (const { name } of this.#series) await (await this.store()).capture(name, Date.parse(now))
  }

  async tiers(now: string) {
    return runTiers({ store: await this.store(), series: 'spend', now: Date.parse(now), confirmed: true, archive: null, monotonicMs: () => performance.now() })
  }

  async rows(request: QueryRequest, now: string) {
    const snapshot = await (await this.store()).snapshot()
    try {
      const archive = { read: () => Promise.reject(new Error('nothing is archived here')) }
      return (await runQuery({ snapshot, archive, now: Date.parse(now) }, 'spend', request)).rows
    } finally {
      snapshot.close()
    }
  }
}
