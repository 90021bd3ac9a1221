import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { alert, decimal, entity, integer, type Notification, open, series, type Tidemark } from '../../src/index.ts'
import { scratchRoot } from '../histories/scratch.ts'

interface Campaign { status: string; seats: number | null; target: number; left: string; sessions: number }

/** What the application says now; a campaign that is null cannot be read. */
let application: Record<string, Campaign | null> = {}
const campaign = entity('campaign', { tenant: 'company' })
const snapshots = series('snapshots', { of: campaign, grain: 'hour' })
  .measures(({ gauge, counter }) => ({ seats: gauge(integer()), target: gauge(integer()), left: gauge(decimal(2)), sessions: counter(integer()) }))
  .derive(({ ratio }) => ({ utilization: ratio('seats', 'target') }))
  .frequency({ status: 'status', rules: [{ when: ['active'], every: 'hour' }, { when: ['completed'], every: 'final' }] })
  .collect(async ({ entities }) => entities.map(({ tenant, entity: name }) => {
    const found = application[name]
    if (found === null || found === undefined) throw new Error('no such row')
    const { status: _, ...values } = found
    return { tenant, entity: name, values }
  }), { entities: async () => Object.entries(application).map(([name, one]) => ({ tenant: 'acme', entity: name, attributes: { status: one?.status ?? 'active' } })), batch: 1 })

const rules = [
  alert('capacity', { of: snapshots, measure: 'utilization.value', atLeast: '0.80', clearBelow: '0.78', action: 'Offer more seats' }),
  alert('overspent', { of: snapshots, measure: 'left.last', below: 0, action: 'Stop spending' }),
]

describe('a collected series', () => {
  const told: Notification[] = []
  let folder = ''
  let now = 0
  let tm: Tidemark
  const at = async (instant: string) => {
    now = Date.parse(instant)
    await tm.capture(snapshots)
    return tm.alerts.check()
  }

  beforeEach(async () => {
    told.length = 0
    application = {}
    folder = mkdtempSync(join(scratchRoot(), 'tidemark-watched-'))
    now = Date.parse('2026-03-02T08:00:00Z')
    tm = await open({ store: `sqlite:${join(folder, 'history.db')}`, series: [snapshots], alerts: rules, now: () => now, channels: [{ name: 'test', send: async (one) => { told.push(one) } }] })
  })
  afterEach(async () => {
    await tm.close()
    rmSync(folder, { recursive: true, force: true })
  })

  test('is watched by the hour, with a week of flutter told once', async () => {
    application = { c1: { status: 'active', seats: 40, target: 50, left: '10.00', sessions: 0 } }
    // 40 of 50 is exactly 80 %; 39.5 would be 79 %.
    for (let hour = 0; hour < 7 * 24; hour += 3) {
      application['c1'] = { status: 'active', seats: hour % 2 === 0 ? 400 : 395, target: 500, left: '10.00', sessions: hour }
      await at(new Date(Date.parse('2026-03-02T09:05:00Z') + hour * 3_600_000).toISOString())
    }
    expect(told.map(({ key, value, period, openedAt }) => ({ key, value, period, openedAt }))).toEqual([{ key: 'alert-1', value: '0.8000', period: '2026-03-02', openedAt: '2026-03-02T09:05:00Z' }])
    expect(await tm.alerts.list({ states: ['open', 'acknowledged', 'resolved'] })).toHaveLength(1)
  })

  test('79,996 of 100,000 prints 0.8000 and has not reached 0.80; 80,000 has', async () => {
    const busy: Campaign = { status: 'active', seats: 79_996, target: 100_000, left: '1.00', sessions: 0 }
    application = { c1: busy }
    expect((await at('2026-03-02T09:05:00Z')).opened).toEqual([])
    application = { c1: { ...busy, seats: 80_000 } }
    expect((await at('2026-03-02T10:05:00Z')).opened.map(({ rule, value }) => [rule, value])).toEqual([['capacity', '0.8000']])
    application = { c1: { ...busy, seats: 78_000 } }
    expect((await at('2026-03-02T11:05:00Z')).resolved).toEqual([])
    application = { c1: { ...busy, seats: 77_996 } }
    expect((await at('2026-03-02T12:05:00Z')).resolved.map(({ resolved }) => resolved?.value)).toEqual(['0.7800'])
  })

  test('a source that fails changes nothing; a campaign that is completed resolves its alert', async () => {
    const busy: Campaign = { status: 'active', seats: 45, target: 50, left: '-0.01', sessions: 1 }
    application = { c1: busy, c2: { ...busy, target: 0, left: '0.00' } }
    expect((await at('2026-03-02T09:05:00Z')).opened.map(({ rule, entity: name, value }) => [rule, name, value])).toEqual([['capacity', 'c1', '0.9000'], ['overspent', 'c1', '-0.01']])
    expect((await tm.alerts.check()).unknown).toEqual([{ rule: 'capacity', tenant: 'acme', entity: 'c2', reason: 'null' }])
    application['c1'] = null
    for (const instant of ['2026-03-03T09:05:00Z', '2026-03-04T09:05:00Z', '2026-03-05T09:05:00Z', '2026-03-06T09:05:00Z']) expect((await at(instant)).resolved).toEqual([])
    expect((await tm.alerts.check()).unknown).toContainEqual({ rule: 'overspent', tenant: 'acme', entity: 'c1', reason: 'source_failed' })
    application['c1'] = { ...busy, status: 'completed' }
    await at('2026-03-07T09:05:00Z')
    await at('2026-03-08T09:05:00Z')
    expect((await at('2026-03-11T09:05:00Z')).resolved.map(({ rule, resolved }) => [rule, resolved])).toEqual([['capacity', { at: '2026-03-11T09:05:00Z', value: null }], ['overspent', { at: '2026-03-11T09:05:00Z', value: null }]])
  })

  test('is forecast: levels from every day with a value, increases from whole days only', async () => {
    for (let hour = 0; hour < 20 * 24; hour++) {
      now = Date.parse('2026-03-02T00:05:00Z') + hour * 3_600_000
      const date = Math.floor(hour / 24)
      // Ten seats more a day, and two sessions an hour; on the eleventh day one hour fails.
      application = { c1: hour === 10 * 24 + 5 ? null : { status: 'active', seats: 100 + 10 * date, target: 500, left: '0.00', sessions: 2 * hour } }
      await tm.capture(snapshots)
    }
    now = Date.parse('2026-03-22T00:30:00Z')
    const seats = await tm.forecast(snapshots, { select: 'utilization.value', tenant: 'acme', entity: 'c1', horizon: 10, threshold: { atLeast: '0.60' } })
    // Days 0 to 19: 0.20, 0.22 … 0.58.
    expect(seats).toMatchObject({ method: 'linear', points: 20, gaps: 0, threshold: { state: 'reached', period: '2026-03-22' } })
    expect(seats.steps.slice(0, 2)).toMatchObject([{ period: '2026-03-22', value: '0.6000' }, { period: '2026-03-23', value: '0.6200' }])
    expect(seats.history?.coverage).toEqual({ expected: 480, present: 479, reasons: { source_failed: 1 } })
    const sessions = await tm.forecast(snapshots, { select: 'sessions.increase', tenant: 'acme', entity: 'c1', horizon: 1 })
    // The first window is the baseline, so the first day has 46; the eleventh lacks an hour: neither is whole.
    expect(sessions.history?.values.map(({ value }) => value)).toEqual(Array(18).fill(48))
    expect(sessions).toMatchObject({ points: 18, gaps: 1, steps: [{ value: '48.00' }] })
  })
})
