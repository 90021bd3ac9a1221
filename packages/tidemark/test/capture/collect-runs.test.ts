import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runCollect } from '../../src/capture/collect.ts'
import type { Collect, CollectOptions } from '../../src/definitions/collector.ts'
import type { StandardSchema } from '../../src/definitions/standard-schema.ts'
import type { Lease } from '../../src/stores/contract/lease.ts'
import { decimal, integer, series } from '../../src/index.ts'
import { openSqliteStore } from '../../src/stores/sqlite/open.ts'
import { Application } from './application.ts'
import { campaign, RULES } from './campaigns.ts'

interface Values {
  readonly volunteers: number
  readonly budget: string
  readonly sessions: number
}

let app: Application
beforeEach(() => { app = new Application() })
afterEach(() => app.close())

const HOUR = 3_600_000
const roster = async () => app.listed()
const declared = (grain: 'hour' | 'day' = 'hour') => series('snapshots', { of: campaign, grain })
  .measures(({ gauge, counter }) => ({ volunteers: gauge(integer()), budget: gauge(decimal(2)), sessions: counter(integer()) }))
const collecting = (collect: Collect<Values, undefined>, options: Partial<CollectOptions> = {}, grain: 'hour' | 'day' = 'hour') =>
  declared(grain).collect(collect, { entities: roster, ...options })
/** Gives everybody the same. */
const giving = (volunteers: () => number): Collect<Values, undefined> => async ({ entities }) =>
  entities.map((key) => ({ ...key, values: { volunteers: volunteers(), budget: '1.00', sessions: 0 } }))

const captured = () => app.rows<{ entity: string; hour: string }>(`
  SELECT e.name AS entity, strftime('%m-%dT%H', r.at / 1000, 'unixepoch') AS hour, volunteers_last AS volunteers, r.revision
  FROM tm_captured_snapshots r JOIN tm_entity e ON e.id = r.entity_id WHERE r.cell = 0 AND r.facts > 0 ORDER BY e.name, r.at`)
const commits = (command: string) => app.rows<{ n: number }>(`SELECT count(*) AS n FROM tm_transaction WHERE command = '${command}'`)[0]?.n

describe('a roster', () => {
  it('that fails captures nothing, ends nobody, and every due window is on record as failed', async () => {
    app.campaign('a')
    app.campaign('b', { status: 'draft' })
    let broken = false
    const ruled = declared().frequency(RULES).collect(giving(() => 1), { entities: async () => { if (broken) throw new Error('no route to host'); return app.listed() } })
    const tm = await app.open([ruled])
    await tm.capture(ruled)
    broken = true
    app.now += 24 * HOUR
    expect(await tm.capture(ruled)).toMatchObject({
      created: 0, failed: 1, rosterFailed: 'roster: no route to host', decisions: [], skipped: { not_enrolled: 1 },
      failures: [{ tenant: null, entity: null, window: null, message: 'roster: no route to host' }, { tenant: 'acme', entity: 'a', window: '2026-03-11T00:00:00+00:00' }],
    })
    broken = false
    expect(await tm.capture(ruled)).toMatchObject({ created: 1, failed: 0, decisions: [], rosterFailed: null })
  })

  it.each<[string, unknown, string]>([
    ['no list', null, 'roster: the roster is not a list'],
    ['an entry of nobody', [{ tenant: 'acme' }], 'roster: the roster\'s entry 0 has tenant "acme" and entity undefined; both are texts of 1 to 500 characters'],
    ['an empty name', [{ tenant: '', entity: 'a' }], 'roster: the roster\'s entry 0 has tenant "" and entity "a"; both are texts of 1 to 500 characters'],
    ['a name with a NUL', [{ tenant: 'acme', entity: 'a\0b' }], 'roster: the roster\'s entry 0 has tenant "acme" and entity "a\\u0000b"; both are texts of 1 to 500 characters'],
  ])('of %s fails as a whole', async (_name, listed, message) => {
    const snapshots = collecting(giving(() => 1), { entities: (async () => listed) as never })
    expect(await (await app.open([snapshots])).capture(snapshots)).toMatchObject({ created: 0, rosterFailed: message })
  })

  it('that lists one wrongly leaves the others be, and does not end the one', async () => {
    let wrong: object | null = null
    app.campaign('a')
    app.campaign('b')
    const ruled = declared('day').frequency({ status: 'status', rules: [{ when: ['active'], every: 'day' }] }).collect(giving(() => 1), {
      entities: async () => app.listed().flatMap((entry) => (entry.entity === 'b' && wrong !== null ? [{ ...entry, ...wrong }] : [entry])),
    })
    const tm = await app.open([ruled])
    await tm.capture(ruled)
    for (const [change, message] of [
      [{ zone: 'Mars/Olympus' }, 'the roster gives it the zone "Mars/Olympus", which the time zone database does not know'],
      [{ attributes: { status: 7 } }, 'the roster gives its attribute status the value 7; an attribute is a text or null'],
    ] as const) {
      wrong = change
      app.now += 24 * HOUR
      expect(await tm.capture(ruled)).toMatchObject({ created: 1, failed: 1, failures: [{ entity: 'b', message }], decisions: [] })
    }
  })

  it('that lists one twice fails it alone', async () => {
    app.campaign('a')
    app.campaign('b')
    const snapshots = collecting(giving(() => 1), { entities: async () => [...app.listed(), { tenant: 'acme', entity: 'b' }] })
    expect(await (await app.open([snapshots])).capture(snapshots)).toMatchObject({
      created: 1, failed: 0, failures: [{ tenant: 'acme', entity: 'b', window: null, message: 'the roster lists it twice' }],
    })
  })

  it('that no longer lists one ends it on its next day, and lists it again as its return', async () => {
    app.campaign('a')
    app.campaign('b')
    const snapshots = collecting(giving(() => 1), {}, 'day')
    const tm = await app.open([snapshots])
    await tm.capture(snapshots)
    app.remove('b')
    app.now += 24 * HOUR
    expect(await tm.capture(snapshots)).toMatchObject({ created: 1, skipped: { entity_ended: 1 }, decisions: [{ entity: 'b', from: 'day', to: 'never', reason: 'gone' }] })
    app.campaign('b')
    app.now += 24 * HOUR
    expect(await tm.capture(snapshots)).toMatchObject({ created: 2, decisions: [{ entity: 'b', from: 'never', to: 'day', reason: 'returned' }] })
  })
})

describe('a source that answers for the past', () => {
  it('has every gap filled, each in its own window', async () => {
    app.campaign('a')
    const asked: string[] = []
    const snapshots = collecting(async (input) => {
      asked.push(input.window.from.toISOString().slice(5, 13))
      return giving(() => input.window.from.getUTCHours())(input)
    }, { past: true })
    const tm = await app.open([snapshots])
    // Enrolled at 09:30: the windows of that day before are asked for too, and the one that holds now is not over.
    expect(await tm.capture(snapshots)).toMatchObject({ created: 9 })
    expect(asked).toEqual(['03-10T00', '03-10T01', '03-10T02', '03-10T03', '03-10T04', '03-10T05', '03-10T06', '03-10T07', '03-10T08'])
    app.now += 20 * HOUR
    expect(await tm.capture(snapshots)).toMatchObject({ created: 20, skipped: {} })
    expect(await tm.capture(snapshots)).toMatchObject({ created: 0, skipped: { already_captured: 1 } })
    expect(captured()).toHaveLength(29)
    expect(captured().at(-1)).toMatchObject({ hour: '03-11T04', volunteers: 4, revision: 1 })
  })

  it('is asked again by a backfill: equal values are unchanged, others restate', async () => {
    app.campaign('a')
    let volunteers = 5
    const snapshots = collecting(giving(() => volunteers), { past: true }, 'day')
    const tm = await app.open([snapshots])
    await tm.capture(snapshots)
    app.now += 3 * 24 * HOUR
    expect(await tm.capture(snapshots)).toMatchObject({ created: 3 })
    const backfill = { from: '2026-03-11', to: '2026-03-13' }
    expect(await tm.capture(snapshots, { backfill })).toMatchObject({ created: 0, unchanged: 2, restated: 0 })
    volunteers = 6
    app.now += HOUR
    expect(await tm.capture(snapshots, { backfill: { from: '2026-03-01', to: '2026-03-12' } })).toMatchObject({ created: 0, unchanged: 0, restated: 2 })
    expect(captured()).toEqual([
      { entity: 'a', hour: '03-10T00', volunteers: 6, revision: 2 }, { entity: 'a', hour: '03-11T00', volunteers: 6, revision: 2 }, { entity: 'a', hour: '03-12T00', volunteers: 5, revision: 1 },
    ])
    // A failure never replaces a value.
    const failing = collecting(async () => { throw new Error('gone') }, { past: true }, 'day')
    const other = await app.open([failing])
    expect(await other.capture(failing, { backfill })).toMatchObject({ created: 0, restated: 0, failed: 2 })
    expect(captured()).toHaveLength(3)
  })

  it('that does not, refuses a backfill', async () => {
    const snapshots = collecting(giving(() => 1))
    const tm = await app.open([snapshots])
    await expect(tm.capture(snapshots, { backfill: { from: '2026-03-01', to: '2026-03-02' } })).rejects.toMatchObject({ code: 'PAST_NOT_COLLECTED' })
  })

  it('is caught up with in writes of bounded size', async () => {
    app.campaign('a')
    const snapshots = collecting(giving(() => 1), { past: true })
    const tm = await app.open([snapshots])
    await tm.capture(snapshots)
    app.now += 220 * 24 * HOUR
    expect(await tm.capture(snapshots)).toMatchObject({ created: 220 * 24 })
    // 9 windows first; then 5,280 in two.
    expect(commits('collect')).toBe(3)
    expect(captured()).toHaveLength(220 * 24 + 9)
  })
})

describe('captures beside one another', () => {
  it('in one process are one', async () => {
    for (const name of ['a', 'b', 'c']) app.campaign(name)
    let calls = 0
    const snapshots = collecting(async (input) => {
      calls++
      await new Promise((resolve) => setTimeout(resolve, 20))
      return giving(() => 1)(input)
    })
    const tm = await app.open([snapshots])
    const [first, second] = await Promise.all([tm.capture(snapshots), tm.capture(snapshots)])
    expect(first).toBe(second)
    expect([first?.created, calls]).toEqual([3, 1])
  })

  it('in two processes write each window once, and the first one counts', async () => {
    const main = fileURLToPath(new URL('./collect-main.ts', import.meta.url))
    const run = async (name: string) => JSON.parse((await promisify(execFile)(process.execPath, [main, `sqlite:${app.store}`, String(app.now), name])).stdout) as { created: number; unchanged: number; restated: number }
    // The store is made before, so that the two do not race to make it.
    const made = collecting(giving(() => 1))
    await (await app.open([made])).close()
    const reports = await Promise.all([run('first'), run('second')])
    expect(reports.reduce((sum, { created }) => sum + created, 0)).toBe(40)
    expect(reports.every(({ restated }) => restated === 0)).toBe(true)
    const rows = app.rows<{ n: number; values: number }>('SELECT count(*) AS n, count(DISTINCT volunteers_last) AS "values", max(revision) AS revision FROM tm_captured_snapshots')
    expect(rows).toEqual([{ n: 40, values: 1, revision: 1 }])
  }, 30_000)
})

describe('a capture that is stopped', () => {
  it('asks for nothing more, and what it has is kept; nothing counts as failed', async () => {
    for (const name of ['a', 'b', 'c']) app.campaign(name)
    const stop = new AbortController()
    const asked: string[] = []
    const snapshots = collecting(async (input) => {
      asked.push(input.entities[0]?.entity ?? '')
      if (asked.length === 1) return giving(() => 1)(input)
      setTimeout(() => stop.abort(), 10)
      return new Promise<never>(() => {})
    }, { batch: 1 })
    const tm = await app.open([snapshots])
    await tm.close()
    const store = await openSqliteStore({ path: app.store, program: 'test', thread: 'inline' })
    const request = { store, series: snapshots.definition, collector: snapshots.collector, sources: () => ({}), now: app.now, stop: stop.signal }
    expect(await runCollect(request)).toMatchObject({ created: 1, failed: 0, failures: [], skipped: { stopped: 2 } })
    expect(asked).toEqual(['a', 'b'])
    expect(await runCollect({ ...request, now: app.now + 1 })).toMatchObject({ created: 0, failed: 0 })
    await store.close()
    expect(captured()).toHaveLength(1)
    expect(app.rows('SELECT * FROM tm_failure')).toEqual([])
  })

  it('under a lease that another has taken over writes nothing', async () => {
    app.campaign('a')
    const snapshots = collecting(giving(() => 1))
    const tm = await app.open([snapshots])
    await tm.close()
    const store = await openSqliteStore({ path: app.store, program: 'test', thread: 'inline' })
    const lease = await store.leases.acquire('capture:snapshots', 'one', 1)
    await new Promise((resolve) => setTimeout(resolve, 20))
    await store.leases.acquire('capture:snapshots', 'other', 10_000)
    const request = { store: store.under(lease as Lease), series: snapshots.definition, collector: snapshots.collector, sources: () => ({}), now: app.now }
    await expect(runCollect(request)).rejects.toMatchObject({ code: 'LEASE_LOST' })
    await store.close()
    expect(captured()).toEqual([])
  })
})

describe('an erased entity', () => {
  it('is captured no more, though its source goes on listing it', async () => {
    app.campaign('a')
    app.campaign('b')
    const snapshots = collecting(giving(() => 1))
    const tm = await app.open([snapshots])
    await tm.capture(snapshots)
    await tm.erasures.forget({ of: campaign, tenant: 'acme', entity: 'a' }, { by: 'test', reason: 'asked to' })
    app.now += HOUR
    expect(await tm.capture(snapshots)).toMatchObject({ created: 1, failed: 0, skipped: { erased: 1 } })
    expect(captured().map(({ entity }) => entity)).toEqual(['b', 'b'])
  })
})

describe('a plan', () => {
  it('says what a capture would do, asks for no values and writes nothing', async () => {
    app.campaign('a', { zone: 'Asia/Tokyo' })
    app.campaign('b', { status: 'draft' })
    app.campaign('c', { status: 'odd' })
    let calls = 0
    const ruled = declared().frequency(RULES).collect(async (input) => { calls++; return giving(() => 1)(input) }, { entities: roster })
    const tm = await app.open([ruled])
    const plan = await tm.planCapture(ruled)
    expect(plan).toEqual({
      decisions: [{ tenant: 'acme', entity: 'a', day: '2026-03-10', from: null, to: 'day', reason: 'enrolled', status: 'active', activity: 0 }],
      windows: [{ day: '2026-03-10', from: '2026-03-09T15:00:00Z', to: '2026-03-10T15:00:00Z', entities: [{ tenant: 'acme', entity: 'a' }] }],
      skipped: { not_enrolled: 1, status_unknown: 1 }, failures: [],
    })
    expect(calls).toBe(0)
    expect([commits('collect'), commits('roster')]).toEqual([0, 0])
    const { created, decisions, skipped } = await tm.capture(ruled)
    expect({ created, decisions, skipped }).toEqual({ created: 1, decisions: plan.decisions, skipped: plan.skipped })
  })
})

describe('a payload', () => {
  const schema: StandardSchema<{ name: string }> = {
    '~standard': {
      version: 1, vendor: 'test',
      validate: async (value) => (typeof (value as { name?: unknown } | null)?.name === 'string' ? { value: value as { name: string } } : { issues: [{ message: 'expected string', path: ['name'] }] }),
    },
  }

  it('is kept as canonical JSON beside the values, and one that is wrong fails its entity alone', async () => {
    for (const name of ['a', 'b', 'c', 'd']) app.campaign(name)
    const payloads: Record<string, unknown> = { a: { z: 1, name: 'A' }, b: { name: 7 }, c: { name: 'C', at: new Date(0) }, d: undefined }
    const kept = declared().payload(schema, { version: 2, upgrade: { 1: (old) => old } }).collect(async ({ entities }) => entities.map(({ tenant, entity }) => (
      { tenant, entity, values: { volunteers: 1, budget: '1', sessions: 1 }, payload: payloads[entity] as { name: string } }
    )), { entities: roster })
    const tm = await app.open([kept])
    expect(await tm.capture(kept)).toMatchObject({
      created: 2, failed: 2, failures: [{ entity: 'b', message: 'payload: name: expected string' }, { entity: 'c', message: 'payload.at: a Date is nothing that JSON has' }],
    })
    const payloadOf = async (entity: string) => (await tm.latest(kept, { tenant: 'acme', entity }))?.payload
    expect([await payloadOf('a'), await payloadOf('d')]).toEqual([{ name: 'A', z: 1 }, null])
    expect(await tm.latest(kept, { tenant: 'acme', entity: 'b' })).toBeNull()
  })

  it('comes as JSON from SQL', async () => {
    app.campaign('a', { state: '{"name": "A"}' })
    app.campaign('b', { state: '{"name": ' })
    app.campaign('c')
    const kept = series('snapshots', { of: campaign, grain: 'hour' }).measures(({ gauge }) => ({ volunteers: gauge(integer()) })).payload(schema, { version: 1 })
      .collect({ source: 'app', sql: 'SELECT company AS tenant, name AS entity, volunteers, state AS payload FROM campaigns' }, { entities: roster })
    const tm = await app.open([kept])
    expect(await tm.capture(kept)).toMatchObject({ created: 2, failed: 1, failures: [{ entity: 'b', message: 'payload: "{\\"name\\": " is not JSON' }] })
    expect([(await tm.latest(kept, { tenant: 'acme', entity: 'a' }))?.payload, (await tm.latest(kept, { tenant: 'acme', entity: 'c' }))?.payload]).toEqual([{ name: 'A' }, null])
  })
})

describe('a source', () => {
  it('that is not configured is refused when the history is opened', async () => {
    const typo = declared().collect({ source: 'ap', sql: 'SELECT 1' }, { entities: roster })
    await expect(app.open([typo])).rejects.toMatchObject({ code: 'SOURCE_UNKNOWN', hint: 'Did you mean app? Known: app.' })
  })

  it('whose statement is wrong fails every window, and says which statement', async () => {
    app.campaign('a')
    const wrong = declared().collect({ source: 'app', sql: 'SELECT company AS tenant FROM campains' }, { entities: roster })
    expect(await (await app.open([wrong])).capture(wrong)).toMatchObject({
      created: 0, failed: 1, failures: [{ entity: 'a', message: 'source app: no such table: campains, in: SELECT company AS tenant FROM campains' }],
    })
  })

  it('that does not come to an end is given up, and the next capture is answered', async () => {
    app.campaign('a')
    let sql = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n'
    const snapshots = collecting(async (input) => {
      const rows = await input.db.app?.all(sql)
      return giving(() => Number(rows?.[0]?.i))(input)
    }, { timeoutMs: 1000 })
    const tm = await app.open([snapshots])
    expect(await tm.capture(snapshots)).toMatchObject({ created: 0, failed: 1, slowCalls: 1, failures: [{ message: 'no answer within 1000 ms' }] })
    sql = 'SELECT 42 AS i'
    expect(await tm.capture(snapshots)).toMatchObject({ created: 1, failed: 0 })
    expect(captured()).toMatchObject([{ volunteers: 42 }])
  })
})
