import { describe, expect, test } from 'vitest'
import type { AdjustmentInput } from './subject.ts'
import { lines, World } from './world.ts'

// Every number here was worked out on paper from docs/semantics.md, none by running the model.

describe('corrections', () => {
  test('duplicates, conflicts, replacements, retractions and the future', async () => {
    const world = await World.at('2024-03-04T12:00:00Z')
    const first = world.event('2024-03-01T10:00:00Z', { amount: '1.50' })
    const other = { ...first, amount: '2' }
    expect(await world.ingest(first, { ...first, amount: 1.5 }, other)).toBe('1 1 3:conflict')
    expect(await world.ingest({ ...first, at: '2024-03-01T11:00:00+01:00' })).toBe('0 0 1:conflict')
    expect(await world.replace(first, other, other)).toBe('1 2')
    expect(await world.ingest(first)).toBe('0 0 1:conflict')
    expect(await world.retract('e1', 'e1', 'e9')).toBe('1 1 3:unknown_event')
    expect(await world.ingest(other, first)).toBe('0 1 2:conflict')
    expect(await world.replace(other)).toBe('0 1')
    expect(await world.replace(first)).toBe('1 0')
    expect(await world.ingest(world.event('2024-03-05T12:00:00Z'), world.event('2024-03-05T12:00:00.001Z'))).toBe('1 0 2:from_the_future')
  })

  test('a retraction leaves the acquaintance, so that the days stay zero', async () => {
    const world = await World.at('2024-03-04T12:00:00Z')
    await world.ingest(world.event('2024-03-01T10:00:00Z'), world.event('2024-03-03T10:00:00Z'))
    await world.retract('e1')
    await world.model.capture('activity', world.now)
    expect(lines(await world.query('events.sum', { from: '2024-02-29', to: '2024-03-05' }))).toEqual([
      '2024-02-29:  (0/1 before_enrolment 1)', '2024-03-01: 0 (1/1)', '2024-03-02: 0 (1/1)', '2024-03-03: 1 (1/1)', '2024-03-04:  (0/1 open 1)',
    ])
    expect(lines(await world.query('events.sum'))).toEqual(['2024-03-03: 1 (1/1)'])
  })

  test('as-of gives values, enrolment and captures as they were believed', async () => {
    const world = await World.at('2024-03-04T12:00:00Z')
    const first = world.event('2024-03-03T10:00:00Z', { amount: '1' })
    await world.ingest(first)
    await world.to('2024-03-05T12:00:00Z').model.capture('activity', world.now)
    await world.to('2024-03-06T12:00:00Z').replace({ ...first, amount: '5' })
    await world.to('2024-03-07T12:00:00Z').ingest(world.event('2024-03-02T10:00:00Z'))
    const range = { from: '2024-03-02', to: '2024-03-06', grain: 'range' as const, entity: 'one' }
    const at = async (asOf: string): Promise<readonly string[]> => lines(await world.query('amount.sum', { ...range, asOf }))
    expect(await at('2024-03-04T11:59:59.999Z')).toEqual(['2024-03-02:  (0/4 before_enrolment 4)'])
    expect(await at('2024-03-04T12:00:00Z')).toEqual(['2024-03-02: 1.00 (0/4 before_enrolment 1 not_captured 1 open 2)'])
    expect(await at('2024-03-06T11:59:59.999Z')).toEqual(['2024-03-02: 1.00 (2/4 before_enrolment 1 not_captured 1)'])
    expect(await at('2024-03-06T12:00:00Z')).toEqual(['2024-03-02: 5.00 (2/4 before_enrolment 1 not_captured 1)'])
    expect(await at('2024-03-09T12:00:00Z')).toEqual(['2024-03-02: 5.00 (3/4 not_captured 1)'])
    const answer = await world.model.query('activity', { select: ['events.sum'], tenant: 'acme', asOf: '2024-03-06T13:00:00+01:00' }, world.now)
    expect(answer).toMatchObject({ series: 'activity', grain: 'day', asOf: '2024-03-06T12:00:00Z' })
    expect(await world.query('events.sum', { asOf: '2024-02-01T12:00:00Z' })).toEqual([])
    await expect(world.query('events.sum', { asOf: '2024-02-01T11:59:59.999Z' })).rejects.toMatchObject({ code: 'AS_OF_BEYOND_HORIZON' })
  })

  test('adjustments', async () => {
    const world = await World.at('2024-01-12T12:00:00Z')
    await world.ingest(world.event('2024-01-10T10:00:00Z', { amount: '1' }))
    const cases: readonly [Partial<AdjustmentInput>, string][] = [
      [{ by: 3 }, '1 0'], [{ by: 3 }, '0 1'], [{ by: 4 }, '0 0 1:conflict'], [{ id: 'a2', measure: 'amount', by: '-0.25' }, '1 0'],
      [{ id: 'a3', entity: 'nobody' }, '0 0 1:unknown_entity'], [{ id: 'a3', measure: 'active' }, '0 0 1:unknown_measure'],
      [{ id: 'a3', day: '2024-01-09' }, '0 0 1:before_enrolment'], [{ id: 'a3', day: '2024-01-14' }, '0 0 1:from_the_future'],
      [{ id: 'a3', day: '2024-01-13', group: { kind: 'docs' } }, '1 0'],
    ]
    for (const [adjustment, expected] of cases) expect(await world.adjust(adjustment)).toBe(expected)
    expect(lines(await world.query('events.sum amount.sum amount.n active.count', { from: '2024-01-10', to: '2024-01-14', grain: 'range' })))
      .toEqual(['2024-01-10: 5 0.75 1 1 (0/4 not_captured 2 open 2)'])
    expect(lines(await world.query('events.sum amount.sum', { from: '2024-01-10', to: '2024-01-11', where: { kind: 'fix' } }))).toEqual(['2024-01-10: 4 0.75 (0/1 not_captured 1)'])
  })

  test('nothing happens on a day that does not exist', async () => {
    const world = await World.at('2012-01-05T12:00:00Z', { zone: 'Pacific/Apia' })
    await world.ingest(world.event('2011-12-20T12:00:00Z'))
    expect(await world.adjust({ day: '2011-12-30' })).toBe('0 0 1:day_does_not_exist')
  })

  test('a checkpoint is the state over first acceptances, whatever came after', async () => {
    const world = await World.at('2024-03-04T12:00:00Z', { every: 2 })
    const first = world.event('2024-03-03T10:00:00Z', { amount: '1.50' })
    await world.ingest(first, world.event('2024-03-01T11:00:00Z', { e: 'two' }), world.event('2024-03-03T11:00:00Z', { kind: 'docs' }), world.event('2024-03-02T11:00:00Z', { amount: '-2' }))
    await world.replace({ ...first, amount: '9' })
    await world.retract('e3')
    await world.ingest(world.event('2024-03-04T01:00:00Z'))
    expect(await world.model.checkpoints('activity', { tenant: 'acme', entity: 'one' })).toEqual([
      { every: 2, count: 2, states: { events: { sum: '2' }, amount: { sum: '150', n: '1' }, low: { min: '150' }, active: { count: '1' }, lastAt: { max: '39600' }, fixes: { sum: '1' } } },
      { every: 2, count: 4, states: { events: { sum: '4' }, amount: { sum: '-50', n: '2' }, low: { min: '-200' }, active: { count: '3' }, lastAt: { max: '39600' }, fixes: { sum: '3' } } },
    ])
    expect(await world.model.checkpoints('activity', { tenant: 'acme', entity: 'two' })).toEqual([])
  })
})
