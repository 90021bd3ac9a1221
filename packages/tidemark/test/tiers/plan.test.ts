import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addAge } from '../../src/calendar/age.ts'
import { formatDay } from '../../src/calendar/civil.ts'
import { labelCalendar, localCalendar } from '../../src/calendar/local-calendar.ts'
import { tierEnd, tierStart } from '../../src/calendar/period.ts'
import type { KeepOptions, Tier } from '../../src/definitions/keep.ts'
import type { EntityState } from '../../src/stores/contract/entity-state.ts'
import { passagesOf } from '../../src/tiers/boundaries.ts'
import { planTiers, type TierPlan } from '../../src/tiers/plan.ts'
import { activity, at, day, entityState, HOUR, seriesState, ZONES } from './sample.ts'

const FULL: KeepOptions = { day: '1y', week: '3y', month: '10y', quarter: 'archive' }

const shown = (plan: TierPlan): string[] =>
  plan.steps.map(({ source, target, boundary, entities }) => `${source}→${target} before ${formatDay(boundary)}: ${entities.join(' ')}`)

/** Entities as they are after the plan has been carried out. */
function after(plan: TierPlan, entities: readonly EntityState[]): EntityState[] {
  return entities.map((entity) => {
    const moved = plan.steps.filter((step) => step.entities.includes(entity.id)).map(({ source, boundary }): [Tier, number] => [source, boundary])
    return { ...entity, boundaries: { ...entity.boundaries, ...Object.fromEntries(moved) } }
  })
}

describe('planTiers', () => {
  const cases: readonly (readonly [string, KeepOptions, string, string | null, string, readonly string[]])[] = [
    ['moves nothing while nothing is due', FULL, '2024-03-01', '2024-05-01', '2024-05-01', []],
    ['moves whole week fragments', FULL, '2024-02-20', '2025-03-05', '2025-03-05', ['day→week before 2024-03-04: 1']],
    ['cuts the week where a month ends', FULL, '2024-02-20', '2025-03-02', '2025-03-02', ['day→week before 2024-03-01: 1']],
    ['passes all tiers in one run', FULL, '2014-02-20', '2025-03-02', '2025-03-02',
      ['day→week before 2024-03-01: 1', 'week→month before 2022-03-01: 1', 'month→quarter before 2015-01-01: 1']],
    ['keeps a window that ends one day too late', { day: '30d', month: 'forever' }, '2024-01-10', '2024-03-01', '2024-03-01', []],
    ['moves a window on the day it is due', { day: '30d', month: 'forever', asOfDays: 7 }, '2024-01-10', '2024-03-02', '2024-03-02', ['day→month before 2024-02-01: 1']],
    ['leaves out the tiers that the policy does', { day: '1y', quarter: 'forever' }, '2020-02-20', '2024-05-02', '2024-05-02', ['day→quarter before 2023-04-01: 1']],
    ['moves only what a capture has closed', FULL, '2014-02-20', '2016-05-10', '2025-03-02',
      ['day→week before 2016-05-09: 1', 'week→month before 2016-05-01: 1', 'month→quarter before 2015-01-01: 1']],
    ['moves nothing without a capture', FULL, '2014-02-20', null, '2025-03-02', []],
    ['adds the months of an age first, clamped', { day: '1mo', month: 'forever', asOfDays: 7 }, '2023-01-10', '2024-03-31', '2024-03-31', ['day→month before 2024-02-01: 1']],
    ['moves a window whose age ends in a shorter month', { day: '1mo', week: 'forever', asOfDays: 7 }, '2022-12-05', '2023-02-28', '2023-02-28', ['day→week before 2023-01-30: 1']],
    ['does not pass an entity enrolled at the boundary', FULL, '2024-03-04', '2025-03-05', '2025-03-05', []],
    ['passes one enrolled the day before', FULL, '2024-03-03', '2025-03-05', '2025-03-05', ['day→week before 2024-03-04: 1']],
  ]
  it.each(cases)('%s', (_name, keep, enrolment, captured, today, expected) => {
    const asOfDays = keep.asOfDays ?? (keep.day === '30d' ? 7 : 35)
    const plan = planTiers({
      holds: [], series: seriesState(activity({ ...keep, asOfDays }), captured === null ? null : at(`${captured}T12:00:00Z`)),
      entities: [entityState(1, day(enrolment))], now: at(`${today}T12:00:00Z`),
    })
    expect(shown(plan)).toEqual(expected)
  })

  it('says how many wait for a capture', () => {
    const plan = planTiers({
      holds: [], series: seriesState(activity(FULL), at('2023-01-01T00:00:00Z')), now: at('2025-03-02T00:00:00Z'),
      entities: [entityState(1, day('2022-12-01')), entityState(2, day('2023-06-01')), entityState(3, day('2025-01-01')), entityState(4, null)],
    })
    expect(shown(plan)).toEqual(['day→week before 2023-01-01: 1'])
    expect(plan.waiting).toEqual([{ source: 'day', target: 'week', reason: 'not_captured', entities: 2 }])
  })

  it('goes by each entity\'s own date', () => {
    const plan = planTiers({
      holds: [], series: seriesState(activity({ day: '35d', month: 'forever' }), at('2024-07-01T00:00:00Z')), now: at('2024-07-06T00:30:00Z'),
      entities: [entityState(1, day('2024-01-01'), 'Pacific/Kiritimati'), entityState(2, day('2024-01-01'), 'Pacific/Pago_Pago'), entityState(3, day('2024-05-01'), 'UTC')],
    })
    // On 6 July the month of May is 35 days old; in Pago Pago it is still 5 July.
    expect(shown(plan)).toEqual(['day→month before 2024-05-01: 2', 'day→month before 2024-06-01: 1 3'])
  })

  it('goes by UTC−12 for label days, whatever the entity\'s zone', () => {
    const boundary = (now: string) => planTiers({
      holds: [], series: seriesState(activity({ day: '35d', month: 'forever' }, 'eventOffset'), at('2024-07-01T00:00:00Z')),
      now: at(now), entities: [entityState(1, day('2024-01-01'), 'Pacific/Kiritimati')],
    }).steps[0]?.boundary
    expect(boundary('2024-07-06T11:59:59Z')).toBe(day('2024-05-01'))
    expect(boundary('2024-07-06T12:00:00Z')).toBe(day('2024-06-01'))
  })

  it('never moves a boundary back, nor a coarser one past a finer', () => {
    const stored = entityState(1, day('2020-01-05'), 'UTC', { boundaries: { day: day('2024-06-03') } })
    const plan = planTiers({ holds: [], series: seriesState(activity(FULL), at('2024-07-01T00:00:00Z')), entities: [stored], now: at('2024-07-01T00:00:00Z') })
    expect(shown(plan)).toEqual(['week→month before 2021-07-01: 1'])
    // 1 February + 1 month is 1 March; + 30 days it is 2 March: the month may not be taken before its last days are there.
    const close = planTiers({
      holds: [], series: seriesState(activity({ day: '30d', week: '1mo', month: 'forever', asOfDays: 7 }), at('2023-03-01T00:00:00Z')),
      entities: [entityState(1, day('2022-12-05'))], now: at('2023-03-01T00:00:00Z'),
    })
    expect(shown(close)).toEqual(['day→week before 2023-01-30: 1', 'week→month before 2023-01-01: 1'])
  })

  it('names the archive periods that rows may reach', () => {
    const plan = planTiers({ holds: [], series: seriesState(activity(FULL), at('2025-03-02T00:00:00Z')), entities: [entityState(1, day('2014-05-20'))], now: at('2025-03-02T00:00:00Z') })
    expect(plan.archivePeriods.map(formatDay)).toEqual(['2014-04-01', '2014-07-01', '2014-10-01'])
  })

  const ages = fc.constantFrom<KeepOptions>(
    FULL, { day: '35d', week: '60d', month: '4mo', quarter: 'forever' }, { day: '40d', month: '100d', quarter: 'archive' }, { day: '2mo', week: '9w', month: 'archive' },
    { day: '30d', week: '1mo', month: 'forever', asOfDays: 30 }, { day: '5w', quarter: 'archive' }, { day: '50d', week: 'forever' }, { day: 'forever' },
  )
  const history = fc.record({
    keep: ages, labels: fc.boolean(),
    entities: fc.array(fc.tuple(fc.constantFrom(...ZONES), fc.integer({ min: -60, max: 400 })), { minLength: 1, maxLength: 6 }),
    runs: fc.array(fc.record({ hours: fc.integer({ min: 1, max: 24 * 200 }), captureBefore: fc.integer({ min: 0, max: 24 * 90 }) }), { minLength: 1, maxLength: 6 }),
  })

  it('moves everything that is due and covered, nothing else, whole windows only, in every zone', () => {
    fc.assert(fc.property(history, ({ keep, labels, entities: made, runs }) => {
      const definition = activity(keep, labels ? 'eventOffset' : 'entityZone')
      const passages = passagesOf(definition.keep)
      const start = at('2011-11-20T00:00:00Z')
      let entities: readonly EntityState[] = made.map(([zone, enrolled], index) => entityState(index + 1, day('2011-11-20') + enrolled, zone))
      let now = start
      let coveredAt: number | null = null
      for (const { hours, captureBefore } of runs) {
        now += hours * HOUR
        coveredAt = Math.max(coveredAt ?? -Infinity, now - captureBefore * HOUR)
        const series = seriesState(definition, coveredAt)
        const before = entities
        const plan = planTiers({ series, entities: before, holds: [], now })
        entities = after(plan, before)
        expect(planTiers({ series, entities, holds: [], now }).steps).toEqual([])
        for (const [index, { zones, enrolment, boundaries }] of entities.entries()) {
          const calendar = labels ? labelCalendar : localCalendar(zones)
          const today = calendar.today(now)
          const covered = calendar.today(coveredAt)
          let finer = Infinity
          for (const { source, target, age } of passages) {
            const boundary = boundaries[source]
            const earlier = before[index]?.boundaries[source]
            if (boundary === undefined) expect(earlier).toBeUndefined()
            else {
              expect(tierStart(target, boundary)).toBe(boundary)
              expect(boundary).toBeGreaterThan(enrolment as number)
              expect(boundary).toBeGreaterThanOrEqual(earlier ?? -Infinity)
              expect(boundary).toBeLessThanOrEqual(finer)
              expect(boundary).toBeLessThanOrEqual(covered)
              expect(addAge(boundary, age)).toBeLessThanOrEqual(today)
            }
            // The next window is not due, not covered, or has not arrived.
            const next = tierEnd(target, boundary ?? (enrolment as number))
            expect(addAge(next, age) > today || next > covered || next > finer).toBe(true)
            finer = boundary ?? -Infinity
          }
        }
      }
    }), { numRuns: 300 })
  })
})
