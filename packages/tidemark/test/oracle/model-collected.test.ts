import { describe, expect, test } from 'vitest'
import type { FrequencyOptions } from '../../src/definitions/frequency.ts'
import type { CollectedKeepOptions } from '../../src/definitions/keep.ts'
import { CollectedWorld } from './collected-world.ts'
import { lines } from './world.ts'

// Every number here was worked out on paper from docs/semantics.md, none by running the model.

const frequency: FrequencyOptions = {
  status: 'status', activity: 'visits',
  rules: [
    { when: ['active'], every: 'day', busy: [{ atLeast: 10, every: 'sixHours' }, { moreThan: 20, every: 'hour' }] },
    { when: ['paused'], every: 'day' }, { when: ['completed'], every: 'final' }, { when: ['draft'], every: 'never' },
  ],
}

describe('windows of a source that only knows now', () => {
  test('one is due, the one that holds now; a missed one stays missing', async () => {
    const world = await CollectedWorld.at('2024-01-01T05:00:00Z', { grain: 'sixHours' })
    expect(await world.take('2024-01-01T05:00:00Z', { level: '1' })).toBe('1 0 0 0')
    expect(await world.capture()).toBe('0 0 0 0')
    expect(await world.take('2024-01-01T18:00:00Z', { level: '2' })).toBe('1 0 0 0')
    world.to('2024-01-02T01:00:00Z')
    expect(lines(await world.query('level.last', { from: '2023-12-31', to: '2024-01-03' }))).toEqual([
      '2023-12-31:  (0/1 before_enrolment 1)', '2024-01-01: 2.00 (2/4 not_captured 2)', '2024-01-02:  (0/4 open 4)',
    ])
  })

  test('windows of the enrolment day that were over are before it', async () => {
    const world = await CollectedWorld.at('2024-01-01T12:00:00Z', { grain: 'sixHours' })
    await world.take('2024-01-01T12:00:00Z', {})
    expect(lines(await world.query('visits.sum', { from: '2024-01-01', to: '2024-01-02' }))).toEqual(['2024-01-01: 0 (1/4 before_enrolment 2 open 1)'])
  })

  test('a window of a day is due at its local time', async () => {
    const world = await CollectedWorld.at('2024-01-01T05:00:00Z', { at: '06:00' })
    expect(await world.take('2024-01-01T05:59:59.999Z', {})).toBe('0 0 0 0')
    expect(lines(await world.query('visits.sum', { from: '2024-01-01', to: '2024-01-02' }))).toEqual(['2024-01-01:  (0/1 open 1)'])
    expect(await world.take('2024-01-01T06:00:00Z', {})).toBe('1 0 0 0')
  })

  test('the open period is answered, and its captured window is present', async () => {
    const world = await CollectedWorld.at('2024-01-01T12:00:00Z')
    await world.take('2024-01-01T12:00:00Z', { level: '5' })
    expect(lines(await world.query('level.last', { from: '2024-01-01', to: '2024-02-01', grain: 'month' }))).toEqual(['2024-01-01: 5.00 (1/31 open 30)'])
  })

  test('backfill is refused', async () => {
    const world = await CollectedWorld.at('2024-01-01T12:00:00Z')
    await expect(world.backfill('2024-01-01', '2024-01-02')).rejects.toMatchObject({ code: 'PAST_NOT_COLLECTED' })
  })

  test('grain captured has a row for each window, in local time', async () => {
    const world = await CollectedWorld.at('2024-03-31T03:00:00Z', { grain: 'sixHours', zone: 'Europe/Berlin' })
    await world.take('2024-03-30T23:30:00Z', { level: '1' })
    await world.take('2024-03-31T05:30:00Z', { level: '2' })
    world.to('2024-03-31T20:00:00Z')
    // The day begins at 23:00Z; the second window six hours later, which is 07:00 by then.
    expect(lines(await world.query('level.last', { from: '2024-03-30', to: '2024-04-01', grain: 'captured' }))).toEqual([
      '2024-03-30T00:00:00+01:00:  (0/1 before_enrolment 1)', '2024-03-31T00:00:00+01:00: 1.00 (1/1)', '2024-03-31T07:00:00+02:00: 2.00 (1/1)',
      '2024-03-31T13:00:00+02:00:  (0/1 not_captured 1)', '2024-03-31T19:00:00+02:00:  (0/1 open 1)',
    ])
    await expect(world.query('level.last', { grain: 'captured', total: true })).rejects.toMatchObject({ code: 'GRAIN_NOT_ACROSS' })
  })
})

describe('windows of a source that knows the past', () => {
  test('every window that is over is due, once a day has ended and its hour has come', async () => {
    const world = await CollectedWorld.at('2024-01-01T12:00:00Z', { past: true, at: '06:00' })
    await world.say({ visits: 1 }, { at: '2024-01-01T00:00:00Z' })
    expect(await world.capture()).toBe('0 0 0 0')
    expect(await world.to('2024-01-02T05:59:59Z').capture()).toBe('0 0 0 0')
    expect(await world.to('2024-01-04T06:00:00Z').capture()).toBe('3 0 0 0')
    expect(lines(await world.query('visits.sum', { from: '2023-12-31', to: '2024-01-05' }))).toEqual([
      '2023-12-31:  (0/1 before_enrolment 1)', '2024-01-01: 1 (1/1)', '2024-01-02: 1 (1/1)', '2024-01-03: 1 (1/1)', '2024-01-04:  (0/1 open 1)',
    ])
  })

  test('sub-day windows of the enrolment day can be collected too', async () => {
    const world = await CollectedWorld.at('2024-01-01T13:00:00Z', { past: true, grain: 'sixHours' })
    await world.say({ visits: 2 }, { at: '2024-01-01T00:00:00Z' })
    expect(await world.capture()).toBe('2 0 0 0')
    expect(lines(await world.query('visits.sum', { from: '2024-01-01', to: '2024-01-02' }))).toEqual(['2024-01-01: 4 (2/4 open 2)'])
  })

  test('backfill restates what is said otherwise, and a failure replaces no value', async () => {
    const world = await CollectedWorld.at('2024-01-01T00:00:00Z', { past: true })
    await world.say({ visits: 1 })
    await world.capture()
    await world.to('2024-01-03T00:00:00Z').capture()
    await world.to('2024-01-03T01:00:00Z').say({ visits: 5 }, { at: '2024-01-02T00:00:00Z' })
    expect(await world.backfill('2024-01-01', '2024-01-04')).toBe('0 1 1 0')
    await world.source({ down: true })
    expect(await world.to('2024-01-03T02:00:00Z').backfill('2024-01-01', '2024-01-04')).toBe('0 0 0 2')
    expect((await world.query('visits.sum', { from: '2024-01-01', to: '2024-01-03' })).map((row) => row['visits.sum'])).toEqual([1, 5])
    const before = await world.query('visits.sum', { from: '2024-01-01', to: '2024-01-03', asOf: '2024-01-03T00:30:00Z' })
    expect(before.map((row) => row['visits.sum'])).toEqual([1, 1])
  })
})

describe('failures', () => {
  test('are told apart from what was not captured, until the window is captured', async () => {
    const world = await CollectedWorld.at('2024-01-01T12:00:00Z')
    await world.take('2024-01-01T12:00:00Z', { level: '1' })
    expect(await world.take('2024-01-02T12:00:00Z', 'throws')).toBe('0 0 0 1')
    expect(await world.take('2024-01-03T11:00:00Z', 'missing')).toBe('0 0 0 1')
    expect(await world.take('2024-01-03T12:00:00Z', { level: '3' })).toBe('1 0 0 0')
    expect(await world.take('2024-01-04T12:00:00Z', 'twice')).toBe('0 0 0 1')
    expect(lines(await world.query('level.last', { from: '2024-01-01', to: '2024-01-06' }))).toEqual([
      '2024-01-01: 1.00 (1/1)', '2024-01-02:  (0/1 source_failed 1)', '2024-01-03: 3.00 (1/1)', '2024-01-04:  (0/1 source_failed 1)', '2024-01-05:  (0/1 open 1)',
    ])
    expect(lines(await world.query('level.last', { from: '2024-01-03', to: '2024-01-04', asOf: '2024-01-03T11:30:00Z' }))).toEqual(['2024-01-03:  (0/1 source_failed 1)'])
    expect(lines(await world.query('level.last', { from: '2024-01-03', to: '2024-01-04', asOf: '2024-01-03T10:59:59Z' }))).toEqual(['2024-01-03:  (0/1 open 1)'])
  })

  test('a roster that fails decides nothing and fails what is due', async () => {
    const world = await CollectedWorld.at('2024-01-01T12:00:00Z')
    await world.take('2024-01-01T12:00:00Z', { level: '1' })
    await world.to('2024-01-02T12:00:00Z').source({ roster: 'fails' })
    expect(await world.capture()).toBe('0 0 0 1')
    await world.list()
    expect(await world.to('2024-01-02T13:00:00Z').capture()).toBe('1 0 0 0')
  })

  test('of one entity are no other\'s', async () => {
    const world = await CollectedWorld.at('2024-01-01T12:00:00Z')
    await world.list({ tenant: 'acme', entity: 'two' })
    await world.say({ level: '1' }, { entity: 'two' })
    expect(await world.take('2024-01-01T12:00:00Z', 'throws')).toBe('1 0 0 1')
    expect(lines(await world.query('level.last', { from: '2024-01-01', to: '2024-01-02', total: true }))).toEqual(['2024-01-01: 1.00 (1/2 source_failed 1)'])
  })
})

describe('frequencies', () => {
  test('the cadence of each day is what was decided at its first capture', async () => {
    const world = await CollectedWorld.at('2024-01-01T00:00:00Z', { grain: 'hour', frequency })
    await world.status('active')
    await world.take('2024-01-01T00:00:00Z', { visits: 10 })
    // 10 in the last seven days is at least 10: six hours from the 2nd on.
    await world.take('2024-01-02T00:00:00Z', { visits: 11 })
    await world.take('2024-01-03T00:00:00Z', { visits: 0 })
    world.to('2024-01-05T00:00:00Z')
    // 21 is more than 20: hours from the 3rd on, also on the 4th without a capture.
    expect(lines(await world.query('visits.sum', { from: '2024-01-01', to: '2024-01-05' }))).toEqual([
      '2024-01-01: 10 (1/1)', '2024-01-02: 11 (1/4 not_captured 3)', '2024-01-03: 0 (1/24 not_captured 23)', '2024-01-04:  (0/24 not_captured 24)',
    ])
  })

  test('a quiet week brings it down on the seventh decided day, and not before', async () => {
    const world = await CollectedWorld.at('2024-01-01T00:00:00Z', { grain: 'hour', frequency })
    await world.status('active')
    await world.take('2024-01-01T00:00:00Z', { visits: 12 })
    for (const day of ['02', '03', '04', '05', '06', '07', '08', '09', '10', '11', '12', '13', '14', '15', '16']) await world.take(`2024-01-${day}T00:00:00Z`, {})
    // The 12 of the 1st count until the 8th. From the 9th on activity is 0: the seventh low day is the 15th.
    const rows = await world.query('visits.sum', { from: '2024-01-01', to: '2024-01-17' })
    expect(rows.map(({ coverage }) => coverage.expected)).toEqual([1, ...new Array(13).fill(4), 1, 1])
  })

  test('an entity ends by its status after one final window, and returns', async () => {
    const world = await CollectedWorld.at('2024-01-01T01:00:00Z', { grain: 'hour', frequency })
    await world.status('paused')
    await world.take('2024-01-01T01:00:00Z', { level: '1' })
    await world.status('completed')
    expect(await world.take('2024-01-02T01:00:00Z', 'throws')).toBe('0 0 0 1')
    expect(await world.take('2024-01-03T01:00:00Z', { level: '2' })).toBe('1 0 0 0')
    expect(await world.take('2024-01-04T01:00:00Z', { level: '3' })).toBe('0 0 0 0')
    await world.status('paused')
    expect(await world.take('2024-01-06T01:00:00Z', { level: '4' })).toBe('1 0 0 0')
    expect(lines(await world.query('level.last', { from: '2024-01-01', to: '2024-01-07' }))).toEqual([
      '2024-01-01: 1.00 (1/1)', '2024-01-02:  (0/1 source_failed 1)', '2024-01-03: 2.00 (1/1)',
      '2024-01-04:  (0/1 entity_ended 1)', '2024-01-05:  (0/1 entity_ended 1)', '2024-01-06: 4.00 (1/1)',
    ])
  })

  test('drafts and unknown statuses are not enrolled; later an unknown one leaves what is in force', async () => {
    const world = await CollectedWorld.at('2024-01-01T01:00:00Z', { grain: 'hour', frequency })
    await world.status('draft')
    await world.take('2024-01-01T01:00:00Z', {})
    await world.status('odd')
    await world.take('2024-01-02T01:00:00Z', {})
    await world.status('paused')
    await world.take('2024-01-03T01:00:00Z', {})
    await world.status('odd')
    expect(await world.take('2024-01-04T01:00:00Z', {})).toBe('1 0 0 0')
    expect(lines(await world.query('visits.sum'))).toEqual(['2024-01-03: 0 (1/1)', '2024-01-04: 0 (1/1)'])
    expect(lines(await world.query('visits.sum', { from: '2024-01-02', to: '2024-01-03', entity: 'one' }))).toEqual(['2024-01-02:  (0/1 before_enrolment 1)'])
  })

  test('one that the roster no longer lists is gone, and returns when it does', async () => {
    const world = await CollectedWorld.at('2024-01-01T01:00:00Z')
    await world.take('2024-01-01T01:00:00Z', {})
    await world.unlist('one')
    await world.take('2024-01-02T01:00:00Z', {})
    await world.list({ tenant: 'acme', entity: 'one' })
    await world.take('2024-01-02T23:00:00Z', {})
    await world.take('2024-01-03T01:00:00Z', {})
    expect(lines(await world.query('visits.sum', { from: '2024-01-01', to: '2024-01-04' }))).toEqual([
      '2024-01-01: 0 (1/1)', '2024-01-02:  (0/1 entity_ended 1)', '2024-01-03: 0 (1/1)',
    ])
  })

  test('as of a time before a decision it was not known', async () => {
    const world = await CollectedWorld.at('2024-01-01T01:00:00Z')
    await world.take('2024-01-01T01:00:00Z', {})
    await world.unlist('one')
    await world.take('2024-01-02T01:00:00Z', {})
    expect(lines(await world.query('visits.sum', { from: '2024-01-02', to: '2024-01-03', asOf: '2024-01-02T00:30:00Z' }))).toEqual(['2024-01-02:  (0/1 open 1)'])
    expect(lines(await world.query('visits.sum', { from: '2024-01-01', to: '2024-01-02', asOf: '2024-01-01T00:30:00Z' }))).toEqual([])
  })

  test('a zone that the roster changes holds from the next local midnight', async () => {
    const world = await CollectedWorld.at('2024-01-01T12:00:00Z')
    await world.take('2024-01-01T12:00:00Z', {})
    await world.list({ tenant: 'acme', entity: 'one', zone: 'Asia/Tokyo' })
    await world.take('2024-01-02T12:00:00Z', {})
    // From midnight UTC of the 3rd the clock shows 09:00; the 3rd ends at 15:00Z.
    expect(await world.take('2024-01-03T14:59:00Z', {})).toBe('1 0 0 0')
    expect(await world.take('2024-01-03T15:00:00Z', {})).toBe('1 0 0 0')
    expect((await world.query('visits.sum')).map((row) => row.period)).toEqual(['2024-01-01', '2024-01-02', '2024-01-03', '2024-01-04'])
  })
})

describe('dimensions', () => {
  test('a group is what was given for it, and coverage that of the whole', async () => {
    const world = await CollectedWorld.at('2024-01-01T12:00:00Z', { by: { channel: ['web', 'app'] } })
    await world.take('2024-01-01T12:00:00Z', { visits: 9 }, { groups: [{ group: { channel: 'web' }, values: world.values({ visits: 2, level: '1' }) }] })
    await world.take('2024-01-02T12:00:00Z', { visits: 1 })
    const rows = await world.range('visits.sum level.last', '2024-01-01', '2024-01-03', { by: ['channel'] })
    expect(rows.map((row) => [row.group, row['visits.sum'], row['level.last'], row.coverage.present])).toEqual([[{ channel: 'web' }, 2, '1.00', 2], [{ channel: 'app' }, null, null, 2]])
    expect((await world.range('visits.sum', '2024-01-01', '2024-01-03')).map((row) => row['visits.sum'])).toEqual([10])
  })

  test('free text has cells for its first values, and the rest adds up in (other)', async () => {
    const world = await CollectedWorld.at('2024-01-01T12:00:00Z', { by: { word: { most: 2 } } })
    const group = (word: string, visits: number, level: string) => ({ group: { word }, values: world.values({ visits, level, lit: true }) })
    await world.take('2024-01-01T12:00:00Z', {}, { groups: [group('b', 1, '1'), group('a', 2, '2'), group('c', 4, '4'), group('d', 8, '8')] })
    await world.take('2024-01-02T12:00:00Z', {}, { groups: [group('c', 16, '16'), group('a', 32, '32')] })
    const rows = await world.range('visits.sum level.last lit.count', '2024-01-01', '2024-01-03', { by: ['word'] })
    expect(rows.map((row) => [row.group?.['word'], row['visits.sum'], row['level.last'], row['lit.count']])).toEqual([['b', 1, '1.00', 1], ['a', 34, '32.00', 2], ['(other)', 28, '16.00', 2]])
  })

  test('each tenant numbers its own words, whatever another has used up', async () => {
    const world = await CollectedWorld.at('2024-01-01T12:00:00Z', { by: { word: { most: 2 } } })
    await world.list({ tenant: 'borg', entity: 'two' })
    const group = (word: string, visits: number) => ({ group: { word }, values: world.values({ visits }) })
    await world.say({}, { groups: [group('a', 1), group('b', 2), group('c', 4)] })
    await world.take('2024-01-01T12:00:00Z', {}, { tenant: 'borg', entity: 'two', groups: [group('c', 8), group('d', 16)] })
    await world.say({}, { groups: [group('d', 32)] })
    await world.take('2024-01-02T12:00:00Z', {}, { tenant: 'borg', entity: 'two', groups: [group('a', 64), group('c', 128)] })
    const said = async (more: Parameters<CollectedWorld['range']>[3]) => (await world.range('visits.sum', '2024-01-01', '2024-01-03', more)).map((row) => [row.tenant, row.group?.['word'], row['visits.sum']])
    const acme = [['acme', 'a', 1], ['acme', 'b', 2], ['acme', '(other)', 36]]
    const borg = [['borg', 'c', 136], ['borg', 'd', 16], ['borg', '(other)', 64]]
    expect(await said({ by: ['word'] })).toEqual(acme)
    expect(await said({ by: ['word'], tenant: 'borg' })).toEqual(borg)
    expect(await said({ by: ['word'], allTenants: true })).toEqual([...acme, ...borg])
    expect(await said({ by: ['word'], allTenants: true, total: true })).toEqual([...acme, ...borg])
    expect(await said({ where: { word: 'c' }, tenant: 'borg' })).toEqual([['borg', 'c', 136]])
    for (const more of [{ tenant: 'acme' }, { allTenants: true }]) await expect(said({ where: { word: 'c' }, ...more })).rejects.toMatchObject({ code: 'DIMENSION_VALUE_UNKNOWN' })
    expect(await said({ where: { word: '(other)' }, allTenants: true })).toEqual([acme[2], borg[2]])
    // With its last entity a tenant's words are gone, and its numbers begin anew.
    await world.model.forget('site', { tenant: 'acme', entity: 'one' }, false, world.now)
    await world.list({ tenant: 'acme', entity: 'three' })
    await world.take('2024-01-03T12:00:00Z', {}, { entity: 'three', groups: [group('d', 256)] })
    expect((await world.range('visits.sum', '2024-01-03', '2024-01-04', { by: ['word'] })).map((row) => row.group)).toEqual([{ word: 'd' }])
  })

  test('each group has its own counter', async () => {
    const world = await CollectedWorld.at('2024-01-01T12:00:00Z', { by: { channel: ['web', 'app'] } })
    const web = (total: number) => ({ groups: [{ group: { channel: 'web' }, values: world.values({ total }) }] })
    await world.take('2024-01-01T12:00:00Z', { total: 100 }, web(10))
    await world.take('2024-01-02T12:00:00Z', { total: 200 })
    await world.take('2024-01-03T12:00:00Z', { total: 250 }, web(15))
    expect((await world.range('total.increase', '2024-01-01', '2024-01-04', { where: { channel: 'web' } })).map((row) => row['total.increase'])).toEqual([5])
    expect((await world.range('total.increase', '2024-01-03', '2024-01-04')).map((row) => row['total.increase'])).toEqual([50])
  })
})

describe('tiers, holds and erasure', () => {
  const keep: CollectedKeepOptions = { captured: '10d', day: '20d', week: '60d', month: '400d', quarter: 'archive', asOfDays: 30 }

  /** Six-hour windows from 1 to 9 January at level 1 to 9 and 24 visits a day, two of four each day. */
  async function january(more: Partial<Parameters<typeof CollectedWorld.at>[1]> = {}): Promise<CollectedWorld> {
    const world = await CollectedWorld.at('2024-01-01T00:00:00Z', { grain: 'sixHours', keep, ...more })
    for (let day = 1; day <= 9; day += 1) {
      await world.take(`2024-01-0${day}T00:00:00Z`, { level: String(day), visits: 10, total: day * 10 }, { payload: { day, part: 1 } })
      await world.take(`2024-01-0${day}T12:00:00Z`, { level: String(day + 1), visits: 14, total: day * 10 + 5 }, day % 2 === 1 ? { payload: { day, part: 2 } } : {})
    }
    return world
  }

  test('a captured day retires when it is ten days old, and then has no finer detail', async () => {
    const world = await january()
    await world.tiers('2024-01-14T12:00:00Z')
    // The 3rd ended on the 4th; with ten days that is the 14th.
    const at = async (day: string) => lines(await world.query('level.last', { from: `2024-01-0${day}`, to: `2024-01-0${Number(day) + 1}`, grain: 'captured' }))
    expect(await at('3')).toEqual(['00', '06', '12', '18'].map((hour) => `2024-01-03T${hour}:00:00+00:00:  (0/1 finer_detail_retired 1) widened 2024-01-03..2024-01-04`))
    expect((await at('4'))[0]).toBe('2024-01-04T00:00:00+00:00: 4.00 (1/1)')
    expect(lines(await world.query('level.mean visits.sum total.increase', { from: '2024-01-03', to: '2024-01-05' }))).toEqual([
      '2024-01-03: 3.500000 24 10 (2/4 not_captured 2)', '2024-01-04: 4.500000 24 10 (2/4 not_captured 2)',
    ])
  })

  test('a retired week is cut, and the widened range is exact', async () => {
    const world = await january()
    // 1 to 7 January are a week; it ended on the 8th, and 20 days later it is the 28th.
    await world.tiers('2024-01-28T00:00:00Z')
    expect(lines(await world.query('visits.sum', { from: '2024-01-03', to: '2024-01-09', grain: 'range' }))).toEqual([
      '2024-01-03: 24 (2/24 finer_detail_retired 20 not_captured 2) widened 2024-01-01..2024-01-09',
    ])
    expect(lines(await world.query('visits.sum level.first level.last total.increase', { from: '2024-01-01', to: '2024-01-09', grain: 'range' }))).toEqual([
      '2024-01-01: 192 1.00 9.00 75 (16/32 not_captured 16)',
    ])
  })

  test('entities of a value keep longer, while they have it', async () => {
    const world = await january({ keep: { ...keep, longer: { attribute: 'worth', is: 'high', times: 2 } } })
    await world.list({ tenant: 'acme', entity: 'one', attributes: { worth: 'high' } })
    await world.to('2024-01-20T00:00:00Z').capture()
    const third = { from: '2024-01-03', to: '2024-01-04', grain: 'captured' as const }
    await world.tiers('2024-01-23T23:59:59Z')
    expect((await world.query('level.last', third))[0]?.coverage.reasons).toEqual({})
    await world.tiers('2024-01-24T00:00:00Z')
    expect((await world.query('level.last', third))[0]?.coverage.reasons).toEqual({ finer_detail_retired: 1 })
    expect((await world.query('level.last', { ...third, from: '2024-01-04', to: '2024-01-05' }))[0]?.coverage.reasons).toEqual({})
  })

  test('a hold keeps every boundary where it is until it is lifted', async () => {
    const world = await january()
    await world.model.hold('h', { tenant: 'acme', entity: null }, world.now)
    await world.tiers('2024-03-01T00:00:00Z')
    const third = { from: '2024-01-03', to: '2024-01-04', grain: 'captured' as const }
    expect((await world.query('level.last', third))[0]?.coverage.reasons).toEqual({})
    await world.model.liftHold('h', world.now)
    await world.tiers('2024-03-01T00:00:01Z')
    expect((await world.query('level.last', third))[0]?.coverage.reasons).toEqual({ finer_detail_retired: 1 })
  })

  test('a backfill of what has been rolled up writes nothing', async () => {
    const world = await CollectedWorld.at('2024-01-01T00:00:00Z', { past: true, keep })
    await world.say({ visits: 1 })
    await world.capture()
    await world.to('2024-01-14T00:00:00Z').capture()
    await world.tiers('2024-01-14T00:00:00Z')
    await world.say({ visits: 2 }, { at: '2024-01-01T00:00:00Z' })
    // The first three days have retired; of the 4th to the 13th every one is said otherwise.
    expect(await world.to('2024-01-14T01:00:00Z').backfill('2024-01-01', '2024-01-14')).toBe('0 0 10 0')
    expect((await world.range('visits.sum', '2024-01-01', '2024-01-14')).map((row) => row['visits.sum'])).toEqual([23])
    expect((await world.range('visits.sum', '2024-01-01', '2024-01-14', { asOf: '2024-01-14T00:30:00Z' })).map((row) => row['visits.sum'])).toEqual([13])
  })

  test('the payload of a rolled-up row is that of its last window that has one', async () => {
    const world = await january()
    const at = async (instant: string) => world.model.stateAt('metrics', { tenant: 'acme', entity: 'one' }, Date.parse(instant), world.now)
    expect(await at('2023-12-31T23:59:59Z')).toBeNull()
    expect(await at('2024-01-02T13:00:00Z')).toMatchObject({ from: '2024-01-02T12:00:00.000Z', to: '2024-01-02T18:00:00.000Z', payload: null, values: { level: '3.00', visits: 14, lit: null, times: 0 } })
    await world.tiers('2024-01-28T00:00:00Z')
    expect(await at('2024-01-02T13:00:00Z')).toMatchObject({ at: null, from: '2024-01-01T00:00:00.000Z', to: '2024-01-08T00:00:00.000Z', payload: { day: 7, part: 2 }, values: { level: '8.00', total: 75, visits: 168 } })
    expect(await at('2024-01-08T13:00:00Z')).toMatchObject({ from: '2024-01-08T00:00:00.000Z', to: '2024-01-09T00:00:00.000Z', payload: { day: 8, part: 1 } })
  })

  test('an erased entity answers erased by name, and nothing else tells of it', async () => {
    const world = await january()
    await world.model.forget('site', { tenant: 'acme', entity: 'one' }, false, world.now)
    expect(lines(await world.query('visits.sum', { from: '2024-01-08', to: '2024-01-10', entity: 'one' }))).toEqual(['2024-01-08:  (0/1 erased 1)', '2024-01-09:  (0/1 erased 1)'])
    expect(await world.query('visits.sum', { from: '2024-01-08', to: '2024-01-10' })).toEqual([])
    expect(await world.take('2024-01-10T00:00:00Z', { visits: 1 })).toBe('0 0 0 0')
  })

  test('a hold refuses erasure unless it is overridden', async () => {
    const world = await january()
    await world.model.hold('h', { tenant: 'acme', entity: 'one' }, world.now)
    await expect(world.model.forget('site', { tenant: 'acme', entity: 'one' }, false, world.now)).rejects.toMatchObject({ code: 'HELD' })
    expect(await world.query('visits.sum', { grain: 'range' })).toHaveLength(1)
    await world.model.forget('site', { tenant: 'acme', entity: 'one' }, true, world.now)
    expect(await world.query('visits.sum', { grain: 'range' })).toEqual([])
  })

  test('a measure that is added later has values from its day on', async () => {
    const world = await january()
    await world.to('2024-01-10T00:00:00Z').redeclare({ grain: 'sixHours', keep, later: true })
    await world.take('2024-01-10T00:00:00Z', { later: 7 })
    await world.take('2024-01-10T06:00:00Z', {})
    await world.tiers('2024-01-10T06:00:00Z')
    const [row] = await world.range('later.last visits.sum', '2024-01-09', '2024-01-11')
    expect([row?.['later.last'], row?.coverage.present, row?.coverage.measures]).toEqual([7, 4, { later: { present: 1, reasons: { not_measured_yet: 2, no_value: 1 } } }])
  })
})
