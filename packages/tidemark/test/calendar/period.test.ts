import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addAge, isDue } from '../../src/calendar/age.ts'
import { boundariesIn, windowIndex, windowStart } from '../../src/calendar/anchor.ts'
import { civilOf, formatDay, parseDay, weekdayOf } from '../../src/calendar/civil.ts'
import { periodEnd, periodsBetween, periodStart, previousPeriod, tierEnd, tierStart, yearBefore, type PeriodGrain } from '../../src/calendar/period.ts'
import { TIERS } from '../../src/definitions/keep.ts'

const GRAINS = ['day', 'week', 'month', 'quarter', 'year'] as const
const days = fc.integer({ min: -200_000, max: 200_000 })
const grains = fc.constantFrom<PeriodGrain>(...GRAINS)
const day = (text: string): number => parseDay(text) as number
const text = (range: { from: number; to: number } | null): string | null => range && `${formatDay(range.from)}..${formatDay(range.to)}`

describe('periods', () => {
  test.each([
    ['day', '2024-02-29', '2024-02-29..2024-03-01'], ['week', '2024-03-01', '2024-02-26..2024-03-04'], ['month', '2024-02-10', '2024-02-01..2024-03-01'],
    ['quarter', '2024-03-31', '2024-01-01..2024-04-01'], ['quarter', '2024-12-31', '2024-10-01..2025-01-01'], ['year', '2024-07-01', '2024-01-01..2025-01-01'],
  ] as const)('the %s of %s is %s', (grain, at, expected) => {
    expect(text({ from: periodStart(grain, day(at)), to: periodEnd(grain, day(at)) })).toBe(expected)
  })

  test('and tiers partition the days', () => {
    fc.assert(fc.property(days, grains, fc.constantFrom(...TIERS), (at, grain, tier) => {
      for (const [start, end] of [[periodStart, periodEnd], [tierStart, tierEnd]] as const) {
        const unit = (start === periodStart ? grain : tier) as never
        const from = start(unit, at)
        const to = end(unit, at)
        expect(from <= at && at < to).toBe(true)
        expect([start(unit, from), end(unit, from), start(unit, to - 1), end(unit, to - 1), start(unit, to), end(unit, from - 1)]).toEqual([from, to, from, to, to, from])
      }
    }))
  })

  test.each([
    ['2024-02-29', '2024-02-26..2024-03-01'], ['2024-03-01', '2024-03-01..2024-03-04'], ['2024-03-31', '2024-03-25..2024-04-01'], ['2024-09-01', '2024-09-01..2024-09-02'], ['2024-12-30', '2024-12-30..2025-01-01'],
  ])('the week fragment of %s is %s', (at, expected) => {
    expect(text({ from: tierStart('week', day(at)), to: tierEnd('week', day(at)) })).toBe(expected)
  })

  test('week fragments lie in one week and one month', () => {
    fc.assert(fc.property(days, (at) => {
      const from = tierStart('week', at)
      const last = tierEnd('week', at) - 1
      expect([periodStart('week', from), periodStart('month', from)]).toEqual([periodStart('week', last), periodStart('month', last)])
      expect(weekdayOf(from) === 1 || civilOf(from).day === 1).toBe(true)
    }))
  })

  test('cover a range without gap or overlap, each cut to it', () => {
    fc.assert(fc.property(days, fc.integer({ min: 0, max: 900 }), grains, (from, length, grain) => {
      const periods = periodsBetween(grain, from, from + length)
      expect(periods.map((period) => period.from)).toEqual(length === 0 ? [] : [from, ...periods.slice(0, -1).map((period) => period.to)])
      if (length > 0) expect(periods.at(-1)?.to).toBe(from + length)
      for (const period of periods) {
        expect(period.start).toBe(periodStart(grain, period.from))
        expect(period.start <= period.from && period.from < period.to && period.to <= periodEnd(grain, period.start)).toBe(true)
      }
    }))
  })

  test('are none in a range that ends before it starts', () => expect(periodsBetween('day', 10, 5)).toEqual([]))
})

describe('comparisons', () => {
  test.each([
    ['day', '2024-03-01', '2024-02-29..2024-03-01'], ['week', '2024-01-01', '2023-12-25..2024-01-01'], ['month', '2024-03-01', '2024-02-01..2024-03-01'],
    ['quarter', '2024-01-01', '2023-10-01..2024-01-01'], ['year', '2024-01-01', '2023-01-01..2024-01-01'],
  ] as const)('the %s before %s is %s', (grain, at, expected) => expect(text(previousPeriod(grain, day(at)))).toBe(expected))

  test.each([
    ['day', '2024-02-29', '2023-02-28..2023-03-01'], ['day', '2025-02-28', '2024-02-28..2024-02-29'], ['week', '2024-12-30', '2024-01-01..2024-01-08'],
    ['week', '2020-12-28', null], ['week', '2021-01-04', '2019-12-30..2020-01-06'], ['month', '2025-02-01', '2024-02-01..2024-03-01'],
    ['quarter', '2024-04-01', '2023-04-01..2023-07-01'], ['year', '2024-01-01', '2023-01-01..2024-01-01'],
  ] as const)('a year before the %s of %s is %s', (grain, at, expected) => expect(text(yearBefore(grain, day(at)))).toBe(expected))
})

describe('ages', () => {
  test.each([
    // Days first would give 2024-02-29.
    ['2024-01-30', { months: 1, days: 1 }, '2024-03-01'], ['2024-01-31', { months: 1, days: 1 }, '2024-03-01'], ['2024-02-29', { months: 12, days: 0 }, '2025-02-28'],
    ['2024-01-01', { months: 0, days: 84 }, '2024-03-25'], ['2024-05-31', { months: 0, days: 0 }, '2024-05-31'],
  ])('%s and %o is %s', (from, age, to) => expect(formatDay(addAge(day(from), age))).toBe(to))

  test('a window is due on the day that its end reaches the age, not before', () => {
    expect(isDue(day('2024-01-01'), { months: 12, days: 0 }, day('2024-12-31'))).toBe(false)
    expect(isDue(day('2024-01-01'), { months: 12, days: 0 }, day('2025-01-01'))).toBe(true)
  })
})

describe('anchored windows', () => {
  test('of 31 October do not drift', () => {
    const anchor = day('2022-10-31')
    const starts = [-3, -2, -1, 0, 1, 2, 3, 4].map((k) => formatDay(windowStart(anchor, 4, k)))
    expect(starts).toEqual(['2021-10-31', '2022-02-28', '2022-06-30', '2022-10-31', '2023-02-28', '2023-06-30', '2023-10-31', '2024-02-29'])
  })

  test('partition the days, before the anchor too', () => {
    fc.assert(fc.property(days, fc.integer({ min: 1, max: 60 }), days, (anchor, months, at) => {
      const k = windowIndex(anchor, months, at)
      expect(windowStart(anchor, months, k) <= at && at < windowStart(anchor, months, k + 1)).toBe(true)
    }), { numRuns: 1000 })
  })

  test('start where a search through all of them finds them', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 3000 }), fc.integer({ min: 1, max: 14 }), fc.integer({ min: -3000, max: 6000 }), fc.integer({ min: 0, max: 2000 }), (anchor, months, from, length) => {
      const to = from + length
      const expected = Array.from({ length: 1000 }, (_, place) => windowStart(anchor, months, place - 500)).filter((start) => from < start && start < to)
      expect(boundariesIn(anchor, months, from, to)).toEqual(expected)
    }))
  })

  test('a boundary on an edge of the range is not inside it', () => {
    expect(boundariesIn(day('2024-01-15'), 1, day('2024-02-15'), day('2024-04-15')).map(formatDay)).toEqual(['2024-03-15'])
  })
})
