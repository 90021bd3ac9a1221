import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Gate } from '../../src/access/gate.ts'
import { OWNER } from '../../src/access/principal.ts'
import type { Tidemark } from '../../src/index.ts'
import type { TimelineRequest } from '../../src/query/timeline.ts'
import { CollectedPlace, site } from './collected-place.ts'

const place = new CollectedPlace({
  grain: 'sixHours', past: true, keep: { captured: '10d', day: '30d', month: 'forever' },
  frequency: { status: 'status', activity: 'total', rules: [{ when: ['open'], every: 'day', busy: [{ atLeast: 50, every: 'sixHours' }] }, { when: ['over'], every: 'final' }] },
})
let tm: Tidemark
let gate: Gate

beforeAll(async () => {
  place.world.roster = [site('a', { attributes: { status: 'open', name: 'Alpha' } }), site('b', { attributes: { status: 'open' } }), { tenant: 'other', entity: 'c', attributes: { status: 'open', name: 'Secret' } }]
  let failing = false
  let total = 0
  const answer = (entity: string) => (failing && entity === 'a' ? null : { values: { total: total += 10, load: 1 } })
  await place.capture('2023-03-01T12:00:00Z', answer)
  await place.capture('2023-03-02T00:30:00Z')
  failing = true
  await place.capture('2023-03-03T00:30:00Z')
  failing = false
  // Filled in two days after it was over.
  await place.capture('2023-03-05T00:30:00Z')
  for (const [entity, status] of [['a', 'over'], ['b', 'open']]) place.world.roster = place.world.roster.map((one) => (one.entity === entity ? { ...one, attributes: { ...one.attributes, status: status as string } } : one))
  await place.capture('2023-03-06T00:30:00Z')
  await place.capture('2023-03-07T00:30:00Z')
  tm = await place.at('2023-03-08T00:30:00Z')
  await tm.capture(place.series)
  gate = new Gate(tm, OWNER)
}, 60_000)
afterAll(() => place.remove())

const told = async (entity: string, more: Partial<TimelineRequest> = {}) => (await gate.timeline('metrics', { tenant: 't', entity, from: '2023-03-01', to: '2023-03-09', ...more })).entries

describe('the timeline of an entity', () => {
  test('tells each capture, and why it was taken', async () => {
    const captured = (await told('a')).filter((one) => one.kind === 'captured').map((one) => [one.window?.from.slice(0, 10), one.at, one.why, one.frequency?.every, one.frequency?.reason]).toReversed()
    expect(captured[0]).toEqual(['2023-03-01', '2023-03-02T00:30:00Z', 'scheduled', 'day', 'enrolled'])
    expect(captured.find(([day]) => day === '2023-03-02')).toEqual(['2023-03-02', '2023-03-05T00:30:00Z', 'late', 'day', 'enrolled'])
    expect(captured.at(-1)).toEqual([expect.any(String), expect.any(String), 'final', 'final', 'status'])
  })

  test('tells what failed, and that it was captured after all', async () => {
    expect((await told('a')).filter(({ kind }) => kind === 'failed')).toEqual([
      { at: '2023-03-03T00:30:00Z', key: expect.any(String) as string, kind: 'failed', window: { from: '2023-03-02T00:00:00Z', to: '2023-03-03T00:00:00Z' }, message: expect.any(String) as string, resolved: true },
    ])
  })

  test('tells each decision on its frequency, what it was made by, and what was before', async () => {
    const decided = (await told('a')).filter((one) => one.kind === 'frequency').toReversed()
    expect(decided[0]).toMatchObject({ day: '2023-03-01', before: null, every: 'day', reason: 'enrolled', status: 'open', activity: 0 })
    expect(decided[1]).toMatchObject({ before: 'day', every: 'final', reason: 'status', status: 'over' })
    expect(decided.at(-1)).toMatchObject({ before: 'final', every: 'never', reason: 'final_captured' })
    expect((await told('b')).filter((one) => one.kind === 'frequency').at(0)).toMatchObject({ before: 'day', every: 'sixHours', reason: 'busier', status: 'open', activity: expect.any(Number) as number })
  })

  test('is latest first, and of the days that are asked for', async () => {
    const entries = await told('b')
    expect(entries.map(({ at }) => at)).toEqual(entries.map(({ at }) => at).toSorted().toReversed())
    expect((await told('b', { from: '2023-03-01', to: '2023-03-02' })).filter(({ kind }) => kind === 'captured')).toHaveLength(1)
    await expect(told('b', { from: '2020-01-01' })).rejects.toMatchObject({ code: 'RANGE_INVALID' })
    await expect(told('b', { from: '2023-02-30' })).rejects.toMatchObject({ code: 'DATE_INVALID' })
  })

  test('tells of a window that was filled in anew by its first capture, and of the restatement beside it', async () => {
    place.world.answer = () => ({ values: { total: 500, load: 7 } })
    const later = await place.at('2023-03-08T06:30:00Z')
    await later.capture(place.series, { backfill: { from: '2023-03-03', to: '2023-03-04' } })
    const entries = (await gate.timeline('metrics', { tenant: 't', entity: 'b', from: '2023-03-03', to: '2023-03-04' })).entries.filter((one) => one.kind !== 'frequency')
    expect(entries[0]).toMatchObject({ kind: 'restated', at: '2023-03-08T06:30:00Z', tier: 'captured', from: '2023-03-03T00:00:00Z', revision: 2 })
    expect(entries.filter(({ kind }) => kind === 'captured').map(({ at }) => at)).not.toContain('2023-03-08T06:30:00Z')
  })

  test('of what is another tenant’s is that of what does not exist', async () => {
    const bound = new Gate(tm, { ...OWNER, tenants: ['t'] })
    const [theirs, nobodys] = await Promise.all(['other', 'nobody'].map((tenant) => bound.timeline('metrics', { tenant, entity: 'c', from: '2023-03-01', to: '2023-03-09' })))
    expect({ ...theirs, tenant: '' }).toEqual({ ...nobodys, tenant: '' })
    expect(theirs?.entries).toEqual([])
    expect((await gate.timeline('metrics', { tenant: 'other', entity: 'c', from: '2023-03-01', to: '2023-03-09' })).entries.length).toBeGreaterThan(0)
  })
})

test('a failure that was not mended is listed with its entity, to its own tenant alone', async () => {
  place.world.answer = (entity) => (entity === 'b' ? { values: { total: 600 } } : null)
  const later = await place.at('2023-03-09T00:30:00Z')
  await later.capture(place.series)
  const listed = await gate.failures('metrics', { allTenants: true })
  expect(listed.map(({ tenant, entity }) => [tenant, entity])).toEqual(expect.arrayContaining([['other', 'c']]))
  expect((await new Gate(tm, { ...OWNER, tenants: ['t'] }).failures('metrics', { allTenants: true })).every(({ tenant }) => tenant === 't')).toBe(true)
  expect(await gate.failures('metrics', { tenant: 'other', from: '2023-01-01', to: '2023-01-05' })).toEqual([])
})

test('what was done is listed by instant, latest first, a page at a time', async () => {
  await tm.tiers.run(place.series)
  const { rows, next } = await gate.runs({ limit: 3 })
  expect(rows).toHaveLength(3)
  const all = (await gate.runs({ limit: 1_000 })).rows
  expect((await gate.runs({ limit: 1_000, after: next as { at: number; last: number } })).rows).toEqual(all.slice(3))
  expect(all.map(({ at }) => at)).toEqual(all.map(({ at }) => at).toSorted().toReversed())
  expect(all.at(-1)).toEqual({ kind: 'capture', at: '2023-03-02T00:30:00Z', series: 'metrics', transactions: 1, rows: expect.any(Number) as number, failed: 0 })
  expect(all.find(({ at }) => at === '2023-03-03T00:30:00Z')).toMatchObject({ kind: 'capture', rows: 2, failed: 1 })
})

test('entities have the names that their roster gives them, and are found by these', async () => {
  const { rows } = await gate.entities('metrics', { allTenants: true })
  expect(rows.map(({ entity, name }) => [entity, name])).toEqual([['c', 'Secret'], ['a', 'Alpha'], ['b', null]])
  expect((await gate.entities('metrics', { tenant: 't', prefix: 'alp' })).rows.map(({ entity }) => entity)).toEqual(['a'])
  expect((await new Gate(tm, { ...OWNER, tenants: ['t'] }).entities('metrics', { allTenants: true, prefix: 'secr' })).rows).toEqual([])
})
