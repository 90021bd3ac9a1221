import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { QueryRequest } from '../../src/index.ts'
import { CollectedPlace, coverage, head, site, type Answer } from './collected-place.ts'

const BASE = Date.parse('2023-01-01T00:00:00Z')
const hourOf = (at: Date | number): number => Math.floor((Number(at) - BASE) / 3_600_000)

/** Known for every window, with missing values and failures in between. */
const source: Answer = (entity, { from, day }) => {
  const h = hourOf(from)
  if (entity === 'a' && Math.floor(h / 24) % 17 === 5) return null
  return {
    values: {
      load: h % 50 === 0 ? null : (h * 7) % 101, target: 50, peak: (h * 5) % 23, temp: `${(h % 40) - 10}.5`, total: h * 3,
      mood: Math.floor(h / 24) % 3 === 0 ? 'bad' : 'good', hits: h % 4, cost: h % 13 === 0 ? null : `${h % 9}.25`, up: h % 2 === 0,
    },
    payload: { note: `${entity} ${day} ${from.toISOString()}` },
    groups: [{ group: { channel: 'web' }, values: { hits: 1, load: h % 5 } }],
  }
}

const EACH = [
  'load.first', 'load.last', 'load.min', 'load.max', 'load.mean', 'peak.max', 'temp.mean', 'total.last', 'total.increase', 'mood.last', 'mood.share:good',
  'hits.sum', 'cost.sum', 'cost.n', 'cost.mean', 'up.any', 'up.all', 'up.count', 'use.value',
]
const ACROSS = ['load.first', 'load.last', 'load.mean', 'peak.max', 'total.last', 'total.increase', 'mood.share:good', 'mood.count:good', 'hits.sum', 'cost.mean', 'up.count', 'use.value']

/** Ranges aligned to the grain that survives for them on 5 August 2026. */
const ALIGNED: readonly QueryRequest[] = [
  { select: EACH, grain: 'quarter', from: '2023-01-01', to: '2026-07-01' },
  { select: EACH, grain: 'month', from: '2023-08-01', to: '2026-08-01', compare: ['previous'] },
  { select: EACH, grain: 'month', from: '2024-07-01', to: '2026-08-01', compare: ['year'] },
  { select: EACH, grain: 'week', from: '2025-09-01', to: '2026-08-03' },
  { select: EACH, grain: 'day', from: '2026-05-08', to: '2026-08-06' },
  { select: EACH, grain: 'captured', from: '2026-07-07', to: '2026-08-06' },
  { select: EACH, grain: 'range', from: '2023-04-01', to: '2026-07-21' },
  { select: EACH, grain: 'year', from: '2023-01-01', to: '2027-01-01' },
  { select: EACH, grain: 'month', from: '2024-01-01', to: '2025-01-01', by: ['channel'] },
  { select: ACROSS, grain: 'month', from: '2023-07-01', to: '2026-08-01', total: true },
  { select: ACROSS, grain: 'quarter', from: '2023-01-01', to: '2024-01-01', total: true, compare: ['previous'] },
  { select: EACH, grain: 'quarter' },
]

let place: CollectedPlace
const before: unknown[] = []
let believed: unknown
const asked = async (request: QueryRequest) => (await (await place.at(NOW)).ask('metrics', request)).rows
const NOW = '2026-08-05T12:00:00Z'
/** What was believed before 20 June was restated, of a day that has been rolled up since. */
const EARLIER: QueryRequest = { select: EACH, grain: 'day', from: '2026-06-19', to: '2026-06-22', asOf: '2026-07-03T00:00:00Z' }

beforeAll(async () => {
  place = new CollectedPlace({
    grain: 'sixHours', past: true, keep: { captured: '30d', day: '90d', week: '11mo', month: '3y', quarter: 'archive', asOfDays: 35 },
    frequency: { status: 'status', rules: [{ when: ['busy'], every: 'sixHours' }, { when: ['calm'], every: 'day' }] },
  })
  place.world.roster = [site('a', { zone: 'Europe/Berlin', attributes: { status: 'busy' } }), site('b', { attributes: { status: 'calm' } })]
  await place.capture('2023-01-01T12:00:00Z', source)
  await place.capture('2026-07-01T12:00:00Z')
  const tm = await place.at('2026-07-04T12:00:00Z')
  place.world.answer = (...all) => ({ values: { ...source(...all)?.values, load: 99 } })
  await tm.capture(place.series, { backfill: { from: '2026-06-20', to: '2026-06-21' } })
  await place.capture(NOW, source)
  for (const request of ALIGNED) before.push(await asked(request))
  believed = await asked(EARLIER)
}, 120_000)

afterAll(async () => place.remove())

describe('before rows are rolled up', () => {
  test('a month of one entity is what its source said, day by day', async () => {
    // b is captured daily at midnight UTC: 31 windows, told here again from the source.
    const hours = Array.from({ length: 31 }, (_, day) => hourOf(Date.parse('2024-01-01T00:00:00Z')) + day * 24)
    const loads = hours.filter((h) => h % 50 !== 0).map((h) => (h * 7) % 101)
    const costs = hours.filter((h) => h % 13 !== 0).map((h) => (h % 9) * 100 + 25)
    const [row] = await asked({ select: ['load.last', 'load.min', 'load.max', 'total.increase', 'mood.share:good', 'hits.sum', 'cost.n', 'up.count', 'use.value'], entity: 'b', grain: 'month', from: '2024-01-01', to: '2024-02-01' })
    expect(row).toEqual({
      ...head('b', '2024-01-01'), 'load.last': loads.at(-1), 'load.min': Math.min(...loads), 'load.max': Math.max(...loads), 'total.increase': 31 * 72,
      'mood.share:good': (hours.filter((h) => (h / 24) % 3 !== 0).length / 31).toFixed(4), 'hits.sum': hours.reduce((sum, h) => sum + (h % 4), 0), 'cost.n': costs.length,
      'up.count': 31, 'use.value': ((loads.at(-1) as number) / 50).toFixed(4),
      coverage: coverage(31, 31, {}, {
        ...(loads.length < 31 ? { load: { present: loads.length, reasons: { no_value: 31 - loads.length } }, use: { present: loads.length, reasons: { no_value: 31 - loads.length } } } : {}),
        ...(costs.length < 31 ? { cost: { present: costs.length, reasons: { no_value: 31 - costs.length } } } : {}),
      }),
    })
  })

  test('failures are on record for as many windows as failed', async () => {
    const [row] = await asked({ select: ['load.last'], entity: 'a', grain: 'range', from: '2024-01-01', to: '2024-03-01' })
    // Of 60 days each has four windows; a failed where the day of the source (UTC) is 5 modulo 17.
    let failed = 0
    for (let day = 0; day < 60; day++) {
      for (const hour of [-1, 5, 11, 17]) if (Math.floor(hourOf(Date.parse('2024-01-01T00:00:00Z') + (day * 24 + hour) * 3_600_000) / 24) % 17 === 5) failed++
    }
    expect(row?.coverage).toMatchObject({ expected: 240, present: 240 - failed, reasons: { source_failed: failed } })
  })
})

describe('after rows are rolled up and archived', () => {
  beforeAll(async () => {
    const tm = await place.at(NOW)
    const report = await tm.tiers.run(place.series)
    expect(report.archived).toBeGreaterThan(0)
    expect(report.rolledUp).toBeGreaterThan(0)
  }, 120_000)

  test.for(ALIGNED.map((request, index) => ({ index, ...request })))('$index: $grain $from..$to answers as before', async ({ index, ...request }) => {
    const rows = await asked(request)
    expect(rows.length).toBeGreaterThan(0)
    expect(rows).toEqual(before[index])
  })

  test('an earlier belief is what it was', async () => {
    const rows = await asked(EARLIER)
    expect(rows).toEqual(believed)
    const now = await asked({ select: ['load.last'], grain: 'day', from: '2026-06-20', to: '2026-06-21', entity: 'b' })
    expect([rows.find(({ entity, period }) => entity === 'b' && period === '2026-06-20')?.['load.last' as never], now[0]?.['load.last' as never]])
      .toEqual([(hourOf(Date.parse('2026-06-20T00:00:00Z')) * 7) % 101, 99])
  })

  test('every tier has answered', async () => {
    const tm = await place.at(NOW)
    const { explain } = await tm.ask('metrics', { select: ['load.last'], grain: 'year', from: '2023-01-01', to: '2027-01-01' }, { explain: true })
    expect(explain?.tiers.map(({ tier }) => tier)).toEqual(['captured', 'day', 'week', 'month'])
    expect(explain?.archive.map(({ path, rows }) => [path, rows])).toEqual([[expect.stringContaining('2023'), 2], [expect.stringContaining('2023'), 2]])
  })

  test('a day of an archived quarter is detail that has retired, and the quarter is offered', async () => {
    const [a, b] = await asked({ select: ['load.last'], grain: 'day', from: '2023-02-10', to: '2023-02-11' })
    expect(a).toEqual({ ...head('a', '2023-02-10'), 'load.last': null, coverage: coverage(4, 0, { finer_detail_retired: 4 }), widened: { from: '2023-01-01', to: '2023-04-01' } })
    expect(b?.coverage).toEqual(coverage(1, 0, { finer_detail_retired: 1 }))
    const windows = await asked({ select: ['load.last'], grain: 'captured', from: '2026-06-19', to: '2026-06-20', entity: 'a' })
    expect(windows).toHaveLength(4)
    expect(windows[0]).toEqual({ ...head('a', '2026-06-19T00:00:00+02:00'), 'load.last': null, coverage: coverage(1, 0, { finer_detail_retired: 1 }), widened: { from: '2026-06-19', to: '2026-06-20' } })
  })

  test('a row that two compared ranges share is read once', async () => {
    const [, b] = await asked({ select: ['load.last'], grain: 'range', from: '2024-05-15', to: '2024-05-20', compare: ['previous'] })
    expect(b).toEqual({ ...head('b', '2024-05-15'), 'load.last': null, 'load.last@previous': null, coverage: coverage(5, 0, { finer_detail_retired: 5 }), 'coverage@previous': coverage(5, 0, { finer_detail_retired: 5 }), widened: { from: '2024-05-01', to: '2024-06-01' } })
  })

  test('states at an instant come from whatever tier it lies in', async () => {
    const tm = await place.at(NOW)
    const latest = await tm.latest(place.series, { tenant: 't', entity: 'a' })
    // Six hours from midnight in Berlin: the last window over at 14:00 was that of 06:00.
    expect(latest).toMatchObject({ at: '2026-08-05T04:00:00Z', window: { from: '2026-08-05T04:00:00Z', to: '2026-08-05T10:00:00Z' }, tier: 'captured', payload: { note: 'a 2026-08-05 2026-08-05T04:00:00.000Z' } })
    expect(latest?.values).toMatchObject({ total: hourOf(Date.parse('2026-08-05T04:00:00Z')) * 3, mood: source('a', { from: new Date('2026-08-05T04:00:00Z'), to: new Date(), day: '' }, new Date())?.values.mood })
    const then = await tm.stateAt(place.series, { tenant: 't', entity: 'b', at: '2026-07-20T15:00:00Z' })
    expect(then).toMatchObject({ at: '2026-07-20T00:00:00Z', tier: 'captured', values: { total: hourOf(Date.parse('2026-07-20T00:00:00Z')) * 3 } })
    // A month row says the state at its end, and which span it is of.
    const month = await tm.stateAt(place.series, { tenant: 't', entity: 'b', at: '2024-05-10T15:00:00Z' })
    expect(month).toMatchObject({ at: null, tier: 'month', window: { from: '2024-05-01T00:00:00Z', to: '2024-06-01T00:00:00Z' }, values: { total: hourOf(Date.parse('2024-05-31T00:00:00Z')) * 3 }, payload: { note: 'b 2024-05-31 2024-05-31T00:00:00.000Z' } })
    const archived = await tm.stateAt(place.series, { tenant: 't', entity: 'a', at: '2023-02-10T15:00:00Z' })
    expect(archived).toMatchObject({ at: null, tier: 'quarter', window: { from: '2022-12-31T23:00:00Z', to: '2023-03-31T22:00:00Z' } })
    expect(await tm.stateAt(place.series, { tenant: 't', entity: 'a', at: '2022-12-31T00:00:00Z' })).toBeNull()
    const all = await tm.latestAll(place.series, { tenant: 't', at: '2026-07-20T15:00:00Z' })
    expect(all.map(({ entity, at }) => [entity, at])).toEqual([['a', '2026-07-20T10:00:00Z'], ['b', '2026-07-20T00:00:00Z']])
    expect((await tm.latestAll(place.series, { at: '2023-05-01T00:00:00Z' })).map(({ entity, tier }) => [entity, tier])).toEqual([['a', 'quarter'], ['b', 'quarter']])
  })

  test('a row is inspected wherever it lies', async () => {
    const tm = await place.at(NOW)
    const hot = await tm.inspect(place.series, { tenant: 't', entity: 'a', at: '2026-08-04T11:00:00Z' })
    expect(hot).toMatchObject({ tier: 'captured', window: { from: '2026-08-04T10:00:00Z', to: '2026-08-04T16:00:00Z' }, part: { file: null, facts: 1 }, coverage: { expected: 1, present: 1 } })
    const filed = await tm.inspect(place.series, { tenant: 't', entity: 'a', day: '2023-02-10' })
    expect(filed).toMatchObject({ tier: 'quarter', window: { from: '2022-12-31T23:00:00Z', to: '2023-03-31T22:00:00Z' }, part: { file: expect.stringContaining('parquet') }, decision: { cadence: 'sixHours', status: 'busy' } })
    const failing = await tm.inspect(place.series, { tenant: 't', entity: 'a', day: dayThatFailed() })
    expect(failing.failures.length).toBeGreaterThan(0)
    expect(failing.windows.filter(({ is }) => is === 'source_failed')).toHaveLength(failing.failures.length)
    const nobody = await tm.inspect(place.series, { tenant: 't', entity: 'z', day: '2026-08-04' })
    expect(nobody).toMatchObject({ tier: null, decision: null, part: null, windows: [{ is: 'before_enrolment' }], coverage: { reasons: { before_enrolment: 1 } } })
  })

  test('a damaged file is not believed, and says so', async () => {
    const folder = join(place.folder, 'archive', 'metrics')
    const file = readdirSync(folder).filter((name) => name.endsWith('.parquet')).sort()[0] as string
    const bytes = readFileSync(join(folder, file))
    bytes[100] = (bytes[100] as number) ^ 1
    writeFileSync(join(folder, file), bytes)
    const [a, b] = await asked({ select: ['load.last'], grain: 'quarter', from: '2023-01-01', to: '2023-04-01' })
    // Berlin's clock went forward on 26 March: 23 hours are four windows all the same.
    expect(a).toEqual({ ...head('a', '2023-01-01'), 'load.last': null, coverage: coverage(360, 0, { archive_damaged: 360 }) })
    expect(b?.coverage).toEqual(coverage(90, 0, { archive_damaged: 90 }))
    const tm = await place.at(NOW)
    await expect(tm.stateAt(place.series, { tenant: 't', entity: 'a', at: '2023-02-10T15:00:00Z' })).rejects.toMatchObject({ code: 'ARCHIVE_DAMAGED' })
    expect(await tm.stateAt(place.series, { tenant: 't', entity: 'a', at: '2023-05-10T15:00:00Z' })).toMatchObject({ tier: 'quarter' })
    expect((await tm.inspect(place.series, { tenant: 't', entity: 'a', day: '2023-02-10' })).damaged).toContain('parquet')
  })
})

/** A recent day of a on which windows failed. */
function dayThatFailed(): string {
  for (let day = Date.parse('2026-08-04T00:00:00Z'); ; day -= 86_400_000) {
    if (Math.floor(hourOf(day) / 24) % 17 === 5) return new Date(day).toISOString().slice(0, 10)
  }
}
