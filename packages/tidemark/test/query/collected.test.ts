import { afterEach, describe, expect, test } from 'vitest'
import { CollectedPlace, coverage, head, site, type Answer } from './collected-place.ts'

let place: CollectedPlace
afterEach(async () => place.remove())

const level = (load: number): Answer => () => ({ values: { load, target: 10, total: load * 100, hits: load, mood: load > 2 ? 'good' : 'bad' } })

describe('captures of the present', () => {
  test('days are present, missed, failed, open or before the enrolment', async () => {
    place = new CollectedPlace()
    place.world.roster = [site('a')]
    await place.capture('2024-03-04T09:00:00Z', level(1))
    await place.capture('2024-03-05T09:00:00Z', level(3))
    await place.capture('2024-03-07T09:00:00Z', () => null)
    await place.capture('2024-03-08T09:00:00Z', level(4))
    const tm = await place.at('2024-03-09T10:00:00Z')
    const { rows } = await tm.query(place.series, { select: ['load.last', 'total.increase'], from: '2024-03-03', to: '2024-03-11' })
    // The first value of a counter is its baseline, and no increase.
    expect(rows).toEqual([
      { ...head('a', '2024-03-03'), 'load.last': null, 'total.increase': null, coverage: coverage(1, 0, { before_enrolment: 1 }) },
      { ...head('a', '2024-03-04'), 'load.last': 1, 'total.increase': null, coverage: coverage(1, 1) },
      { ...head('a', '2024-03-05'), 'load.last': 3, 'total.increase': 200, coverage: coverage(1, 1) },
      { ...head('a', '2024-03-06'), 'load.last': null, 'total.increase': null, coverage: coverage(1, 0, { not_captured: 1 }) },
      { ...head('a', '2024-03-07'), 'load.last': null, 'total.increase': null, coverage: coverage(1, 0, { source_failed: 1 }) },
      { ...head('a', '2024-03-08'), 'load.last': 4, 'total.increase': 100, coverage: coverage(1, 1) },
      { ...head('a', '2024-03-09'), 'load.last': null, 'total.increase': null, coverage: coverage(1, 0, { open: 1 }) },
      { ...head('a', '2024-03-10'), 'load.last': null, 'total.increase': null, coverage: coverage(1, 0, { open: 1 }) },
    ])
    const [week] = (await tm.query(place.series, { select: ['load.first', 'load.last', 'load.min', 'load.max', 'load.mean', 'hits.sum', 'mood.share:good', 'use.value'], from: '2024-03-04', to: '2024-03-11', grain: 'week' })).rows
    // 1, 3 and 4, each a whole day: 8 / 3; two of three days were good; 4 of 10.
    expect(week).toEqual({
      ...head('a', '2024-03-04'), 'load.first': 1, 'load.last': 4, 'load.min': 1, 'load.max': 4, 'load.mean': '2.6667', 'hits.sum': 8, 'mood.share:good': '0.6667', 'use.value': '0.4000',
      coverage: coverage(7, 3, { source_failed: 1, open: 2, not_captured: 1 }),
    })
    // Nothing given: the civil year of the enrolment to today, days with a row only.
    expect((await tm.query(place.series, { select: ['load.last'] })).rows.map((row) => row.period)).toEqual(['2024-03-04', '2024-03-05', '2024-03-08'])
  })

  test('hours of the enrolment day that were over before it are before the enrolment, and hours are answered one by one', async () => {
    place = new CollectedPlace({ grain: 'hour' })
    place.world.roster = [site('a')]
    await place.capture('2024-03-04T21:30:00Z', level(1))
    await place.capture('2024-03-04T22:10:00Z', () => null)
    await place.capture('2024-03-05T00:00:00Z', level(3))
    const tm = await place.at('2024-03-05T01:59:59Z')
    const { rows } = await tm.query(place.series, { select: ['load.last'], from: '2024-03-04', to: '2024-03-06' })
    // 21 hours were over at 21:30; then 21 h captured, 22 h failed, 23 h missed; of the 5th 0 h captured, 22 hours open from 02:00, and 01 h is open.
    expect(rows.map((row) => row.coverage)).toEqual([
      coverage(24, 1, { before_enrolment: 21, source_failed: 1, not_captured: 1 }),
      coverage(24, 1, { open: 23 }),
    ])
    const captured = await tm.query(place.series, { select: ['load.last'], from: '2024-03-04', to: '2024-03-06', grain: 'captured' })
    expect(captured.rows.slice(19, 27)).toEqual([
      { ...head('a', '2024-03-04T19:00:00+00:00'), 'load.last': null, coverage: coverage(1, 0, { before_enrolment: 1 }) },
      { ...head('a', '2024-03-04T20:00:00+00:00'), 'load.last': null, coverage: coverage(1, 0, { before_enrolment: 1 }) },
      { ...head('a', '2024-03-04T21:00:00+00:00'), 'load.last': 1, coverage: coverage(1, 1) },
      { ...head('a', '2024-03-04T22:00:00+00:00'), 'load.last': null, coverage: coverage(1, 0, { source_failed: 1 }) },
      { ...head('a', '2024-03-04T23:00:00+00:00'), 'load.last': null, coverage: coverage(1, 0, { not_captured: 1 }) },
      { ...head('a', '2024-03-05T00:00:00+00:00'), 'load.last': 3, coverage: coverage(1, 1) },
      { ...head('a', '2024-03-05T01:00:00+00:00'), 'load.last': null, coverage: coverage(1, 0, { open: 1 }) },
      { ...head('a', '2024-03-05T02:00:00+00:00'), 'load.last': null, coverage: coverage(1, 0, { open: 1 }) },
    ])
    expect(captured.rows).toHaveLength(48)
    expect((await tm.query(place.series, { select: ['load.last'], grain: 'captured' })).rows.map((row) => row.period)).toEqual(['2024-03-04T21:00:00+00:00', '2024-03-05T00:00:00+00:00'])
  })

  test('the window that now lies in is present beside one that was missed', async () => {
    place = new CollectedPlace({ grain: 'hour' })
    place.world.roster = [site('a')]
    await place.capture('2024-03-04T08:10:00Z', level(1))
    await place.capture('2024-03-04T10:10:00Z', level(2))
    const tm = await place.at('2024-03-04T10:30:00Z')
    // 8 hours before the enrolment; 8 h and 10 h captured, 9 h missed, from 11 h on open.
    expect((await tm.query(place.series, { select: ['load.last'], from: '2024-03-04', to: '2024-03-05' })).rows.map((row) => row.coverage)).toEqual([
      coverage(24, 2, { before_enrolment: 8, open: 13, not_captured: 1 }),
    ])
  })

  test('captured windows make no total, and event-fed words are checked', async () => {
    place = new CollectedPlace()
    const tm = await place.at('2024-03-04T09:00:00Z')
    await expect(tm.query(place.series, { select: ['load.last'], grain: 'captured', total: true })).rejects.toMatchObject({ code: 'GRAIN_NOT_ACROSS' })
    await expect(tm.query(place.series, { select: ['load.last'], grain: 'captured', compare: ['previous'] })).rejects.toMatchObject({ code: 'REQUEST_INVALID' })
    await expect(tm.query(place.series, { select: ['temp.last'], total: true })).rejects.toMatchObject({ code: 'ANSWER_NOT_ACROSS' })
    await expect(tm.ask('metrics', { select: ['mood.count:good'] })).rejects.toMatchObject({ code: 'ANSWER_NOT_ACROSS' })
  })
})

describe('a source that can be asked about the past', () => {
  test('days of 23 and 25 hours have as many windows', async () => {
    place = new CollectedPlace({ grain: 'hour', past: true })
    place.world.roster = [site('a', { zone: 'Europe/Berlin' })]
    await place.capture('2024-03-30T12:00:00+01:00', level(1))
    await place.capture('2024-04-01T00:00:00+02:00')
    await place.capture('2024-10-26T12:00:00+02:00')
    await place.capture('2024-10-28T00:00:00+01:00')
    const tm = await place.at('2024-10-28T00:00:00+01:00')
    const days = async (from: string, to: string) => (await tm.query(place.series, { select: ['load.last'], from, to })).rows.map((row) => row.coverage)
    expect(await days('2024-03-30', '2024-04-01')).toEqual([coverage(24, 24), coverage(23, 23)])
    expect(await days('2024-10-26', '2024-10-28')).toEqual([coverage(24, 24), coverage(25, 25)])
    const { rows } = await tm.query(place.series, { select: ['load.last'], from: '2024-10-27', to: '2024-10-28', grain: 'captured' })
    expect(rows.slice(1, 5).map((row) => row.period)).toEqual(['2024-10-27T01:00:00+02:00', '2024-10-27T02:00:00+02:00', '2024-10-27T02:00:00+01:00', '2024-10-27T03:00:00+01:00'])
  })

  test('a restated window is believed as it was before, as of then', async () => {
    place = new CollectedPlace({ past: true })
    place.world.roster = [site('a')]
    await place.capture('2024-03-01T12:00:00Z', level(1))
    await place.capture('2024-03-04T12:00:00Z', (_, { day }) => ({ values: { load: Number(day.slice(-2)), total: 100 * Number(day.slice(-2)) } }))
    const tm = await place.at('2024-03-06T12:00:00Z')
    place.world.answer = () => ({ values: { load: 7, total: 250 } })
    await tm.capture(place.series, { backfill: { from: '2024-03-02', to: '2024-03-03' } })
    const ask = async (asOf?: string) => (await tm.query(place.series, { select: ['load.last', 'total.increase'], from: '2024-03-01', to: '2024-03-05', ...(asOf === undefined ? {} : { asOf }) })).rows
      .map((row) => [row['load.last'], row['total.increase'], row.coverage])
    // Days are over at the next midnight: on the 4th at noon the 1st, 2nd and 3rd. The baseline of the 1st stays.
    expect(await ask('2024-03-05T00:00:00Z')).toEqual([
      [1, null, coverage(1, 1)], [2, 100, coverage(1, 1)], [3, 100, coverage(1, 1)], [null, null, coverage(1, 0, { not_captured: 1 })],
    ])
    // 250 - 100, and 300 - 250.
    expect(await ask()).toEqual([
      [1, null, coverage(1, 1)], [7, 150, coverage(1, 1)], [3, 50, coverage(1, 1)], [null, null, coverage(1, 0, { not_captured: 1 })],
    ])
    expect(await ask('2024-03-02T00:00:00Z')).toEqual([
      [null, null, coverage(1, 0, { not_captured: 1 })], [null, null, coverage(1, 0, { open: 1 })], [null, null, coverage(1, 0, { open: 1 })], [null, null, coverage(1, 0, { open: 1 })],
    ])
    const found = await tm.inspect(place.series, { tenant: 't', entity: 'a', day: '2024-03-02' })
    expect(found.part).toMatchObject({ revision: 2, at: '2024-03-06T12:00:00Z', facts: 1 })
    expect(found.earlier).toMatchObject([{ revision: 1, at: '2024-03-04T12:00:00Z', until: { at: '2024-03-06T12:00:00Z' }, answers: { 'load.last': 2, 'total.increase': 100 } }])
    expect(found.answers).toMatchObject({ 'load.last': 7, 'total.increase': 150 })
    expect(found.decision).toMatchObject({ from: '2024-03-01', cadence: 'day' })
    expect(found.windows).toEqual([{ period: '2024-03-02T00:00:00+00:00', is: 'present' }])
  })
})

describe('across entities', () => {
  test('each measure by its own rule; coverage is summed', async () => {
    place = new CollectedPlace()
    place.world.roster = [site('a'), site('b'), site('c')]
    const values: Record<string, Answer> = {
      a: () => ({ values: { load: 4, target: 10, peak: 5, total: 100, mood: 'good', hits: 1, cost: '1.50', up: true } }),
      b: () => ({ values: { load: 8, target: 10, peak: 9, total: 50, mood: 'bad', hits: 2, cost: '2.25', up: false } }),
      c: () => null,
    }
    const by: Answer = (entity, window, now) => (values[entity] as Answer)(entity, window, now)
    await place.capture('2024-03-04T09:00:00Z', by)
    values['a'] = () => ({ values: { load: 6, target: 10, peak: 3, total: 130, mood: 'good', hits: 4, cost: null, up: true } })
    await place.capture('2024-03-05T09:00:00Z', by)
    const tm = await place.at('2024-03-06T00:00:00Z')
    const [row] = (await tm.query(place.series, {
      select: ['load.first', 'load.last', 'load.mean', 'peak.max', 'peak.last', 'total.last', 'total.increase', 'mood.count:good', 'mood.share:good', 'hits.sum', 'cost.sum', 'cost.n', 'up.count', 'use.value'],
      from: '2024-03-04', to: '2024-03-06', grain: 'range', total: true,
    })).rows
    expect(row).toEqual({
      ...head(null, '2024-03-04'),
      // 4 + 8, 6 + 8, 5 + 8; the greatest of 5 and 9, of 3 and 9; 130 + 50; 30 + 0.
      'load.first': 12, 'load.last': 14, 'load.mean': '13.0000', 'peak.max': 9, 'peak.last': 9, 'total.last': 180, 'total.increase': 30,
      // Of four days two were good; 1 + 4 + 2 + 2; 1.50 + 2.25 + 2.25; 14 of 20.
      'mood.count:good': 1, 'mood.share:good': '0.5000', 'hits.sum': 9, 'cost.sum': '6.00', 'cost.n': 3, 'up.count': 2, 'use.value': '0.7000',
      coverage: coverage(6, 4, { source_failed: 2 }, { cost: { present: 3, reasons: { no_value: 1 } } }),
    })
    const ranks = await tm.rank(place.series, { select: 'load.mean', from: '2024-03-04', to: '2024-03-06' })
    expect(ranks.map(({ entity, value, rank, peers }) => [entity, value, rank, peers])).toEqual([['a', '5.0000', '0.0000', 2], ['b', '8.0000', '1.0000', 2], ['c', null, null, 2]])
  })

  test('peers share an attribute', async () => {
    place = new CollectedPlace()
    place.world.roster = [site('a', { attributes: { model: 'x' } }), site('b', { attributes: { model: 'x' } }), site('c', { attributes: { model: 'y' } })]
    await place.capture('2024-03-04T09:00:00Z', (entity) => ({ values: { load: entity === 'a' ? 3 : 1 } }))
    const tm = await place.at('2024-03-04T10:00:00Z')
    const ranks = await tm.rank(place.series, { select: 'load.last', from: '2024-03-04', to: '2024-03-05', by: 'model' })
    expect(ranks.map(({ entity, peersOf, rank, peers }) => [entity, peersOf, rank, peers])).toEqual([['a', 'x', '1.0000', 2], ['b', 'x', '0.0000', 2], ['c', 'y', null, 1]])
  })
})

describe('groups of free text', () => {
  test('are told where they were met; later words are counted together', async () => {
    place = new CollectedPlace()
    place.world.roster = [site('a'), site('b')]
    await place.capture('2024-03-04T09:00:00Z', (entity) => ({
      values: { hits: 10, load: 1 },
      groups: entity === 'a'
        ? [{ group: { channel: 'web' }, values: { hits: 4, load: 1 } }, { group: { channel: 'mail' }, values: { hits: 3 } }, { group: { channel: 'fax' }, values: { hits: 2 } }, { group: { channel: 'telex' }, values: { hits: 1 } }]
        : [{ group: { channel: 'web' }, values: { hits: 10 } }],
    }))
    await place.capture('2024-03-05T09:00:00Z', () => ({ values: { hits: 5, load: 1 } }))
    const tm = await place.at('2024-03-05T10:00:00Z')
    const ask = { select: ['hits.sum'], from: '2024-03-04', to: '2024-03-06', grain: 'range' } as const
    const { rows } = await tm.query(place.series, { ...ask, by: ['channel'] })
    // Two days are present, and the group was given on one of them.
    const whole = coverage(2, 2, {}, { hits: { present: 1, reasons: { no_value: 1 } } })
    expect(rows.map(({ entity, group, coverage: of, ...row }) => [entity, group, row['hits.sum'], of])).toEqual([
      ['a', { channel: 'web' }, 4, whole], ['a', { channel: 'mail' }, 3, whole], ['a', { channel: '(other)' }, 3, whole], ['b', { channel: 'web' }, 10, whole],
    ])
    const [web] = (await tm.query(place.series, { ...ask, where: { channel: 'web' }, total: true })).rows
    expect(web).toMatchObject({ group: { channel: 'web' }, 'hits.sum': 14, coverage: { expected: 4, present: 4 } })
    await expect(tm.query(place.series, { ...ask, where: { channel: 'fax' } })).rejects.toMatchObject({ code: 'DIMENSION_VALUE_UNKNOWN' })
  })

  test('a word that nobody has met yet is answered like one that this entity has not', async () => {
    place = new CollectedPlace()
    place.world.roster = [site('a')]
    await place.capture('2024-03-04T09:00:00Z', () => ({ values: { hits: 1 } }))
    const tm = await place.at('2024-03-04T10:00:00Z')
    expect((await tm.query(place.series, { select: ['load.last'], from: '2024-03-04', to: '2024-03-05', where: { channel: 'web' } })).rows).toEqual([
      { ...head('a', '2024-03-04'), group: { channel: 'web' }, 'load.last': null, coverage: coverage(1, 1, {}, { load: { present: 0, reasons: { no_value: 1 } } }) },
    ])
  })
})

describe('who is not there', () => {
  test('an erased entity is told from an unknown one by its reason alone, up to today', async () => {
    place = new CollectedPlace()
    place.world.roster = [site('a'), site('b')]
    await place.capture('2024-03-04T09:00:00Z', level(2))
    const tm = await place.at('2024-03-05T09:00:00Z')
    await tm.erasures.forget({ of: 'site', tenant: 't', entity: 'b' }, { by: 'me', reason: 'asked' })
    const ask = (entity: string) => tm.query(place.series, { select: ['load.last'], entity, from: '2024-03-04', to: '2024-03-07' })
    const row = (entity: string, period: string, reason: string) => ({ ...head(entity, period), 'load.last': null, coverage: coverage(1, 0, { [reason]: 1 }) })
    expect((await ask('b')).rows).toEqual([row('b', '2024-03-04', 'erased'), row('b', '2024-03-05', 'erased'), row('b', '2024-03-06', 'before_enrolment')])
    expect((await ask('z')).rows).toEqual([row('z', '2024-03-04', 'before_enrolment'), row('z', '2024-03-05', 'before_enrolment'), row('z', '2024-03-06', 'before_enrolment')])
    const captured = await tm.query(place.series, { select: ['load.last'], entity: 'b', from: '2024-03-05', to: '2024-03-07', grain: 'captured' })
    expect(captured.rows.map(({ period, coverage: { reasons } }) => [period, reasons])).toEqual([['2024-03-05T00:00:00+00:00', { erased: 1 }], ['2024-03-06T00:00:00+00:00', { before_enrolment: 1 }]])
    expect((await tm.query(place.series, { select: ['load.last'], from: '2024-03-04', to: '2024-03-05' })).rows.map(({ entity }) => entity)).toEqual(['a'])
    expect(await tm.latest(place.series, { tenant: 't', entity: 'b' })).toBeNull()
    // Anchored windows are of those that are enrolled.
    const windows = await tm.window(place.series, { select: ['load.last'], anchor: '2024-02-20', months: 1 })
    expect(windows.rows).toEqual([{ tenant: 't', entity: 'a', group: null, from: '2024-02-20', to: '2024-03-20', 'load.last': 2, coverage: coverage(29, 1, { before_enrolment: 13, open: 15 }) }])
  })
})

describe('several tenants', () => {
  test('are never mixed unasked, and each has its own total', async () => {
    place = new CollectedPlace()
    place.world.roster = [site('a'), { tenant: 'u', entity: 'a' }, { tenant: 'u', entity: 'b' }]
    await place.capture('2024-03-04T09:00:00Z', (entity) => ({ values: { load: entity === 'a' ? 1 : 5 } }))
    const tm = await place.at('2024-03-04T10:00:00Z')
    const ask = { select: ['load.last'], from: '2024-03-04', to: '2024-03-05' } as const
    await expect(tm.query(place.series, ask)).rejects.toMatchObject({ code: 'TENANT_NEEDED' })
    expect((await tm.query(place.series, { ...ask, tenant: 'u' })).rows.map((row) => [row.tenant, row.entity, row['load.last']])).toEqual([['u', 'a', 1], ['u', 'b', 5]])
    expect((await tm.query(place.series, { ...ask, tenant: 'x', entity: 'a' })).rows).toEqual([{ tenant: 'x', entity: 'a', group: null, period: '2024-03-04', 'load.last': null, coverage: coverage(1, 0, { before_enrolment: 1 }) }])
    expect((await tm.query(place.series, { ...ask, allTenants: true, total: true })).rows.map((row) => [row.tenant, row.entity, row['load.last'], row.coverage.expected])).toEqual([['t', null, 1, 1], ['u', null, 6, 2]])
    expect((await tm.latestAll(place.series, { tenant: 'u' })).map(({ tenant, entity }) => [tenant, entity])).toEqual([['u', 'a'], ['u', 'b']])
  })
})

describe('comparisons', () => {
  test('are answered like any other range', async () => {
    place = new CollectedPlace({ past: true })
    place.world.roster = [site('a')]
    await place.capture('2024-01-01T12:00:00Z', (_, { from }) => ({ values: { hits: from.getUTCMonth() + 1, total: Math.floor(Number(from) / 86_400_000) } }))
    await place.capture('2025-03-01T12:00:00Z')
    const tm = await place.at('2025-03-01T12:00:00Z')
    const { rows } = await tm.query(place.series, { select: ['hits.sum', 'total.increase'], grain: 'month', from: '2025-01-01', to: '2025-03-01', compare: ['previous', 'year'] })
    // January: 31 · 1 beside December 31 · 12, and 31 · 1 a year before, of which the first day is the baseline; February: 28 · 2 beside 29 · 2.
    expect(rows).toEqual([
      { ...head('a', '2025-01-01'), 'hits.sum': 31, 'total.increase': 31, 'hits.sum@previous': 372, 'total.increase@previous': 31, 'hits.sum@year': 31, 'total.increase@year': 30, coverage: coverage(31, 31), 'coverage@previous': coverage(31, 31), 'coverage@year': coverage(31, 31) },
      { ...head('a', '2025-02-01'), 'hits.sum': 56, 'total.increase': 28, 'hits.sum@previous': 31, 'total.increase@previous': 31, 'hits.sum@year': 58, 'total.increase@year': 29, coverage: coverage(28, 28), 'coverage@previous': coverage(31, 31), 'coverage@year': coverage(29, 29) },
    ])
  })
})

describe('how often', () => {
  test('days after the last capture have ended, and days of two frequencies have their own windows', async () => {
    place = new CollectedPlace({ grain: 'sixHours', frequency: { status: 'status', rules: [{ when: ['on'], every: 'sixHours' }, { when: ['slow'], every: 'day' }, { when: ['done'], every: 'final' }] } })
    const as = (status: string) => { place.world.roster = [site('a', { attributes: { status } })] }
    as('on')
    await place.capture('2024-03-04T06:30:00Z', level(1))
    as('slow')
    await place.capture('2024-03-05T12:00:00Z')
    as('done')
    await place.capture('2024-03-06T12:00:00Z')
    await place.capture('2024-03-07T12:00:00Z')
    const tm = await place.at('2024-03-09T12:00:00Z')
    const { rows } = await tm.query(place.series, { select: ['load.last'], from: '2024-03-04', to: '2024-03-09' })
    expect(rows.map((row) => row.coverage)).toEqual([
      // The first six hours were over before the first decision; the second were captured; two were missed.
      coverage(4, 1, { before_enrolment: 1, not_captured: 2 }), coverage(1, 1), coverage(1, 1), coverage(1, 0, { entity_ended: 1 }), coverage(1, 0, { entity_ended: 1 }),
    ])
    const captured = await tm.query(place.series, { select: ['load.last'], from: '2024-03-04', to: '2024-03-08', grain: 'captured' })
    expect(captured.rows.map(({ period, coverage: of }) => [period, of.present])).toEqual([
      ['2024-03-04T00:00:00+00:00', 0], ['2024-03-04T06:00:00+00:00', 1], ['2024-03-04T12:00:00+00:00', 0], ['2024-03-04T18:00:00+00:00', 0],
      ['2024-03-05T00:00:00+00:00', 1], ['2024-03-06T00:00:00+00:00', 1], ['2024-03-07T00:00:00+00:00', 0],
    ])
  })
})
