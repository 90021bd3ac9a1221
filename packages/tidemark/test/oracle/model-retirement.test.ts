import { describe, expect, test } from 'vitest'
import type { KeepOptions } from '../../src/definitions/keep.ts'
import { activity, lines, type Setting, World } from './world.ts'

// Every number here was worked out on paper from docs/semantics.md, none by running the model.

describe('retirement', () => {
  const keep: KeepOptions = { day: '10d', week: '40d', month: 'forever', asOfDays: 5 }

  /** Events on Wednesday 3 and Wednesday 10 January; on the 20th the week fragment of 1 to 7 January has retired. */
  async function january(setting: Setting = {}): Promise<World> {
    const world = await World.at('2024-01-10T12:00:00Z', { keep, ...setting })
    await world.ingest(world.event('2024-01-03T10:00:00Z', { amount: '1' }), world.event('2024-01-10T10:00:00Z', { amount: '2' }))
    await world.to('2024-01-17T23:59:59.999Z').keep()
    expect((await world.query('events.sum', { from: '2024-01-03', to: '2024-01-04' }))[0]?.widened).toBeUndefined()
    await world.to('2024-01-18T00:00:00Z').keep()
    return world
  }

  test('a day in a retired row is answered without it, and the widened range is exact', async () => {
    const world = await january()
    expect(lines(await world.query('events.sum', { from: '2024-01-02', to: '2024-01-09' }))).toEqual([
      '2024-01-02:  (0/1 before_enrolment 1)',
      ...['03', '04', '05', '06', '07'].map((day) => `2024-01-${day}:  (0/1 finer_detail_retired 1) widened 2024-01-01..2024-01-08`),
      '2024-01-08: 0 (1/1)',
    ])
    expect(lines(await world.query('events.sum', { from: '2024-01-05', to: '2024-01-16', grain: 'range' }))).toEqual([
      '2024-01-05: 1 (8/11 finer_detail_retired 3) widened 2024-01-01..2024-01-16',
    ])
    expect(lines(await world.query('events.sum', { from: '2024-01-01', to: '2024-01-16', grain: 'range' }))).toEqual(['2024-01-01: 2 (13/15 before_enrolment 2)'])
  })

  test('a retired row of another cell is no reason', async () => {
    const world = await january()
    expect(lines(await world.query('events.sum', { from: '2024-01-04', to: '2024-01-05', by: ['kind'] }))).toEqual([
      '2024-01-04:  (0/1 finer_detail_retired 1) widened 2024-01-01..2024-01-08', '2024-01-04: 0 (1/1)',
    ])
  })

  test('what is retired is sealed, but takes late events and adjustments, and a flag counts a day once', async () => {
    const world = await january()
    const sealed = { t: 'acme', e: 'one', id: 'e1', at: '2024-01-03T10:00:00Z', kind: 'fix', amount: '9' }
    expect(await world.replace(sealed)).toBe('0 0 1:window_sealed')
    expect(await world.ingest(sealed)).toBe('0 0 1:conflict')
    expect(await world.replace({ t: 'acme', e: 'one', id: 'e2', at: '2024-01-07T10:00:00Z', kind: 'fix', amount: '2' })).toBe('0 0 1:window_sealed')
    expect(await world.retract('e1')).toBe('0 0 1:window_sealed')
    expect(await world.ingest(world.event('2024-01-03T12:00:00Z', { amount: '0.50' }), world.event('2024-01-05T12:00:00Z'))).toBe('2 0')
    expect(await world.adjust({ day: '2024-01-04', by: 10 })).toBe('1 0')
    const week = { from: '2024-01-01', to: '2024-01-08', grain: 'week' as const }
    expect(lines(await world.query('events.sum amount.sum active.count', week))).toEqual(['2024-01-01: 13 1.50 2 (5/7 before_enrolment 2)'])
    expect(await world.retract('e2')).toBe('1 0')
  })

  test('rows go from days to week fragments to months, and each cuts its own range', async () => {
    const world = await january()
    await world.to('2024-03-12T12:00:00Z').keep()
    // January ended 1 February; with 40 days that is 12 March. The fragment to 1 March and 10 days is 11 March.
    expect(lines(await world.query('events.sum', { from: '2024-01-08', to: '2024-02-01', grain: 'range' }))).toEqual([
      '2024-01-08:  (0/24 finer_detail_retired 24) widened 2024-01-01..2024-02-01',
    ])
    expect(lines(await world.query('events.sum', { from: '2024-01-01', to: '2024-03-01', grain: 'month' }))).toEqual([
      '2024-01-01: 2 (29/31 before_enrolment 2)', '2024-02-01: 0 (29/29)',
    ])
  })

  test('a day that no capture has closed does not retire, whatever its age', async () => {
    const world = await World.at('2024-01-10T12:00:00Z', { keep })
    await world.ingest(world.event('2024-01-03T10:00:00Z'))
    await world.model.capture('activity', Date.parse('2024-01-10T12:00:00Z'))
    await world.to('2024-06-01T12:00:00Z').model.runTiers('activity', world.now)
    expect(lines(await world.query('events.sum', { from: '2024-01-07', to: '2024-01-11' }))).toEqual([
      '2024-01-07:  (0/1 finer_detail_retired 1) widened 2024-01-01..2024-01-08', '2024-01-08: 0 (1/1)', '2024-01-09: 0 (1/1)', '2024-01-10:  (0/1 not_captured 1)',
    ])
  })

  test('declared windows stay exact, and an anchor stays where it froze', async () => {
    const world = await january({ months: 1 })
    expect(lines(await world.window('events.sum'))).toEqual(['2024-01-03..2024-02-03: 2 (15/31 open 16)'])
    // The window starts on the 3rd, so the fragment is cut there and the answer needs no widening.
    await world.ingest(world.event('2024-01-02T10:00:00Z'), world.event('2023-12-31T10:00:00Z'))
    expect(lines(await world.window('events.sum'))).toEqual([
      '2023-12-03..2024-01-03: 2 (3/31 before_enrolment 28)', '2024-01-03..2024-02-03: 2 (15/31 open 16)',
    ])
    expect(lines(await world.window('events.sum', { anchor: '2024-01-05', months: 1 }))).toEqual([
      '2023-12-05..2024-01-05: 2 (3/31 before_enrolment 26 finer_detail_retired 2) widened 2023-12-05..2024-01-08',
      '2024-01-05..2024-02-05: 1 (10/31 finer_detail_retired 3 open 18) widened 2024-01-01..2024-02-05',
    ])
    expect(lines(await world.window('events.sum', { to: '2024-01-03' }))).toEqual(['2023-12-03..2024-01-03: 2 (3/31 before_enrolment 28)'])
  })

  test('a measure added later counts from the first day of which nothing has retired', async () => {
    const world = await january({ fixes: false })
    await world.model.declare([activity({ keep, fixes: true })], world.now)
    await world.ingest(world.event('2024-01-05T10:00:00Z'), world.event('2024-01-09T10:00:00Z'))
    const rows = await world.query('events.sum fixes.sum', { from: '2024-01-01', to: '2024-02-01', grain: 'month' })
    expect(rows).toEqual([{
      tenant: 'acme', entity: 'one', group: null, period: '2024-01-01', 'events.sum': 4, 'fixes.sum': 2,
      coverage: {
        expected: 31, present: 15, reasons: { before_enrolment: 2, open: 14 },
        measures: { fixes: { present: 10, reasons: { not_measured_yet: 5 } } },
      },
    }])
    const before = await world.query('fixes.sum', { from: '2024-01-01', to: '2024-01-08', grain: 'week' })
    expect(before.map((row) => [row['fixes.sum'], row.coverage.measures])).toEqual([[null, { fixes: { present: 0, reasons: { not_measured_yet: 5 } } }]])
  })

  test('a rolled-up row still says what was believed within the horizon', async () => {
    const world = await january()
    await world.to('2024-01-19T00:00:00Z').ingest(world.event('2024-01-04T10:00:00Z'))
    const week = { from: '2024-01-01', to: '2024-01-08', grain: 'week' as const }
    expect(lines(await world.query('events.sum', { ...week, asOf: '2024-01-18T12:00:00Z' }))).toEqual(['2024-01-01: 1 (5/7 before_enrolment 2)'])
    expect(lines(await world.query('events.sum', week))).toEqual(['2024-01-01: 2 (5/7 before_enrolment 2)'])
  })
})
