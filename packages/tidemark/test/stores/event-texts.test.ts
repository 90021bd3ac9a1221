import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { entity, instant, integer, oneOf, series, stream, text } from '../../src/index.ts'
import type { SeriesDefinition } from '../../src/definitions/series.ts'
import { ingestRows } from '../../src/intake.ts'
import { runQuery } from '../../src/query/query.ts'
import type { QueryRequest } from '../../src/query/request.ts'
import type { Store } from '../../src/stores/contract/store.ts'
import { planMigration } from '../../src/stores/schema/plan-migration.ts'
import { openSqliteStore } from '../../src/stores/sqlite/open.ts'
import { scratchRoot } from '../histories/scratch.ts'

const user = entity('user', { tenant: 'app', zone: 'UTC' })
const sales = stream('sales', {
  of: user, tenant: 'app', entity: 'user', id: 'id', at: 'at',
  fields: { app: text(), user: text(), id: text(), at: instant(), amount: integer(), buyer: text(), kind: oneOf(['web', 'shop']) },
})
/** Kinds of an event-fed series whose states are no numbers: SQL cannot merge them. */
const definition = series('waits', { of: user, grain: 'day' })
  .from(sales, (e, { histogram, distinct, count }) => ({ orders: count(), amounts: histogram(e.amount), buyers: distinct(e.buyer, { exact: 4 }) }))
  .by('kind').keep({ day: '40d', month: 'forever' }).definition as SeriesDefinition

let folder: string
let store: Store
beforeEach(async () => {
  folder = mkdtempSync(join(scratchRoot(), 'tidemark-texts-'))
  store = await openSqliteStore({ path: join(folder, 'history.db'), program: 'tidemark 0.1.0', thread: 'inline' })
  await store.migrate(planMigration(await store.schema(), [definition], []), Date.parse('2026-01-01T00:00:00Z'))
})
afterEach(async () => {
  await store.close()
  rmSync(folder, { recursive: true, force: true })
})

const ingest = (rows: readonly { readonly id: string; readonly [field: string]: unknown }[], now: string, onConflict: 'replace' | 'quarantine' = 'quarantine') =>
  ingestRows(store, sales.definition, rows.map((row) => ({ app: 'a', user: 'u', kind: 'web', buyer: row.id, ...row })), { now: Date.parse(now), source: 'test', onConflict })

async function answer(request: Partial<QueryRequest>, now: string) {
  const snapshot = await store.snapshot()
  try {
    const archive = { read: () => Promise.reject(new Error('nothing is archived here')) }
    const { rows } = await runQuery({ snapshot, archive, now: Date.parse(now) }, 'waits', { select: ['orders.sum', 'amounts.n', 'amounts.p50', 'amounts.p100', 'buyers.estimate'], tenant: 'a', grain: 'month', from: '2026-01-01', to: '2026-03-01', ...request } as QueryRequest)
    return rows.map((row) => [row['orders.sum'], row['amounts.n'], row['amounts.p50'], row['amounts.p100'], row['buyers.estimate']])
  } finally {
    snapshot.close()
  }
}

test('buckets and words are merged over days, cells, entities and tiers, and as of before', async () => {
  // Amounts 1 to 9 on nine days of January, 50 in February; 100 in a shop.
  await ingest([1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => ({ id: `e${n}`, at: `2026-01-0${n}T10:00:00Z`, amount: n })), '2026-01-10T00:00:00Z')
  await ingest([{ id: 'shop', at: '2026-01-05T11:00:00Z', amount: 100, kind: 'shop' }, { id: 'feb', at: '2026-02-02T10:00:00Z', amount: 50 }, { id: 'v', user: 'v', at: '2026-01-03T10:00:00Z', amount: 120 }], '2026-02-03T00:00:00Z')
  await store.capture('waits', Date.parse('2026-05-01T00:00:00Z'))
  const entities = { entity: 'u' } as Partial<QueryRequest>
  // Of ten values the fifth is 5; of more than four words an estimate, which is exact for so few.
  const january = [10, 10, 5, 100, 10]
  const february = [1, 1, 50, 50, 1]
  expect(await answer(entities, '2026-05-01T00:00:00Z')).toEqual([january, february])
  expect(await answer({ ...entities, where: { kind: 'shop' } } as never, '2026-05-01T00:00:00Z')).toEqual([[1, 1, 100, 100, 1], [0, 0, null, null, 0]])
  expect((await answer({ total: true }, '2026-05-01T00:00:00Z'))[0]).toEqual([11, 11, 6, 120, 11])
  // An event that is replaced takes its value with it, and the old one is believed as of then.
  await ingest([{ id: 'e9', at: '2026-01-09T10:00:00Z', amount: 3 }], '2026-02-10T00:00:00Z', 'replace')
  const replaced = [10, 10, 4, 100, 10]
  expect((await answer(entities, '2026-02-11T00:00:00Z'))[0]).toEqual(replaced)
  expect((await answer({ ...entities, asOf: '2026-02-09T00:00:00Z' }, '2026-02-11T00:00:00Z'))[0]).toEqual(january)
  const rolled = await store.rollUp({ series: 'waits', source: 'day', target: 'month', entities: [1, 2], boundary: 20_485, now: Date.parse('2026-05-01T00:00:00Z'), horizon: 0 })
  expect([rolled.rolledUp, rolled.retired > 10]).toEqual([5, true])
  expect(await answer(entities, '2026-05-01T00:00:00Z')).toEqual([replaced, february])
  expect((await answer({ ...entities, asOf: '2026-02-09T00:00:00Z' }, '2026-02-11T00:00:00Z'))[0]).toEqual(january)
  // A late event finds the row that holds its day.
  await ingest([{ id: 'late', at: '2026-01-20T10:00:00Z', amount: 7 }], '2026-05-02T00:00:00Z')
  expect((await answer(entities, '2026-05-02T00:00:00Z'))[0]).toEqual([11, 11, 5, 100, 11])
})
