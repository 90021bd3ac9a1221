import { describe, expect, test } from 'vitest'
import { formatDay, parseDay } from '../../src/calendar/civil.ts'
import { burnRate } from '../../src/forecast/burn-rate.ts'

/** Amounts of consecutive days from 1 March 2026 on. */
const daily = (amounts: readonly (string | null)[]) => amounts.map((amount, index) => ({ day: formatDay((parseDay('2026-03-01') as number) + index), amount }))
const steady = (days: number, by: number) => daily(Array.from({ length: days }, (_, index) => ((index + 1) * by).toFixed(2)))

describe('burn rate', () => {
  test('100.00 a day of 3,000.00 is used up on the thirtieth day, and 50.00 a day over the plan by then', () => {
    const made = burnRate({ allocated: '3000.00', spent: steady(20, 100), planned: steady(60, 50), horizon: 30 })
    expect(made).toMatchObject({ state: 'projected', exhaustion: '2026-03-30', earliest: '2026-03-30', latest: '2026-03-30', asOf: '2026-03-20', spent: '2000.00', remaining: '1000.00', overPlan: '1000.00' })
    expect(made.rows.find(({ day }) => day === '2026-03-20')).toEqual({ day: '2026-03-20', spent: '2000.00', planned: '1000.00', projected: null, low80: null, high80: null })
    expect(made.rows.find(({ day }) => day === '2026-03-30')).toEqual({ day: '2026-03-30', spent: null, planned: '1500.00', projected: '3000.00', low80: '3000.00', high80: '3000.00' })
    expect(made.rows).toHaveLength(60)
  })

  test('a budget of 9,999,999,999.99 keeps its last cent', () => {
    const spent = daily(Array.from({ length: 10 }, (_, index) => `${999_999_999 * (index + 1)}.00`))
    // 10 days at 999,999,999.00 are 9,999,999,990.00: 9.99 are left, and the eleventh day passes them.
    expect(burnRate({ allocated: '9999999999.99', spent, horizon: 5 })).toMatchObject({ state: 'projected', spent: '9999999990.00', remaining: '9.99', exhaustion: '2026-03-11' })
    const exact = daily([...spent.slice(0, 9).map(({ amount }) => amount), '9999999999.99'])
    expect(burnRate({ allocated: '9999999999.99', spent: exact, horizon: 5 })).toMatchObject({ state: 'exhausted', exhaustion: '2026-03-10', remaining: '0.00' })
  })

  test('a negative remaining budget is exhausted since the day it crossed, not since a day that was corrected', () => {
    const spent = daily(['400.00', '1000.00', '900.00', '950.00', null, '999.99', '1000.00', '1200.50'])
    expect(burnRate({ allocated: '1000.00', spent, horizon: 5 })).toMatchObject({ state: 'exhausted', exhaustion: '2026-03-07', spent: '1200.50', remaining: '-200.50', earliest: '2026-03-07', latest: '2026-03-07', overPlan: null })
  })

  test('where every known day is past it, or the day before is not known, no day is made up', () => {
    const used = daily(['1000.00', '1200.00', '1300.00'])
    expect(burnRate({ allocated: '1000.00', spent: used, horizon: 5 })).toMatchObject({ state: 'exhausted', exhaustion: null, earliest: null, latest: '2026-03-01' })
    expect(burnRate({ allocated: '1000.00', spent: daily(['900.00', null, null, '1200.00', '1300.00']), horizon: 5 })).toMatchObject({ state: 'exhausted', exhaustion: null, earliest: '2026-03-02', latest: '2026-03-04' })
  })

  test('no budget, one of 0, too little, and one that lasts', () => {
    expect(burnRate({ allocated: null, spent: steady(10, 1), horizon: 5 })).toMatchObject({ state: 'no_budget', exhaustion: null, remaining: null, spent: '10.00' })
    expect(burnRate({ allocated: '0.00', spent: daily(Array(9).fill('0.00')), horizon: 5 })).toMatchObject({ state: 'no_budget', exhaustion: null, remaining: '0.00' })
    expect(burnRate({ allocated: '0.00', spent: daily(['0.00', '0.01']), horizon: 5 })).toMatchObject({ state: 'exhausted', exhaustion: '2026-03-02', remaining: '-0.01' })
    expect(burnRate({ allocated: '1000.00', spent: steady(7, 1), horizon: 5 })).toMatchObject({ state: 'too_little_data', exhaustion: null, remaining: '993.00' })
    expect(burnRate({ allocated: '1000.00', spent: steady(20, 1), horizon: 5 })).toMatchObject({ state: 'not_within_horizon', exhaustion: null })
    expect(burnRate({ allocated: '1000.00', spent: [], horizon: 5 })).toMatchObject({ state: 'too_little_data', asOf: null, spent: null, remaining: null, rows: [] })
  })

  test('what is no day or no exact amount is refused', () => {
    expect(() => burnRate({ allocated: '1', spent: [{ day: '2026-02-30', amount: '1' }], horizon: 5 })).toThrow(expect.objectContaining({ code: 'FORECAST_INVALID', where: 'spent' }))
    expect(() => burnRate({ allocated: '1', spent: [{ day: '2026-02-01', amount: '1' }, { day: '2026-02-01', amount: '2' }], horizon: 5 })).toThrow(expect.objectContaining({ code: 'FORECAST_INVALID', where: 'spent', message: '2026-02-01 is told twice' }))
    expect(() => burnRate({ allocated: 0.1, spent: [], horizon: 5 })).toThrow(expect.objectContaining({ code: 'FORECAST_INVALID', where: 'allocated' }))
  })
})
