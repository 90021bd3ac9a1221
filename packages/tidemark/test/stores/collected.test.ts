import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Lease } from '../../src/stores/contract/lease.ts'
import { cell, CollectedPlace, day, window } from './collected-place.ts'

let place: CollectedPlace
let a: number
let b: number
beforeEach(async () => {
  place = new CollectedPlace()
  await place.declare([place.definition], '2026-01-01T00:00:00Z')
  ;[a, b] = await place.roster(['a', 'b'], '2026-01-01T00:00:00Z') as [number, number]
})
afterEach(() => place.remove())

const NOTHING = { created: 0, unchanged: 0, restated: 0, failed: 0, sealed: 0 }

describe('a captured window', () => {
  test('is one row, with the states of its samples and its payload', async () => {
    expect(await place.write([window(a, '2026-01-01', { budget: 150, hours: 10, status: 'active', open: 1 }, { hour: 3, payload: '{"n":1}' })], '2026-01-01T03:30:00Z')).toEqual({ ...NOTHING, created: 1 })
    const [row, ...others] = await place.rows(['budget_first', 'budget_weighted', 'budget_seconds', 'hours_last', 'hours_increase', 'status_last', 'status_seconds_0', 'open_true', 'payload_version', 'payload'])
    expect(others).toEqual([])
    expect(row).toEqual({
      entity: a, cell: 0, tier: 'captured', from: day('2026-01-01'), to: day('2026-01-02'), at: Date.parse('2026-01-01T03:00:00Z'), until: Date.parse('2026-01-01T04:00:00Z'),
      facts: 1, values: [150, 150 * 3600, 3600, 10, null, 'active', 3600, 1, 1, '{"n":1}'],
    })
  })

  test('written again says what it said, and is unchanged', async () => {
    const same = window(a, '2026-01-01', { budget: 150, hours: 10, waits: [1, 2], who: ['x'] }, { payload: '{"n":1}' })
    await place.write([same], '2026-01-01T01:00:00Z')
    expect(await place.write([same], '2026-01-01T02:00:00Z', { restates: true })).toEqual({ ...NOTHING, unchanged: 1 })
    await place.shut()
    expect(await place.write([same], '2026-01-01T03:00:00Z', { restates: true })).toEqual({ ...NOTHING, unchanged: 1 })
  })

  test('is not restated by a capture that raced for it', async () => {
    await place.write([window(a, '2026-01-01', { budget: 1 })], '2026-01-01T01:00:00Z')
    expect(await place.write([window(a, '2026-01-01', { budget: 2 })], '2026-01-01T02:00:00Z')).toEqual({ ...NOTHING, unchanged: 1 })
    expect((await place.rows(['budget_last'])).map(({ values }) => values)).toEqual([[1]])
  })

  test('is restated by a backfill, and what it said before is answered as of then', async () => {
    await place.write([window(a, '2026-01-01', { budget: 1 }, { payload: '{"n":1}' })], '2026-01-01T01:00:00Z')
    expect(await place.write([window(a, '2026-01-01', { budget: 2 }, { payload: '{"n":2}' })], '2026-01-01T05:00:00Z', { restates: true })).toEqual({ ...NOTHING, restated: 1 })
    const said = async (asOf?: string) => (await place.rows(['budget_last', 'payload'], asOf === undefined ? {} : { asOf })).map(({ values }) => values)
    expect(await said()).toEqual([[2, '{"n":2}']])
    expect(await said('2026-01-01T04:59:59Z')).toEqual([[1, '{"n":1}']])
    expect(await said('2026-01-01T00:30:00Z')).toEqual([])
  })

  test('with a level too great for its tiers has failed, and others are kept', async () => {
    const report = await place.write([window(a, '2026-01-01', { budget: 9e15, big: 0 }), window(b, '2026-01-01', { budget: 1 })], '2026-01-01T01:00:00Z')
    expect(report).toEqual({ ...NOTHING, created: 1, failed: 1 })
    expect((await place.rows(['budget_last'])).map(({ entity }) => entity)).toEqual([b])
    expect((await place.read((snapshot) => snapshot.failures('metrics', 'all', day('2026-01-01'), day('2026-01-02'), null))).map(({ entity }) => entity)).toEqual([a])
  })
})

describe('a counter', () => {
  const increases = async () => (await place.rows(['hours_last', 'hours_increase'])).map(({ values }) => values)

  test('counts from the nearest earlier window that has a value', async () => {
    await place.write([window(a, '2026-01-01', { hours: 10 })], '2026-01-01T01:00:00Z')
    await place.write([window(a, '2026-01-02', { hours: null })], '2026-01-02T01:00:00Z')
    await place.shut()
    await place.write([window(a, '2026-01-03', { hours: 17 }), window(a, '2026-01-04', { hours: 15 })], '2026-01-04T01:00:00Z')
    expect(await increases()).toEqual([[10, null], [null, null], [17, 7], [15, -2]])
  })

  test('filled in between counts from before, and the next one counts from it', async () => {
    await place.write([window(a, '2026-01-01', { hours: 10 }), window(a, '2026-01-03', { hours: 17 }), window(a, '2026-01-04', { hours: 20 })], '2026-01-04T01:00:00Z')
    expect(await place.write([window(a, '2026-01-02', { hours: 12 })], '2026-01-05T01:00:00Z')).toEqual({ ...NOTHING, created: 1 })
    expect(await increases()).toEqual([[10, null], [12, 2], [17, 5], [20, 3]])
    // What was believed before is the old increase.
    expect((await place.rows(['hours_increase'], { asOf: '2026-01-04T12:00:00Z' })).map(({ values }) => values)).toEqual([[null], [7], [3]])
  })

  test('filled in before the first becomes the baseline', async () => {
    await place.write([window(a, '2026-01-02', { hours: 12 })], '2026-01-02T01:00:00Z')
    await place.write([window(a, '2026-01-01', { hours: 10 })], '2026-01-02T02:00:00Z')
    expect(await increases()).toEqual([[10, null], [12, 2]])
  })

  test('restated moves the increase of its successor, also of one written later', async () => {
    await place.write([window(a, '2026-01-01', { hours: 10 }), window(a, '2026-01-02', { hours: 20 })], '2026-01-02T01:00:00Z')
    await place.write([window(a, '2026-01-02', { hours: 25 })], '2026-01-02T02:00:00Z', { restates: true })
    await place.write([window(a, '2026-01-03', { hours: 30 })], '2026-01-03T02:00:00Z')
    expect(await increases()).toEqual([[10, null], [25, 15], [30, 5]])
    await place.write([window(a, '2026-01-01', { hours: 0 })], '2026-01-03T03:00:00Z', { restates: true })
    expect(await increases()).toEqual([[0, null], [25, 25], [30, 5]])
    await place.write([window(a, '2026-01-02', { hours: null })], '2026-01-03T04:00:00Z', { restates: true })
    expect(await increases()).toEqual([[0, null], [null, null], [30, 30]])
  })

  test('of a group counts from the same group', async () => {
    const of = (hours: number, mail: number) => [cell({ hours }), cell({ hours: mail }, { channel: 'mail' })]
    await place.write([window(a, '2026-01-01', of(10, 1)), window(a, '2026-01-02', of(20, 4))], '2026-01-02T01:00:00Z')
    expect((await place.rows(['hours_increase'], { cells: [1] })).map(({ values }) => values)).toEqual([[null], [3]])
  })
})

describe('a failure', () => {
  const failures = (asOf: number | null = null) => place.read((snapshot) => snapshot.failures('metrics', 'all', day('2026-01-01'), day('2026-02-01'), asOf))

  test('is on record until the window is captured, as believed', async () => {
    const failed = window(a, '2026-01-01', {}, { hour: 5 })
    expect(await place.write([], '2026-01-01T05:00:00Z', { failures: [{ window: failed, message: 'no answer' }] })).toEqual({ ...NOTHING, failed: 1 })
    expect(await failures()).toEqual([{ entity: a, day: day('2026-01-01'), at: failed.at, to: failed.to, message: 'no answer' }])
    await place.shut()
    await place.write([failed], '2026-01-01T06:00:00Z')
    expect(await failures()).toEqual([])
    const then = await place.read((snapshot) => snapshot.transactionAt(Date.parse('2026-01-01T05:30:00Z')))
    expect((await failures(then)).length).toBe(1)
  })

  test('never replaces a value', async () => {
    const captured = window(a, '2026-01-01', { budget: 1 })
    await place.write([captured], '2026-01-01T05:00:00Z')
    expect(await place.write([], '2026-01-01T06:00:00Z', { failures: [{ window: captured, message: 'no answer' }] })).toEqual({ ...NOTHING, failed: 1 })
    expect(await failures()).toEqual([])
    expect((await place.rows(['budget_last'])).length).toBe(1)
  })
})

describe('a free-text dimension', () => {
  test('numbers its first values, and counts later ones together', async () => {
    const groups = (...channels: string[]) => [cell({ budget: 100 }), ...channels.map((channel, index) => cell({ budget: index + 1, big: 10 * (index + 1), open: 1, hours: 2 }, { channel }))]
    await place.write([window(a, '2026-01-01', groups('mail', 'shop'))], '2026-01-01T01:00:00Z')
    await place.write([window(a, '2026-01-02', groups('mail', 'web', 'phone'))], '2026-01-02T01:00:00Z')
    await place.shut()
    await place.write([window(b, '2026-01-02', groups('fax', 'shop'))], '2026-01-02T01:00:00Z')
    expect(await place.read((snapshot) => snapshot.met('metrics', null))).toEqual(new Map([['acme', new Map([['channel', ['mail', 'shop', '(other)']]])]]))
    expect(await place.read((snapshot) => snapshot.met('metrics', 'nobody'))).toEqual(new Map())
    const rows = await place.rows(['budget_last', 'big_sum', 'big_n', 'open_true', 'open_n', 'hours_last'], { cells: [1, 2, 3] })
    expect(rows.map(({ entity, cell: number, values }) => [entity, number, ...values])).toEqual([
      [a, 1, 1, 10, 1, 1, 1, 2], [a, 1, 1, 10, 1, 1, 1, 2], [a, 2, 2, 20, 1, 1, 1, 2],
      // Web and phone: levels and amounts add up to one value of the window, in which it was open.
      [a, 3, 5, 50, 1, 1, 1, 4],
      [b, 2, 2, 20, 1, 1, 1, 2], [b, 3, 1, 10, 1, 1, 1, 2],
    ])
  })

  test('forgets the values of a tenant with its last entity, and not while another may have rows left', async () => {
    await place.write([window(a, '2026-01-01', [cell({ budget: 1 }), cell({ budget: 1 }, { channel: 'mail' })])], '2026-01-01T01:00:00Z')
    const { erasures } = await place.store()
    const now = Date.parse('2026-01-02T00:00:00Z')
    const begun = async (entity: string) => (await erasures.begin({ kind: 'campaign', tenant: 'acme', entity, by: 'x', reason: 'y', override: null }, now)).id
    const met = () => place.sql((database) => database.prepare('SELECT count(*) FROM tm_dimension').pluck().get())
    const [first, second] = [await begun('a'), await begun('b')]
    // Its row in the roster may go before its other rows have.
    place.sql((database) => database.exec('DELETE FROM tm_rostered'))
    await erasures.forgetName(second, now)
    expect(met()).toBe(1)
    await erasures.forgetName(first, now)
    expect(met()).toBe(0)
  })

  test('a group that a restated window no longer has is no row any more, and was one', async () => {
    await place.write([window(a, '2026-01-01', [cell({ budget: 1 }), cell({ budget: 1 }, { channel: 'mail' })])], '2026-01-01T01:00:00Z')
    await place.write([window(a, '2026-01-01', { budget: 1 })], '2026-01-01T02:00:00Z', { restates: true })
    expect(await place.rows(['budget_last'], { cells: [1] })).toEqual([])
    expect((await place.rows(['budget_last'], { cells: [1], asOf: '2026-01-01T01:30:00Z' })).length).toBe(1)
    expect(await place.write([window(a, '2026-01-01', { budget: 1 })], '2026-01-01T03:00:00Z', { restates: true })).toEqual({ ...NOTHING, unchanged: 1 })
  })
})

describe('a lease that another has taken over', () => {
  test('refuses a roster, a decision and a capture, and nothing is written', async () => {
    const store = await place.store()
    const mine = await store.leases.acquire('capture metrics', 'me', 1)
    await new Promise((resolve) => setTimeout(resolve, 5))
    const theirs = await store.leases.acquire('capture metrics', 'they', 60_000)
    expect(mine).not.toBeNull()
    const now = Date.parse('2026-01-02T00:00:00Z')
    await expect(place.write([window(a, '2026-01-01', { budget: 1 })], '2026-01-02T00:00:00Z', { fence: mine as Lease })).rejects.toMatchObject({ code: 'LEASE_LOST' })
    await expect(store.under(mine as Lease).collected.roster('metrics', [{ tenant: 'acme', entity: 'c', zone: null, attributes: {} }], now)).rejects.toMatchObject({ code: 'LEASE_LOST' })
    await expect(store.under(mine as Lease).collected.write({ series: 'metrics', now, windows: [], failures: [], decisions: [], restates: false })).rejects.toMatchObject({ code: 'LEASE_LOST' })
    expect(await place.rows(['budget_last'])).toEqual([])
    expect(await place.write([window(a, '2026-01-01', { budget: 1 })], '2026-01-02T00:00:00Z', { fence: theirs as Lease })).toEqual({ ...NOTHING, created: 1 })
  })
})

describe('activity', () => {
  const busy = (rows: 'hours' | 'big') => ({ ...place.definition, collected: { ...place.definition.collected, frequency: { status: 'status', activity: rows, rules: [{ statuses: ['active'], every: 'day' as const, steps: [] }] } } })

  test('is what a counter grew by in the seven complete local days before, whatever tier they are in', async () => {
    const definition = { ...busy('hours'), keep: { ...place.definition.keep, tiers: [{ tier: 'captured' as const, until: { months: 0, days: 2 } }, { tier: 'day' as const, until: null }] } }
    await place.declare([definition], '2026-01-01T00:00:00Z')
    // The first of January is the baseline; then 1, 2, 4, … hours a day up to the ninth.
    await place.write([1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => window(a, `2026-01-0${n}`, { hours: 2 ** (n - 1) })), '2026-01-09T01:00:00Z')
    const store = await place.store()
    const activity = async (now: string) => (await store.collected.entities('metrics', Date.parse(now))).map((one) => one.activity)
    // From the second to the eighth: 128 − 1. The other entity has none.
    expect(await activity('2026-01-09T12:00:00Z')).toEqual([127, 0])
    await store.rollUp({ series: 'metrics', source: 'captured', target: 'day', entities: [a], boundary: day('2026-01-05'), now: Date.parse('2026-01-09T12:00:00Z'), horizon: 0 })
    expect(await activity('2026-01-09T12:00:00Z')).toEqual([127, 0])
    expect(await activity('2026-01-10T00:00:00Z')).toEqual([254, 0])
    const decision = { entity: a, day: day('2026-01-10'), at: 0, cadence: 'day' as const, status: 'active', activity: 254, lowDays: 0, changes: false }
    await place.decide([decision], '2026-01-10T00:00:00Z')
    expect(await activity('2026-01-10T05:00:00Z')).toEqual([null, 0])
  })

  test('skips a day that the entity does not have', async () => {
    await place.declare([busy('big')], '2011-12-20T00:00:00Z')
    const { collected } = await place.store()
    const [apia] = await collected.roster('metrics', [{ tenant: 'acme', entity: 'apia', zone: 'Pacific/Apia', attributes: {} }], Date.parse('2026-01-20T00:00:00Z')) as [number]
    // There was no 30 December 2011: the seven days before New Year's Day begin on the 24th.
    await place.write(['2011-12-24', '2011-12-25', '2011-12-31'].map((date, index) => ({ ...window(apia, date, { big: 10 ** index }) })), '2026-01-20T00:00:00Z')
    expect((await collected.entities('metrics', Date.parse('2011-12-31T12:00:00Z'))).at(-1)?.activity).toBe(111)
  })
})

describe('what is known of entities', () => {
  test('survives reopening: zones, attributes, decisions, the latest window', async () => {
    const { collected } = await place.store()
    const now = Date.parse('2026-01-03T12:00:00Z')
    const ids = await collected.roster('metrics', [
      { tenant: 'acme', entity: 'a', zone: 'Europe/Berlin', attributes: { status: 'paused', tier: null } },
      { tenant: 'zeta', entity: 'n', zone: 'Asia/Tokyo', attributes: {} },
    ], now)
    expect(ids[0]).toBe(a)
    await place.decide([{ entity: a, day: day('2026-01-03'), at: now, cadence: 'never', status: 'paused', activity: 12, lowDays: 3, changes: true }], '2026-01-03T12:00:00Z')
    await place.write([window(a, '2026-01-02', { budget: 1 }), window(a, '2026-01-01', { budget: 1 })], '2026-01-03T12:00:00Z')
    const expected = [
      {
        id: a, tenant: 'acme', entity: 'a', attributes: { status: 'paused', tier: null }, decidedDay: day('2026-01-03'), lowDays: 3, activity: null, capturedFrom: null, boundaries: {},
        // From the next local midnight in UTC on, and no window is later than the second of January.
        zones: [{ zone: 'UTC', from: 0 }, { zone: 'Europe/Berlin', from: Date.parse('2026-01-04T00:00:00Z') }], latestAt: Date.parse('2026-01-02T00:00:00Z'),
        decisions: [
          { day: day('2026-01-01'), at: Date.parse('2026-01-01T00:00:00Z'), cadence: 'hour', status: 'active', activity: null },
          { day: day('2026-01-03'), at: now, cadence: 'never', status: 'paused', activity: 12 },
        ],
      },
      expect.objectContaining({ id: b, attributes: { status: 'active' } }),
      expect.objectContaining({ tenant: 'zeta', entity: 'n', zones: [{ zone: 'Asia/Tokyo', from: 0 }], decisions: [], decidedDay: null, latestAt: null }),
    ]
    expect(await (await place.store()).collected.entities('metrics', now)).toEqual(expected)
    await place.shut()
    expect(await (await place.store()).collected.entities('metrics', now)).toEqual(expected)
    // A reader is given the captured ones, and those that it asks for by name.
    expect((await place.read((snapshot) => snapshot.collectedEntities('metrics', {}, null))).map(({ entity }) => entity)).toEqual(['a', 'b'])
    expect((await place.read((snapshot) => snapshot.collectedEntities('metrics', { tenant: 'zeta', entities: ['n'] }, null))).map(({ entity }) => entity)).toEqual(['n'])
    expect((await place.read((snapshot) => snapshot.entities('metrics', { tenant: 'acme' }, null))).map(({ entity, enrolment }) => [entity, enrolment])).toEqual([['a', day('2026-01-01')], ['b', day('2026-01-01')]])
  })

  test('windows that have a row, by entity', async () => {
    await place.write([window(a, '2026-01-02', { budget: 1 }, { hour: 3 }), window(a, '2026-01-03', { budget: 1 }), window(b, '2026-01-02', { budget: 1 })], '2026-01-03T12:00:00Z')
    const captured = await (await place.store()).collected.captured('metrics', day('2026-01-02'), day('2026-01-03'))
    expect(captured).toEqual(new Map([[a, new Set([Date.parse('2026-01-02T03:00:00Z')])], [b, new Set([Date.parse('2026-01-02T00:00:00Z')])]]))
  })

  test('the latest row at an instant', async () => {
    await place.write([window(a, '2026-01-02', { budget: 1 }, { hour: 3 }), window(a, '2026-01-02', { budget: 2 }, { hour: 4 }), window(b, '2026-01-02', { budget: 3 })], '2026-01-03T12:00:00Z')
    const latest = (at: string) => place.read((snapshot) => snapshot.latest({ series: 'metrics', entities: [a, b].map((id) => ({ id, day: Math.floor(Date.parse(at) / 86_400_000) })), at: Date.parse(at), columns: [1] }))
    expect((await latest('2026-01-02T03:59:00Z')).map(({ entity, states }) => [entity, ...states])).toEqual([[a, 1], [b, 3]])
    expect((await latest('2026-01-09T00:00:00Z')).map(({ entity, states }) => [entity, ...states])).toEqual([[a, 2], [b, 3]])
    expect(await latest('2026-01-01T00:00:00Z')).toEqual([])
  })
})
