import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { LocalFolder } from '../../src/archive/local-folder.ts'
import { ArchiveReader } from '../../src/archive/reader.ts'
import { layoutOf } from '../../src/measures/layout.ts'
import type { Tier } from '../../src/definitions/keep.ts'
import { archivePeriod } from '../../src/tiers/archive-period.ts'
import { cell, collected, CollectedPlace, day, metrics, window } from './collected-place.ts'

let place: CollectedPlace
let a: number
let b: number
const keep = { captured: '10d', day: '60d', week: '1y', month: '2y', quarter: 'archive', asOfDays: 35 } as const
beforeEach(async () => {
  place = new CollectedPlace()
  await place.declare([collected(metrics().keep(keep))], '2025-12-31T00:00:00Z')
  ;[a, b] = await place.roster(['a', 'b'], '2025-12-31T00:00:00Z') as [number, number]
})
afterEach(() => place.remove())

/** Moves rows of both entities from one tier to the next. */
async function rollUp(source: Tier, target: Tier, boundary: string, now: string, horizonDays = 35) {
  return (await place.store()).rollUp({ series: 'metrics', source, target, entities: [a, b], boundary: day(boundary), now: Date.parse(now), horizon: Date.parse(now) - horizonDays * 86_400_000 })
}

const COLUMNS = ['budget_first', 'budget_last', 'budget_min', 'budget_max', 'budget_weighted', 'budget_seconds', 'hours_first', 'hours_last', 'hours_increase', 'status_last', 'status_seconds_0', 'open_true', 'payload'] as const

describe('rolling up', () => {
  test('captured windows become a day: ends, extremes, weighted sums, increases, and the last payload', async () => {
    await place.write([
      window(a, '2026-01-01', { budget: 500, hours: 10, status: 'active', open: 1 }, { hour: 0, payload: '{"n":0}' }),
      window(a, '2026-01-01', { budget: 300, hours: 12, status: 'paused', open: 0 }, { hour: 5, payload: '{"n":5}' }),
      window(a, '2026-01-01', { budget: null, hours: 19, status: 'active', open: 1 }, { hour: 9 }),
      window(b, '2026-01-01', { budget: 7 }),
    ], '2026-01-01T09:10:00Z')
    expect(await rollUp('captured', 'day', '2026-01-02', '2026-03-01T00:00:00Z')).toEqual({ rolledUp: 2, retired: 4, eventsRetired: 0, held: 0, refused: [] })
    const rows = await place.rows(COLUMNS)
    expect(rows.map(({ tier, from, to, at, facts, values }) => [tier, from, to, at, facts, ...values])).toEqual([
      ['day', day('2026-01-01'), day('2026-01-02'), null, 3, 500, 300, 300, 500, 800 * 3600, 7200, 10, 19, 9, 'active', 7200, 2, '{"n":5}'],
      ['day', day('2026-01-01'), day('2026-01-02'), null, 1, 7, 7, 7, 7, 7 * 86_400, 86_400, null, null, null, null, 0, 0, null],
    ])
  })

  test('passes every tier, and what a group says with it', async () => {
    const dates = ['2026-01-30', '2026-01-31', '2026-02-01', '2026-02-02', '2026-03-31']
    await place.write(dates.map((date, index) => window(a, date, [
      cell({ budget: 10 * (index + 1), hours: 100 + index, waits: [index], who: ['x', `y${index}`] }), cell({ budget: index + 1 }, { channel: 'mail' }),
    ], { payload: `{"n":${index}}` })), '2026-03-31T12:00:00Z')
    await rollUp('captured', 'day', '2026-04-06', '2027-01-01T00:00:00Z')
    await rollUp('day', 'week', '2026-04-06', '2027-01-01T00:00:00Z')
    // Weeks are cut where a month ends: 26 to 31 January, 1 February alone, 2 to 8 February, 30 to 31 March.
    const of = async (columns: readonly string[], cells: readonly number[]) => (await place.rows(columns, { cells })).map(({ from, to, facts, values }) => [from, to, facts, ...values])
    expect(await of(['budget_first', 'budget_last', 'hours_increase', 'payload'], [0])).toEqual([
      [day('2026-01-26'), day('2026-02-01'), 2, 10, 20, 1, '{"n":1}'], [day('2026-02-01'), day('2026-02-02'), 1, 30, 30, 1, '{"n":2}'],
      [day('2026-02-02'), day('2026-02-09'), 1, 40, 40, 1, '{"n":3}'], [day('2026-03-30'), day('2026-04-01'), 1, 50, 50, 1, '{"n":4}'],
    ])
    await rollUp('week', 'month', '2026-04-01', '2027-06-01T00:00:00Z')
    expect(await of(['budget_sum', 'budget_weighted', 'budget_max'].slice(1), [1])).toEqual([
      [day('2026-01-01'), day('2026-02-01'), 2, 3 * 86_400, 2], [day('2026-02-01'), day('2026-03-01'), 2, 7 * 86_400, 4], [day('2026-03-01'), day('2026-04-01'), 1, 5 * 86_400, 5],
    ])
    await rollUp('month', 'quarter', '2026-04-01', '2029-01-01T00:00:00Z')
    const [quarter] = await of(['budget_first', 'budget_last', 'budget_weighted', 'hours_first', 'hours_last', 'hours_increase', 'payload', 'waits_buckets', 'who_words'], [0])
    const [[waits], [words]] = [quarter?.slice(-2, -1), quarter?.slice(-1)] as [string[], string[]]
    expect(quarter?.slice(0, -2)).toEqual([day('2026-01-01'), day('2026-04-01'), 5, 10, 50, 150 * 86_400, 100, 104, 4, '{"n":4}'])
    expect([waits, words].every((text) => typeof text === 'string' && text.length > 0)).toBe(true)
  })

  test('is repeatable, and a window before the boundary is sealed', async () => {
    await place.write([window(a, '2026-01-01', { budget: 1, hours: 5 }), window(a, '2026-01-05', { budget: 2, hours: 6 })], '2026-01-05T09:10:00Z')
    await rollUp('captured', 'day', '2026-01-03', '2026-01-20T00:00:00Z')
    expect(await rollUp('captured', 'day', '2026-01-03', '2026-01-20T00:00:00Z')).toMatchObject({ rolledUp: 0, retired: 0 })
    const sealed = { created: 0, unchanged: 0, restated: 0, failed: 0, sealed: 1 }
    expect(await place.write([window(a, '2026-01-02', { budget: 9 })], '2026-01-20T01:00:00Z')).toEqual(sealed)
    expect(await place.write([], '2026-01-20T01:00:00Z', { failures: [{ window: window(a, '2026-01-02', {}), message: 'no' }] })).toEqual(sealed)
    await place.shut()
    expect(await place.write([window(a, '2026-01-02', { budget: 9 })], '2026-01-20T01:00:00Z')).toEqual(sealed)
    expect((await (await place.store()).collected.entities('metrics', 0)).map(({ capturedFrom, latestAt }) => [capturedFrom, latestAt])).toEqual([
      [day('2026-01-03'), Date.parse('2026-01-05T00:00:00Z')], [day('2026-01-03'), null],
    ])
  })

  test('a counter counts on from a row that has been rolled up, at any age', async () => {
    await place.write([window(a, '2026-01-01', { hours: 5 })], '2026-01-05T09:10:00Z')
    await rollUp('captured', 'day', '2026-01-03', '2026-01-20T00:00:00Z')
    await place.write([window(a, '2026-01-06', { hours: 9 })], '2026-01-20T01:00:00Z')
    await place.write([window(a, '2026-01-04', { hours: 7 })], '2026-01-20T02:00:00Z')
    expect((await place.rows(['hours_increase'])).map(({ values }) => values)).toEqual([[null], [2], [2]])
  })

  test('carries what was believed within the horizon up the tiers', async () => {
    await place.write([window(a, '2026-01-01', { budget: 1 }, { hour: 0 })], '2026-01-01T00:10:00Z')
    await place.write([window(a, '2026-01-01', { budget: 2 }, { hour: 5 })], '2026-01-01T05:10:00Z')
    await place.write([window(a, '2026-01-01', { budget: 4 }, { hour: 0 })], '2026-01-02T05:10:00Z', { restates: true })
    const said = async (asOf: string) => (await place.rows(['budget_first', 'budget_last', 'budget_max'], { asOf })).map(({ facts, values }) => [facts, ...values])
    const instants = ['2026-01-01T00:05:00Z', '2026-01-01T03:00:00Z', '2026-01-02T00:00:00Z', '2026-01-03T00:00:00Z']
    await rollUp('captured', 'day', '2026-01-05', '2026-01-20T00:00:00Z')
    expect(await Promise.all(instants.map(said))).toEqual([[], [[1, 1, 1, 1]], [[2, 1, 2, 2]], [[2, 4, 2, 4]]])
    await rollUp('day', 'week', '2026-01-05', '2026-01-20T00:00:00Z')
    expect(await Promise.all(instants.map(said))).toEqual([[], [[1, 1, 1, 1]], [[2, 1, 2, 2]], [[2, 4, 2, 4]]])
    // Nobody can ask for what lies before the horizon.
    expect(await (await place.store()).pruneSuperseded('metrics', Date.parse('2026-01-10T00:00:00Z'))).toBe(2)
    expect((await place.rows(['budget_first'], { asOf: '2026-01-03T00:00:00Z' })).length).toBe(1)
  })

  test('proves the successor, and deletes nothing when the proof fails', async () => {
    await place.write([window(a, '2026-01-01', { budget: 1, status: 'active' }), window(a, '2026-01-02', { budget: 2, status: 'paused' })], '2026-01-02T09:10:00Z')
    await place.shut()
    // A trigger makes the last state of the day row another one, as a defect of the merge would.
    place.sql((database) => database.exec("CREATE TRIGGER wrong AFTER INSERT ON tm_day_metrics BEGIN UPDATE tm_day_metrics SET status_last = 'active' WHERE bucket = NEW.bucket AND status_last = 'paused'; END"))
    await expect(rollUp('captured', 'day', '2026-01-05', '2026-01-20T00:00:00Z')).rejects.toMatchObject({ code: 'ROLLUP_PROOF_FAILED', message: expect.stringContaining('status_last') })
    expect((await place.rows(['status_last'])).map(({ tier, values }) => [tier, ...values])).toEqual([['captured', 'active'], ['captured', 'paused']])
  })

  test('leaves the rows of an entity that a hold covers', async () => {
    await place.write([window(a, '2026-01-01', { budget: 1 }), window(b, '2026-01-01', { budget: 2 })], '2026-01-02T09:10:00Z')
    await (await place.store()).holds.place({ tenant: 'acme', entity: 'a', by: 'x', reason: 'y' } as never, Date.parse('2026-01-03T00:00:00Z'))
    expect(await rollUp('captured', 'day', '2026-01-05', '2026-01-20T00:00:00Z')).toEqual({ rolledUp: 1, retired: 1, eventsRetired: 0, held: 1, refused: [] })
    expect((await place.rows(['budget_last'])).map(({ tier }) => tier)).toEqual(['captured', 'day'])
  })
})

describe('the archive', () => {
  test('holds what the rows said, texts too, and counters count on from it', async () => {
    await place.write([
      window(a, '2026-01-30', [cell({ budget: 10, hours: 100, status: 'paused', waits: [5, 700], who: ['x'] }), cell({ budget: 1 }, { channel: 'mail' })], { payload: '{"n":"ü"}' }),
      window(a, '2026-04-02', { hours: 130 }),
    ], '2026-04-02T12:00:00Z')
    for (const [source, target] of [['captured', 'day'], ['day', 'week'], ['week', 'month'], ['month', 'quarter']] as const) await rollUp(source, target, '2026-04-01', '2029-01-01T00:00:00Z')
    const [, , mail] = await place.rows(['budget_last'], { cells: [0, 1] })
    expect([mail?.cell, mail?.tier]).toEqual([1, 'quarter'])
    const store = await place.store()
    const before = await place.rows(layoutOf(place.definition).columns.map(({ name }) => name), { to: '2026-04-01', cells: [0, 1] })
    expect(await store.archivePeriods('metrics')).toEqual([day('2026-01-01')])
    const folder = new LocalFolder(join(place.folder, 'archive'))
    mkdirSync(join(place.folder, 'archive'))
    const reader = new ArchiveReader(folder)
    const now = Date.parse('2029-01-01T00:00:00Z')
    const series = await place.read((snapshot) => snapshot.series('metrics', null))
    const outcome = await archivePeriod({
      store, place: { folder, reader, program: 'tidemark 0.1.0', owner: 'me' }, series: series as never, period: day('2026-01-01'), now, horizon: now, horizonTransaction: 1e6,
      presenceFor: async () => () => ({ expected: 90, present: 1 }), reach: () => {},
    } as never)
    expect(outcome).toMatchObject({ kind: 'archived', rows: 2, file: { rows: 2, facts: 1 } })
    const archived = await place.read((snapshot) => snapshot.series('metrics', null))
    const read = await reader.read(archived?.archives[0] as never, layoutOf(place.definition).columns)
    expect(read).toMatchObject({ ok: true })
    if (read.ok) expect(read.rows.map(({ states }) => states)).toEqual(before.map(({ values }) => values))
    expect((await place.rows(['hours_last'])).map(({ tier }) => tier)).toEqual(['captured'])
    // Nothing in the store is earlier than the second of April; the archived row reached 100.
    await place.shut()
    await place.write([window(a, '2026-04-01', { hours: 111 })], '2029-01-01T00:00:00Z')
    expect((await place.rows(['hours_increase'])).map(({ values }) => values)).toEqual([[11], [19]])
  })
})

test('says rows, bytes and ages of each tier', async () => {
  await place.write([window(a, '2026-01-01', { budget: 1 }, { hour: 3 }), window(a, '2026-01-05', { budget: 1 }), window(a, '2026-01-06', { budget: 1 })], '2026-01-06T12:00:00Z')
  await rollUp('captured', 'day', '2026-01-03', '2026-03-01T00:00:00Z')
  const status = await (await place.store()).tierStatus('metrics')
  expect(status.map(({ tier, rows, oldest, newest }) => [tier, rows, oldest, newest])).toEqual([
    ['captured', 2, day('2026-01-05'), day('2026-01-06')], ['day', 1, day('2026-01-01'), day('2026-01-01')], ['week', 0, null, null], ['month', 0, null, null], ['quarter', 0, null, null], ['superseded', 0, null, null], ['payloads', 0, null, null],
  ])
})
