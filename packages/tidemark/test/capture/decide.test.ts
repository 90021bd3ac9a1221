import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { labelCalendar, localCalendar } from '../../src/calendar/local-calendar.ts'
import { decideCapture } from '../../src/capture/decide.ts'
import { activity, at, day, entityState, HOUR, seriesState, ZONES } from '../tiers/sample.ts'

const definition = activity({ day: 'forever' })
const labelled = activity({ day: 'forever' }, 'eventOffset')

describe('decideCapture', () => {
  const cases: readonly (readonly [string, string | null, string | null, string, string, object])[] = [
    ['covers the first days', '2024-03-01', null, 'UTC', '2024-03-04T01:00:00Z', { action: 'cover', reason: 'first_days', from: day('2024-03-01'), to: day('2024-03-04') }],
    ['covers the day that has closed', '2024-03-01', '2024-03-04T01:00:00Z', 'UTC', '2024-03-05T01:00:00Z', { action: 'cover', reason: 'next_day', from: day('2024-03-04'), to: day('2024-03-05') }],
    ['catches up after a pause', '2024-03-01', '2024-03-04T01:00:00Z', 'UTC', '2024-03-09T01:00:00Z', { action: 'cover', reason: 'catch_up', from: day('2024-03-04'), to: day('2024-03-09') }],
    ['covers those heard of since from their first day on', '2024-03-07', '2024-03-04T01:00:00Z', 'UTC', '2024-03-09T01:00:00Z', { action: 'cover', reason: 'first_days', from: day('2024-03-07'), to: day('2024-03-09') }],
    ['goes by the entity\'s own midnight', '2024-03-01', '2024-03-04T01:00:00Z', 'Asia/Tokyo', '2024-03-04T15:00:00Z', { action: 'cover', reason: 'next_day', from: day('2024-03-04'), to: day('2024-03-05') }],
    ['skips what is covered', '2024-03-01', '2024-03-04T01:00:00Z', 'UTC', '2024-03-04T23:00:00Z', { action: 'skip', reason: 'already_covered' }],
    ['skips at an earlier now', '2024-03-01', '2024-03-04T01:00:00Z', 'UTC', '2024-03-02T01:00:00Z', { action: 'skip', reason: 'already_covered' }],
    ['skips the first day while it lasts', '2024-03-04', '2024-03-03T01:00:00Z', 'UTC', '2024-03-04T23:00:00Z', { action: 'skip', reason: 'nothing_closed' }],
    ['skips a first day that is still to come', '2024-03-05', null, 'UTC', '2024-03-04T23:00:00Z', { action: 'skip', reason: 'nothing_closed' }],
    ['skips who was never heard of', null, null, 'UTC', '2024-03-04T23:00:00Z', { action: 'skip', reason: 'not_enrolled' }],
  ]
  it.each(cases)('%s', (_name, enrolment, coveredAt, zone, now, expected) => {
    const decision = decideCapture({
      series: seriesState(definition, coveredAt === null ? null : at(coveredAt)),
      entities: [entityState(1, enrolment === null ? null : day(enrolment), zone)], now: at(now),
    })
    expect(decision.entities).toEqual([{ entity: 1, ...expected }])
  })

  it('closes label days when they are over at UTC−12', () => {
    const decide = (now: string) => decideCapture({ series: seriesState(labelled, null), entities: [entityState(1, day('2024-03-01'), 'Asia/Tokyo')], now: at(now) }).covered
    expect(decide('2024-03-02T11:59:59Z')).toBe(0)
    expect(decide('2024-03-02T12:00:00Z')).toBe(1)
  })

  it('records a later instant even when no interval grows, and no other', () => {
    const write = (now: string) => decideCapture({ series: seriesState(definition, at('2024-03-04T01:00:00Z')), entities: [entityState(1, day('2024-03-01'))], now: at(now) }).write
    expect([write('2024-03-04T00:00:00Z'), write('2024-03-04T01:00:00Z'), write('2024-03-04T01:00:01Z')]).toEqual([false, false, true])
  })

  it('covers each closed day from enrolment on exactly once, in whatever steps', () => {
    const start = at('2011-12-20T00:00:00Z')
    fc.assert(fc.property(
      fc.constantFrom(...ZONES), fc.boolean(), fc.integer({ min: -3, max: 20 }), fc.array(fc.integer({ min: 0, max: 20 * 24 }), { minLength: 1, maxLength: 8 }),
      (zone, labels, enrolled, hours) => {
        const enrolment = day('2011-12-20') + enrolled
        const calendar = labels ? labelCalendar : localCalendar([{ zone, from: 0 }])
        let coveredAt: number | null = null
        let covered = 0
        for (const hour of hours) {
          const now = start + hour * HOUR
          const decision = decideCapture({ series: seriesState(labels ? labelled : definition, coveredAt), entities: [entityState(1, enrolment, zone)], now })
          const [made] = decision.entities
          if (made?.action === 'cover') {
            expect(made.from).toBe(enrolment + covered)
            covered += made.to - made.from
          }
          if (decision.write) coveredAt = now
        }
        const last = start + Math.max(...hours) * HOUR
        expect(covered).toBe(Math.max(0, calendar.today(last) - enrolment))
      },
    ))
  })
})
