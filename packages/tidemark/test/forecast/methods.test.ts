import { DuckDBInstance } from '@duckdb/node-api'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { damped } from '../../src/forecast/damped.ts'
import { linear } from '../../src/forecast/linear.ts'
import type { Fit, Fitted, History } from '../../src/forecast/method.ts'
import { seasonal } from '../../src/forecast/seasonal.ts'
import { Random } from '../histories/random.ts'
import { noise } from './fixture.ts'

const whole = (fit: Fit, history: History): Fitted | null => fit(history, [history.length])[0] ?? null
const ahead = (fitted: Fitted | null, steps: number): number[] => Array.from({ length: steps }, (_, index) => (fitted as Fitted).at(index + 1))
const near = (got: readonly number[], wanted: readonly number[], digits = 6): void => got.forEach((value, index) => expect(value).toBeCloseTo(wanted[index] as number, digits))

describe('linear', () => {
  test('goes on with an exact line, gaps or not', () => {
    fc.assert(fc.property(fc.integer({ min: -1000, max: 1000 }), fc.integer({ min: -100, max: 100 }), fc.array(fc.boolean(), { minLength: 4, maxLength: 40 }), (start, slope, kept) => {
      const history = [0, 1, 2, ...kept.map((keep, index) => (keep ? index + 3 : null))].map((x) => (x === null ? null : start + slope * x))
      near(ahead(whole(linear, history), 4), [0, 1, 2, 3].map((step) => start + slope * (history.length + step)))
    }), { seed: 7 })
  })

  test('has the slope and the intercept that DuckDB finds, on noise with gaps', async () => {
    const random = new Random(11)
    const history = Array.from({ length: 60 }, (_, x) => (x % 7 === 3 ? null : Math.round((300 + 2.5 * x + 20 * noise(random)()) * 100) / 100))
    const connection = await (await DuckDBInstance.create(':memory:')).connect()
    const rows = history.flatMap((y, x) => (y === null ? [] : [`(${x}::DOUBLE, ${y}::DOUBLE)`]))
    const [[slope, intercept]] = (await (await connection.runAndReadAll(`SELECT regr_slope(y, x), regr_intercept(y, x) FROM (VALUES ${rows.join(', ')}) AS v(x, y)`)).getRows()) as [[number, number]]
    near(ahead(whole(linear, history), 10), Array.from({ length: 10 }, (_, step) => intercept + slope * (60 + step)), 8)
    connection.closeSync()
  })

  test('says nothing of two values', () => expect(whole(linear, [1, null, 2])).toBeNull())
})

describe('damped', () => {
  /** 100 + 8·(φ + φ² + …), which ends at 100 + 8·φ / (1 − φ). */
  const curve = (damping: number, length: number): number[] => {
    let [value, slope] = [100, 8]
    return Array.from({ length }, () => (value += (slope *= damping)))
  }

  test.each([0.8, 0.9, 0.95, 0.98])('goes on with a curve damped by %s', (damping) => {
    const curved = curve(damping, 40)
    near(ahead(whole(damped, curved.slice(0, 30)), 10), curved.slice(30))
  })

  test('goes on with it across gaps', () => {
    const curved = curve(0.9, 40)
    near(ahead(whole(damped, curved.slice(0, 30).map((value, index) => (index % 5 === 2 || index === 29 ? null : value))), 10), curved.slice(30))
  })

  test('stays where nothing moves, and levels off where a trend does', () => {
    near(ahead(whole(damped, [5, 5, 5, 5, 5, 5]), 3), [5, 5, 5])
    const [one = 0, two = 0, three = 0] = ahead(whole(damped, [0, 10, 20, 30, 40, 50, 60, 70]), 3)
    expect(one).toBeGreaterThan(70)
    expect(two - one).toBeLessThan(one - 70 + 1e-9)
    expect(three - two).toBeLessThan(two - one)
  })

  test('says nothing of three values', () => expect(whole(damped, [1, 2, null, 3])).toBeNull())
})

describe('seasonal', () => {
  const week = [10, 12, 15, 15, 14, 3, 1]

  test('repeats a pure season, by Holt–Winters from two seasons on and naively before', () => {
    const long = Array.from({ length: 28 }, (_, day) => week[day % 7] as number)
    expect(whole(seasonal(7), long)?.form).toBe('holt_winters')
    near(ahead(whole(seasonal(7), long), 14), [...week, ...week])
    expect(whole(seasonal(7), long.slice(0, 10))?.form).toBe('seasonal_naive_drift')
    near(ahead(whole(seasonal(7), long.slice(0, 10)), 7), [15, 14, 3, 1, 10, 12, 15])
  })

  test('a season on a line goes on with both, across gaps', () => {
    const days = Array.from({ length: 42 }, (_, day) => (week[day % 7] as number) + 2 * day)
    const history = days.slice(0, 28).map((value, index) => (index === 9 || index === 20 ? null : value))
    near(ahead(whole(seasonal(7), history), 14), days.slice(28))
    // One season and three days: what differs from a week before is the drift, 14 a week.
    near(ahead(whole(seasonal(7), days.slice(0, 10)), 5), days.slice(10, 15))
  })

  test('says nothing where a place of the season was never seen', () => {
    expect(whole(seasonal(7), Array.from({ length: 28 }, (_, day) => (day % 7 === 6 ? null : day)))).toBeNull()
    expect(whole(seasonal(7), week.slice(1))).toBeNull()
  })
})

describe('every method', () => {
  test('says of each beginning of a history what it says of that beginning alone', () => {
    const values = fc.array(fc.option(fc.integer({ min: -1000, max: 1000 }), { freq: 6 }), { minLength: 30, maxLength: 60 })
    fc.assert(fc.property(values, (history) => {
      const ends = history.map((_, at) => at + 1)
      for (const fit of [linear, damped, seasonal(7)]) {
        for (const [place, fitted] of fit(history, ends).entries()) {
          const alone = whole(fit, history.slice(0, ends[place]))
          expect(fitted?.form).toBe(alone?.form)
          if (fitted !== null && alone !== null) expect(ahead(fitted, 3)).toEqual(ahead(alone, 3))
        }
      }
    }), { seed: 5, numRuns: 20 })
  })
})
