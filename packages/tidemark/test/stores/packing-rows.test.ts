import { createHash } from 'node:crypto'
import { renameSync, rmSync } from 'node:fs'
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { CollectedSeriesDefinition } from '../../src/definitions/collected.ts'
import { packSeries, unpackSeries } from '../../src/tiers/pack.ts'
import { planRun, runTiers } from '../../src/tiers/run.ts'
import { LocalFolder } from '../../src/archive/local-folder.ts'
import { runVerify } from '../../src/verify/verify.ts'
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

const dateOf = (from: string, days: number): string => new Date((day(from) + days) * 86_400_000).toISOString().slice(0, 10)
const BIG = 9_007_199_254_740_993n
/** One window a day of both entities, with a group on every third: values that rise, fall, are missing and pass 2^53. */
async function capture(days: number, from = '2026-01-01'): Promise<void> {
  for (let index = 0; index < days; index++) {
    const date = dateOf(from, index)
    await place.write([a, b].map((entity) => window(entity, date, [
      cell({ budget: index % 5 === 0 ? null : 1000 - index, hours: index * entity, status: index % 7 < 3 ? 'active' : 'paused', open: index % 2 === 0 ? 1 : 0, waits: [index % 4], who: [`w${index % 3}`], big: BIG + BigInt(index) * (index % 2 === 0 ? 1n : -1n) }),
      ...(index % 3 === 0 ? [cell({ budget: index, hours: index }, { channel: 'mail' })] : []),
    ], { payload: JSON.stringify({ n: Math.floor(index / 4), of: entity }) })), `${date}T03:00:00Z`)
  }
}
const request = async (now: string) => ({ store: await place.store(), series: 'metrics', now: Date.parse(now), monotonicMs: () => performance.now() })
const pack = async (now: string) => (await packSeries(await request(now))).rows
/** Packs what is before a day in blocks of so many rows, however young. */
const packSmall = (before: string, full: number) => place.packBefore([a, b], before, full)
const tables = (of = place) => of.sql((database) => (database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE 'tm\\_%' ESCAPE '\\' AND name NOT IN ('tm_meta', 'tm_packed_metrics')").pluck().all() as string[]).map((table) => database.prepare(`SELECT * FROM "${table}"`).safeIntegers().all()))
const blocks = () => place.sql((database) => database.prepare('SELECT entity_id AS entity, first_day AS first, last_day AS last, count, body FROM tm_rowblock_metrics ORDER BY entity_id, last_day').all()) as { entity: number; first: number; last: number; count: number; body: Uint8Array }[]
const COLUMNS = ['budget_last', 'budget_weighted', 'budget_n', 'budget_seconds', 'hours_increase', 'hours_last', 'status_last', 'status_seconds_1', 'open_true', 'waits_buckets', 'who_words', 'big_sum', 'payload_version', 'payload']
const everything = async () => Promise.all([{}, { cells: [1] }, { cells: [0, 1], from: '2026-02-03', to: '2026-02-20' }, { asOf: '2026-02-15T12:00:00Z' }].map((options) => place.rows(COLUMNS, options)))
const latest = () => place.read((snapshot) => snapshot.latest({ series: 'metrics', entities: [a, b].map((id) => ({ id, day: day('2026-02-11') })), at: Date.parse('2026-02-11T07:00:00Z'), columns: [0, 1] }))
const problems = async (entity: number) => {
  const inventory = await (await place.store()).inventory()
  try {
    const series = (await inventory.series()).find(({ name }) => name === 'metrics') as never
    return [...await inventory.packedProblems(series, { tenantId: 1, entityId: entity }), ...(await inventory.loosePayloads(series)).map(({ id }) => `loose ${id}`)]
  } finally {
    inventory.close()
  }
}
const verified = async () => (await runVerify({ store: await place.store(), folder: new LocalFolder(place.folder), deep: true })).checks.flatMap(({ problems: found }) => found)
/** Rows as verify sees them, which reads blocks by code of its own. */
const held = async () => {
  const inventory = await (await place.store()).inventory()
  try {
    const series = (await inventory.series()).find(({ name }) => name === 'metrics') as never
    const rows = []
    for (const entityId of [a, b]) for await (const { digest: _, packed: __, ...row } of inventory.rows(series, 'captured', { tenantId: 1, entityId })) rows.push(row)
    return rows
  } finally {
    inventory.close()
  }
}

describe('captured rows that are older than a quarter of a year', () => {
  test('are packed, answer as before, and come back byte for byte', async () => {
    await capture(230)
    const [before, said, at, seen] = [tables(), await everything(), await latest(), await held()]
    // 230 days, and a group on every third: of 138 days before the 19th of May 138 + 46 rows, one block; 92 + 31 more wait.
    const plan = await planRun(await place.store(), 'metrics', Date.parse('2026-08-19T12:00:00Z'))
    expect(plan.packing.rows).toBe(2 * 128)
    expect(await pack('2026-08-19T12:00:00Z')).toBe(2 * 128)
    expect(blocks().map(({ entity, first, last, count }) => [entity, first, last, count])).toEqual([[a, day('2026-01-01'), day('2026-04-06'), 128], [b, day('2026-01-01'), day('2026-04-06'), 128]])
    expect([await everything(), await latest(), await held()]).toEqual([said, at, seen])
    expect([await problems(a), await problems(b)]).toEqual([[], []])
    const store = await place.store()
    expect((await store.tierStatus('metrics')).find(({ tier }) => tier === 'captured')).toMatchObject({ rows: 2 * (230 + 77), oldest: day('2026-01-01'), newest: day('2026-08-18') })
    expect((await store.packing.standing('metrics')).rows).toEqual({ plain: 2 * (230 + 77 - 128), packed: 2 * 128 })
    expect(await pack('2026-08-19T12:00:00Z')).toBe(0)
    // A quarter later what did not fill a block has waited long enough; the latest window stays plain.
    expect(await pack('2027-08-19T12:00:00Z')).toBe(2 * (230 + 77 - 128 - 1))
    expect([await everything(), await latest(), await held()]).toEqual([said, at, seen])
    expect(await unpackSeries({ store, series: 'metrics' })).toMatchObject({ rows: 2 * (230 + 77 - 1) })
    expect(tables()).toEqual(before)
    expect(await pack('2027-08-19T12:00:00Z').then(() => blocks().length)).toBe(6)
  })

  test('are told by the view that says which stretches other SQL does not see', async () => {
    await capture(30)
    await packSmall('2026-01-11', 5)
    // Of ten days and four groups 14 rows: 2 1 1 2, 1 1 2 1, 1 2.
    expect(place.sql((database) => database.prepare('SELECT * FROM tidemark_packed_v1 WHERE entity = ?').raw().all('a'))).toEqual([
      ['metrics', 'acme', 'a', '2026-01-01', '2026-01-05', 6], ['metrics', 'acme', 'a', '2026-01-05', '2026-01-09', 5], ['metrics', 'acme', 'a', '2026-01-09', '2026-01-11', 3],
    ])
    expect(place.sql((database) => database.prepare("SELECT min(day), count(*) FROM tidemark_v1_metrics WHERE entity = 'a' AND tier = 'captured'").raw().get())).toEqual(['2026-01-11', 20 + 6])
  })

  test('wait until they fill a block, and make a smaller one when they have waited as long again', async () => {
    await capture(60)
    expect(await pack('2026-06-01T12:00:00Z')).toBe(0)
    // The first of them is of the first of January: 184 days later they have waited.
    expect(await pack('2026-07-04T12:00:00Z')).toBe(0)
    expect(await pack('2026-07-05T12:00:00Z')).toBe(2 * (60 + 20 - 1))
  })

  test('stay plain after they were unpacked, until they are to be packed again', async () => {
    await capture(60)
    await pack('2027-01-01T00:00:00Z')
    const store = await place.store()
    await unpackSeries({ store, series: 'metrics' })
    const order = { series: 'metrics', pieces: [{ entity: a, bucket: 0, at: 0 }], rule: { before: day('2027-01-01'), waited: day('2027-01-01'), full: 1, least: 1 } }
    expect([await store.packing.packableRows(order), await store.packing.packRows(order)]).toEqual([[0], [{ rows: 0, next: null }]])
    expect(await pack('2027-01-01T00:00:00Z')).toBe(2 * 79)
  })

  test('of which one is not what its digest says stay plain together, where verify tells of it', async () => {
    await capture(20)
    place.sql((database) => database.exec(`UPDATE tm_captured_metrics SET digest = x'00' WHERE entity_id = ${a} AND bucket = ${day('2026-01-06')}`))
    await packSmall('2026-01-15', 5)
    expect(blocks().map(({ entity, first }) => [entity, first])).toEqual([[a, day('2026-01-01')], [a, day('2026-01-09')], [a, day('2026-01-13')], [b, day('2026-01-01')], [b, day('2026-01-05')], [b, day('2026-01-09')], [b, day('2026-01-13')]])
  })

  test('that are to be rolled up within a month are not packed for it', async () => {
    const first: CollectedSeriesDefinition = { ...place.definition, keep: { ...place.definition.keep, tiers: [{ tier: 'captured', until: { months: 0, days: 150 } }, { tier: 'day', until: null }] } }
    await place.declare([first], '2026-01-01T00:00:00Z')
    await capture(230)
    // On the 19th of August rows before the 22nd of March are rolled up; those before the 22nd of April will be within a month.
    await runTiers({ ...await request('2026-08-19T12:00:00Z'), confirmed: true, archive: null })
    expect(blocks()).toEqual([])
    await packSmall('2026-06-01', 20)
    const said = await everything()
    await runTiers({ ...await request('2026-09-19T12:00:00Z'), confirmed: true, archive: null })
    expect(Math.min(...blocks().map(({ first: one }) => one))).toBeGreaterThanOrEqual(day('2026-04-22'))
    expect((await place.rows(['hours_last'], {})).map(({ values }) => values)).toEqual(said[0]?.map(({ values }) => [values[5]]))
  })
})

/** What is done to a store whose rows are packed, and to one whose rows are not. */
const DEEDS: Record<string, (on: CollectedPlace, entity: number) => Promise<unknown>> = {
  'a missed window is filled in': (on, entity) => on.write([window(entity, '2026-01-09', { budget: 5, hours: 7, status: 'paused' }, { payload: '{"late":true}' })], '2026-03-03T00:00:00Z'),
  'a window is restated, and the next one\'s increase with it': (on, entity) => on.write([window(entity, '2026-01-10', { hours: 1_000, big: BIG + 7n }, { payload: '{"n":"new"}' })], '2026-03-03T00:00:00Z', { restates: true }),
  'a group is taken back': (on, entity) => on.write([window(entity, '2026-01-13', { budget: 1, hours: 5 })], '2026-03-03T00:00:00Z', { restates: true }),
  'a window says what it said': (on, entity) => on.write([window(entity, '2026-01-11', { budget: 990, hours: 10 * entity }, {})], '2026-03-03T00:00:00Z'),
  'a window that is there fails': (on, entity) => on.write([], '2026-03-03T00:00:00Z', { failures: [{ window: window(entity, '2026-01-11', {}), message: 'down' }] }),
  'a value of long ago is the latest of its counter': async (on, entity) => {
    for (const date of ['2026-02-20', '2026-02-21']) await on.write([window(entity, date, { budget: 1 })], `${date}T05:00:00Z`)
    await on.write([window(entity, '2026-02-18', { budget: 2 })], '2026-03-03T00:00:00Z', { restates: true })
    await on.write([window(entity, '2026-03-03', { hours: 5 })], '2026-03-04T00:00:00Z')
  },
  'days are rolled up': async (on, entity) => (await on.store()).rollUp({ series: 'metrics', source: 'captured', target: 'day', entities: [entity], boundary: day('2026-01-19'), now: Date.parse('2026-03-03T00:00:00Z'), horizon: Date.parse('2026-01-20T00:00:00Z') }),
  'beliefs are forgotten': async (on, entity) => {
    await on.write([window(entity, '2026-01-10', { hours: 1 }, { payload: '{"n":1}' })], '2026-03-03T00:00:00Z', { restates: true })
    await (await on.store()).pruneSuperseded('metrics', Date.parse('2026-04-01T00:00:00Z'))
  },
  'a measure is added, and others change places': async (on) => {
    const { budget, ...others } = on.definition.measures
    await on.declare([{ ...on.definition, measures: { ...others, more: on.definition.measures['hours'], budget } as never, keep: on.definition.keep }], '2026-03-03T00:00:00Z')
  },
}

describe('a store whose rows are packed is one whose rows are not, after', () => {
  test.each(Object.entries(DEEDS))('%s', async (_, deed) => {
    const other = new CollectedPlace()
    try {
      const first: CollectedSeriesDefinition = { ...place.definition, keep: { ...place.definition.keep, tiers: [{ tier: 'captured', until: { months: 1, days: 0 } }, { tier: 'day', until: null }] } }
      for (const one of [place, other]) await one.declare([first], '2026-01-01T00:00:00Z')
      await other.roster(['a', 'b'], '2026-01-01T00:00:00Z')
      await capture(8)
      await capture(30, '2026-01-10')
      await place.shut()
      place.sql((database) => database.exec(`VACUUM INTO '${other.path}.copy'`))
      await other.shut()
      renameSync(`${other.path}.copy`, other.path)
      for (const end of ['-wal', '-shm']) rmSync(`${other.path}${end}`, { force: true })
      await packSmall('2026-02-08', 4)
      const packed = blocks()
      const said = [await deed(place, a), await deed(other, a)]
      expect(said[0]).toEqual(said[1])
      expect([await problems(a), await problems(b)]).toEqual([[], []])
      const answers = await everything()
      const store = await place.store()
      await unpackSeries({ store, series: 'metrics' })
      expect(await everything()).toEqual(answers)
      await other.shut()
      expect(tables(place)).toEqual(tables(other))
      expect(packed.length).toBeGreaterThan(10)
    } finally {
      await other.remove()
    }
  })
})

test('of an erased entity they are gone with their blocks, and counted one by one', async () => {
  await capture(40)
  await packSmall('2026-02-09', 10)
  const store = await place.store()
  const subject = { kind: 'campaign', tenant: 'acme', entity: 'a' } as const
  expect((await store.erasures.preview(subject)).rows).toMatchObject({ captured: 40 + 14 })
  const now = Date.parse('2026-04-02T00:00:00Z')
  const { id } = await store.erasures.begin({ ...subject, by: 'ann', reason: 'asked for', override: null }, now)
  while (await store.erasures.removeRows(id, now));
  await store.erasures.forgetName(id, now)
  await store.erasures.complete([id], now)
  expect((await store.erasures.list())[0]?.rows).toMatchObject({ captured: 40 + 14 })
  expect([...new Set(blocks().map(({ entity }) => entity))]).toEqual([b])
})

describe('a block of rows that is not what was packed', () => {
  beforeEach(async () => {
    await capture(20)
    await packSmall('2026-01-20', 8)
    await place.shut()
  })
  const change = (work: (body: Buffer) => Uint8Array, digested = false) => place.sql((database) => {
    const { last, body } = database.prepare('SELECT last_day AS last, body FROM tm_rowblock_metrics WHERE entity_id = ? LIMIT 1').get(a) as { last: number; body: Uint8Array }
    const made = work(Buffer.from(body))
    database.prepare('UPDATE tm_rowblock_metrics SET body = ? WHERE entity_id = ? AND last_day = ?').run(made, a, last)
    if (digested) database.prepare('UPDATE tm_rowblock_metrics SET digest = ? WHERE entity_id = ? AND last_day = ?').run(createHash('sha256').update(`1\0${a}\0`).update(inflateRawSync(made)).digest(), a, last)
  })
  const edit = (line: number, work: (line: string) => string) => (body: Buffer) => deflateRawSync(inflateRawSync(body).toString('utf8').split('\n').map((text, place_) => (place_ === line ? work(text) : text)).join('\n'))

  test('with any byte flipped cannot be read, and is told', async () => {
    const [{ body } = { body: new Uint8Array() }] = blocks()
    for (let at = 0; at < body.length; at += 11) {
      change((bytes) => {
        bytes.set(body)
        bytes[at] = (bytes[at] as number) ^ 16
        return bytes
      })
      expect(await problems(a), `byte ${at}`).not.toEqual([])
    }
    await expect(everything()).rejects.toMatchObject({ code: 'STORE_CORRUPT' })
    await expect(unpackSeries({ store: await place.store(), series: 'metrics' })).rejects.toMatchObject({ code: 'STORE_CORRUPT' })
    // Neither is a window of it written over.
    await expect(place.write([window(a, '2026-01-02', { budget: 1 })], '2026-03-03T00:00:00Z', { restates: true })).rejects.toMatchObject({ code: 'STORE_CORRUPT' })
  })

  test.each([
    ['another value', () => change(edit(10, (line) => line.replace('99', '98'))), /their digest is another/],
    ['another value, and the digest of it', () => change(edit(10, (line) => line.replace('99', '98')), true), null],
    ['a column less', () => change(edit(0, (line) => line.replace(/,\d+,/, ',3,')), true), /were said/],
    ['another count', () => place.sql((database) => database.exec('UPDATE tm_rowblock_metrics SET count = count + 1')), /were said/],
    ['another first day', () => place.sql((database) => database.exec('UPDATE tm_rowblock_metrics SET first_day = first_day + 1')), /begin or end elsewhere/],
    ['another last instant', () => place.sql((database) => database.exec('UPDATE tm_rowblock_metrics SET last_at = last_at + 1')), /begin or end elsewhere/],
    ['a plain row among its windows', () => place.sql((database) => database.exec(`INSERT INTO tm_captured_metrics (tenant_id, entity_id, bucket, cell, at, seconds, digest, transaction_id, version, revision, facts) VALUES (1, ${a}, ${day('2026-01-02')}, 0, ${Date.parse('2026-01-02T00:00:00Z')}, 86400, x'00', 1, 1, 1, 1)`)), /lies plain among them/],
    ['a column that does not follow from the others', () => change(edit(9, () => '77'), true), /not what its table makes/],
  ])('with %s', async (_, work, says) => {
    work()
    const found = (await problems(a)).join('\n')
    if (says === null) expect((await verified()).join('\n')).toMatch(/packed rows whose digests have/)
    else expect(found).toMatch(says)
  })

  test('of another entity', async () => {
    place.sql((database) => database.exec(`DELETE FROM tm_rowblock_metrics WHERE entity_id = ${b}; UPDATE tm_rowblock_metrics SET entity_id = ${b}`))
    expect((await problems(b)).join('\n')).toMatch(/their digest is another/)
  })

  test('whose payloads say something else is told, and not given back', async () => {
    place.sql((database) => database.exec(`UPDATE tm_payload_metrics SET text = '{"n":9}' WHERE id = 1`))
    expect((await verified()).join('\n')).toMatch(/it is the last of \d+ packed rows whose digests have/)
    await expect(unpackSeries({ store: await place.store(), series: 'metrics' })).rejects.toMatchObject({ code: 'STORE_CORRUPT' })
  })
})
