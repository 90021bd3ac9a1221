import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { answer, captured, type Captured, each, layout, mergedOf, rowsOf, statesOf, total } from './captured.ts'
import { resolveAnswer } from '../../src/measures/answers.ts'

const hourly = (measure: string, values: readonly unknown[]): readonly Captured[] => each(1, measure, values)
const daily = (measure: string, values: readonly unknown[]): readonly Captured[] => each(24, measure, values)

describe('a gauge', () => {
  test.each<[what: string, windows: readonly Captured[], answers: Readonly<Record<string, unknown>>]>([
    ['of one window is that window', daily('seats', [7]), { first: 7, last: 7, min: 7, max: 7, mean: '7.0000' }],
    ['of equal windows has their mean', daily('seats', [1, 2, 4]), { first: 1, last: 4, min: 1, max: 4, mean: '2.3333' }],
    // 23 hours of 10 and 25 of 20: (230 + 500) / 48 = 15.208333…
    ['of a day of 23 hours and one of 25 weighs them by their length', [{ hours: 23, values: { seats: 10 } }, { hours: 25, values: { seats: 20 } }], { first: 10, last: 20, mean: '15.2083' }],
    // A day of 24 hourly windows at 10, then one daily window at 40: hours do not outweigh the day. (240 + 960) / 48 = 25.
    ['of hourly and daily windows weighs them alike over time', [...hourly('seats', Array(24).fill(10)), ...daily('seats', [40])], { mean: '25.0000', max: 40 }],
    // 6 + 6 + 6 + 7 hours of a day of 25: (6·1 + 6·2 + 6·3 + 7·4) / 25 = 64 / 25.
    ['of six-hour windows of a long day', [6, 6, 6, 7].map((hours, index) => ({ hours, values: { seats: index + 1 } })), { mean: '2.5600' }],
    ['leaves out windows without a value', [...daily('seats', [null, 3]), ...hourly('seats', [null]), ...daily('seats', [5, null])], { first: 3, last: 5, min: 3, max: 5, mean: '4.0000' }],
    ['without a value at all is null', daily('seats', [null, null]), { first: null, last: null, min: null, max: null, mean: null }],
    ['may be negative', daily('seats', [-3, 1]), { first: -3, last: 1, min: -3, max: 1, mean: '-1.0000' }],
    ['is rounded once, half to even', [{ hours: 1, values: { seats: 1 } }, ...each(7, 'seats', [0]), ...each(19_992, 'seats', [0])], { mean: '0.0000' }],
  ])('%s', (_what, windows, answers) => {
    for (const [name, value] of Object.entries(answers)) expect(answer(windows, `seats.${name}`), name).toBe(value)
  })

  test('keeps first, last, least, greatest, value by seconds, seconds and number', () => {
    expect(statesOf(mergedOf(rowsOf([...daily('seats', [5, 2]), ...hourly('seats', [9])])), 'seats')).toEqual([5, 9, 2, 9, 5 * 86_400 + 2 * 86_400 + 9 * 3600, 176_400, 3])
    expect(statesOf(rowsOf(daily('seats', [null]))[0] ?? [], 'seats')).toEqual([null, null, null, null, null, 0, 0])
    expect(layout.columns.filter(({ measure }) => measure === 'seats').map(({ name }) => name)).toEqual(
      ['first', 'last', 'min', 'max', 'weighted', 'seconds', 'n'].map((part) => `seats_${part}`))
  })

  test('of budgets to the last cent over years has an exact mean, past 64 bits', () => {
    // 4,000 days at 9,999,999,999.99 and one at 9,999,999,999.98: a 4,001st of a cent below, 0.000002499… in euros.
    const windows = daily('budget', [...Array(4000).fill('9999999999.99'), '9999999999.98'])
    expect(mergedOf(rowsOf(windows))[layout.offsets['budget'] as number + 4]).toBe(999_999_999_999n * 86_400n * 4001n - 86_400n)
    expect(answer(windows, 'budget.mean')).toBe('9999999999.989998')
    expect(answer(daily('budget', Array(4000).fill('9999999999.99')), 'budget.mean')).toBe('9999999999.990000')
  })

  test('merges in any grouping', () => {
    const level = fc.record({ hours: fc.integer({ min: 1, max: 25 }), values: fc.record({ seats: fc.option(fc.integer({ min: -1000, max: 1000 })), hours: fc.option(fc.integer({ min: 0, max: 1000 })) }) })
    fc.assert(fc.property(fc.array(level, { maxLength: 12 }), fc.nat(12), fc.nat(12), (windows, i, j) => {
      const rows = rowsOf(windows)
      const [a, b] = [Math.min(i, j), Math.max(i, j)]
      const [x, y, z] = [rows.slice(0, a), rows.slice(a, b), rows.slice(b)].map(mergedOf) as [never, never, never]
      expect(mergedOf([mergedOf([x, y]), z])).toEqual(mergedOf(rows))
      expect(mergedOf([x, mergedOf([y, z])])).toEqual(mergedOf(rows))
    }))
  })

  test('too great for the rows of its tiers is refused as it is captured', () => {
    // Kept as captured, a row is a day and, with a clock set back or a move, two more: 2^63 / 259,200 s = 35,583,997,055,766.9
    expect(() => rowsOf(daily('wide', [35_583_997_055_766n]))).not.toThrow()
    expect(() => rowsOf(daily('wide', [35_583_997_055_767n]))).toThrow(expect.objectContaining({ code: 'SUM_TOO_LARGE' }))
    expect(() => rowsOf(daily('wide', [-35_583_997_055_767n]))).toThrow(expect.objectContaining({ code: 'SUM_TOO_LARGE' }))
  })
})

describe('a counter', () => {
  test.each<[what: string, measure: string, values: readonly unknown[], last: unknown, increase: unknown]>([
    ['of one value has no increase: it is the baseline', 'lonely', [5], 5, null],
    ['grows by the difference of its ends', 'lonely', [5, 5, 9, 12], 12, 7],
    ['over windows without a value counts from the nearest earlier one', 'lonely', [5, null, null, 9], 9, 4],
    ['that begins without a value has its baseline later', 'lonely', [null, 5, 6], 6, 1],
    ['that falls was corrected', 'lonely', [10, 4, 6], 6, -4],
    ['of decimals is exact', 'hours', ['0.10', '0.30', 0.7], '0.70', '0.60'],
    ['that detects resets starts from 0 again', 'restarts', [10, 4, 6], 6, 6],
    ['that detects resets grows by what it fell to', 'restarts', [10, 12, 3, 3, 0], 0, 5],
    ['without a value is null', 'lonely', [null], null, null],
  ])('%s', (_what, measure, values, last, increase) => {
    for (const windows of [hourly(measure, values), daily(measure, values)]) {
      expect(answer(windows, `${measure}.last`)).toBe(last)
      expect(answer(windows, `${measure}.increase`)).toBe(increase)
    }
  })

  test('keeps its ends, its increase and the number of its values', () => {
    expect(rowsOf(daily('lonely', [5, null, 9])).map((row) => statesOf(row, 'lonely'))).toEqual([[5, 5, null, 1], [null, null, null, 0], [9, 9, 4, 1]])
    expect(statesOf(mergedOf(rowsOf(daily('lonely', [5, null, 9]))), 'lonely')).toEqual([5, 9, 4, 2])
  })
})

describe('across entities', () => {
  const seats = [daily('seats', [1, 3]), daily('seats', [10, null]), daily('seats', [null, null])]
  const least = [daily('least', [4, 6]), daily('least', [5, 2])]
  const most = [daily('most', [4, 6]), daily('most', [5, 2])]
  test.each<[key: string, entities: readonly (readonly Captured[])[], value: unknown]>([
    ['seats.first', seats, 11], ['seats.last', seats, 13],
    // 2 + 10: each mean by its own windows.
    ['seats.mean', seats, '12.0000'],
    ['seats.mean', [daily('seats', [1, 0, 0]), daily('seats', [1, 0, 0]), daily('seats', [1, 0, 0])], '1.0000'],
    // 1/3 + 1/7 + 1/6 = 27/42 = 0.642857…: the parts rounded first would come to 0.3333 + 0.1429 + 0.1667 = 0.6429 as well,
    ['seats.mean', [daily('seats', [1, 0, 0]), daily('seats', [1, 0, 0, 0, 0, 0, 0]), daily('seats', [1, 0, 0, 0, 0, 0])], '0.6429'],
    // but three thirds of 0.0001 apart they do not: 2/3 · 3 = 2 exactly, and 3 · 0.6667 = 2.0001.
    ['seats.mean', [daily('seats', [1, 1, 0]), daily('seats', [1, 0, 1]), daily('seats', [0, 1, 1])], '2.0000'],
    ['least.first', least, 4], ['least.last', least, 2], ['least.min', least, 2],
    ['most.first', most, 5], ['most.last', most, 6], ['most.max', most, 6],
    ['hours.last', [daily('hours', [1, 2.5]), daily('hours', [4])], '6.50'], ['hours.increase', [daily('hours', [1, 2.5]), daily('hours', [4]), daily('hours', [4, 7])], '4.50'],
    ['restarts.last', [daily('restarts', [9, 3]), daily('restarts', [1, 2])], 3], ['restarts.increase', [daily('restarts', [9, 3]), daily('restarts', [1, 2])], 4],
    ['lonely.increase', [daily('lonely', [1]), daily('lonely', [5])], null], ['lonely.increase', [daily('lonely', [1, 4]), daily('lonely', [5])], 3],
    ['seats.last', [], null], ['seats.mean', [daily('seats', [null])], null],
  ])('%s', (key, entities, value) => {
    expect(total(entities, key)).toBe(value)
  })

  test.each([
    'seats.min', 'seats.max', 'wide.min', 'least.max', 'least.mean', 'most.min', 'most.mean',
    'alone.first', 'alone.last', 'alone.min', 'alone.max', 'alone.mean', 'lonely.last', 'far.value', 'farther.value',
  ])('%s is refused', (key) => {
    expect(() => resolveAnswer(captured, key, true)).toThrow(expect.objectContaining({ code: 'ANSWER_NOT_ACROSS', where: key }))
    expect(() => resolveAnswer(captured, key, false)).not.toThrow()
  })
})

describe('a ratio', () => {
  test('of gauges divides their last values, and of a total the total of them', () => {
    const a = [{ hours: 24, values: { budget: '100.00', spent: '10.00' } }, { hours: 24, values: { budget: '200.00', spent: '50.00' } }]
    const b = [{ hours: 24, values: { budget: '100.00', spent: '100.00' } }]
    expect(answer(a, 'use.value')).toBe('0.2500')
    // 150 / 300, not the mean of 0.25 and 1.
    expect(total([a, b], 'use.value')).toBe('0.5000')
    expect(total([a], 'use.value')).toBe('0.2500')
  })

  test('of 45 seats of 50 is 0.9; of a budget of 0, or without a value, it is null', () => {
    expect(answer([{ hours: 1, values: { spent: 45, budget: 50 } }], 'use.value')).toBe('0.9000')
    expect(answer([{ hours: 1, values: { spent: 45, budget: 0 } }], 'use.value')).toBeNull()
    expect(answer([{ hours: 1, values: { spent: 45 } }], 'use.value')).toBeNull()
    expect(answer([{ hours: 1, values: { spent: 0, budget: 50 } }], 'use.value')).toBe('0.0000')
    // More than there is: no error.
    expect(answer([{ hours: 1, values: { spent: 60, budget: 50 } }], 'use.value')).toBe('1.2000')
  })

  test('divides a running total by what was counted', () => {
    const windows = [{ hours: 1, values: { hours: 3, calls: 1 } }, { hours: 1, values: { hours: '10.00', calls: 2 } }]
    expect(answer(windows, 'per.value')).toBe('3.33')
    expect(total([windows, windows], 'per.value')).toBe('3.33')
  })

  test('of a flag divides the windows in which it was true', () => {
    expect(answer([{ hours: 1, values: { open: true, calls: 3 } }, { hours: 1, values: { open: false, calls: 5 } }], 'openShare.value')).toBe('0.1250')
  })
})
