import { describe, expect, test } from 'vitest'
import { addAge, addMonths, dayOfText, isoWeekOf, mondayOfIsoWeek, textOfDay, weekFragmentOf } from './civil.ts'
import { comparedWith } from './period.ts'
import { anchoredSpan } from './tier.ts'

// Every number here was worked out on paper from docs/semantics.md, none by running the model.

describe('civil days', () => {
  test.each([
    ['2023-10-31', 4, '2024-02-29'], ['2022-10-31', 4, '2023-02-28'], ['2023-10-31', 8, '2024-06-30'],
    ['2024-02-29', 12, '2025-02-28'], ['2024-03-31', -1, '2024-02-29'], ['2024-01-15', -13, '2022-12-15'],
  ])('%s and %i months is %s', (day, months, sum) => {
    expect(textOfDay(addMonths(dayOfText(day), months))).toBe(sum)
  })

  test('an age adds its months, clamped, and then its days', () => {
    expect(textOfDay(addAge(dayOfText('2024-01-31'), { months: 1, days: 1 }))).toBe('2024-03-01')
  })

  test.each([
    ['2020-12-31', 2020, 53], ['2021-01-03', 2020, 53], ['2021-01-04', 2021, 1], ['2024-12-30', 2025, 1], ['2023-01-01', 2022, 52],
  ])('%s lies in the ISO week %i-%i', (day, year, week) => {
    expect(isoWeekOf(dayOfText(day))).toEqual({ year, week })
  })

  test('a year of 52 weeks has no week 53', () => {
    expect(mondayOfIsoWeek(2019, 53)).toBeNull()
    expect(mondayOfIsoWeek(2020, 53)).toBe(dayOfText('2020-12-28'))
  })

  test.each([
    ['2024-02-29', '2024-02-26', '2024-03-01'], ['2024-03-01', '2024-03-01', '2024-03-04'], ['2024-03-07', '2024-03-04', '2024-03-11'],
  ])('%s lies in the week fragment from %s to %s', (day, from, to) => {
    expect(weekFragmentOf(dayOfText(day))).toEqual({ from: dayOfText(from), to: dayOfText(to) })
  })

  test('each end of an anchored window is counted from the anchor itself', () => {
    const window = { anchor: dayOfText('2023-10-31'), months: 4 }
    const spans = [-1, 0, 1, 2].map((k) => [textOfDay(anchoredSpan(window, k).from), textOfDay(anchoredSpan(window, k).to)])
    expect(spans).toEqual([
      ['2023-06-30', '2023-10-31'], ['2023-10-31', '2024-02-29'], ['2024-02-29', '2024-06-30'], ['2024-06-30', '2024-10-31'],
    ])
  })

  test.each([
    ['day', '2024-02-29', 'year', '2023-02-28', '2023-03-01'], ['week', '2024-03-04', 'previous', '2024-02-26', '2024-03-04'],
    ['week', '2024-03-04', 'year', '2023-03-06', '2023-03-13'], ['month', '2024-03-01', 'previous', '2024-02-01', '2024-03-01'],
    ['quarter', '2024-01-01', 'previous', '2023-10-01', '2024-01-01'], ['year', '2024-01-01', 'year', '2023-01-01', '2024-01-01'],
  ] as const)('the %s of %s is set beside (%s) %s to %s', (grain, first, comparison, from, to) => {
    const start = dayOfText(first)
    expect(comparedWith(grain, { from: start, to: start + 1 }, comparison)).toEqual({ from: dayOfText(from), to: dayOfText(to) })
  })

  test('a week 53 has no week beside it in a year of 52', () => {
    const monday = dayOfText('2020-12-28')
    expect(comparedWith('week', { from: monday, to: monday + 7 }, 'year')).toBeNull()
  })

  test('a range is set beside as many days before it, and beside itself 12 months earlier', () => {
    const range = { from: dayOfText('2024-02-29'), to: dayOfText('2024-03-31') }
    expect(comparedWith('range', range, 'previous')).toEqual({ from: dayOfText('2024-01-29'), to: dayOfText('2024-02-29') })
    expect(comparedWith('range', range, 'year')).toEqual({ from: dayOfText('2023-02-28'), to: dayOfText('2023-03-31') })
  })
})
