import { describe, expect, test } from 'vitest'
import type { QueryRow } from '../../src/query/answer.ts'
import { CollectedWorld } from './collected-world.ts'

// Every number here was worked out on paper from docs/semantics.md, none by running the model.

function answers([row]: readonly QueryRow[]): string {
  const { tenant: _tenant, entity: _entity, group: _group, period: _period, coverage: _coverage, widened: _widened, ...values } = row as QueryRow & Record<string, unknown>
  return Object.values(values).map(String).join(' ')
}

async function january(given: readonly (readonly [string, Parameters<CollectedWorld['say']>[0]])[], setting = {}): Promise<CollectedWorld> {
  const world = await CollectedWorld.at('2024-01-01T00:00:00Z', setting)
  for (const [now, values] of given) await world.take(now, values)
  return world
}

describe('a gauge', () => {
  test('keeps first, last, least and greatest, and its mean by the length of windows', async () => {
    // Europe/Berlin: 30 March has 24 hours, 31 March 23: (10 · 24 + 20 · 23) / 47 = 700 / 47 = 14.893617021…
    const world = await january([['2024-03-30T12:00:00Z', { level: '10' }], ['2024-03-31T12:00:00Z', { level: 20 }]], { zone: 'Europe/Berlin' })
    expect(answers(await world.range('level.first level.last level.min level.max level.mean', '2024-03-30', '2024-04-01'))).toBe('10.00 20.00 10.00 20.00 14.893617')
  })

  test('a window without a value is present, and weighs nothing', async () => {
    const world = await january([['2024-01-01T12:00:00Z', { level: '3' }], ['2024-01-02T12:00:00Z', { level: null }], ['2024-01-03T12:00:00Z', { level: '-1.5' }]])
    const rows = await world.range('level.last level.min level.mean', '2024-01-01', '2024-01-04')
    expect(answers(rows)).toBe('-1.50 -1.50 0.750000')
    expect(rows[0]?.coverage).toEqual({ expected: 3, present: 3, reasons: {}, measures: { level: { present: 2, reasons: { no_value: 1 } } } })
    expect(answers(await world.range('level.last level.mean', '2024-01-02', '2024-01-03'))).toBe('null null')
  })

  test('six-hour windows weigh six hours, those of a day 24', async () => {
    // Hours of windows: 6 at 10, then a day at 20 would need another cadence; here 4 windows of 6 h, one missed: (10 + 20 + 60) / 3.
    const world = await january([['2024-01-01T01:00:00Z', { level: '10' }], ['2024-01-01T07:00:00Z', { level: '20' }], ['2024-01-01T23:00:00Z', { level: '60' }]], { grain: 'sixHours' })
    expect(answers(await world.range('level.mean level.last', '2024-01-01', '2024-01-02'))).toBe('30.000000 60.00')
  })

  test.each([
    ['sum', 'level.first level.last level.mean', '11.00 12.00 11.666667'],
    ['min', 'level.first level.last level.min', '1.00 2.00 1.00'],
    ['max', 'level.first level.last level.max', '10.00 10.00 10.00'],
  ] as const)('across entities by %s', async (across, select, expected) => {
    // One: 10 on both days, mean 10. Two: 1, 2 and 2, mean 5 / 3. Sums: 10 + 1, 10 + 2, 10 + 5 / 3 = 11.666…7.
    const world = await CollectedWorld.at('2024-01-01T12:00:00Z', { across })
    await world.list({ tenant: 'acme', entity: 'two' })
    for (const [day, two] of [['01', '1'], ['02', '2'], ['03', '2']]) {
      await world.to(`2024-01-${day}T12:00:00Z`).say({ level: two as string }, { entity: 'two' })
      await world.take(`2024-01-${day}T12:00:00Z`, { level: '10' })
    }
    expect(answers(await world.range(select, '2024-01-01', '2024-01-04', { total: true }))).toBe(expected)
  })

  test.each([
    ['sum', 'level.min'], ['sum', 'level.max'], ['min', 'level.max'], ['min', 'level.mean'], ['max', 'level.min'], ['none', 'level.last'], ['none', 'total.last'],
    ['sum', 'mood.last'], ['sum', 'lit.any'], ['sum', 'lit.all'], ['none', 'share.value'],
  ] as const)('across %s, %s is refused', async (across, select) => {
    const world = await CollectedWorld.at('2024-01-01T12:00:00Z', { across })
    await expect(world.range(select, '2024-01-01', '2024-01-02', { total: true })).rejects.toMatchObject({ code: 'ANSWER_NOT_ACROSS' })
  })

  test('an entity without a value takes no part in a total', async () => {
    const world = await CollectedWorld.at('2024-01-01T12:00:00Z')
    await world.list({ tenant: 'acme', entity: 'two' })
    await world.say({ level: null, visits: 2 }, { entity: 'two' })
    await world.take('2024-01-01T12:00:00Z', { level: '7', visits: 3 })
    const rows = await world.range('level.last visits.sum', '2024-01-01', '2024-01-02', { total: true })
    expect(answers(rows)).toBe('7.00 5')
    expect(rows[0]?.coverage).toEqual({ expected: 2, present: 2, reasons: {}, measures: { level: { present: 1, reasons: { no_value: 1 } } } })
  })
})

describe('a counter', () => {
  test('grows from the nearest earlier value; the first is the baseline', async () => {
    const world = await january([['2024-01-01T12:00:00Z', { total: 100 }], ['2024-01-02T12:00:00Z', { total: null }], ['2024-01-04T12:00:00Z', { total: 130 }], ['2024-01-05T12:00:00Z', { total: 125 }]])
    const increases = await world.query('total.last total.increase', { from: '2024-01-01', to: '2024-01-06' })
    expect(increases.map((row) => [row['total.last'], row['total.increase']])).toEqual([[100, null], [null, null], [null, null], [130, 30], [125, -5]])
    expect(answers(await world.range('total.last total.increase', '2024-01-01', '2024-01-06'))).toBe('125 25')
  })

  test('a fall that is a reset starts from 0 again', async () => {
    const world = await january([['2024-01-01T12:00:00Z', { meter: '9000000000000000' }], ['2024-01-02T12:00:00Z', { meter: 40 }], ['2024-01-03T12:00:00Z', { meter: 40 }], ['2024-01-04T12:00:00Z', { meter: 45 }]])
    expect((await world.query('meter.increase')).map((row) => row['meter.increase'])).toEqual([null, '40', '0', '5'])
    expect(answers(await world.range('meter.increase meter.last', '2024-01-01', '2024-01-05'))).toBe('45 45')
  })

  test('increases add up across entities, lasts by the rule', async () => {
    const world = await CollectedWorld.at('2024-01-01T12:00:00Z')
    await world.list({ tenant: 'acme', entity: 'two' })
    await world.say({ total: 5, meter: 5 }, { entity: 'two' })
    await world.take('2024-01-01T12:00:00Z', { total: 10, meter: 10 })
    await world.to('2024-01-02T12:00:00Z').say({ total: 6, meter: 50 }, { entity: 'two' })
    await world.take('2024-01-02T12:00:00Z', { total: 30, meter: 20 })
    expect(answers(await world.range('total.increase total.last meter.last meter.increase', '2024-01-01', '2024-01-03', { total: true }))).toBe('21 36 50 55')
    expect(answers(await world.range('total.increase total.last', '2024-01-01', '2024-01-02', { total: true }))).toBe('null 15')
  })

  test('a window filled in or restated changes its successor\'s increase, and as-of tells the earlier one', async () => {
    const world = await CollectedWorld.at('2024-01-01T00:00:00Z', { past: true })
    await world.say({ total: 10 }, { at: '2024-01-01T00:00:00Z' })
    await world.say('missing', { at: '2024-01-02T00:00:00Z' })
    await world.say({ total: 40 }, { at: '2024-01-03T00:00:00Z' })
    await world.capture()
    await world.to('2024-01-04T00:00:00Z')
    expect(await world.capture()).toBe('2 0 0 1')
    expect((await world.query('total.increase', { from: '2024-01-01', to: '2024-01-04' })).map((row) => row['total.increase'])).toEqual([null, null, 30])
    await world.to('2024-01-04T01:00:00Z').say({ total: 25 }, { at: '2024-01-02T00:00:00Z' })
    expect(await world.capture()).toBe('1 0 0 0')
    expect((await world.query('total.increase', { from: '2024-01-01', to: '2024-01-04' })).map((row) => row['total.increase'])).toEqual([null, 15, 15])
    await world.to('2024-01-04T02:00:00Z').say({ total: 20 }, { at: '2024-01-01T00:00:00Z' })
    expect(await world.backfill('2024-01-01', '2024-01-03')).toBe('0 1 1 0')
    expect((await world.query('total.increase', { from: '2024-01-01', to: '2024-01-04' })).map((row) => row['total.increase'])).toEqual([null, 5, 15])
    const before = await world.query('total.increase', { from: '2024-01-01', to: '2024-01-04', asOf: '2024-01-04T00:30:00Z' })
    expect(before.map((row) => [row['total.increase'], JSON.stringify(row.coverage.reasons)])).toEqual([[null, '{}'], [null, '{"source_failed":1}'], [30, '{}']])
  })
})

describe('states, flags, counts and amounts', () => {
  test('a state is its last word, and its share of the time', async () => {
    // Berlin again: calm 24 h and 24 h, busy 23 h: 48 / 71 = 0.67605…, 23 / 71 = 0.32394….
    const world = await january([['2024-03-30T12:00:00Z', { mood: 'calm' }], ['2024-03-31T12:00:00Z', { mood: 'busy' }], ['2024-04-01T12:00:00Z', { mood: 'calm' }], ['2024-04-02T12:00:00Z', {}]], { zone: 'Europe/Berlin' })
    expect(answers(await world.range('mood.last mood.share:calm mood.share:busy', '2024-03-30', '2024-04-03'))).toBe('calm 0.6761 0.3239')
    expect(answers(await world.range('mood.last mood.share:calm', '2024-04-02', '2024-04-03'))).toBe('null null')
  })

  test('a total counts entities by their last word', async () => {
    const world = await CollectedWorld.at('2024-01-01T12:00:00Z')
    await world.list({ tenant: 'acme', entity: 'two' }, { tenant: 'acme', entity: 'three' })
    await world.say({ mood: 'busy' }, { entity: 'two' })
    await world.say({}, { entity: 'three' })
    await world.take('2024-01-01T12:00:00Z', { mood: 'busy' })
    await world.take('2024-01-02T12:00:00Z', { mood: 'calm' })
    const select = 'mood.count:calm mood.count:busy mood.share:calm'
    expect(answers(await world.range(select, '2024-01-01', '2024-01-03', { total: true }))).toBe('1 1 0.2500')
    expect(answers(await world.range(select, '2024-01-03', '2024-01-04', { total: true }))).toBe('null null null')
  })

  test('a flag counts windows with a value', async () => {
    const world = await january([['2024-01-01T12:00:00Z', { lit: true }], ['2024-01-02T12:00:00Z', {}], ['2024-01-03T12:00:00Z', { lit: true }]])
    expect(answers(await world.range('lit.count lit.any lit.all', '2024-01-01', '2024-01-04'))).toBe('2 true true')
    await world.take('2024-01-04T12:00:00Z', { lit: false })
    expect(answers(await world.range('lit.count lit.any lit.all', '2024-01-01', '2024-01-05'))).toBe('2 true false')
    expect(answers(await world.range('lit.count lit.any lit.all', '2024-01-04', '2024-01-05'))).toBe('0 false false')
    expect(answers(await world.range('lit.count lit.any lit.all', '2024-01-02', '2024-01-03'))).toBe('null null null')
  })

  test('counts and amounts add up', async () => {
    const world = await january([['2024-01-01T12:00:00Z', { visits: 3, paid: '1.50', lit: true }], ['2024-01-02T12:00:00Z', { visits: 4 }], ['2024-01-03T12:00:00Z', { visits: 0, paid: '-0.25', lit: true }]])
    // 1.25 / 7 visits = 0.178…; two lit windows of 7 visits = 0.2857….
    expect(answers(await world.range('visits.sum paid.sum paid.n paid.mean perVisit.value litPer.value', '2024-01-01', '2024-01-04'))).toBe('7 1.25 2 0.625000 0.18 0.3')
    expect(answers(await world.range('visits.sum paid.sum paid.n paid.mean perVisit.value', '2024-01-05', '2024-01-06'))).toBe('null null null null null')
  })

  test('a ratio of levels divides their last values, of a total the total\'s', async () => {
    const world = await CollectedWorld.at('2024-01-01T12:00:00Z')
    await world.list({ tenant: 'acme', entity: 'two' })
    await world.say({ level: '1', total: 0 }, { entity: 'two' })
    await world.take('2024-01-01T12:00:00Z', { level: '45', total: 50 })
    const rows = await world.range('share.value', '2024-01-01', '2024-01-02')
    expect(rows.map((row) => row['share.value'])).toEqual(['0.9000', null])
    expect(answers(await world.range('share.value', '2024-01-01', '2024-01-02', { total: true }))).toBe('0.9200')
  })
})

describe('distributions and words', () => {
  test('merge over windows and entities', async () => {
    const world = await CollectedWorld.at('2024-01-01T12:00:00Z')
    await world.list({ tenant: 'acme', entity: 'two' })
    await world.say({ times: [300], names: ['d', 'e'] }, { entity: 'two' })
    await world.take('2024-01-01T12:00:00Z', { times: [1, 2, 3], names: ['a', 'b'] })
    await world.to('2024-01-02T12:00:00Z').say('missing', { entity: 'two' })
    await world.take('2024-01-02T12:00:00Z', { times: [4], names: ['b', 'c'] })
    const select = 'times.n times.p50 times.p100 names.estimate names.error'
    expect((await world.range(select, '2024-01-01', '2024-01-03')).map((row) => answers([row]))).toEqual(['4 2 4 3 0', '1 302 302 2 0'])
    expect(answers(await world.range(select, '2024-01-01', '2024-01-03', { total: true }))).toBe('5 3 302 5 0')
    expect(answers(await world.range(select, '2024-01-03', '2024-01-04', { entity: 'one' }))).toBe('null null null null null')
  })

  test('a window without any number has none, and no quantile', async () => {
    const world = await january([['2024-01-01T12:00:00Z', {}]])
    expect(answers(await world.range('times.n times.p50 names.estimate', '2024-01-01', '2024-01-02'))).toBe('0 null 0')
  })
})

describe('what cannot be read', () => {
  test.each([
    ['a digit too many', { level: '1.234' }], ['a fraction of a whole number', { total: 1.5 }], ['a word for a number', { level: 'much' }],
    ['19 digits', { level: '12345678901234567.89' }], ['an unknown word', { mood: 'sad' }], ['no boolean', { lit: 1 }], ['no list', { times: 4 }],
    ['null for a count', { visits: null }], ['an unknown measure', { nothing: 1 }], ['a number among words', { names: [1] }],
  ])('%s fails the window, and nothing of it is written', async (_name, values) => {
    const world = await CollectedWorld.at('2024-01-01T12:00:00Z')
    expect(await world.take('2024-01-01T12:00:00Z', { level: '1', ...values } as never)).toBe('0 0 0 1')
    const [row] = await world.range('level.last', '2024-01-01', '2024-01-02')
    expect([row?.['level.last'], row?.coverage.reasons]).toEqual([null, { source_failed: 1 }])
  })

  test.each([['18 digits', { level: '1234567890123456.78' }], ['a number with its decimals', { level: 0.25 }], ['nulls', {}]])('%s can', async (_name, values) => {
    const world = await CollectedWorld.at('2024-01-01T12:00:00Z')
    expect(await world.take('2024-01-01T12:00:00Z', values as never)).toBe('1 0 0 0')
  })
})
