import { describe, expect, test } from 'vitest'
import { lines, World } from './world.ts'

// Every number here was worked out on paper from docs/semantics.md, none by running the model.

describe('days and periods', () => {
  async function week(): Promise<World> {
    const world = await World.at('2024-03-04T12:00:00Z')
    await world.ingest(
      world.event('2024-03-01T10:00:00Z', { amount: '1.00' }), world.event('2024-03-01T23:59:59.999Z', { amount: 2.01, kind: 'docs' }),
      world.event('2024-03-03T00:00:00Z'),
    )
    await world.to('2024-03-05T12:00:00Z').model.capture('activity', world.now)
    return world.to('2024-03-06T12:00:00Z')
  }

  test('a covered day without a row is zero, one that was not captured is null, today is open', async () => {
    const world = await week()
    const rows = await world.query('events.sum amount.sum amount.n amount.mean low.min active.count active.any perEvent.value', { from: '2024-03-01', to: '2024-03-08' })
    expect(lines(rows)).toEqual([
      '2024-03-01: 2 3.01 2 1.505000 1.00 1 true 1.5050 (1/1)',
      '2024-03-02: 0 0.00 0   0 false  (1/1)',
      '2024-03-03: 1 0.00 0   1 true 0.0000 (1/1)',
      '2024-03-04: 0 0.00 0   0 false  (1/1)',
      '2024-03-05:         (0/1 not_captured 1)',
      '2024-03-06:         (0/1 open 1)',
      '2024-03-07:         (0/1 open 1)',
    ])
  })

  test.each([
    ['week', ['2024-02-26: 3 3.01 2 false (3/3)', '2024-03-04: 0 0.00 0 false (1/4 not_captured 1 open 2)']],
    ['month', ['2024-03-01: 3 3.01 2 false (4/7 not_captured 1 open 2)']],
    ['range', ['2024-03-01: 3 3.01 2 false (4/7 not_captured 1 open 2)']],
  ] as const)('by %s', async (grain, expected) => {
    const world = await week()
    expect(lines(await world.query('events.sum amount.sum active.count active.all', { from: '2024-03-01', to: '2024-03-08', grain }))).toEqual(expected)
  })

  test('a flag is true of all days when each one that is known is true, the live ones too', async () => {
    const world = await week()
    await world.ingest(world.event('2024-03-06T01:00:00Z'))
    expect(lines(await world.query('active.count active.all', { from: '2024-03-03', to: '2024-03-04', grain: 'range' }))).toEqual(['2024-03-03: 1 true (1/1)'])
    expect(lines(await world.query('active.count active.all', { from: '2024-03-05', to: '2024-03-08', grain: 'range' })))
      .toEqual(['2024-03-05: 1 true (0/3 not_captured 1 open 2)'])
    expect(lines(await world.query('active.count active.all', { from: '2024-03-04', to: '2024-03-08', grain: 'range' })))
      .toEqual(['2024-03-04: 1 false (1/4 not_captured 1 open 2)'])
  })

  test('without a range only periods with a row are listed, from the first enrolment\'s civil year to today', async () => {
    const world = await week()
    expect(lines(await world.query('events.sum'))).toEqual(['2024-03-01: 2 (1/1)', '2024-03-03: 1 (1/1)'])
    expect(lines(await world.query('events.sum', { grain: 'month' }))).toEqual(['2024-03-01: 3 (4/31 not_captured 1 open 26)'])
    expect(lines(await world.query('events.sum', { grain: 'range' }))).toEqual(['2024-01-01: 3 (4/66 before_enrolment 60 not_captured 1 open 1)'])
  })

  test('dimensions split, where fixes one, and a comparison is of whole periods', async () => {
    const world = await week()
    const rows = await world.query('events.sum', { from: '2024-03-01', to: '2024-03-02', by: ['kind'] })
    expect(rows.map((row) => [row.group, row['events.sum']])).toEqual([[{ kind: 'fix' }, 1], [{ kind: 'docs' }, 1]])
    const fixed = await world.query('events.sum', { from: '2024-03-04', to: '2024-03-06', grain: 'week', where: { kind: 'docs' }, compare: ['previous', 'year'] })
    expect(fixed).toEqual([{
      tenant: 'acme', entity: 'one', group: { kind: 'docs' }, period: '2024-03-04', 'events.sum': 0, 'events.sum@previous': 1, 'events.sum@year': null,
      coverage: { expected: 2, present: 1, reasons: { not_captured: 1 } },
      'coverage@previous': { expected: 7, present: 3, reasons: { before_enrolment: 4 } }, 'coverage@year': { expected: 7, present: 0, reasons: { before_enrolment: 7 } },
    }])
  })

  test('an unknown entity, another tenant, and no one at all', async () => {
    const world = await week()
    const range = { from: '2024-03-01', to: '2024-03-03', grain: 'range' as const }
    expect(lines(await world.query('events.sum', { ...range, entity: 'nobody' }))).toEqual(['2024-03-01:  (0/2 before_enrolment 2)'])
    expect(lines(await world.query('events.sum', { ...range, tenant: 'other', entity: 'one' }))).toEqual(['2024-03-01:  (0/2 before_enrolment 2)'])
    expect(await world.query('events.sum', { ...range, tenant: 'other' })).toEqual([])
  })

  test('totals merge equal labels and add up coverage; a ratio of ratios is rounded once', async () => {
    const world = await week()
    await world.ingest(world.event('2024-03-02T10:00:00Z', { e: 'two', amount: '0.02' }))
    const range = { from: '2024-03-01', to: '2024-03-05', grain: 'range' as const, total: true }
    // Amounts 3.03 over 4 events = 0.7575; over 3 active days = 1.01; and 0.7575 / 1.01 = 3 / 4.
    expect(await world.query('events.sum active.count perEvent.value perDay.value daysPer.value low.min', range)).toEqual([{
      tenant: 'acme', entity: null, group: null, period: '2024-03-01', 'events.sum': 4, 'active.count': 3,
      'perEvent.value': '0.7575', 'perDay.value': '1.01', 'daysPer.value': '0.750', 'low.min': '0.02',
      coverage: { expected: 8, present: 7, reasons: { before_enrolment: 1 } },
    }])
  })

  test.each([['0.01', '0.000312'], ['0.03', '0.000938']])('a mean of %s over 32 values is %s, a half to even', async (amount, mean) => {
    const world = await World.at('2024-03-01T12:00:00Z')
    await world.ingest(...Array.from({ length: 32 }, (_, index) => world.event('2024-03-01T10:00:00Z', { amount: index === 0 ? amount : '0' })))
    expect((await world.query('amount.mean'))[0]?.['amount.mean']).toBe(mean)
  })

  test('a day that a zone skips is not expected', async () => {
    const world = await World.at('2011-12-29T00:00:00Z', { zone: 'Pacific/Apia' })
    // 10:00Z is the first instant of the 31st there; a second before it is still the 29th.
    await world.ingest(world.event('2011-12-28T12:00:00Z'))
    await world.to('2011-12-30T12:00:00Z').ingest(world.event('2011-12-30T09:59:59Z'), world.event('2011-12-30T10:00:00Z'))
    await world.to('2012-01-02T12:00:00Z').model.capture('activity', world.now)
    expect(lines(await world.query('events.sum lastAt.max', { from: '2011-12-28', to: '2012-01-01' }))).toEqual([
      '2011-12-28: 1 7200 (1/1)', '2011-12-29: 1 86399 (1/1)', '2011-12-30:   (0/0)', '2011-12-31: 1 0 (1/1)',
    ])
    expect(lines(await world.query('events.sum', { from: '2011-12-28', to: '2012-01-01', grain: 'range' }))).toEqual(['2011-12-28: 3 (3/3)'])
  })

  test('label days are the date of the event\'s own offset, and close at UTC−12', async () => {
    const world = await World.at('2024-05-02T11:59:00Z', { day: 'eventOffset' })
    await world.ingest(world.event('2024-05-01T23:30:00-12:00'), world.event('2024-05-02T00:10:00+14:00'), world.event('2024-05-01T08:00:00Z'))
    const range = { from: '2024-05-01', to: '2024-05-04' }
    await world.model.capture('activity', world.now)
    expect(lines(await world.query('events.sum lastAt.max', range))).toEqual([
      '2024-05-01: 2 84600 (0/1 open 1)', '2024-05-02: 1 600 (0/1 open 1)', '2024-05-03:   (0/1 open 1)',
    ])
    await world.to('2024-05-02T12:00:00Z').model.capture('activity', world.now)
    expect(lines(await world.query('events.sum', range))).toEqual(['2024-05-01: 2 (1/1)', '2024-05-02: 1 (0/1 open 1)', '2024-05-03:  (0/1 open 1)'])
  })
})
