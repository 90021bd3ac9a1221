import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CollectedRow, CollectInput, CollectOptions } from '../../src/definitions/collector.ts'
import { decimal, integer, series } from '../../src/index.ts'
import { Application } from './application.ts'
import { campaign, RULES } from './campaigns.ts'

const ROSTER = { source: 'app', sql: 'SELECT company AS tenant, name AS entity, zone, status FROM campaigns' } as const
const VALUES = {
  source: 'app',
  sql: `SELECT company AS tenant, name AS entity, volunteers, printf('%d.%02d', budget_cents / 100, budget_cents % 100) AS budget, sessions
    FROM campaigns WHERE name IN (SELECT value FROM json_each(:entities))`,
} as const

const declared = () => series('snapshots', { of: campaign, grain: 'hour' })
  .measures(({ gauge, counter }) => ({ volunteers: gauge(integer()), budget: gauge(decimal(2)), sessions: counter(integer()) }))

interface Values {
  readonly volunteers: number
  readonly budget: string
  readonly sessions: number
}

const bySql = declared().frequency(RULES).collect(VALUES, { entities: ROSTER })
const ONE: Values = { volunteers: 1, budget: '1.00', sessions: 0 }
const roster = async () => app.listed()
/** A collector by function. */
const byFunction = (collect: (input: CollectInput) => Promise<readonly CollectedRow<Values, undefined>[]>, options: Partial<CollectOptions> = {}) =>
  declared().collect(collect, { entities: roster, ...options })

let app: Application
beforeEach(() => { app = new Application() })
afterEach(() => app.close())

interface Row {
  readonly entity: string
  readonly at: number
}

/** The current captured rows: whose, when, and their last values. */
const captured = () => app.rows<Row>(`
  SELECT e.name AS entity, r.at, r.seconds, volunteers_last AS volunteers, budget_last AS cents, sessions_last AS sessions, sessions_increase AS increase, r.revision
  FROM tm_captured_snapshots r JOIN tm_entity e ON e.id = r.entity_id WHERE r.cell = 0 ORDER BY r.at, e.name`)
const failed = () => app.rows<Row>(`
  SELECT e.name AS entity, f.at, f.message, f.resolved IS NOT NULL AS resolved FROM tm_failure f JOIN tm_entity e ON e.id = f.entity_id ORDER BY f.at, e.name`)
const at = (iso: string) => Date.parse(iso)

describe('SQL against a named source', () => {
  it('gives each due window its values, once', async () => {
    app.campaign('spring', { volunteers: 7, budget_cents: 123_456, sessions: 40 })
    app.campaign('autumn', { status: 'draft' })
    app.campaign('winter', { status: 'paused', zone: 'Asia/Kolkata', volunteers: null, sessions: 3 })
    const tm = await app.open([bySql])
    expect(await tm.capture(bySql)).toMatchObject({
      created: 2, unchanged: 0, restated: 0, failed: 0, covered: 0, skipped: { not_enrolled: 1 }, failures: [], rosterFailed: null, slowCalls: 0,
      decisions: [
        { tenant: 'acme', entity: 'spring', day: '2026-03-10', from: null, to: 'day', reason: 'enrolled', status: 'active', activity: 0 },
        { tenant: 'acme', entity: 'winter', day: '2026-03-10', from: null, to: 'day', reason: 'enrolled', status: 'paused', activity: 0 },
      ],
    })
    expect(captured()).toEqual([
      { entity: 'winter', at: at('2026-03-09T18:30:00Z'), seconds: 86_400, volunteers: null, cents: 100, sessions: 3, increase: null, revision: 1 },
      { entity: 'spring', at: at('2026-03-10T00:00:00Z'), seconds: 86_400, volunteers: 7, cents: 123_456, sessions: 40, increase: null, revision: 1 },
    ])
    app.campaign('spring', { volunteers: 8 })
    expect(await tm.capture(bySql)).toMatchObject({ created: 0, unchanged: 0, skipped: { already_captured: 2, not_enrolled: 1 }, decisions: [] })
    expect(captured()).toHaveLength(2)
  })

  it('moves on to finer windows as activity grows, and to one last when the campaign is over', async () => {
    app.campaign('spring', { sessions: 0 })
    const tm = await app.open([bySql])
    const next = async (hours: number, change: Parameters<Application['campaign']>[1]) => {
      app.now += hours * 3_600_000
      app.campaign('spring', change)
      const { created, decisions, skipped } = await tm.capture(bySql)
      return [created, ...decisions.map(({ from, to, reason, activity }) => `${from} → ${to}: ${reason}, ${activity}`), ...Object.keys(skipped)]
    }
    expect(await next(0, {})).toEqual([1, 'null → day: enrolled, 0'])
    // 25 more on 11 March, which the decision of 12 March is the first to see.
    expect(await next(24, { sessions: 25 })).toEqual([1])
    expect(await next(24, { sessions: 25 })).toEqual([1, 'day → sixHours: busier, 25'])
    expect(await next(6, { sessions: 101 })).toEqual([1])
    expect(await next(18, { sessions: 101 })).toEqual([1, 'sixHours → hour: busier, 101'])
    expect(await next(1, { sessions: 101 })).toEqual([1])
    expect(await next(0.25, { sessions: 101, status: 'completed' })).toEqual([0, 'already_captured'])
    expect(await next(23, { sessions: 101, status: 'completed' })).toEqual([1, 'hour → final: status, 101'])
    expect(await next(24, { status: 'completed' })).toEqual([0, 'final → never: final_captured, 101', 'entity_ended'])
    expect(captured().map(({ at: start }) => new Date(start).toISOString().slice(5, 13))).toEqual(['03-10T00', '03-11T00', '03-12T06', '03-12T12', '03-13T09', '03-13T10', '03-14T00'])
  })

  it('may give numbers for names, and whole numbers past 2^53', async () => {
    const big = series('snapshots', { of: campaign, grain: 'day' }).measures(({ gauge, count }) => ({ volunteers: gauge(integer()), many: count() }))
      .collect({ source: 'app', sql: "SELECT 7 AS tenant, 12 AS entity, 9007199254740993 AS volunteers, 3 AS many UNION ALL SELECT 7, 13, 5, typeof(:now) = 'integer' AND typeof(:from) = 'integer'" }, {
        entities: { source: 'app', sql: "SELECT 7 AS tenant, 12 AS entity, 4 AS size UNION ALL SELECT 7, 13, NULL" },
      })
    const tm = await app.open([big])
    // Past 2^53 an integer() is refused: rounded it is never.
    expect(await tm.capture(big)).toMatchObject({ created: 1, failed: 1, failures: [{ tenant: '7', entity: '12', message: expect.stringContaining('volunteers: 9007199254740993') }] })
    expect(app.rows('SELECT many_n AS many, volunteers_last AS volunteers FROM tm_captured_snapshots')).toEqual([{ many: 1, volunteers: 5 }])
    expect(app.rows('SELECT e.name AS entity, a.name, a.value FROM tm_attribute a JOIN tm_entity e ON e.id = a.entity_id ORDER BY e.name')).toEqual([
      { entity: '12', name: 'size', value: '4' }, { entity: '13', name: 'size', value: null },
    ])
  })
})

describe('a function', () => {
  it('is given batches of entities that share a window, the sources and the instant', async () => {
    for (const name of ['a', 'b', 'c']) app.campaign(name)
    app.campaign('d', { zone: 'Asia/Kolkata' })
    const calls: unknown[] = []
    const snapshots = byFunction(async ({ entities, window, now, db, signal }) => {
      calls.push([entities.map(({ entity }) => entity).join(''), window.day, window.from.toISOString(), window.to.toISOString(), now.toISOString(), signal.aborted])
      const rows = await db.app?.all('SELECT name, volunteers, sessions FROM campaigns WHERE name IN (SELECT value FROM json_each(?))', [JSON.stringify(entities.map(({ entity }) => entity))])
      return (rows ?? []).map(({ name, volunteers, sessions }) => ({ tenant: 'acme', entity: String(name), values: { volunteers: volunteers as number, budget: '0.10', sessions: sessions as number } }))
    }, { batch: 2 })
    const tm = await app.open([snapshots])
    expect(await tm.capture(snapshots)).toMatchObject({ created: 4, failed: 0 })
    expect(calls).toEqual([
      ['ab', '2026-03-10', '2026-03-10T09:00:00.000Z', '2026-03-10T10:00:00.000Z', '2026-03-10T09:30:00.000Z', false],
      ['c', '2026-03-10', '2026-03-10T09:00:00.000Z', '2026-03-10T10:00:00.000Z', '2026-03-10T09:30:00.000Z', false],
      // In India the hours begin at the half hour.
      ['d', '2026-03-10', '2026-03-10T09:30:00.000Z', '2026-03-10T10:30:00.000Z', '2026-03-10T09:30:00.000Z', false],
    ])
    expect(captured()).toHaveLength(4)
  })

  it('that fails for some leaves the others be, and is asked again while the window lasts', async () => {
    for (const name of ['a', 'b', 'c']) app.campaign(name)
    let broken = true
    const snapshots = byFunction(async ({ entities }) => {
      if (broken && entities.some(({ entity }) => entity === 'b')) throw new Error('connection refused')
      return entities.map((key) => ({ ...key, values: ONE }))
    }, { batch: 1 })
    const tm = await app.open([snapshots])
    expect(await tm.capture(snapshots)).toMatchObject({
      created: 2, failed: 1, failures: [{ tenant: 'acme', entity: 'b', window: '2026-03-10T09:00:00+00:00', message: 'connection refused' }], rosterFailed: null,
    })
    expect(captured().map(({ entity }) => entity)).toEqual(['a', 'c'])
    expect(failed()).toEqual([{ entity: 'b', at: at('2026-03-10T09:00:00Z'), message: 'connection refused', resolved: 0 }])
    broken = false
    expect(await tm.capture(snapshots)).toMatchObject({ created: 1, failed: 0, skipped: { already_captured: 2 } })
    expect(failed()).toMatchObject([{ entity: 'b', resolved: 1 }])
  })

  it('that never answers is given up, and the rest goes on', async () => {
    for (const name of ['a', 'b']) app.campaign(name)
    let aborted = false
    const snapshots = byFunction(({ entities, signal }) => {
      if (entities[0]?.entity === 'b') return Promise.resolve([{ tenant: 'acme', entity: 'b', values: ONE }])
      signal.addEventListener('abort', () => { aborted = true })
      return new Promise<never>(() => {})
    }, { batch: 1, timeoutMs: 60 })
    const tm = await app.open([snapshots])
    expect(await tm.capture(snapshots)).toMatchObject({ created: 1, failed: 1, slowCalls: 1, failures: [{ entity: 'a', message: 'no answer within 60 ms' }] })
    expect(aborted).toBe(true)
  })

  it('that has not answered five times in a row is not asked for the rest', async () => {
    for (let index = 0; index < 12; index++) app.campaign(`c${index}`)
    let calls = 0
    const snapshots = byFunction(() => { calls++; return new Promise<never>(() => {}) }, { batch: 2, timeoutMs: 20 })
    const tm = await app.open([snapshots])
    const report = await tm.capture(snapshots)
    expect([calls, report.created, report.failed]).toEqual([5, 0, 12])
    expect(report.failures.at(-1)?.message).toBe('not asked for: the source did not answer 5 times in a row')
  })

  it('of nobody captures nothing', async () => {
    const snapshots = byFunction(async () => { throw new Error('nobody is asked for') })
    const tm = await app.open([snapshots])
    expect(await tm.capture(snapshots)).toMatchObject({ created: 0, unchanged: 0, restated: 0, failed: 0, skipped: {}, failures: [], decisions: [] })
  })
})

describe('what a collector gives', () => {
  type Given = Record<string, unknown>
  const row = (entity: string, change: Given = {}): Given => ({ tenant: 'acme', entity, values: ONE, ...change })
  const values = (change: Given): Given => ({ values: { ...ONE, ...change } })

  it.each<[string, readonly Given[], string]>([
    ['nothing for one', [row('good')], 'the collector gave nothing for it'],
    ['one twice', [row('bad'), row('good'), row('bad')], 'the collector gave it twice'],
    ['an unknown measure', [row('good'), row('bad', values({ volunters: 1 }))], 'there is no measure "volunters" to be collected. Did you mean volunteers? Known: volunteers, budget, sessions.'],
    ['a measure too few', [row('good'), row('bad', { values: { volunteers: 1, budget: '1' } })], 'sessions is missing; where there is no value, give null'],
    ['an undefined value', [row('good'), row('bad', values({ sessions: undefined }))], 'sessions is missing; where there is no value, give null'],
    ['a fraction of a volunteer', [row('good'), row('bad', values({ volunteers: 1.5 }))], 'volunteers: 1.5 cannot be recorded: '],
    ['too many digits', [row('good'), row('bad', values({ budget: '12.345' }))], 'budget: "12.345" cannot be recorded: '],
    ['a float that is not exact', [row('good'), row('bad', values({ budget: 0.1 + 0.2 }))], 'budget: 0.30000000000000004 cannot be recorded: '],
    ['no number', [row('good'), row('bad', values({ budget: Number.NaN }))], 'budget: NaN cannot be recorded: '],
    ['a level that does not fit when weighted', [row('good'), row('bad', values({ budget: '9999999999999999.99' }))], 'budget: '],
    ['no values', [row('good'), row('bad', { values: null })], 'values is null, not an object'],
    ['an unknown part of a row', [row('good'), row('bad', { vlaues: 1 })], 'a row has no "vlaues"; it has tenant, entity, values, payload, groups'],
    ['a payload that is not declared', [row('good'), row('bad', { payload: {} })], 'a payload is given, and the series declares none'],
    ['a group where there are no dimensions', [row('good'), row('bad', { groups: [{ group: { region: 'north' }, values: ONE }] })], 'there is no dimension "region". There is none.'],
  ])('%s: that entity fails alone, by name', async (_name, rows, message) => {
    app.campaign('good')
    app.campaign('bad')
    const snapshots = byFunction(async () => rows as never)
    const tm = await app.open([snapshots])
    const report = await tm.capture(snapshots)
    expect(report).toMatchObject({ created: 1, failed: 1, failures: [{ tenant: 'acme', entity: 'bad' }] })
    expect(report.failures[0]?.message.slice(0, message.length)).toBe(message)
    expect(captured().map(({ entity }) => entity)).toEqual(['good'])
  })

  it.each<[string, unknown, string]>([
    ['no list', { rows: [] }, 'the collector gave an object in place of a list of rows'],
    ['nothing', undefined, 'the collector gave undefined in place of a list of rows'],
    ['a row of nobody', [row('good'), { values: ONE }], 'row 1 has tenant undefined and entity undefined; both are texts'],
    ['null for a row', [null], 'row 0 has tenant undefined and entity undefined; both are texts'],
  ])('%s: all that were asked for fail', async (_name, rows, message) => {
    app.campaign('good')
    const snapshots = byFunction(async () => rows as never)
    expect(await (await app.open([snapshots])).capture(snapshots)).toMatchObject({ created: 0, failed: 1, failures: [{ entity: 'good', message }] })
  })

  it('for entities that nobody asked for is left aside, and counted', async () => {
    app.campaign('good')
    const snapshots = byFunction(async () => [row('good'), row('other'), { ...row('good'), tenant: 'rival' }] as never)
    expect(await (await app.open([snapshots])).capture(snapshots)).toMatchObject({ created: 1, failed: 0, skipped: { not_asked: 2 } })
  })

  it('by groups has a row each', async () => {
    app.campaign('good')
    app.campaign('bad')
    const split = declared().by({ region: ['north', 'south'], city: { most: 2 } }).collect(async ({ entities }) => entities.map(({ tenant, entity }) => ({
      tenant, entity, values: { ...ONE, volunteers: 5 },
      groups: entity === 'good'
        ? [{ group: { region: 'north' }, values: { ...ONE, volunteers: 3 } }, { group: { region: 'north', city: 'Oslo' }, values: { ...ONE, volunteers: 2 } }]
        : [{ group: { region: 'north' }, values: ONE }, { group: { region: 'north' }, values: ONE }],
    })), { entities: roster })
    const tm = await app.open([split])
    expect(await tm.capture(split)).toMatchObject({ created: 1, failed: 1, failures: [{ entity: 'bad', message: 'the group region="north" is given twice' }] })
    expect(app.rows('SELECT volunteers_last AS volunteers FROM tm_captured_snapshots ORDER BY cell')).toEqual([{ volunteers: 5 }, { volunteers: 3 }, { volunteers: 2 }])
  })

  it.each([
    [{ region: 'west' }, 'the dimension region is never "west". Known: north, south.'],
    [{ regoin: 'north' }, 'there is no dimension "regoin". Did you mean region? Known: region, city.'],
    [{}, 'a group names at least one dimension; the whole is given in values'],
    [{ city: '' }, 'the dimension city has the value "", which is no text of 1 to 500 characters'],
    [{ city: 'a\0b' }, 'the dimension city has the value "a\\u0000b", which is no text of 1 to 500 characters'],
  ])('in the group %j fails', async (group, message) => {
    app.campaign('bad')
    const split = declared().by({ region: ['north', 'south'], city: { most: 2 } })
      .collect(async ({ entities }) => entities.map((key) => ({ ...key, values: ONE, groups: [{ group: group as Record<string, string>, values: ONE }] })), { entities: roster })
    expect(await (await app.open([split])).capture(split)).toMatchObject({ created: 0, failed: 1, failures: [{ message }] })
  })
})
