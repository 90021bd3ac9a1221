import { afterEach, beforeEach, expect, test } from 'vitest'
import type { RosteredEntity } from '../../src/stores/contract/collected.ts'
import { collectedCommands, CollectedMemory } from '../../src/stores/sqlite/collected-commands.ts'
import type { Command } from '../../src/stores/sqlite/core.ts'
import { openSqliteStore } from '../../src/stores/sqlite/open.ts'
import { openCore } from '../../src/stores/sqlite/open-core.ts'
import { InlineWriter, type Writer } from '../../src/stores/sqlite/writer.ts'
import { CollectedPlace, day, window } from './collected-place.ts'

let place: CollectedPlace
let writer: InlineWriter
/** What the writer was asked, and how many entities it named in its answer. */
let sent: (readonly [command: string, entities: number])[]
let commands: ReturnType<typeof collectedCommands>

beforeEach(async () => {
  place = new CollectedPlace()
  await place.declare([place.definition], '2026-01-01T00:00:00Z')
  sent = []
  const own = writer = new InlineWriter(openCore({ path: place.path, program: 'tidemark 0.1.0' }, () => {}))
  const watched = {
    async run<C extends Command>(command: C, ...args: Parameters<typeof own.run<C>> extends [C, ...infer A] ? A : never) {
      const answer = await own.run(command, ...args as never) as never
      sent.push([command, (answer as { entities?: readonly unknown[] } | null)?.entities?.length ?? 0])
      return answer
    },
  }
  commands = collectedCommands(watched as Pick<Writer, 'run'>, new CollectedMemory())
})
afterEach(async () => {
  await writer.close()
  await place.remove()
})

const NOON = Date.parse('2026-01-01T12:00:00Z')
const listed = (status = 'active'): RosteredEntity[] => ['a', 'b', 'c'].map((entity) => ({ tenant: 'acme', entity, zone: 'UTC', attributes: { status } }))

test('a roster that says what the last one said is not sent again, and says the same ids', async () => {
  const ids = await commands.roster('metrics', listed(), NOON)
  expect(await commands.roster('metrics', listed(), NOON)).toEqual(ids)
  expect(await commands.roster('metrics', listed('paused'), NOON)).toEqual(ids)
  expect(await commands.roster('metrics', listed('paused').toReversed(), NOON)).toEqual(ids.toReversed())
  expect(sent.map(([command]) => command)).toEqual(['roster', 'rosterAgain', 'roster', 'roster'])
  expect((await commands.entities('metrics', NOON)).map(({ attributes }) => attributes)).toEqual(Array(3).fill({ status: 'paused' }))
})

test('only entities that have changed are told again, of a new window no more than when it starts, and all are answered', async () => {
  const [a, b] = await commands.roster('metrics', listed(), NOON) as [number, number]
  await commands.entities('metrics', NOON)
  const unchanged = await commands.entities('metrics', NOON)
  await commands.write({ series: 'metrics', now: NOON, windows: [window(b, '2026-01-01', { budget: 1 }, { hour: 11 })], failures: [], decisions: [], restates: false })
  const written = await commands.entities('metrics', NOON)
  await commands.write({ series: 'metrics', now: NOON, windows: [], failures: [], decisions: [{ entity: a, day: day('2026-01-01'), at: NOON, cadence: 'hour', status: 'active', activity: null, lowDays: 2, changes: true }], restates: false })
  const decided = await commands.entities('metrics', NOON)
  expect(sent.filter(([command]) => command === 'rosteredEntities')).toEqual([3, 0, 0, 1].map((entities) => ['rosteredEntities', entities]))
  expect(unchanged.map(({ latestAt }) => latestAt)).toEqual([null, null, null])
  expect(written.map(({ latestAt }) => latestAt)).toEqual([null, Date.parse('2026-01-01T11:00:00Z'), null])
  expect(decided.map(({ entity, lowDays, latestAt }) => [entity, lowDays, latestAt])).toEqual([['a', 2, null], ['b', 0, Date.parse('2026-01-01T11:00:00Z')], ['c', 0, null]])
})

test('after another process has written, the roster is taken in again and everything told anew', async () => {
  const ids = await commands.roster('metrics', listed(), NOON)
  await commands.entities('metrics', NOON)
  const other = await openSqliteStore({ path: place.path, program: 'tidemark 0.1.0', thread: 'inline' })
  await other.collected.roster('metrics', [...listed('paused'), { tenant: 'acme', entity: 'd', zone: null, attributes: {} }], NOON)
  await other.close()
  sent = []
  expect((await commands.entities('metrics', NOON)).map(({ entity, attributes }) => [entity, attributes.status])).toEqual([['a', 'paused'], ['b', 'paused'], ['c', 'paused'], ['d', undefined]])
  expect(await commands.roster('metrics', listed(), NOON)).toEqual(ids)
  expect((await commands.entities('metrics', NOON)).map(({ entity, attributes }) => [entity, attributes.status])).toEqual([['a', 'active'], ['b', 'active'], ['c', 'active'], ['d', undefined]])
  expect(sent).toEqual([['rosteredEntities', 4], ['rosterAgain', 0], ['roster', 0], ['rosteredEntities', 3]])
})
