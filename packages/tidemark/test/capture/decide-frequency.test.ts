import { describe, expect, it } from 'vitest'
import { decideFrequency } from '../../src/capture/decide-frequency.ts'
import type { Cadence } from '../../src/definitions/frequency.ts'
import { decimal, series } from '../../src/index.ts'
import type { CollectedEntity } from '../../src/stores/contract/collected.ts'
import { at, DAY, day } from '../tiers/sample.ts'
import { campaign, decision, definitionOf, entityOf, nobody, snapshots } from './campaigns.ts'

const definition = definitionOf()
const NOW = at('2026-03-10T00:10:00Z')

/** What is decided on 10 March for an entity of this status and activity. */
function decide(change: Partial<CollectedEntity>, listed = true, series = definition) {
  return decideFrequency(series, entityOf(change), listed, NOW)
}

describe('the first decision', () => {
  it.each([
    ['active', 0, 'day'], ['active', 24, 'day'], ['active', 25, 'sixHours'], ['active', 100, 'sixHours'], ['active', 101, 'hour'],
    ['planned', 500, 'day'], ['recruiting', 500, 'day'], ['paused', 500, 'day'], ['completed', 500, 'final'], ['cancelled', 0, 'final'],
  ] as const)('of a campaign that is %s with %i sessions is %s', (status, activity, cadence) => {
    expect(decide({ attributes: { status }, activity })).toEqual({
      decided: { entity: 1, day: day('2026-03-10'), at: NOW, cadence, status, activity, lowDays: 0, changes: true }, reason: 'enrolled', statusUnknown: false,
    })
  })

  it('of a draft enrols nobody, and is made all the same', () => {
    expect(decide({ attributes: { status: 'draft' } })).toMatchObject({ decided: { cadence: 'never', changes: false, day: day('2026-03-10') }, reason: null })
  })

  it.each([[{ status: 'archived' }], [{ status: null }], [{}], [{ toString: 'active' }]])('is not made for the attributes %j, and that is said', (attributes) => {
    expect(decide({ attributes })).toMatchObject({ decided: { cadence: 'never', changes: false }, statusUnknown: true })
  })

  it('without activity counts it as 0', () => {
    expect(decide({ activity: null }).decided).toMatchObject({ cadence: 'day', activity: 0 })
  })

  it('compares a decimal at its own scale', () => {
    const hours = series('hours', { of: campaign, grain: 'hour' }).measures(({ counter }) => ({ hours: counter(decimal(2)) }))
      .frequency({ status: 'status', activity: 'hours', rules: [{ when: ['active'], every: 'day', busy: [{ atLeast: 25, every: 'hour' }] }] })
      .collect(nobody, { entities: nobody }).definition
    expect(decide({ activity: 2499 }, true, hours).decided?.cadence).toBe('day')
    expect(decide({ activity: 2500 }, true, hours).decided?.cadence).toBe('hour')
  })

  it('without rules is the grain, and ends when the roster no longer lists it', () => {
    const plain = snapshots().collect(nobody, { entities: nobody }).definition
    expect(decide({ attributes: {} }, true, plain)).toMatchObject({ decided: { cadence: 'hour', status: null, activity: null }, reason: 'enrolled', statusUnknown: false })
    expect(decide({ decisions: [decision('2026-03-01', 'hour', null)] }, false, plain)).toMatchObject({ decided: { cadence: 'never' }, reason: 'gone' })
    expect(decide({ decisions: [decision('2026-03-01', 'hour', null), decision('2026-03-05', 'never', null)] }, true, plain)).toMatchObject({ decided: { cadence: 'hour' }, reason: 'returned' })
  })
})

describe('a later decision', () => {
  it('is made once a day of the entity\'s own', () => {
    expect(decide({ decidedDay: day('2026-03-10'), activity: 500, decisions: [decision('2026-03-10', 'day')] })).toEqual({ decided: null, reason: null, statusUnknown: false })
    // In Tokyo it is 09:10 of the same day; in Honolulu 14:10 of the day before, which has been decided.
    expect(decide({ decidedDay: day('2026-03-09'), zones: [{ zone: 'Pacific/Honolulu', from: 0 }] }).decided).toBeNull()
    expect(decide({ decidedDay: day('2026-03-09'), zones: [{ zone: 'Asia/Tokyo', from: 0 }] }).decided?.day).toBe(day('2026-03-10'))
    expect(decide({ decidedDay: day('2026-03-11') }).decided).toBeNull()
  })

  it('counts for nothing when it was made by a clock that was days ahead', () => {
    const ahead = [decision('2026-03-01', 'day'), decision('2027-03-10', 'never')]
    expect(decide({ decidedDay: day('2027-03-10'), activity: 500, decisions: ahead })).toMatchObject({ decided: { day: day('2026-03-10'), cadence: 'hour', changes: true }, reason: 'busier' })
    expect(decide({ decidedDay: day('2027-03-10'), decisions: [decision('2027-03-10', 'day')] })).toMatchObject({ decided: { day: day('2026-03-10') }, reason: 'enrolled' })
  })

  // In force, days low so far, activity today → what holds, days low from then on.
  it.each<[Cadence, number, number, Cadence, number]>([
    ['day', 0, 25, 'sixHours', 0], ['day', 0, 101, 'hour', 0], ['sixHours', 5, 101, 'hour', 0],
    // 80 % of 25 is 20, of 100 is 80: exactly there the day does not count, and the count starts anew.
    ['sixHours', 6, 20, 'sixHours', 0], ['sixHours', 5, 19, 'sixHours', 6], ['sixHours', 6, 19, 'day', 0], ['sixHours', 6, 24, 'sixHours', 0], ['sixHours', 6, 25, 'sixHours', 0],
    ['hour', 6, 80, 'hour', 0], ['hour', 0, 79, 'hour', 1], ['hour', 6, 79, 'sixHours', 0], ['hour', 6, 100, 'hour', 0], ['hour', 6, 24, 'day', 0], ['hour', 6, 0, 'day', 0],
    ['day', 0, 0, 'day', 0], ['day', 3, 24, 'day', 0],
  ])('in force %s, %i days low, activity %i: %s, %i days low', (inForce, lowDays, activity, cadence, after) => {
    const { decided } = decide({ decisions: [decision('2026-03-01', inForce)], decidedDay: day('2026-03-09'), lowDays, activity })
    expect(decided).toMatchObject({ cadence, lowDays: after, changes: cadence !== inForce })
  })

  it('of another status holds at once, and starts the count anew', () => {
    const busy = { decisions: [decision('2026-03-01', 'hour')], decidedDay: day('2026-03-09'), lowDays: 3, activity: 0 }
    expect(decide({ ...busy, attributes: { status: 'paused' } })).toMatchObject({ decided: { cadence: 'day', lowDays: 0 }, reason: 'status' })
    expect(decide({ ...busy, attributes: { status: 'completed' } })).toMatchObject({ decided: { cadence: 'final' }, reason: 'status' })
    expect(decide({ ...busy, attributes: { status: 'draft' } })).toMatchObject({ decided: { cadence: 'never' }, reason: 'status' })
    expect(decide({ ...busy, attributes: { status: 'wobbly' } })).toMatchObject({ decided: { cadence: 'hour', lowDays: 3, changes: false }, reason: null, statusUnknown: true })
  })

  it('says why', () => {
    const reason = (inForce: Cadence, change: Partial<CollectedEntity>, listed = true) =>
      decide({ decisions: [decision('2026-03-01', inForce)], decidedDay: day('2026-03-09'), ...change }, listed).reason
    expect(reason('day', { activity: 30 })).toBe('busier')
    expect(reason('hour', { activity: 0, lowDays: 6 })).toBe('quieter')
    expect(reason('day', {}, false)).toBe('gone')
    expect(reason('never', { decisions: [decision('2026-03-01', 'day'), decision('2026-03-02', 'never', null)] })).toBe('returned')
    expect(reason('final', { attributes: { status: 'cancelled' }, decisions: [decision('2026-03-08', 'final', 'completed')], latestAt: at('2026-03-08T00:00:00Z') })).toBe('final_captured')
  })
})

/** Lives through days from 1 March on: each day's status (null: not listed) and activity. Says each day's cadence. */
function live(days: readonly (readonly [status: string | null, activity: number, captured?: false])[], skipped: readonly number[] = []): readonly Cadence[] {
  let entity = entityOf()
  const cadences: Cadence[] = []
  for (const [index, [status, activity, captured = true]] of days.entries()) {
    const now = at('2026-03-01T00:10:00Z') + index * DAY
    if (!skipped.includes(index)) {
      const { decided } = decideFrequency(definition, { ...entity, attributes: { status }, activity }, status !== null, now)
      if (decided === null) throw new Error('every day is decided')
      const { lowDays, changes, entity: _id, ...made } = decided
      entity = { ...entity, lowDays, decidedDay: decided.day, decisions: changes ? [...entity.decisions, made] : entity.decisions }
    }
    const cadence = entity.decisions.at(-1)?.cadence ?? 'never'
    if (cadence !== 'never' && captured && !skipped.includes(index)) entity = { ...entity, latestAt: now - now % DAY }
    cadences.push(cadence)
  }
  return cadences
}

const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value)

describe('days in a row', () => {
  it('do not flap when activity flutters around a bound for a month', () => {
    const flutter = Array.from({ length: 31 }, (_, index) => ['active', index % 2 === 0 ? 26 : 21] as const)
    expect(live(flutter)).toEqual(times(31, 'sixHours'))
    const below = Array.from({ length: 31 }, (_, index) => ['active', index === 0 ? 25 : index % 7 === 0 ? 20 : 3] as const)
    expect(live(below)).toEqual(times(31, 'sixHours'))
  })

  it('go down on the seventh low one', () => {
    expect(live([['active', 101], ...times(8, ['active', 10] as const)])).toEqual([...times(7, 'hour'), 'day', 'day'])
  })

  it('without a capture neither count nor break the count', () => {
    // The days 3 and 4 are not decided: the seventh low decided day is two days later.
    expect(live([['active', 101], ...times(10, ['active', 10] as const)], [3, 4])).toEqual([...times(9, 'hour'), 'day', 'day'])
  })

  it('pass from draft through active to completed, and back', () => {
    expect(live([['draft', 0], ['planned', 0], ['active', 30], ['active', 200], ['completed', 200], ['completed', 200], ['completed', 0], ['active', 0], ['cancelled', 0], ['cancelled', 0]]))
      .toEqual(['never', 'day', 'sixHours', 'hour', 'final', 'never', 'never', 'day', 'final', 'never'])
  })

  it('ask for the final window until there is one', () => {
    expect(live([['active', 0], ['completed', 0, false], ['completed', 0, false], ['completed', 0], ['completed', 0], ['cancelled', 0]]))
      .toEqual(['day', 'final', 'final', 'final', 'never', 'never'])
  })

  it('end when the roster lists it no more, and begin again when it does', () => {
    expect(live([['active', 0], [null, 0], [null, 0], ['active', 30]])).toEqual(['day', 'never', 'never', 'sixHours'])
    // One that was never enrolled has nothing to end.
    expect(live([['draft', 0], [null, 0], ['active', 0]])).toEqual(['never', 'never', 'day'])
  })
})
