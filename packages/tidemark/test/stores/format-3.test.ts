import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { LocalFolder } from '../../src/archive/local-folder.ts'
import type { CollectedSeriesDefinition } from '../../src/definitions/collected.ts'
import type { CapturedWindow } from '../../src/stores/contract/collected.ts'
import { STORE_FORMAT } from '../../src/stores/contract/schema.ts'
import { packSeries } from '../../src/tiers/pack.ts'
import { planMigration } from '../../src/stores/schema/plan-migration.ts'
import { runVerify } from '../../src/verify/verify.ts'
import { CollectedPlace, day } from './collected-place.ts'

/**
 * A store as the program of format 3 left it: two campaigns, hours of the first of January in a day row (one of them
 * restated before, and a group of it taken back), three of the 20th as captured, one of these restated after a measure
 * had been declared, a failure, one of the 21st.
 */
const FORMAT_3 = readFileSync(new URL('format-3.sql', import.meta.url), 'utf8')
const COLUMNS = ['budget_last', 'budget_weighted', 'hours_increase', 'status_last', 'seats_last', 'seats_n'] as const
const HOUR = 3_600_000
const NOTE = 'what everybody said of it. '.repeat(20)
const text = (n: number): string => JSON.stringify({ n, note: NOTE })

let place: CollectedPlace
afterEach(() => place.remove())

async function upgraded(): Promise<void> {
  place = new CollectedPlace()
  place.sql((database) => database.exec(FORMAT_3))
  const store = await place.store()
  const schema = await store.schema()
  expect(schema.format).toBe(3)
  place.definition = schema.series[0]?.definition as CollectedSeriesDefinition
  const plan = planMigration(schema, [place.definition], [])
  expect(plan.steps.map(({ kind }) => kind)).toEqual(['upgrade-store'])
  await store.migrate(plan, Date.parse('2026-01-22T12:00:00Z'))
  expect((await store.schema()).format).toBe(STORE_FORMAT)
}

const told = async (asOf?: string) => (await place.rows([...COLUMNS, 'payload'], asOf === undefined ? {} : { asOf }))
  .map(({ entity, tier, from, at, values }) => [entity, tier, from, at === null ? null : (at / HOUR) % 24, ...values])
const verified = async () => (await runVerify({ store: await place.store(), folder: new LocalFolder(join(place.folder, 'archive')), deep: true })).checks.filter(({ problems }) => problems.length > 0)
const [FIRST, OF_20, OF_21] = [day('2026-01-01'), day('2026-01-20'), day('2026-01-21')]
const NOW = [
  [1, 'day', FIRST, null, 300, (450 + 300) * 3600, 2, 'paused', null, null, text(5)],
  [1, 'captured', OF_20, 0, 1000, 1000 * 3600, 18, 'active', null, null, text(20)],
  [1, 'captured', OF_20, 1, 950, 950 * 3600, 1, 'active', 5, 1, text(21)],
  [1, 'captured', OF_21, 0, 800, 800 * 3600, 2, 'paused', 12, 1, text(22)],
  [2, 'day', FIRST, null, 7, 7 * 3600, null, 'active', null, null, '{"n":1}'],
  [2, 'captured', OF_20, 0, null, null, null, null, null, null, '{"n":2}'],
]

test('a store of format 3 says what it said, now and as it was believed before', async () => {
  await upgraded()
  expect(await told()).toEqual(NOW)
  expect(await verified()).toEqual([])
  expect(await told('2026-01-21T12:00:00Z')).toEqual(NOW.with(2, [1, 'captured', OF_20, 1, 900, 900 * 3600, 1, 'active', null, null, text(21)]))
  expect(await told('2026-01-01T12:00:00Z')).toEqual([[1, 'day', FIRST, null, 300, (500 + 300) * 3600, 2, 'paused', null, null, text(5)], NOW[4]])
  const store = await place.store()
  expect(await place.read((snapshot) => snapshot.failures('metrics', [2], 0, 1e6, null))).toMatchObject([{ entity: 2, message: 'no answer' }])
  const inventory = await store.inventory()
  expect((await inventory.schema()).problems).toEqual([])
  inventory.close()
})

test('and goes on from there: counters count on, older payloads are packed, and nothing that it says changes', async () => {
  await upgraded()
  const at = Date.parse('2026-01-22T00:00:00Z')
  const window: CapturedWindow = { entity: 1, day: OF_21 + 1, at, to: at + HOUR, cells: [{ group: null, samples: [800, 40, 'active', null] }], payload: { version: 1, text: text(23) } }
  expect(await place.write([window], '2026-01-22T13:00:00Z')).toMatchObject({ created: 1 })
  const more = [...NOW.slice(0, 4), [1, 'captured', OF_21 + 1, 0, 800, 800 * 3600, 7, 'active', null, 0, text(23)], ...NOW.slice(4)]
  expect(await told()).toEqual(more)
  for (let hour = 1; hour <= 8; hour++) {
    await place.write([{ ...window, at: at + hour * HOUR, to: at + (hour + 1) * HOUR, payload: { version: 1, text: text(23 + hour) } }], '2026-01-22T13:00:00Z')
  }
  const said = await told()
  const { payloads } = await packSeries({ store: await place.store(), series: 'metrics', now: Date.parse('2026-04-01T00:00:00Z'), monotonicMs: () => performance.now() })
  expect(payloads).toBeGreaterThan(8)
  expect(await told()).toEqual(said)
  expect(await verified()).toEqual([])
})
