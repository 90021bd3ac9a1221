import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { SeriesDefinition } from '../../src/definitions/series.ts'
import { planMigration } from '../../src/stores/schema/plan-migration.ts'
import { openSqliteStore } from '../../src/stores/sqlite/open.ts'
import { collected, metrics } from './collected-place.ts'
import { Place, sales } from './place.ts'

/** A store as the program of format 1 left it: seven events in two entities, six months of them, a rollup, a late event. */
const FORMAT_1 = readFileSync(new URL('format-1.sql', import.meta.url), 'utf8')
const NOW = '2025-07-21T00:00:00Z'

let place: Place
let definition: SeriesDefinition
beforeEach(async () => {
  place = new Place()
  place.sql((database) => database.exec(FORMAT_1))
  definition = (await (await place.store()).schema()).series[0]?.definition as SeriesDefinition
})
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
  expect((await store.schema()).format).toBe(2)
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
  expect((await store.checkpoints('spend', {})).map(({ count }) => count)).toEqual([3, 6])
})

test('together with a series that is collected', async () => {
  await place.declare([definition, collected(metrics())], NOW)
  expect((await (await place.store()).schema()).series.map(({ definition: { name }, version }) => [name, version])).toEqual([['spend', 1], ['metrics', 1]])
  const [id] = await (await place.store()).collected.roster('metrics', [{ tenant: 'a', entity: 'c', zone: null, attributes: {} }], Date.parse(NOW))
  expect(id).toBe(3)
})

test('killed at any statement it has not happened', async () => {
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
    const outcome = await store.migrate(planMigration(await store.schema(), [definition], []), Date.parse(NOW)).then(() => 'done', (error: Error) => error.message)
    await store.close()
    if (outcome === 'done') break
    expect(outcome).toBe('killed')
    expect(dump()).toEqual(before)
  }
  expect(reached).toBeGreaterThan(8)
  expect((await (await place.store()).schema()).format).toBe(2)
})
