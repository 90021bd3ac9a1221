import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addMonths, civilOf, dayOfCivil, formatDay, isoWeekOf, mondayOfIsoWeek, parseDay, weekdayOf } from '../../src/calendar/civil.ts'

const FIRST = dayOfCivil(1, 1, 1)
const LAST = dayOfCivil(9999, 12, 31)
const days = fc.integer({ min: FIRST, max: LAST })
const day = (text: string): number => parseDay(text) as number

describe('civil dates', () => {
  test('agree with Date for every day of the years 1–9999 that is drawn', () => {
    fc.assert(fc.property(days, (value) => {
      const date = new Date(value * 86_400_000)
      expect(civilOf(value)).toEqual({ year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() })
      expect(weekdayOf(value)).toBe(date.getUTCDay() || 7)
      expect(formatDay(value)).toBe(date.toISOString().slice(0, 10))
    }), { numRuns: 2000 })
  })

  test('go there and back on every day of eight centuries', () => {
    for (let value = dayOfCivil(1599, 12, 1); value < dayOfCivil(2401, 2, 1); value++) {
      const { year, month, day: dayOfMonth } = civilOf(value)
      if (dayOfCivil(year, month, dayOfMonth) !== value) expect.fail(`${value} became ${year}-${month}-${dayOfMonth}`)
    }
  })

  test('are read back from what is printed', () => {
    fc.assert(fc.property(days, (value) => {
      expect(parseDay(formatDay(value))).toBe(value)
    }))
  })

  test.each([
    '2023-02-29', '1900-02-29', '2024-00-10', '2024-13-01', '2024-04-31', '2024-01-00', '0000-01-01', '10000-01-01',
    '2024-1-01', '2024-01-1', '24-01-01', '2024/01/01', ' 2024-01-01', '2024-01-01 ', '2024-01-01\n', '2024-01-01T00:00Z', '+2024-01-01', '-001-01-01', '٢٠٢٤-٠١-٠١', '',
  ])('%j is not a day', (text) => expect(parseDay(text)).toBeNull())

  test.each([['1970-01-01', 0], ['2024-02-29', 19_782], ['0001-01-01', -719_162], ['9999-12-31', 2_932_896]])('%s is day %i', (text, value) => {
    expect(parseDay(text)).toBe(value)
  })
})

describe('adding months', () => {
  test.each([
    ['2023-10-31', 4, '2024-02-29'], ['2022-10-31', 4, '2023-02-28'], ['2022-10-31', 8, '2023-06-30'], ['2024-02-29', 12, '2025-02-28'],
    ['2024-02-29', -48, '2020-02-29'], ['2024-03-31', -1, '2024-02-29'], ['2024-01-15', -1, '2023-12-15'], ['2024-12-31', 2, '2025-02-28'], ['2024-01-31', 0, '2024-01-31'],
  ])('%s and %i months is %s', (from, months, to) => expect(formatDay(addMonths(day(from), months))).toBe(to))

  test('lands in the month counted to, on the same day or its last', () => {
    fc.assert(fc.property(days, fc.integer({ min: -2000, max: 2000 }), (value, months) => {
      const from = civilOf(value)
      const landed = addMonths(value, months)
      const to = civilOf(landed)
      expect(to.year * 12 + to.month).toBe(from.year * 12 + from.month + months)
      if (to.day !== from.day) {
        expect(to.day).toBeLessThan(from.day)
        expect(civilOf(landed + 1).day).toBe(1)
      }
    }))
  })
})

describe('ISO weeks', () => {
  // Expected values from ISO 8601's own examples and Python's date.isocalendar().
  test.each([
    ['2005-01-01', 2004, 53], ['2005-01-02', 2004, 53], ['2005-12-31', 2005, 52], ['2007-01-01', 2007, 1], ['2007-12-31', 2008, 1], ['2008-12-29', 2009, 1],
    ['2009-12-31', 2009, 53], ['2010-01-03', 2009, 53], ['2024-12-30', 2025, 1], ['2020-12-31', 2020, 53], ['1970-01-01', 1970, 1], ['1969-12-31', 1970, 1],
  ])('%s lies in %i-W%i', (text, year, week) => expect(isoWeekOf(day(text))).toEqual({ year, week }))

  test('are found again by number, and follow each other', () => {
    fc.assert(fc.property(days, (value) => {
      const { year, week } = isoWeekOf(value)
      const monday = mondayOfIsoWeek(year, week) as number
      expect(monday).toBe(value - weekdayOf(value) + 1)
      const next = isoWeekOf(monday + 7)
      expect(next.year === year ? next.week === week + 1 : next.year === year + 1 && next.week === 1 && week >= 52).toBe(true)
    }))
  })

  test.each([[2023, 53], [2021, 53], [2020, 54], [2020, 0]])('%i has no week %i', (year, week) => expect(mondayOfIsoWeek(year, week)).toBeNull())
})
