import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { SeriesDefinition } from '../../src/definitions/series.ts'
import { runQuery } from '../../src/query/query.ts'
import { STORE_FORMAT } from '../../src/stores/contract/schema.ts'
import { planMigration } from '../../src/stores/schema/plan-migration.ts'
import { openSqliteStore } from '../../src/stores/sqlite/open.ts'
import { collected, metrics } from './collected-place.ts'
import { Place, sales } from './place.ts'

/** A store as the program of format 1 left it: seven events in two entities, six months of them, a rollup, a late event. */
const FORMAT_1 = readFileSync(new URL('format-1.sql', import.meta.url), 'utf8')
/** And as the program of format 2 did: three events, two collected entities of two tenants with words of their own, a hold. */
const FORMAT_2 = readFileSync(new URL('format-2.sql', import.meta.url), 'utf8')
/** See format-3.test.ts. */
const FORMAT_3 = readFileSync(new URL('format-3.sql', import.meta.url), 'utf8')
const NOW = '2025-07-21T00:00:00Z'

let place: Place
let definition: SeriesDefinition
async function holds(dump: string): Promise<void> {
  await place?.remove()
  place = new Place()
  place.sql((database) => database.exec(dump))
  definition = (await (await place.store()).schema()).series[0]?.definition as SeriesDefinition
}
beforeEach(() => holds(FORMAT_1))
afterEach(() => place.remove())

const dump = () => place.sql((database) => {
  const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").pluck().all() as string[]
  return { sql: database.prepare('SELECT sql FROM sqlite_schema ORDER BY name').pluck().all(), rows: tables.map((name) => database.prepare(`SELECT * FROM "${name}"`).raw().all()) }
})
const months = async () => (await place.rows({ select: ['orders.sum', 'amount.sum', 'big.sum', 'active.count'], tenant: 'a', grain: 'month' }, NOW))
  .map((row) => [row.entity, row.period, row['orders.sum'], row['amount.sum'], row['big.sum'], row['active.count']])

test('a store of format 1 is upgraded in place and answers what it answered', async () => {
  const store = await place.store()
  expect((await store.schema()).format).toBe(1)
  const plan = planMigration(await store.schema(), [definition], [])
  expect(plan.steps.map(({ kind }) => kind)).toEqual(['upgrade-store'])
  await store.migrate(plan, Date.parse(NOW))
  expect((await store.schema()).format).toBe(STORE_FORMAT)
  expect((await store.schema()).id).toBe('86e58ead-fa03-428d-a57b-a693e749f5fd')
  expect(await months()).toEqual([
    ['u', '2025-01-01', 1, 10, '9007199254740993', 1], ['u', '2025-02-01', 2, 21, '9007199254740994', 2], ['u', '2025-03-01', 1, 30, '9007199254740995', 1],
    ['u', '2025-04-01', 1, 40, '9007199254740996', 1], ['u', '2025-05-01', 1, 50, '9007199254740997', 1], ['u', '2025-06-01', 1, 60, '9007199254740998', 1],
    ['v', '2025-07-01', 1, 7, '0', 1],
  ])
  const inventory = await store.inventory()
  expect((await inventory.schema()).problems).toEqual([])
  inventory.close()
  // What was accepted is known, what is late finds the row that holds its day, what is quarantined is there.
  const again = await place.ingest([{ id: 'e2', at: '2025-02-10T12:00:00Z', amount: 20, big: '9007199254740994' }, { id: 'later', at: '2025-03-11T12:00:00Z', amount: 5 }], NOW)
  expect([again.accepted, again.duplicate, again.rejected]).toEqual([1, 1, 0])
  expect((await months())[2]).toEqual(['u', '2025-03-01', 2, 35, '9007199254740995', 2])
  expect(await store.quarantined({ stream: sales.definition.name, limit: 9 })).toMatchObject([{ code: 'conflict' }])
  // It says whose it is, and is found by it.
  expect(await store.quarantined({ tenants: ['a'], limit: 9 })).toMatchObject([{ code: 'conflict' }])
  expect(await store.quarantined({ tenants: ['b'], limit: 9 })).toEqual([])
  expect((await store.checkpoints('spend', {})).map(({ count }) => count)).toEqual([3, 6])
})

test('together with a series that is collected', async () => {
  await place.declare([definition, collected(metrics())], NOW)
  expect((await (await place.store()).schema()).series.map(({ definition: { name }, version }) => [name, version])).toEqual([['spend', 1], ['metrics', 1]])
  const [id] = await (await place.store()).collected.roster('metrics', [{ tenant: 'a', entity: 'c', zone: null, attributes: {} }], Date.parse(NOW))
  expect(id).toBe(3)
})

test('a store of format 2 has tokens and an audit log from its upgrade on, and answers what it answered', async () => {
  await holds(FORMAT_2)
  const store = await place.store()
  const { series } = await store.schema()
  const plan = planMigration(await store.schema(), series.map((one) => one.definition), [])
  expect(plan.steps).toEqual([{ kind: 'upgrade-store', text: "brings the store's tables from layout 2 to 4, in which there are tokens and an audit log and older payloads are packed; an earlier program cannot open it then", loses: null }])
  await store.migrate(plan, Date.parse(NOW))
  const inventory = await store.inventory()
  expect((await inventory.schema()).problems).toEqual([])
  inventory.close()
  expect((await place.rows({ select: ['amount.sum'], tenant: 'a' }, NOW)).filter((row) => row.coverage.present > 0).map((row) => [row.period, row['amount.sum']])).toEqual([['2025-07-01', 21]])
  const snapshot = await store.snapshot()
  const visits = await runQuery({ snapshot, archive: { read: () => Promise.reject(new Error('nothing is archived here')) }, now: Date.parse(NOW) }, 'visits', {
    select: ['hits.sum'], by: ['channel'], allTenants: true, from: '2025-07-01', to: '2025-07-02',
  })
  snapshot.close()
  expect(visits.rows.filter((row) => row['hits.sum'] !== null).map((row) => [row.tenant, row.entity, row.group?.['channel'], row['hits.sum']])).toEqual([
    ['a', 'x', 'web', 4], ['a', 'x', 'mail', 4], ['b', 'y', 'fax', 4],
  ])
  const { id } = await store.access.createToken({ digest: 'd', name: 'dash', role: 'viewer', tenants: ['a'], createdBy: 'ann', expiresAt: null }, Date.parse(NOW))
  await store.holds.lift(1, 'ann', 'closed', Date.parse(NOW))
  expect((await store.access.audited({ after: 0, limit: 9 })).map(({ action, target }) => [action, target])).toEqual([
    ['migrate', 'version 2'], ['token.create', `token ${id}`], ['hold.lift', 'hold 1'],
  ])
  await place.shut()
  expect(() => place.sql((database) => database.exec('DELETE FROM tm_audit'))).toThrow('append-only')
})

test.each([{ format: 1, left: FORMAT_1, least: 8 }, { format: 2, left: FORMAT_2, least: 8 }, { format: 3, left: FORMAT_3, least: 2 }])('killed at any statement of format $format it has not happened', async ({ left, least }) => {
  await holds(left)
  const definitions = (await (await place.store()).schema()).series.map((one) => one.definition)
  await place.shut()
  const before = dump()
  let reached = 0
  for (let stop = 1; ; stop++) {
    reached = 0
    const store = await openSqliteStore({
      path: place.path, program: 'tidemark 0.1.0', thread: 'inline',
      reach: (failpoint) => {
        if ((failpoint === 'migrate.after-statement' || failpoint === 'migrate.before-commit') && ++reached === stop) throw new Error('killed')
      },
    })
    const outcome = await store.migrate(planMigration(await store.schema(), definitions, []), Date.parse(NOW)).then(() => 'done', (error: Error) => error.message)
    await store.close()
    if (outcome === 'done') break
    expect(outcome).toBe('killed')
    expect(dump()).toEqual(before)
  }
  expect(reached).toBeGreaterThan(least)
  expect((await (await place.store()).schema()).format).toBe(STORE_FORMAT)
})
