import { createHash } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { LocalFolder } from '../../src/archive/local-folder.ts'
import { canonicalJson } from '../../src/canonical/json.ts'
import { planErasure } from '../../src/erasure/plan.ts'
import { runErasure } from '../../src/erasure/run.ts'
import { ingestRows } from '../../src/intake.ts'
import { runVerify } from '../../src/verify/verify.ts'
import { problemsOf } from '../verify/fixture.ts'
import { activity, buildHistory, DAY, NAME, NOW, person, Place, SECRET, SUBJECT } from './fixture.ts'

let base: Place
const FORGET = { of: person, tenant: 'acme', entity: NAME }
const WHY = { by: 'the registrar', reason: 'request 17' }

beforeAll(async () => {
  base = Place.lasting()
  await buildHistory(base)
  return () => base.remove()
}, 60_000)

/** Rows of an entity by place, counted without anything that erases. */
function counted(place: Place): Record<string, number> {
  const id = place.sql<{ id: number }>('SELECT id FROM tm_entity WHERE name = ?', NAME)[0]?.id as number
  const count = (table: string): number => place.sql<{ n: number }>(`SELECT count(*) AS n FROM "${table}" WHERE entity_id = ?`, id)[0]?.n as number
  return {
    day: count('tm_day_activity'), week: count('tm_week_activity'), month: count('tm_month_activity'), quarter: count('tm_quarter_activity'), superseded: count('tm_superseded_activity'),
    events: count('tm_event_visits'), identities: count('tm_identity_visits'), lifetime: count('tm_lifetime_activity'), checkpoint: count('tm_checkpoint'), adjustment: count('tm_adjustment'),
    zone: count('tm_zone'), enrolment: count('tm_enrolment'), boundary: count('tm_boundary'),
  }
}

/** Everything that is kept of bob, wherever it lies. */
function bobs(place: Place): unknown {
  const id = place.sql<{ id: number }>("SELECT id FROM tm_entity WHERE name = 'bob'")[0]?.id
  const tables = place.sql<{ name: string }>("SELECT l.name FROM pragma_table_list l WHERE l.name LIKE 'tm\\_%' ESCAPE '\\' AND (SELECT count(*) FROM pragma_table_info(l.name) c WHERE c.name IN ('tenant_id', 'entity_id')) = 2 ORDER BY 1")
  return Object.fromEntries(tables.map(({ name }) => [name, place.sql(`SELECT * FROM "${name}" WHERE entity_id = ?`, id)]))
}

const answers = (place: Place, entity: string) => place.history(async (history) =>
  (await history.ask('activity', { select: ['visits.sum', 'calls.sum', 'active.count'], tenant: 'acme', entity: [entity], grain: 'quarter', from: '2022-01-01', to: '2024-07-01' })).rows)

describe('an erasure', () => {
  test('leaves no byte of the name nor of what was kept, nothing else is touched, and a certificate says so', async () => {
    const place = base.copy()
    // The guard: before it, all of that is there.
    expect(place.filesWith(NAME)).toEqual(expect.arrayContaining(['history.db', '2022-Q1.g1.parquet']))
    expect(place.filesWith(SECRET)).toEqual(expect.arrayContaining(['history.db']))
    const rows = counted(place)
    for (const [where, count] of Object.entries(rows)) expect(count, where).toBeGreaterThan(0)
    const others = bobs(place)
    const bobsAnswers = await answers(place, 'bob')
    const filed = readdirSync(join(place.archive, 'activity')).filter((name) => name.endsWith('.parquet'))

    const plan = await place.history((history) => history.erasures.plan(FORGET))
    // Two of hers were refused, one was in conflict, one adjustment came too early: three lines, and bob's is not among them.
    expect(plan.rows).toMatchObject({ ...rows, quarantine: 3 })
    const certificate = await place.history((history) => history.erasures.forget(FORGET, WHY))

    expect(certificate.rows).toEqual(plan.rows)
    expect(certificate.rows['archive']).toBeGreaterThan(10)
    expect(certificate).toMatchObject({ erasure: 1, by: 'the registrar', reason: 'request 17', override: null, completedAt: '2024-06-15T12:00:00Z' })
    expect(certificate.files.map(({ path }) => path)).toEqual(plan.files)
    const { digest, ...said } = certificate
    expect(createHash('sha256').update(canonicalJson(said)).digest('hex')).toBe(digest)
    expect(JSON.stringify(certificate)).not.toContain(NAME)

    expect(place.filesWith(NAME)).toEqual([])
    expect(place.filesWith(SECRET)).toEqual([])
    expect(bobs(place)).toEqual(others)
    expect(await answers(place, 'bob')).toEqual(bobsAnswers)
    const asked = await place.history((history) => history.ask('activity', { select: ['visits.sum'], tenant: 'acme', entity: [NAME, 'nobody'], grain: 'range', from: '2024-06-01', to: '2024-06-21' }))
    // Fifteen days up to today, and five that nobody knows anything of.
    expect(asked.rows.map((row) => [row['visits.sum'], row['coverage']])).toEqual([
      [null, { expected: 20, present: 0, reasons: { erased: 15, before_enrolment: 5 } }], [null, { expected: 20, present: 0, reasons: { before_enrolment: 20 } }],
    ])
    const left = readdirSync(join(place.archive, 'activity')).filter((name) => name.endsWith('.parquet'))
    expect(left).toHaveLength(new Set(filed.map((name) => name.split('.')[0])).size)
    expect(problemsOf(await place.opened((store) => runVerify({ store, folder: new LocalFolder(place.archive), deep: true })))).toEqual({})
    expect(place.sql<{ raw: string }>('SELECT raw FROM tm_quarantine').map(({ raw }) => JSON.parse(raw) as { id: string })).toMatchObject([{ id: 'x2' }])
  }, 30_000)

  test('is repeated without a trace, and its certificate is had again', async () => {
    const place = base.copy()
    const first = await place.history((history) => history.erasures.forget(FORGET, WHY))
    const again = await place.history((history) => history.erasures.forget(FORGET, { by: 'another', reason: 'again' }), NOW + DAY)
    expect(again).toEqual(first)
    expect(await place.history((history) => history.erasures.certificate(1))).toEqual(first)
    await expect(place.history((history) => history.erasures.certificate(2))).rejects.toMatchObject({ code: 'ERASURE_UNKNOWN' })
  }, 30_000)

  test('refuses everything that comes under the name afterwards, and keeps none of it', async () => {
    const place = base.copy()
    await place.history((history) => history.erasures.forget(FORGET, WHY))
    await place.history(async (history, store) => {
      const event = { client: 'acme', person: NAME, id: 'new', at: '2024-06-14T10:00:00Z', kind: 'call' }
      expect(await ingestRows(store, activity.definition.stream, [event, { ...event, person: 'carl', id: 'new2' }], { now: NOW, source: 'test' }))
        .toMatchObject({ accepted: 1, rejected: 1, rejections: [{ line: 1, code: 'erased' }] })
      // What is wrong with it besides would put it into quarantine, name and all.
      expect(await ingestRows(store, activity.definition.stream, [{ ...event, at: '2094-06-14T10:00:00Z' }, { ...event, kind: 'no such kind' }], { now: NOW, source: 'test' }))
        .toMatchObject({ accepted: 0, rejected: 2, rejections: [{ line: 1, code: 'erased' }, { line: 2, code: 'erased' }] })
      expect((await store.quarantined({ limit: 10 })).filter(({ raw }) => raw.includes(NAME))).toEqual([])
      expect(await history.adjust('activity', [{ tenant: 'acme', entity: NAME, day: '2024-06-01', measure: 'visits', by: 1, id: 'z', reason: 'r', group: { kind: 'call' } }]))
        .toMatchObject({ accepted: 0, rejections: [{ code: 'erased' }] })
      await expect(history.setZone(person, [{ tenant: 'acme', entity: NAME, zone: 'UTC' }])).rejects.toMatchObject({ code: 'ERASED' })
      const snapshot = await store.snapshot()
      expect(await snapshot.erased('person', 'acme', NAME)).toBe(true)
      expect(await snapshot.erased('person', 'acme', 'bob')).toBe(false)
      expect(await snapshot.erased('person', 'zeta', NAME)).toBe(false)
      expect((await snapshot.entities('activity', {}, null)).map(({ entity }) => entity)).toEqual(['bob', 'carl'])
      snapshot.close()
    })
    expect(place.filesWith(NAME)).toEqual([])
  }, 30_000)

  test('answers nothing of it from its ledger entry on, totals included, while its rows still lie there', async () => {
    const place = base.copy()
    const total = (history: Parameters<Parameters<Place['history']>[0]>[0]) => history.ask('activity', { select: ['visits.sum'], tenant: 'acme', total: true, grain: 'range', from: '2022-01-01', to: '2024-07-01' })
    const [both, bob] = await place.history(async (history) => [
      (await total(history)).rows[0]?.['visits.sum'] as number,
      (await history.ask('activity', { select: ['visits.sum'], tenant: 'acme', entity: ['bob'], grain: 'range', from: '2022-01-01', to: '2024-07-01' })).rows[0]?.['visits.sum'] as number,
    ])
    expect(both).toBeGreaterThan(bob as number)
    await place.history(async (history, store) => {
      await store.erasures.begin({ ...SUBJECT, by: 'x', reason: 'y', override: null }, NOW)
      expect((await total(history)).rows[0]?.['visits.sum']).toBe(bob)
    })
    expect(place.sql<{ n: number }>("SELECT count(*) AS n FROM tm_month_activity r JOIN tm_entity e ON e.id = r.entity_id WHERE e.kind = ''")[0]?.n).toBeGreaterThan(0)
  }, 30_000)

  test('of somebody who was never heard of is refused, and of somebody only quarantine knows is done', async () => {
    const place = base.copy()
    await expect(place.history((history) => history.erasures.forget({ ...FORGET, entity: 'nobody' }, WHY))).rejects.toMatchObject({ code: 'ENTITY_UNKNOWN' })
    await place.history((_, store) => ingestRows(store, activity.definition.stream, [{ client: 'acme', person: 'Onlythere', id: 'q', at: 'never' }], { now: NOW, source: 'test' }))
    expect(place.filesWith('Onlythere')).not.toEqual([])
    expect((await place.history((history) => history.erasures.forget({ ...FORGET, entity: 'Onlythere' }, WHY))).rows).toEqual({ quarantine: 1 })
    expect(place.filesWith('Onlythere')).toEqual([])
  }, 30_000)

  test('leaves no file for a period that held nobody else', async () => {
    const place = base.copy()
    await place.history((history) => history.erasures.forget({ ...FORGET, entity: 'bob' }, WHY))
    const certificate = await place.history((history) => history.erasures.forget(FORGET, WHY))
    expect(certificate.files.length).toBeGreaterThan(0)
    for (const { after } of certificate.files) expect(after).toBeNull()
    expect(readdirSync(join(place.archive, 'activity'))).toEqual([])
    expect(problemsOf(await place.opened((store) => runVerify({ store, folder: new LocalFolder(place.archive), deep: true })))).toEqual({})
  }, 30_000)

  test('of a damaged file stays open, tiers run on, and it is finished when the file is back', async () => {
    const place = base.copy()
    const whole = base.copy()
    const [path] = (await place.opened((store) => planErasure(store, place.archivePlace(), SUBJECT))).files
    place.damage(path as string)
    await expect(place.history((history) => history.erasures.forget(FORGET, WHY))).rejects.toMatchObject({ code: 'ARCHIVE_DAMAGED' })
    const report = await place.history((history) => history.tiers.run('activity'))
    expect(report.steps[0]).toMatchObject({ step: 'erase', code: 'ARCHIVE_DAMAGED' })
    expect((await answers(place, NAME)).some((row) => row['visits.sum'] !== null)).toBe(false)
    place.restore(path as string, whole)
    expect((await place.history((history) => history.tiers.run('activity'))).steps[0]).toEqual({ step: 'erase', erasures: [1], code: null, message: null })
    expect(place.filesWith(NAME)).toEqual([])
  }, 30_000)
})

describe('a hold', () => {
  test('keeps an entity from being erased until it is lifted, or overridden with a reason', async () => {
    const place = base.copy()
    await place.history((history) => history.holds.place({ tenant: 'acme', entity: null, by: 'legal', reason: 'case 1' }))
    await place.history((history) => history.holds.place({ tenant: 'acme', entity: NAME, by: 'legal', reason: 'case 2' }))
    await expect(place.history((history) => history.erasures.forget(FORGET, WHY))).rejects.toMatchObject({ code: 'HELD', message: expect.stringContaining('case 1') as string })
    expect((await place.history((history) => history.erasures.plan(FORGET))).holds.map(({ id }) => id)).toEqual([1, 2])
    await place.history((history) => history.holds.lift(1, 'legal', 'closed'))
    await expect(place.history((history) => history.erasures.forget(FORGET, WHY))).rejects.toMatchObject({ code: 'HELD', message: expect.stringContaining('case 2') as string })
    const certificate = await place.history((history) => history.erasures.forget(FORGET, { ...WHY, overrideHold: 'ordered by the court' }))
    expect(certificate.override).toBe('ordered by the court')
    // The hold stays on record, without the name.
    const holds = await place.history((history) => history.holds.list())
    expect(holds.map(({ entity, reason, lifted }) => [entity, reason, lifted?.reason ?? null])).toEqual([[null, 'case 1', 'closed'], [`erased ${certificate.subject}`, 'case 2', null]])
    expect(place.filesWith(NAME)).toEqual([])
  }, 30_000)

  test('is placed twice as two, lifted once, and never forgotten', async () => {
    const place = base.copy()
    await place.history(async (history) => {
      const placed = { tenant: 'acme', entity: 'not yet known', by: 'legal', reason: 'r' }
      expect([(await history.holds.place(placed)).id, (await history.holds.place(placed)).id]).toEqual([1, 2])
      await history.holds.lift(1, 'judge', 'over')
      await expect(history.holds.lift(1, 'judge', 'over')).rejects.toMatchObject({ code: 'HOLD_UNKNOWN' })
      await expect(history.holds.lift(3, 'judge', 'over')).rejects.toMatchObject({ code: 'HOLD_UNKNOWN' })
      await expect(history.holds.place({ ...placed, reason: ' ' })).rejects.toMatchObject({ code: 'OPTION_INVALID' })
      expect(await history.holds.list()).toEqual([
        { id: 1, tenant: 'acme', entity: 'not yet known', reason: 'r', placedBy: 'legal', placedAt: NOW, lifted: { by: 'judge', at: NOW, reason: 'over' } },
        { id: 2, tenant: 'acme', entity: 'not yet known', reason: 'r', placedBy: 'legal', placedAt: NOW, lifted: null },
      ])
    })
  }, 30_000)
})

test('an entity with many rows goes in pieces, so that nobody waits for long', async () => {
  const place = base.copy()
  const events = Array.from({ length: 5_000 }, (_, number) => ({ client: 'acme', person: 'Prolific', id: `p${number}`, at: new Date(NOW - DAY - number * 60_000).toISOString(), kind: 'call' }))
  await place.history((_, store) => ingestRows(store, activity.definition.stream, events, { now: NOW, source: 'test' }))
  const certificate = await place.history((history) => history.erasures.forget({ ...FORGET, entity: 'Prolific' }, WHY))
  expect(certificate.rows).toMatchObject({ events: 5_000, identities: 5_000, checkpoint: 1_000 })
  // At most 2,000 rows a transaction.
  expect(place.sql<{ n: number }>("SELECT count(*) AS n FROM tm_transaction WHERE command = 'erase-rows'")[0]?.n).toBe(Math.ceil(Object.values(certificate.rows).reduce((sum, count) => sum + count) / 2_000))
  expect(place.filesWith('Prolific')).toEqual([])
}, 30_000)

test('many are erased at once with each file made anew once', async () => {
  const place = base.copy()
  await place.opened(async (store) => {
    for (const entity of [NAME, 'bob']) await store.erasures.begin({ ...SUBJECT, entity, by: 'x', reason: 'y', override: null }, NOW)
  })
  expect(await place.history((history) => history.erasures.finish())).toEqual([1, 2])
  expect(existsSync(join(place.archive, 'activity')) ? readdirSync(join(place.archive, 'activity')) : []).toEqual([])
  const [first, second] = await place.history((history) => history.erasures.certificates())
  expect(first?.files).toEqual(second?.files)
  expect(await place.opened((store) => runErasure({ store, place: place.archivePlace(), now: NOW }, { ...SUBJECT, by: 'x', reason: 'y', override: null }))).toMatchObject({ id: 1 })
}, 30_000)
