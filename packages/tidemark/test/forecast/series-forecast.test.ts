import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { entity, instant, integer, open, series, stream, text, type Tidemark } from '../../src/index.ts'
import { scratchRoot } from '../histories/scratch.ts'

const shop = entity('shop', { tenant: 'firm' })
const sales = stream('sales', { of: shop, tenant: 'firm', entity: 'shop', id: 'id', at: 'at', fields: { firm: text(), shop: text(), id: text(), at: instant(), amount: integer() } })
const takings = series('takings', { of: shop, grain: 'day' })
  .from(sales, (e, { count, delta, any }) => ({ orders: count(), amount: delta(e.amount), open: any() }))
  .derive(({ ratio }) => ({ perOrder: ratio('amount', 'orders') }))

/** Saturday, 2026-03-28; days up to the 27th are over. */
const NOW = '2026-03-28T12:00:00Z'

describe('the forecast of an entity', () => {
  const folder = mkdtempSync(join(scratchRoot(), 'tidemark-forecast-'))
  let tm: Tidemark
  let now = Date.parse('2026-03-20T00:00:00Z')

  beforeAll(async () => {
    tm = await open({ store: `sqlite:${join(folder, 'history.db')}`, series: [takings], now: () => now })
    // From 1 March on, day d takes 100 + 10·d; the 28th, which is not over, takes 1 so far. Nobody comes on the 8th.
    const rows = Array.from({ length: 28 }, (_, index) => index + 1).filter((day) => day !== 8).map((day) => ({
      firm: 'f', shop: 's', id: String(day), at: `2026-03-${String(day).padStart(2, '0')}T10:00:00Z`, amount: day === 28 ? 1 : 100 + 10 * day,
    }))
    now = Date.parse(NOW)
    await tm.ingest(sales, rows)
    await tm.ingest(sales, [{ firm: 'f', shop: 'new', id: 'n', at: '2026-03-27T10:00:00Z', amount: 5 }])
    await tm.capture(takings)
  })
  afterAll(async () => {
    await tm.close()
    rmSync(folder, { recursive: true, force: true })
  })

  test('leaves out the day that is not over, counts a day without events as 0, and says what it used', async () => {
    const made = await tm.forecast(takings, { select: 'amount.sum', tenant: 'f', entity: 's', horizon: 3, season: null })
    expect(made).toMatchObject({
      series: 'takings', select: 'amount.sum', tenant: 'f', entity: 's', grain: 'day', reason: null, points: 27, gaps: 0, scale: 2,
      history: { from: '2026-03-01', to: '2026-03-28', coverage: { expected: 27, present: 27, reasons: {} } },
    })
    expect(made.history?.values[7]).toEqual({ period: '2026-03-08', value: 0 })
    expect(made.history?.values.at(-1)).toEqual({ period: '2026-03-27', value: 370 })
    expect(made.steps.map(({ step, period }) => [step, period])).toEqual([[1, '2026-03-28'], [2, '2026-03-29'], [3, '2026-03-30']])
    expect('latest' in made).toBe(false)
  })

  test('a day whose answer is null is a gap; the threshold is a day', async () => {
    // What an order brings is null where there is none: 26 values on an exact line.
    const made = await tm.forecast(takings, { select: 'perOrder.value', tenant: 'f', entity: 's', horizon: 10, threshold: { atLeast: 400 } })
    expect(made).toMatchObject({ points: 26, gaps: 1, scale: 4, season: 7, method: 'linear', pastError: { mae: '0.0000' } })
    expect(made.steps[0]).toMatchObject({ period: '2026-03-28', value: '380.0000' })
    expect(made.threshold).toEqual({ state: 'reached', period: '2026-03-30', earliest: '2026-03-30', latest: '2026-03-30' })
  })

  test('by week, a week that began before the enrolment is no value of a sum', async () => {
    const made = await tm.forecast(takings, { select: 'amount.sum', tenant: 'f', entity: 's', horizon: 2, grain: 'week' })
    // 1 March was a Sunday: whole weeks begin on the 2nd, 9th and 16th; that of the 23rd is not over.
    expect(made).toMatchObject({ reason: 'too_little_data', points: 3, history: { from: '2026-03-02', to: '2026-03-23' } })
    expect(made.history?.values.map(({ value }) => value)).toEqual([120 + 130 + 140 + 150 + 160 + 170, 190 + 200 + 210 + 220 + 230 + 240 + 250, 260 + 270 + 280 + 290 + 300 + 310 + 320])
    expect(made.steps).toEqual(['2026-03-23', '2026-03-30'].map((period, index) => ({ step: index + 1, period, value: null, low80: null, high80: null, low95: null, high95: null })))
  })

  test('too little, or nobody', async () => {
    expect(await tm.forecast(takings, { select: 'orders.sum', tenant: 'f', entity: 'new', horizon: 1 })).toMatchObject({ reason: 'too_little_data', points: 1 })
    expect(await tm.forecast(takings, { select: 'orders.sum', tenant: 'f', entity: 'nobody', horizon: 1 })).toMatchObject({ reason: 'too_little_data', points: 0, history: null, steps: [{ period: null, value: null }] })
  })

  test('what is no number, no grain or no day is refused', async () => {
    const of = (request: object) => tm.forecast('takings', { select: 'orders.sum', tenant: 'f', entity: 's', horizon: 1, ...request })
    await expect(of({ select: 'open.any' })).rejects.toMatchObject({ code: 'FORECAST_INVALID', where: 'select' })
    await expect(of({ grain: 'range' })).rejects.toMatchObject({ code: 'FORECAST_INVALID', where: 'grain' })
    await expect(of({ threshold: { atLeast: 'much' } })).rejects.toMatchObject({ code: 'FORECAST_INVALID', where: 'threshold' })
    await expect(of({ to: '2026-02-30' })).rejects.toMatchObject({ where: 'to' })
  })
})
