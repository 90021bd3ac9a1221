import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { CollectedSeriesDefinition } from '../../src/definitions/collected.ts'
import { CollectedPlace, day, window } from './collected-place.ts'

let place: CollectedPlace
let first: CollectedSeriesDefinition
let a: number
beforeEach(async () => {
  place = new CollectedPlace()
  first = { ...place.definition, keep: { ...place.definition.keep, tiers: [{ tier: 'captured', until: { months: 0, days: 3 } }, { tier: 'day', until: null }] } }
  await place.declare([first], '2026-01-01T00:00:00Z')
  ;[a] = await place.roster(['a'], '2026-01-01T00:00:00Z') as [number]
})
afterEach(() => place.remove())

const rollUp = async (boundary: string, now: string) => (await place.store()).rollUp({ series: 'metrics', source: 'captured', target: 'day', entities: [a], boundary: day(boundary), now: Date.parse(now), horizon: Date.parse(now) })

describe('a collected series is declared anew', () => {
  test('with another measure: what was captured before has none, and says from when it counts', async () => {
    await place.write([window(a, '2026-01-01', { budget: 5, hours: 7 }), window(a, '2026-01-02', { budget: 6, hours: 9 })], '2026-01-02T01:00:00Z')
    await rollUp('2026-01-02', '2026-01-05T00:00:00Z')
    const seats = { kind: 'counter', shape: { type: 'integer', scale: 0 }, resets: 'never', across: 'sum', unit: null } as const
    await place.declare([{ ...first, measures: { ...first.measures, seats } }], '2026-01-05T10:00:00Z')
    expect((await place.read((snapshot) => snapshot.series('metrics', null)))).toMatchObject({ version: 2, since: { seats: day('2026-01-05') } })
    const more = (date: string, hours: number, count: number | null) => {
      const plain = window(a, date, { hours })
      return { ...plain, cells: plain.cells.map(({ group, samples }) => ({ group, samples: [...samples, count] })) }
    }
    await place.write([more('2026-01-05', 12, 100), more('2026-01-06', 13, 104)], '2026-01-06T01:00:00Z')
    expect((await place.rows(['hours_increase', 'seats_last', 'seats_increase', 'budget_last'])).map(({ tier, values }) => [tier, ...values])).toEqual([
      ['day', null, null, null, 5], ['captured', 2, null, null, 6], ['captured', 3, 100, null, null], ['captured', 1, 104, 4, null],
    ])
  })

  test('without a measure and a payload: they go with their history, the rest stays', async () => {
    await place.write([window(a, '2026-01-01', { budget: 5, hours: 7 }, { payload: '{"n":1}' })], '2026-01-02T01:00:00Z')
    const { hours: _hours, ...measures } = first.measures
    await place.declare([{ ...first, measures, payload: null }], '2026-01-05T10:00:00Z', ['metrics.hours', 'metrics.payload'])
    const plain = window(a, '2026-01-02', { budget: 6 })
    await place.write([{ ...plain, cells: plain.cells.map(({ group, samples }) => ({ group, samples: [samples[0] as number, ...samples.slice(2)] })) }], '2026-01-05T11:00:00Z')
    expect((await place.rows(['budget_last'])).map(({ values }) => values)).toEqual([[5], [6]])
    const columns = place.sql((database) => database.pragma('table_info(tm_captured_metrics)') as { name: string }[]).map(({ name }) => name)
    expect(columns.filter((name) => name.startsWith('hours') || name.startsWith('payload'))).toEqual([])
    // And back again, with nothing of what was.
    await place.declare([first], '2026-01-06T10:00:00Z')
    await place.write([window(a, '2026-01-06', { budget: 7, hours: 1 }, { payload: '{"n":2}' })], '2026-01-06T11:00:00Z')
    expect((await place.rows(['hours_last', 'payload'])).map(({ values }) => values)).toEqual([[null, null], [null, null], [1, '{"n":2}']])
  })

  test('with a tier in the middle: rows find it, and those that have passed its place stay', async () => {
    await place.write([window(a, '2026-01-01', { budget: 5 }), window(a, '2026-01-10', { budget: 6 })], '2026-01-10T01:00:00Z')
    await rollUp('2026-01-02', '2026-01-12T00:00:00Z')
    await place.declare([{ ...first, keep: { ...first.keep, tiers: [{ tier: 'captured', until: { months: 0, days: 3 } }, { tier: 'day', until: { months: 0, days: 9 } }, { tier: 'month', until: null }] } }], '2026-01-12T00:00:00Z')
    await rollUp('2026-01-11', '2026-02-12T00:00:00Z')
    expect(await (await place.store()).rollUp({ series: 'metrics', source: 'day', target: 'month', entities: [a], boundary: day('2026-02-01'), now: Date.parse('2026-03-12T00:00:00Z'), horizon: 0 })).toMatchObject({ rolledUp: 1, retired: 2 })
    expect((await place.rows(['budget_first', 'budget_last'])).map(({ tier, facts, values }) => [tier, facts, ...values])).toEqual([['month', 2, 5, 6]])
  })

  test('not at all: its tables go, and what the catalogue said of it', async () => {
    await place.write([window(a, '2026-01-01', { budget: 5 }, { payload: '{"n":1}' })], '2026-01-02T01:00:00Z', { failures: [{ window: window(a, '2026-01-02', {}), message: 'no' }] })
    await place.declare([], '2026-01-03T00:00:00Z', ['metrics'])
    const tables = place.sql((database) => database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE '%metrics%'").pluck().all())
    expect(tables).toEqual([])
    for (const table of ['tm_attribute', 'tm_rostered', 'tm_frequency', 'tm_failure', 'tm_dimension', 'tm_series', 'tm_capture']) {
      expect(place.sql((database) => database.prepare(`SELECT count(*) FROM ${table}`).pluck().get()), table).toBe(0)
    }
  })
})

describe('payloads', () => {
  const count = () => place.sql((database) => database.prepare('SELECT count(*) FROM tm_payload_metrics').pluck().get())
  const kinds = () => place.sql((database) => database.prepare('SELECT typeof(text) FROM tm_payload_metrics ORDER BY id').pluck().all())

  test('that last for several windows are kept once, and text while their rows are as captured', async () => {
    await place.write([0, 1, 2].map((hour) => window(a, '2026-01-01', { budget: hour }, { hour, payload: '{"n":1}' })), '2026-01-01T03:00:00Z')
    await place.write([window(a, '2026-01-01', { budget: 3 }, { hour: 3, payload: '{"n":2}' })], '2026-01-01T03:10:00Z')
    expect([count(), kinds()]).toEqual([2, ['text', 'text']])
    await rollUp('2026-01-02', '2026-03-05T00:00:00Z')
    // The latest of the entity: still for any SQL to read.
    expect([count(), kinds()]).toEqual([1, ['text']])
    expect((await place.rows(['payload'])).map(({ values }) => values)).toEqual([['{"n":2}']])
  })

  test('are packed as they are rolled up, but for the latest of an entity, and one that a captured row still names', async () => {
    const shown = () => place.sql((database) => database.prepare("SELECT tier || ' ' || day || ' ' || coalesce(payload, 'packed') FROM tidemark_v1_metrics ORDER BY day_number").pluck().all())
    await place.write([window(a, '2026-01-01', { budget: 1 }, { payload: '{"n":1}' })], '2026-01-01T03:00:00Z')
    for (const date of ['2026-01-02', '2026-01-03']) await place.write([window(a, date, { budget: 1 }, { payload: '{"n":2}' })], `${date}T03:00:00Z`)
    await rollUp('2026-01-03', '2026-03-05T00:00:00Z')
    // Nothing changed from the second to the third day: they share a payload.
    expect([count(), shown()]).toEqual([2, ['day 2026-01-01 packed', 'day 2026-01-02 {"n":2}', 'captured 2026-01-03 {"n":2}']])
    await place.write([window(a, '2026-01-04', { budget: 1 }, { payload: '{"n":4}' })], '2026-01-04T03:00:00Z')
    await rollUp('2026-01-04', '2026-03-05T00:00:00Z')
    expect(shown()).toEqual(['day 2026-01-01 packed', 'day 2026-01-02 packed', 'day 2026-01-03 packed', 'captured 2026-01-04 {"n":4}'])
    await rollUp('2026-01-05', '2026-03-05T00:00:00Z')
    expect(shown()).toEqual(['day 2026-01-01 packed', 'day 2026-01-02 packed', 'day 2026-01-03 packed', 'day 2026-01-04 {"n":4}'])
    expect((await place.rows(['payload'])).map(({ values }) => values)).toEqual([['{"n":1}'], ['{"n":2}'], ['{"n":2}'], ['{"n":4}']])
  })

  test('stay while an earlier belief names them, and go with it', async () => {
    await place.write([window(a, '2026-01-01', { budget: 1 }, { payload: '{"n":1}' })], '2026-01-01T03:00:00Z')
    await place.write([window(a, '2026-01-01', { budget: 1 }, { payload: '{"n":2}' })], '2026-01-01T04:00:00Z', { restates: true })
    expect(count()).toBe(2)
    expect((await place.rows(['payload'], { asOf: '2026-01-01T03:30:00Z' })).map(({ values }) => values)).toEqual([['{"n":1}']])
    await (await place.store()).pruneSuperseded('metrics', Date.parse('2026-02-01T00:00:00Z'))
    expect(count()).toBe(1)
    expect((await place.rows(['payload'])).map(({ values }) => values)).toEqual([['{"n":2}']])
  })

  test('restated at the very instant they were written leave nothing behind', async () => {
    for (const n of [1, 2, 3]) await place.write([window(a, '2026-01-01', { budget: n }, { payload: `{"n":${n}}` })], '2026-01-01T03:00:00Z', { restates: true })
    expect(count()).toBe(1)
    // What was remembered of the latest window's payload has gone with it.
    await place.write([window(a, '2026-01-02', { budget: 1 }, { payload: '{"n":1}' })], '2026-01-02T03:00:00Z')
    expect((await place.rows(['payload'])).map(({ values }) => values)).toEqual([['{"n":3}'], ['{"n":1}']])
  })

  test('have the digest of their text in their row\'s, however they lie', async () => {
    await place.write([window(a, '2026-01-01', { budget: 1 }, { payload: '{"n":1}' })], '2026-01-01T03:00:00Z')
    const inventory = await (await place.store()).inventory()
    const [held] = await Array.fromAsync(inventory.rows((await inventory.series())[0] as never, 'captured', { tenantId: 1, entityId: a }))
    inventory.close()
    expect(held).toMatchObject({ from: day('2026-01-01'), to: day('2026-01-02'), facts: 1, states: { payload: '{"n":1}', payload_version: 1, budget_last: 1 } })
    expect(held?.digest?.length).toBe(16)
  })
})
