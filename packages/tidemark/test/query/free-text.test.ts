import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { decodeParquet } from '../../src/archive/decode.ts'
import type { QueryRequest } from '../../src/index.ts'
import { Copy, problemsOf } from '../verify/fixture.ts'
import { type Answer, CollectedPlace, site } from './collected-place.ts'

const START = '2023-01-01T12:00:00Z'
const NOW = '2023-12-20T12:00:00Z'
const KEEP = { captured: '10d', day: '20d', week: '60d', month: '120d', quarter: 'archive', asOfDays: 7 } as const

/** Of `big` two words get the numbers before `small` has said any; `quiet` says none. */
const WORDS: Readonly<Record<string, readonly (readonly [string, number])[]>> = {
  a: [['web', 4], ['mail', 3], ['fax', 2], ['telex', 1]], b: [['mail', 1]], s: [['fax', 5], ['web', 6], ['telex', 7]], q: [],
}
const source: Answer = (entity) => ({
  values: { hits: 10, total: 1 }, groups: (WORDS[entity] ?? []).map(([channel, hits]) => ({ group: { channel }, values: { hits } })),
})
const ROSTER = [site('a', { tenant: 'big' }), site('b', { tenant: 'big' }), site('q', { tenant: 'quiet' }), site('s', { tenant: 'small' })]
const QUARTERS = { select: ['hits.sum'], grain: 'quarter', from: '2023-01-01', to: '2023-07-01' } as const satisfies QueryRequest
/** Days of the two quarters. */
const [Q1, Q2] = [90, 91]

/** Each asked alone, and all at once, as they answer whatever tier the rows lie in. */
const ASKED: readonly QueryRequest[] = [
  { ...QUARTERS, by: ['channel'], tenant: 'big' }, { ...QUARTERS, by: ['channel'], tenant: 'small' }, { ...QUARTERS, by: ['channel'], allTenants: true },
  { ...QUARTERS, by: ['channel'], allTenants: true, total: true }, { ...QUARTERS, where: { channel: 'web' }, allTenants: true, total: true }, { ...QUARTERS, where: { channel: 'fax' }, tenant: 'small' },
  { select: ['hits.sum'], grain: 'captured', from: '2023-12-18', to: '2023-12-19', by: ['channel'], allTenants: true },
]

let place: CollectedPlace
const ask = async (request: QueryRequest) => (await (await place.at(NOW)).ask('metrics', request)).rows
const said = async (request: QueryRequest) => (await ask(request)).map((row) => [row.tenant, row.entity, row.group?.['channel'], row['hits.sum']])
const before: unknown[] = []

async function filled(roster: typeof ROSTER): Promise<CollectedPlace> {
  const made = new CollectedPlace({ past: true, keep: KEEP })
  made.world.roster = roster
  await made.capture(START, source)
  await made.capture(NOW)
  return made
}

beforeAll(async () => {
  place = await filled(ROSTER)
  for (const request of ASKED) before.push(await ask(request))
}, 120_000)
afterAll(() => place.remove())

const sql = <T>(text: string): readonly T[] => {
  const database = new Database(join(place.folder, 'history.db'), { readonly: true })
  try {
    return database.prepare(text).raw().all() as T[]
  } finally {
    database.close()
  }
}
const MET = 'SELECT t.name, d.place, d.value FROM tm_dimension d JOIN tm_tenant t ON t.id = d.tenant_id ORDER BY t.name, d.place'

/** What every test of answers rests on: sums by hand. */
async function expectSums(): Promise<void> {
  expect(await said({ ...QUARTERS, by: ['channel'], tenant: 'small' })).toEqual([
    ['small', 's', 'fax', 5 * Q1], ['small', 's', 'fax', 5 * Q2], ['small', 's', 'web', 6 * Q1], ['small', 's', 'web', 6 * Q2], ['small', 's', '(other)', 7 * Q1], ['small', 's', '(other)', 7 * Q2],
  ])
  expect(await said({ ...QUARTERS, by: ['channel'], to: '2023-04-01', total: true, allTenants: true })).toEqual([
    ['big', null, 'web', 4 * Q1], ['big', null, 'mail', 4 * Q1], ['big', null, '(other)', 3 * Q1], ['small', null, 'fax', 5 * Q1], ['small', null, 'web', 6 * Q1], ['small', null, '(other)', 7 * Q1],
  ])
  // One group, whatever its number is in each tenant.
  expect(await said({ ...QUARTERS, where: { channel: 'web' }, to: '2023-04-01', total: true, allTenants: true })).toEqual([
    ['big', null, 'web', 4 * Q1], ['quiet', null, 'web', null], ['small', null, 'web', 6 * Q1],
  ])
}

describe('words of two tenants', () => {
  test('are numbered each for itself', async () => {
    expect(sql(MET)).toEqual([['big', 1, 'web'], ['big', 2, 'mail'], ['big', 3, '(other)'], ['small', 1, 'fax'], ['small', 2, 'web'], ['small', 3, '(other)']])
    await expectSums()
  })

  test('answer as they do in a store of their own', async () => {
    const shared = place
    const alone = await filled(ROSTER.filter(({ tenant }) => tenant === 'small'))
    try {
      place = alone
      expect(await ask({ ...QUARTERS, by: ['channel'] })).toEqual(before[1])
    } finally {
      place = shared
      await alone.remove()
    }
  }, 60_000)

  test('are refused where they may be among (other), and only there', async () => {
    const asked = (channel: string, more: Partial<QueryRequest>) => said({ ...QUARTERS, to: '2023-04-01', where: { channel }, ...more })
    await expect(asked('fax', { tenant: 'big' })).rejects.toMatchObject({ code: 'DIMENSION_VALUE_UNKNOWN' })
    await expect(asked('fax', { allTenants: true })).rejects.toMatchObject({ code: 'DIMENSION_VALUE_UNKNOWN', message: expect.stringContaining('"big"') })
    expect(await asked('fax', { tenant: 'small' })).toEqual([['small', 's', 'fax', 5 * Q1]])
    expect(await asked('fax', { tenant: 'quiet' })).toEqual([['quiet', 'q', 'fax', null]])
    expect(await asked('(other)', { allTenants: true })).toEqual([['big', 'a', '(other)', 3 * Q1], ['big', 'b', '(other)', null], ['quiet', 'q', '(other)', null], ['small', 's', '(other)', 7 * Q1]])
  })

  test('are shown by their own numbers to outside SQL, and inspected by them', async () => {
    expect(sql("SELECT tenant, entity, channel, hits_sum FROM tidemark_v1_metrics WHERE day = '2023-12-18' AND channel IS NOT NULL ORDER BY 1, 2, 3")).toEqual([
      ['big', 'a', '(other)', 3], ['big', 'a', 'mail', 3], ['big', 'a', 'web', 4], ['big', 'b', 'mail', 1], ['small', 's', '(other)', 7], ['small', 's', 'fax', 5], ['small', 's', 'web', 6],
    ])
    const tm = await place.at(NOW)
    const look = (tenant: string, entity: string, channel: string) => tm.inspect(place.series, { tenant, entity, day: '2023-12-18', group: { channel } })
    expect(await look('small', 's', 'web')).toMatchObject({ group: { channel: 'web' }, answers: { 'hits.sum': 6 } })
    expect(await look('big', 'a', 'web')).toMatchObject({ group: { channel: 'web' }, answers: { 'hits.sum': 4 } })
    await expect(look('big', 'a', 'fax')).rejects.toMatchObject({ code: 'DIMENSION_VALUE_UNKNOWN', hint: expect.not.stringContaining('fax') })
  })
})

describe('rolled up and archived', () => {
  beforeAll(async () => {
    const report = await (await place.at(NOW)).tiers.run(place.series)
    expect(report.archived).toBeGreaterThan(0)
  }, 60_000)

  test('they answer as before', async () => {
    for (const [index, request] of ASKED.entries()) expect(await ask(request)).toEqual(before[index])
    await expectSums()
    const filed = await (await place.at(NOW)).inspect(place.series, { tenant: 'small', entity: 's', day: '2023-02-10', group: { channel: 'web' } })
    expect(filed).toMatchObject({ tier: 'quarter', group: { channel: 'web' }, answers: { 'hits.sum': 6 * Q1 }, part: { file: expect.stringContaining('Q1') } })
    expect((await (await place.at(NOW)).latestAll(place.series, { tenant: 'small' })).map(({ values }) => values.hits)).toEqual([10])
  })

  test('a file holds the words themselves, and its description none', async () => {
    const folder = join(place.folder, 'archive', 'metrics')
    const file = readdirSync(folder).find((name) => name.includes('2023-Q1') && name.endsWith('.parquet')) as string
    const decoded = await decodeParquet(readFileSync(join(folder, file)))
    const rows = [...decoded.all()].map((row, index) => [row.tenant, row.entity, row.cell, decoded.group(index)?.['channel'] ?? null])
    expect(rows).toEqual([
      ['big', 'a', 0, null], ['big', 'a', 1, 'web'], ['big', 'a', 2, 'mail'], ['big', 'a', 3, '(other)'], ['big', 'b', 0, null], ['big', 'b', 2, 'mail'],
      ['quiet', 'q', 0, null], ['small', 's', 0, null], ['small', 's', 1, 'fax'], ['small', 's', 2, 'web'], ['small', 's', 3, '(other)'],
    ])
    expect(readFileSync(join(folder, `${file}.json`), 'utf8')).not.toMatch(/mail|fax|web/)
  })

  test('nothing is wrong with them, and what is planted is found', async () => {
    expect(problemsOf(await (await place.at(NOW)).verify({ deep: true }))).toEqual({})
    await place.close()
    const plants: readonly (readonly [string, string, RegExp])[] = [
      ["UPDATE tm_dimension SET place = 4 WHERE value = 'web' AND place = 2", 'collected', /metrics, channel 3 of small: its number follows 1/],
      ["UPDATE tm_dimension SET value = 'post' WHERE value = 'mail'", 'row-digests', /of big \/ a, .*channel=post: its digest is/],
      ["UPDATE tm_dimension SET value = 'post' WHERE value = 'mail'", 'archive', /Q1.*its cell is not that of its group/],
      ["INSERT INTO tm_dimension SELECT id, 1, 'channel', 1, 'x' FROM tm_tenant WHERE name = 'quiet' UNION SELECT 99, 1, 'channel', 1, 'x'", 'collected', /channel 1 of nobody: there is no such tenant/],
      ["INSERT INTO tm_dimension SELECT id, 1, 'colour', 1, 'x' FROM tm_tenant WHERE name = 'quiet'", 'collected', /colour 1 of quiet: there is no such free-text dimension/],
      ["DELETE FROM tm_rostered WHERE tenant_id = (SELECT id FROM tm_tenant WHERE name = 'small')", 'collected', /channel 1 of small: the tenant has no entity there/],
      ["DELETE FROM tm_dimension WHERE value = '(other)'", 'rows', /of small \/ s, .*stands for no combination of dimensions/],
    ]
    for (const [statement, check, problem] of plants) {
      const copy = new Copy(place.folder)
      copy.tamper(statement)
      const problems = problemsOf(await copy.verify())[check] ?? []
      expect(problems.some((one) => problem.test(one)), JSON.stringify([statement, problems.slice(0, 5)])).toBe(true)
    }
  }, 60_000)
})

describe('erased', () => {
  test('entities leave their tenant its words; the last one takes them with it, from the file, too', async () => {
    const tm = await place.at(NOW)
    const forget = (entity: string) => tm.erasures.forget({ of: 'site', tenant: 'big', entity }, { by: 'me', reason: 'asked' })
    await forget('b')
    expect(sql(MET)).toHaveLength(6)
    await forget('a')
    expect(sql(MET)).toEqual([['small', 1, 'fax'], ['small', 2, 'web'], ['small', 3, '(other)']])
    expect(await said({ ...QUARTERS, by: ['channel'], tenant: 'small' })).toHaveLength(6)
    expect(problemsOf(await tm.verify({ deep: true }))).toEqual({})
    const files = readdirSync(place.folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    for (const { parentPath, name } of files) expect(readFileSync(join(parentPath, name)).includes('mail'), name).toBe(false)
    // Its numbers begin anew.
    place.world.roster = [...ROSTER.filter(({ tenant }) => tenant !== 'big'), site('c', { tenant: 'big' })]
    await place.capture(NOW, (entity) => ({ values: { hits: 1 }, groups: entity === 'c' ? [{ group: { channel: 'telex' }, values: { hits: 1 } }] : [] }))
    await place.capture('2023-12-22T12:00:00Z')
    expect(sql(MET).slice(0, 2)).toEqual([['big', 1, 'telex'], ['small', 1, 'fax']])
  }, 60_000)
})
