import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { bigint, entity, instant, integer, oneOf, series, stream, text } from '../../src/index.ts'
import type { SeriesDefinition } from '../../src/definitions/series.ts'
import { ingestRows } from '../../src/intake.ts'
import type { QueryRequest } from '../../src/query/request.ts'
import { runQuery } from '../../src/query/query.ts'
import type { Store } from '../../src/stores/contract/store.ts'
import { planMigration } from '../../src/stores/schema/plan-migration.ts'
import { openSqliteStore } from '../../src/stores/sqlite/open.ts'
import { runTiers } from '../../src/tiers/run.ts'
import { scratchRoot } from '../histories/scratch.ts'

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
export class Place {
  readonly folder = mkdtempSync(join(scratchRoot(), 'tidemark-store-'))
  readonly path = join(this.folder, 'history.db')
  #store: Store | null = null
  #series: readonly SeriesDefinition[] = []

  async store(): Promise<Store> {
    this.#store ??= await openSqliteStore({ path: this.path, program: 'tidemark 0.1.0', thread: 'inline' })
    return this.#store
  }

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

  /** The file by plain SQL, as somebody else would open it. */
  sql<T>(work: (database: Database.Database) => T): T {
    const database = new Database(this.path)
    try {
      return work(database)
    } finally {
      database.close()
    }
  }

  async shut(): Promise<void> {
    await this.#store?.close()
    this.#store = null
  }

  async remove(): Promise<void> {
    await this.shut()
    rmSync(this.folder, { recursive: true, force: true })
  }
}
