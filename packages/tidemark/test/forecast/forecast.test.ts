import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { forecast } from '../../src/forecast/forecast.ts'
import { Random } from '../histories/random.ts'
import { forecastOf, noise, points, valuesOf } from './fixture.ts'

const line = (length: number, start: number, slope: number): number[] => Array.from({ length }, (_, x) => start + slope * x)

describe('the choice of method', () => {
  test('an exact line is forecast by the baseline, which wins ties, without any error', () => {
    const made = forecastOf(line(20, 3, 0.5), { horizon: 4, scale: 2 })
    expect(made).toMatchObject({ method: 'linear', form: 'least_squares', points: 20, gaps: 0, latest: 19, pastError: { mae: '0.00', mase: '0.0000', mape: '0.0000', within80: '1.0000', origins: 10, forecasts: 34 } })
    expect(made.steps.map(({ value }) => value)).toEqual(['13.00', '13.50', '14.00', '14.50'])
    expect(made.steps[3]).toMatchObject({ low80: '14.50', high80: '14.50', low95: '14.50', high95: '14.50' })
  })

  test('where all methods are right, the baseline is taken, also when rounding tells them apart', () => {
    expect(forecastOf(Array(30).fill(7), { season: 7 })).toMatchObject({ method: 'linear', pastError: { mae: '0.000000', mase: null } })
    // A line of thirds: no method is exact in binary, and which comes nearest is chance.
    for (let parts = 3; parts <= 30; parts++) expect(forecastOf(line(40, 1 / parts, 1 / parts), { season: 4 }).method).toBe('linear')
  })

  test('a line on a season of seven is forecast by the seasonal method', () => {
    const whole = line(70, 100, 1).map((value, day) => value + [0, 5, 9, 5, 0, -20, -30][day % 7]!)
    const made = forecastOf(whole.slice(0, 56), { horizon: 14, season: 7, scale: 4 })
    expect(made.method).toBe('seasonal')
    expect(made.form).toBe('holt_winters')
    expect(valuesOf(made)).toEqual(whole.slice(56))
    expect(made.methods.map(({ method, reason }) => [method, reason])).toEqual([['linear', null], ['damped', null], ['seasonal', null]])
    expect(Number(made.methods[2]?.mae)).toBeLessThan(Number(made.methods[0]?.mae))
  })

  test('a curve that levels off is forecast by the damped trend', () => {
    let [value, slope] = [0, 20]
    const whole = Array.from({ length: 40 }, () => (value += (slope *= 0.9)))
    const made = forecastOf(whole.slice(0, 32), { horizon: 8 })
    expect(made.method).toBe('damped')
    valuesOf(made).forEach((one, index) => expect(one).toBeCloseTo(whole[32 + index]!, 5))
    expect(made.methods[2]).toEqual({ method: 'seasonal', form: null, mae: null, mase: null, reason: 'no_season' })
  })

  test('a method that could be fitted at fewer than half of the origins is not compared', () => {
    // Twelve places of a season, first seen at the twelfth of fourteen values: two origins of seven.
    const made = forecastOf(line(14, 0, 1).map((x) => x + (x % 3)), { season: 12, horizon: 2 })
    expect(made.methods[2]).toMatchObject({ method: 'seasonal', form: 'seasonal_naive_drift', mae: null, reason: 'too_little_data' })
    expect(made.method).not.toBe('seasonal')
  })

  test('the error of a method is that of its own forecasts, worked out by hand', () => {
    // Five origins, after the third value to the seventh; the line through what lay before, one step ahead, and what came:
    // 0, came 4 · 4, came 0 · 2, came 0 · 16/15, came 4 · 20/7, came 0: misses 4, 4, 2, 44/15, 20/7.
    const made = forecastOf([0, 0, 0, 4, 0, 0, 4, 0], { horizon: 1, scale: 4 })
    // A damped trend needs four values, so the methods are compared at the last four origins: (4 + 2 + 44/15 + 20/7) / 4.
    // The values change by 16/7 on average.
    expect(made.methods[0]).toEqual({ method: 'linear', form: 'least_squares', mae: '2.9476', mase: '1.2896', reason: null })
  })
})

describe('too little data', () => {
  test('seven values give a reason and no number', () => {
    const made = forecastOf([1, null, 2, 3, 4, 5, 6, 7], { horizon: 2, threshold: { atLeast: 9 } })
    expect(made).toMatchObject({ reason: 'too_little_data', points: 7, gaps: 1, method: null, threshold: null, pastError: null })
    expect(made.steps).toEqual([1, 2].map((step) => ({ step, value: null, low80: null, high80: null, low95: null, high95: null })))
    expect(forecastOf([1, 2, 3, 4, 5, 6, 7, 8]).reason).toBeNull()
  })

  test('none at all, or only gaps', () => {
    expect(forecastOf([])).toMatchObject({ reason: 'too_little_data', points: 0, gaps: 0, latest: null })
    expect(forecastOf([null, null])).toMatchObject({ reason: 'too_little_data', points: 0 })
  })

  test('a horizon that is none is refused', () => {
    expect(() => forecastOf([1], { horizon: 0 })).toThrow(expect.objectContaining({ code: 'FORECAST_INVALID', where: 'horizon' }))
    expect(() => forecastOf([1], { horizon: 401 })).toThrow(expect.objectContaining({ code: 'FORECAST_INVALID' }))
    expect(() => forecastOf([1], { season: 0 })).toThrow(expect.objectContaining({ code: 'FORECAST_INVALID', where: 'season' }))
  })

  test('where every period after an origin is a gap, nothing was measured and no interval is given', () => {
    const made = forecastOf(line(19, 0, 1).map((x) => (x % 2 === 0 ? x : null)), { horizon: 1, scale: 1 })
    expect(made).toMatchObject({ reason: null, method: 'linear', pastError: null })
    expect(made.methods.map(({ reason }) => reason)).toEqual(['nothing_measured', 'nothing_measured', 'no_season'])
    expect(made.steps).toEqual([{ step: 1, value: '19.0', low80: null, high80: null, low95: null, high95: null }])
  })
})

describe('what does not matter', () => {
  const history = fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 12, maxLength: 40 })

  test('a constant added to every value is added to every forecast, and changes no error', () => {
    fc.assert(fc.property(history, fc.integer({ min: -5000, max: 5000 }), (values, shift) => {
      const plain = forecastOf(values, { season: 4, scale: 4 })
      const moved = forecastOf(values.map((value) => value + shift), { season: 4, scale: 4 })
      expect(moved.method).toBe(plain.method)
      expect(moved.pastError?.mae).toBe(plain.pastError?.mae)
      valuesOf(moved).forEach((value, index) => expect(value).toBeCloseTo(valuesOf(plain)[index]! + shift, 3))
    }), { seed: 3, numRuns: 40 })
  })

  test('a factor of every value is one of every forecast and of every error', () => {
    fc.assert(fc.property(history, fc.constantFrom(2, 8, 1024, 0.5), (values, factor) => {
      const plain = forecastOf(values, { season: 4, scale: 8 })
      const times = forecastOf(values.map((value) => value * factor), { season: 4, scale: 8 })
      expect(times.method).toBe(plain.method)
      expect(times.pastError?.mase).toBe(plain.pastError?.mase)
      valuesOf(times).forEach((value, index) => expect(value).toBeCloseTo(valuesOf(plain)[index]! * factor, 4))
    }), { seed: 3, numRuns: 40 })
  })

  test('where the count of periods starts, and the order of the points', () => {
    const values = line(20, 0, 1).map((x) => (x * 7919) % 101)
    const { latest, ...plain } = forecast(points(values), { horizon: 3, season: null, scale: 4 })
    const { latest: later, ...other } = forecast(points(values, 20_000).reverse(), { horizon: 3, season: null, scale: 4 })
    expect(other).toEqual(plain)
    expect([latest, later]).toEqual([19, 20_019])
  })

  test('the same points give the same bytes', () => {
    const values = line(50, 0, 1).map((x) => (x * 7919) % 101)
    expect(JSON.stringify(forecastOf(values, { season: 7 }))).toBe(JSON.stringify(forecastOf(values, { season: 7 })))
  })
})

describe('intervals', () => {
  test('hold about their share of what comes, over 400 seeded series of noise on a line', () => {
    const random = new Random(20_261_121)
    const next = noise(random)
    const held = { p80: 0, p95: 0, of: 0 }
    for (let round = 0; round < 400; round++) {
      const whole = line(66, 100, random.next()).map((value) => value + 5 * next())
      const made = forecastOf(whole.slice(0, 60), { horizon: 6 })
      for (const { step, low80, high80, low95, high95 } of made.steps) {
        const actual = whole[59 + step]!
        held.of++
        if (actual >= Number(low80) && actual <= Number(high80)) held.p80++
        if (actual >= Number(low95) && actual <= Number(high95)) held.p95++
      }
    }
    const share = { p80: held.p80 / held.of, p95: held.p95 / held.of }
    console.log(`of ${held.of} values: ${share.p80} in the 80 % interval, ${share.p95} in the 95 % one`)
    expect(share.p80).toBeGreaterThan(0.76)
    expect(share.p80).toBeLessThan(0.9)
    expect(share.p95).toBeGreaterThan(0.92)
    expect(share.p95).toBeLessThan(0.995)
  })

  test('never narrow with distance, and 95 % hold 80 %', () => {
    const random = new Random(5)
    const made = forecastOf(Array.from({ length: 40 }, noise(random)), { horizon: 40 })
    let before = 0
    for (const { low80, high80, low95, high95 } of made.steps) {
      const width = Number(high80) - Number(low80)
      expect(width).toBeGreaterThanOrEqual(before - 1e-5)
      expect(Number(low95)).toBeLessThanOrEqual(Number(low80))
      expect(Number(high95)).toBeGreaterThanOrEqual(Number(high80))
      before = width
    }
  })
})

describe('threshold', () => {
  test('the first step that reaches it, exactly reached counting', () => {
    // 0.50, 0.51 … 0.69; 0.80 is the eleventh step.
    const made = forecastOf(line(20, 0.5, 0.01), { horizon: 30, scale: 4, threshold: { atLeast: '0.80' } })
    expect(made.threshold).toEqual({ state: 'reached', step: 11, earliest: 11, latest: 11 })
    expect(made.steps[10]?.value).toBe('0.8000')
  })

  test('a falling line reaches a lower bound', () => {
    expect(forecastOf(line(20, 100, -2), { horizon: 40, threshold: { atMost: 0 } }).threshold).toEqual({ state: 'reached', step: 31, earliest: 31, latest: 31 })
  })

  test('already reached, not within the horizon, and moving away are told apart', () => {
    const of = (slope: number, bound: number, horizon = 5) => forecastOf(line(20, 0, slope), { horizon, threshold: { atLeast: bound } }).threshold
    expect(of(1, 19)).toEqual({ state: 'already_reached', step: null, earliest: null, latest: null })
    expect(of(1, 25)).toEqual({ state: 'not_within_horizon', step: null, earliest: null, latest: null })
    expect(of(-1, 25)).toEqual({ state: 'moving_away', step: null, earliest: null, latest: null })
    expect(of(1, 24)).toMatchObject({ state: 'reached', step: 5 })
  })

  test('with noise the interval reaches it before the forecast and after', () => {
    const next = noise(new Random(9))
    const { threshold } = forecastOf(line(60, 0, 1).map((value) => value + 3 * next()), { horizon: 60, threshold: { atLeast: 80 } })
    expect(threshold?.state).toBe('reached')
    expect(threshold!.earliest!).toBeLessThan(threshold!.step!)
    expect(threshold!.latest!).toBeGreaterThan(threshold!.step!)
  })
})
