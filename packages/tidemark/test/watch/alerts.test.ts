import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { alert, open } from '../../src/index.ts'
import { retryAfterMs } from '../../src/watch/deliver.ts'
import { capacity, metrics, states } from './declarations.ts'
import { Watched } from './place.ts'

let place: Watched
beforeEach(async () => { place = await new Watched().open('2026-03-02T08:00:00Z') })
afterEach(() => place.remove())

const day = (date: number, hour = 12): string => `2026-03-${String(date).padStart(2, '0')}T${String(hour).padStart(2, '0')}:00:00Z`
const ids = (alerts: readonly { readonly id: number }[]): number[] => alerts.map(({ id }) => id)

describe('a week of flutter about 80 %', () => {
  test('opens once and is told once, and resolves once it has gone back past the clear bound', async () => {
    const shares = [[79, 100], [80, 100], [79, 100], [81, 100], [78, 100], [80, 100], [785, 1000]] as const
    const opened: number[] = []
    const resolved: number[] = []
    for (const [index, [seats, target]] of shares.entries()) {
      await place.tell(day(2 + index), seats, target)
      // Several looks a day change nothing.
      for (const hour of [12, 13, 20]) {
        const report = await place.check(day(2 + index, hour))
        opened.push(...ids(report.opened))
        resolved.push(...ids(report.resolved))
      }
    }
    expect({ opened, resolved }).toEqual({ opened: [1], resolved: [] })
    expect(place.told).toEqual([{
      key: 'alert-1', alert: 1, rule: 'capacity', severity: 'warning', tenant: 'acme', entity: 'c1', measure: 'utilization.value', value: '0.8000', period: '2026-03-03',
      bound: 'at least 0.80', openedAt: '2026-03-03T12:00:00Z', action: 'Offer more seats', note: null,
    }])
    await place.tell(day(9), 77, 100)
    expect(await place.check()).toMatchObject({ opened: [], resolved: [{ id: 1, state: 'resolved', resolved: { at: '2026-03-09T12:00:00Z', value: '0.7700' } }], open: [], notified: 0 })
    await place.tell(day(10), 80, 100)
    // Again over the bound: another opening, told once more.
    expect(await place.check()).toMatchObject({ opened: [{ id: 2, state: 'open', value: '0.8000' }], notified: 1 })
    expect(place.told.map(({ key }) => key)).toEqual(['alert-1', 'alert-2'])
  })
})

describe('values at the edge', () => {
  test('a target of 0 has no utilisation: it is unknown, never an alert', async () => {
    await place.tell(day(2), 5, 0)
    expect(await place.check()).toMatchObject({ opened: [], open: [], unknown: [{ rule: 'capacity', tenant: 'acme', entity: 'c1', reason: 'open' }] })
    place.now = Date.parse(day(3, 1))
    await place.tm.capture(metrics)
    expect(await place.check()).toMatchObject({ opened: [], open: [], unknown: [{ rule: 'capacity', reason: 'null' }] })
  })

  test('a target that becomes 0 leaves the alert as it was', async () => {
    await place.tell(day(2), 45, 50)
    expect((await place.check()).opened).toMatchObject([{ value: '0.9000' }])
    place.now = Date.parse(day(9))
    // Nothing has been told for a week.
    expect(await place.check()).toMatchObject({ resolved: [], open: [{ id: 1 }], unknown: [{ rule: 'capacity', reason: 'not_captured' }, { rule: 'overspent', reason: 'not_captured' }] })
  })

  test('over capacity counts, and a negative remaining budget to the cent', async () => {
    await place.tell(day(2), 130, 100, { campaign: 'over', left: '0.00' })
    await place.tell(day(2), 1, 100, { campaign: 'broke', left: '-0.01' })
    const { opened } = await place.check()
    expect(opened.map(({ rule, entity, value, severity }) => ({ rule, entity, value, severity }))).toEqual([
      { rule: 'overspent', entity: 'broke', value: '-0.010000', severity: 'critical' },
      { rule: 'capacity', entity: 'over', value: '1.3000', severity: 'warning' },
    ])
  })

  test('a sum is judged by whole days only', async () => {
    const few = alert('few', { of: metrics, measure: 'told.sum', below: 2, action: 'Look' })
    await place.close()
    await place.open(day(2, 8), [few])
    await place.tell(day(2, 9), 1, 100)
    await place.tell(day(2, 10), 1, 100)
    await place.tell(day(3, 1), 1, 100)
    // The 2nd is over and captured, with two; the 3rd has one so far.
    await place.tm.capture(metrics)
    expect((await place.check()).opened).toEqual([])
    place.now = Date.parse(day(4, 1))
    await place.tm.capture(metrics)
    expect((await place.check()).opened).toMatchObject([{ rule: 'few', value: '1', period: '2026-03-03' }])
  })
})

describe('acknowledge', () => {
  test('keeps who, when and why; a second one changes nothing; resolving ends it', async () => {
    await place.tell(day(2), 80, 100)
    expect((await place.check()).open).toHaveLength(1)
    place.now = Date.parse(day(2, 14))
    expect(await place.tm.alerts.acknowledge(1, 'ann', 'ordered')).toMatchObject({ state: 'acknowledged', acknowledged: { by: 'ann', at: '2026-03-02T14:00:00Z', note: 'ordered' } })
    expect(await place.tm.alerts.acknowledge(1, 'bob')).toMatchObject({ acknowledged: { by: 'ann' } })
    expect(await place.check()).toMatchObject({ opened: [], open: [] })
    expect(await place.tm.alerts.list()).toMatchObject([{ id: 1, state: 'acknowledged' }])
    expect(await place.tm.alerts.list({ states: ['open'] })).toEqual([])
    await place.tell(day(3), 10, 100)
    expect((await place.check()).resolved).toMatchObject([{ state: 'resolved', acknowledged: { by: 'ann' }, resolved: { value: '0.1000' } }])
    expect(await place.tm.alerts.list()).toEqual([])
    expect(ids(await place.tm.alerts.list({ states: ['resolved'] }))).toEqual([1])
    await expect(place.tm.alerts.acknowledge(1, 'bob')).rejects.toMatchObject({ code: 'ALERT_UNKNOWN' })
    await expect(place.tm.alerts.acknowledge(7, 'bob')).rejects.toMatchObject({ code: 'ALERT_UNKNOWN', where: '7' })
  })

  test('what is acknowledged before it was told is told no more', async () => {
    place.failing = 'down'
    await place.tell(day(2), 80, 100)
    expect(await place.check()).toMatchObject({ notified: 0, failed: [{ alert: 1 }] })
    await place.tm.alerts.acknowledge(1, 'ann')
    place.failing = null
    await place.check(day(3))
    expect(place.told).toEqual([])
  })
})

describe('silence', () => {
  test('of a rule: opens in silence, and is told when it is over', async () => {
    await place.tm.alerts.silence({ rule: 'capacity' }, new Date(day(4)), 'ann', 'campaign week')
    await place.tell(day(2), 80, 100, { left: '-5.00' })
    expect(await place.check()).toMatchObject({ opened: [{ rule: 'capacity', silencedUntil: '2026-03-04T12:00:00Z' }, { rule: 'overspent', silencedUntil: null }], open: [{ rule: 'overspent' }], notified: 1 })
    expect(await place.check(day(4, 11))).toMatchObject({ notified: 0 })
    expect(await place.check(day(4, 12))).toMatchObject({ notified: 1, open: [{ rule: 'capacity', silencedUntil: null }, { rule: 'overspent' }] })
    expect(place.told.map(({ rule }) => rule)).toEqual(['overspent', 'capacity'])
  })

  test('what has resolved by the end of a silence is never told', async () => {
    await place.tell(day(2), 1, 100)
    await place.tm.alerts.silence({ tenant: 'acme', entity: 'c1' }, new Date(day(5)), 'ann')
    await place.tell(day(3), 80, 100)
    expect(await place.check()).toMatchObject({ opened: [{ id: 1 }], notified: 0 })
    await place.tell(day(4), 1, 100)
    expect(await place.check()).toMatchObject({ resolved: [{ id: 1 }], notified: 0 })
    expect(await place.check(day(6))).toMatchObject({ notified: 0 })
    expect(place.told).toEqual([])
  })

  test('of one entity leaves the others; the same scope again ends it', async () => {
    await place.tell(day(2), 80, 100, { campaign: 'c1' })
    await place.tell(day(2), 80, 100, { campaign: 'c2' })
    await place.tm.alerts.silence({ rule: 'capacity', tenant: 'acme', entity: 'c1' }, new Date(day(20)), 'ann')
    await place.check()
    expect(place.told.map(({ entity }) => entity)).toEqual(['c2'])
    await place.tm.alerts.silence({ rule: 'capacity', tenant: 'acme', entity: 'c1' }, new Date(day(1)), 'ann')
    await place.check()
    expect(place.told.map(({ entity }) => entity)).toEqual(['c2', 'c1'])
  })

  test('of names that nobody has is refused', async () => {
    const silence = (scope: object) => place.tm.alerts.silence(scope, new Date(day(3)), 'ann')
    await expect(silence({ rule: 'capacty' })).rejects.toMatchObject({ code: 'ALERT_UNKNOWN', hint: expect.stringContaining('capacity') })
    await expect(silence({ tenant: 'nobody' })).rejects.toMatchObject({ code: 'ALERT_UNKNOWN', where: 'tenant' })
    await expect(silence({ tenant: 'nobody', entity: 'c1' })).rejects.toMatchObject({ code: 'ALERT_UNKNOWN', where: 'entity' })
    await expect(silence({ entity: 'c1' })).rejects.toMatchObject({ code: 'ALERT_INVALID' })
    await expect(silence({})).rejects.toMatchObject({ code: 'ALERT_INVALID' })
  })
})

describe('a channel that fails', () => {
  test('is tried again after 1, 2, 4 … minutes, at most an hour, and then told once', async () => {
    expect([1, 2, 3, 4, 5, 6, 7, 50].map((attempt) => retryAfterMs(attempt) / 60_000)).toEqual([1, 2, 4, 8, 16, 32, 60, 60])
    place.failing = 'connection refused'
    await place.tell('2026-03-02T12:00:00Z', 80, 100)
    expect(await place.check()).toMatchObject({ notified: 0, failed: [{ alert: 1, channel: 'test', error: 'connection refused', retryAt: '2026-03-02T12:01:00Z' }] })
    expect(await place.check('2026-03-02T12:00:59Z')).toMatchObject({ notified: 0, failed: [] })
    expect(await place.check('2026-03-02T12:01:00Z')).toMatchObject({ failed: [{ retryAt: '2026-03-02T12:03:00Z' }] })
    place.failing = null
    expect(await place.check('2026-03-02T12:02:59Z')).toMatchObject({ notified: 0, open: [{ notified: { test: null } }] })
    expect(await place.check('2026-03-02T12:03:00Z')).toMatchObject({ notified: 1, failed: [], open: [{ notified: { test: '2026-03-02T12:03:00Z' } }] })
    expect(await place.check('2026-03-02T12:10:00Z')).toMatchObject({ notified: 0 })
    expect(place.told).toHaveLength(1)
  })
})

describe('explain', () => {
  test('shows the rule, what opened it, and the values from a week before', async () => {
    for (const [index, seats] of [50, 60, 70, 80].entries()) await place.tell(day(2 + index), seats, 100)
    await place.check()
    await place.tell(day(7), 90, 100)
    const { alert: explained, rule, values } = await place.tm.alerts.explain(1)
    expect(explained).toMatchObject({ id: 1, value: '0.8000', period: '2026-03-05', bound: 'at least 0.80' })
    expect(rule).toEqual(capacity)
    expect(values.map(({ period }) => period)).toEqual(['2026-02-26', '2026-02-27', '2026-02-28', '2026-03-01', '2026-03-02', '2026-03-03', '2026-03-04', '2026-03-05', '2026-03-06', '2026-03-07'])
    expect(values.map(({ value }) => value)).toEqual([null, null, null, null, '0.5000', '0.6000', '0.7000', '0.8000', null, '0.9000'])
    expect(values[0]?.coverage).toEqual({ expected: 1, present: 0, reasons: { before_enrolment: 1 } })
    await expect(place.tm.alerts.explain(2)).rejects.toMatchObject({ code: 'ALERT_UNKNOWN' })
  })

  test('of a rule that is no longer declared says what the alert itself knows', async () => {
    await place.tell(day(2), 80, 100)
    await place.check()
    await place.close()
    await place.open(day(3), [])
    expect(await place.check()).toMatchObject({ opened: [], resolved: [], open: [{ id: 1, rule: 'capacity', measure: null, action: null }] })
    expect(await place.tm.alerts.explain(1)).toMatchObject({ rule: null, values: [], alert: { value: '0.8000' } })
  })
})

test('alerts, what was told of them and silences go with their entity', async () => {
  for (const campaign of ['c1', 'c2']) await place.tell(day(2), 80, 100, { campaign })
  await place.tm.alerts.silence({ tenant: 'acme', entity: 'c1' }, new Date(day(1)), 'ann', 'c1 is known')
  expect((await place.check()).opened).toHaveLength(2)
  await place.tm.erasures.forget({ of: 'campaign', tenant: 'acme', entity: 'c1' }, { by: 'ann', reason: 'asked to' })
  expect((await place.tm.alerts.list()).map(({ entity }) => entity)).toEqual(['c2'])
  const database = new Database(join(place.folder, 'history.db'), { readonly: true })
  expect(['tm_alert', 'tm_notification', 'tm_silence'].map((table) => database.prepare(`SELECT count(*) FROM ${table}`).pluck().get())).toEqual([1, 1, 0])
  database.close()
})

test('a look that is overtaken changes nothing', async () => {
  await place.tell(day(2), 80, 100)
  await place.check()
  await place.tell(day(3), 10, 100)
  await place.check()
  // A process that read before the value fell, and comes to write only now.
  const store = { open: [{ rule: 'capacity', kind: 'campaign', tenant: 'acme', entity: 'c1', value: '0.8000', period: '2026-03-02' }], resolve: [], channels: ['test'], now: Date.parse(day(2, 23)) }
  const { openStore } = await import('../../src/tidemark.ts')
  const { parseStoreUrl } = await import('../../src/store-url.ts')
  const other = await openStore(parseStoreUrl(place.url, '/', 'store'))
  try {
    expect(await other.alerts.change(store)).toEqual({ opened: [], resolved: [] })
    // Of an entity that is not there, as after an erasure, nothing opens.
    expect(await other.alerts.change({ ...store, open: [{ ...store.open[0]!, entity: 'gone' }], now: Date.parse(day(9)) })).toEqual({ opened: [], resolved: [] })
    expect(await other.alerts.change({ ...store, now: Date.parse(day(9)) })).toEqual({ opened: [2], resolved: [] })
  } finally {
    await other.close()
  }
})

test('rules that cannot stand side by side are refused before the store is touched', async () => {
  const opened = (alerts: object[]) => open({ store: `${place.url}-other`, series: [metrics], alerts: alerts as never })
  await expect(opened([capacity, capacity])).rejects.toMatchObject({ code: 'ALERT_INVALID' })
  await expect(opened([{ ...capacity, series: 'else' }])).rejects.toMatchObject({ code: 'ALERT_INVALID' })
  await expect(opened([{}])).rejects.toMatchObject({ code: 'ALERT_INVALID' })
  void states
})
