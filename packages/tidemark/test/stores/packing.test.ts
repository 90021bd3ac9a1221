import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { CollectedSeriesDefinition } from '../../src/definitions/collected.ts'
import { packSeries, unpackSeries } from '../../src/tiers/pack.ts'
import { tiersStatus } from '../../src/tiers/status.ts'
import { CollectedPlace, day, window } from './collected-place.ts'

let place: CollectedPlace
let a: number
let b: number
beforeEach(async () => {
  place = new CollectedPlace()
  const first: CollectedSeriesDefinition = { ...place.definition, keep: { ...place.definition.keep, tiers: [{ tier: 'captured', until: { months: 0, days: 3 } }, { tier: 'day', until: null }] } }
  await place.declare([first], '2026-01-01T00:00:00Z')
  ;[a, b] = await place.roster(['a', 'b'], '2026-01-01T00:00:00Z') as [number, number]
})
afterEach(() => place.remove())

const dateOf = (from: string, days: number): string => new Date((day(from) + days) * 86_400_000).toISOString().slice(0, 10)
/** One payload a day of both entities, from the first of January on; the text says whose and of when it is. */
async function capture(days: number, from = '2026-01-01'): Promise<void> {
  for (let index = 0; index < days; index++) {
    const date = dateOf(from, index)
    await place.write([a, b].map((entity) => window(entity, date, { budget: index }, { payload: textOf(entity, date) })), `${date}T03:00:00Z`)
  }
}
const textOf = (entity: number, date: string): string => JSON.stringify({ date, of: `ü ${entity}` })
const pack = async (now: string) => (await packSeries({ store: await place.store(), series: 'metrics', now: Date.parse(now), monotonicMs: () => performance.now() })).payloads
const packed = async () => (await (await place.store()).packing.standing('metrics')).packed
const texts = async (options: Parameters<CollectedPlace['rows']>[1] = {}) => (await place.rows(['payload'], options)).map(({ entity, from, values }) => [entity, from, values[0]])
const tables = () => place.sql((database) => ['tm_payload_metrics', 'tm_captured_metrics', 'tm_day_metrics', 'tm_superseded_metrics'].map((table) => database.prepare(`SELECT * FROM ${table}`).all()))
const blocks = () => place.sql((database) => database.prepare('SELECT id, entity_id AS entity, payloads, body FROM tm_packed_metrics ORDER BY id').all()) as { id: number; entity: number; payloads: number; body: Uint8Array }[]
/** Payloads of the series, and those of `a` that an erasure would remove. */
const counted = async () => {
  const store = await place.store()
  const { rows } = await store.erasures.preview(OF_A)
  return [(await store.tierStatus('metrics')).find(({ tier }) => tier === 'payloads')?.rows, rows['payload']]
}
const OF_A = { kind: 'campaign', tenant: 'acme', entity: 'a' } as const
const rollUp = async (boundary: string, now: string) => (await place.store()).rollUp({ series: 'metrics', source: 'captured', target: 'day', entities: [a, b], boundary: day(boundary), now: Date.parse(now), horizon: Date.parse(now) })
const problems = async (entity: number) => {
  const inventory = await (await place.store()).inventory()
  try {
    const series = (await inventory.series()).find(({ name }) => name === 'metrics') as never
    return [...await inventory.packedProblems(series, { tenantId: 1, entityId: entity }), ...(await inventory.loosePayloads(series)).map(({ id }) => `loose ${id}`)]
  } finally {
    inventory.close()
  }
}

describe('payloads that are older than a fortnight', () => {
  test('are packed by entity, answer as before, and come back as they were', async () => {
    await capture(100)
    await rollUp('2026-02-01', '2026-04-10T00:00:00Z')
    const [before, said, counts] = [tables(), await texts(), await counted()]
    expect(counts).toEqual([200, 100])
    // Of a hundred days each, the last fourteen before the eleventh of April stay.
    expect(await pack('2026-04-11T12:00:00Z')).toBe(2 * (100 - 14))
    expect(blocks().map(({ entity, payloads }) => [entity, payloads])).toEqual([[a, 32], [b, 32], [a, 32], [b, 32], [a, 22], [b, 22]])
    expect(place.sql((database) => database.prepare('SELECT count(*), sum(typeof(text) = ?) FROM tm_payload_metrics').raw().get('text'))).toEqual([28, 28])
    expect(await texts()).toEqual(said)
    expect(await counted()).toEqual(counts)
    expect([await problems(a), await problems(b)]).toEqual([[], []])
    expect(await pack('2026-04-11T12:00:00Z')).toBe(0)
    expect(await unpackSeries({ store: await place.store(), series: 'metrics' })).toEqual({ payloads: 2 * (100 - 14), rows: 0 })
    expect(tables()).toEqual(before)
    expect([blocks(), await packed()]).toEqual([[], 0])
  })

  test('stay plain after they were unpacked, until they are to be packed again', async () => {
    await capture(20)
    const store = await place.store()
    await pack('2026-03-01T00:00:00Z')
    const keptPlain = async () => (await tiersStatus(store, 'metrics', Date.parse('2026-03-01T00:00:00Z'))).keptPlain
    expect(await keptPlain()).toBe(false)
    await unpackSeries({ store, series: 'metrics' })
    expect(await keptPlain()).toBe(true)
    expect(await store.packing.plain('metrics', 0)).toEqual({ payloads: [], next: null })
    const [first] = place.sql((database) => database.prepare('SELECT id FROM tm_payload_metrics WHERE entity_id = ?').pluck().all(a)) as number[]
    expect(await store.packing.pack({ series: 'metrics', pieces: [{ entity: a, payloads: [first as number] }], before: day('2027-01-01'), least: 1 })).toBe(0)
    expect(await pack('2026-03-01T00:00:00Z')).toBe(2 * 19)
    expect(await keptPlain()).toBe(false)
  })

  test('fill the last block before they begin another, and wait until there are eight', async () => {
    await capture(12)
    expect(await pack('2026-01-21T00:00:00Z')).toBe(0)
    expect(await pack('2026-01-22T00:00:00Z')).toBe(0)
    expect(await pack('2026-01-23T00:00:00Z')).toBe(16)
    await capture(50, '2026-01-13')
    expect(await pack('2026-03-20T00:00:00Z')).toBe(2 * 53)
    expect(blocks().map(({ entity, payloads }) => [entity, payloads])).toEqual([[a, 32], [b, 32], [a, 29], [b, 29]])
  })

  test('are never given a number again, though none lies plain', async () => {
    await capture(30)
    await pack('2026-03-01T00:00:00Z')
    const last = Math.max(...blocks().map(({ id }) => id))
    place.sql((database) => database.exec('DELETE FROM tm_captured_metrics WHERE bucket >= 20480; DELETE FROM tm_payload_metrics'))
    await place.shut()
    await place.write([window(a, '2026-03-01', { budget: 1 }, { payload: '{"n":1}' })], '2026-03-01T03:00:00Z')
    expect(place.sql((database) => database.prepare('SELECT id FROM tm_payload_metrics').pluck().all())).toEqual([last + 1])
  })

  test('of a window that is restated: the earlier belief has what was packed, the row what came', async () => {
    await capture(20)
    await pack('2026-03-01T00:00:00Z')
    expect(await place.write([window(a, '2026-01-03', { budget: 2 }, { payload: textOf(a, '2026-01-03') })], '2026-02-01T03:00:00Z', { restates: true })).toMatchObject({ unchanged: 1 })
    expect(await place.write([window(a, '2026-01-03', { budget: 2 }, { payload: '{"n":"new"}' })], '2026-02-01T03:00:00Z', { restates: true })).toMatchObject({ restated: 1 })
    const third = async (options = {}) => (await texts({ from: '2026-01-03', to: '2026-01-04', ...options }))[0]
    expect(await third()).toEqual([a, day('2026-01-03'), '{"n":"new"}'])
    expect(await third({ asOf: '2026-01-31T00:00:00Z' })).toEqual([a, day('2026-01-03'), textOf(a, '2026-01-03')])
    // The new one has fallen behind the others of its entity: it goes into the last block all the same.
    expect(await (await place.store()).packing.pack({ series: 'metrics', pieces: [{ entity: a, payloads: plainOf(a) }], before: day('2026-02-01'), least: 1 })).toBe(1)
    expect(await third()).toEqual([a, day('2026-01-03'), '{"n":"new"}'])
    await (await place.store()).pruneSuperseded('metrics', Date.parse('2026-03-01T00:00:00Z'))
    expect(await problems(a)).toEqual([])
    expect(blocks().filter(({ entity }) => entity === a).reduce((sum, { payloads }) => sum + payloads, 0)).toBe(19)
  })

  test('go out of their blocks when no row names them any more', async () => {
    const hours = Array.from({ length: 24 }, (_, hour) => window(a, '2026-01-01', { budget: hour }, { hour, payload: `{"hour":${hour}}` }))
    await place.write(hours, '2026-01-02T00:00:00Z')
    await capture(20, '2026-01-02')
    expect(await pack('2026-03-01T00:00:00Z')).toBe(24 + 19 + 19)
    await rollUp('2026-01-02', '2026-03-01T00:00:00Z')
    expect((await texts({ to: '2026-01-02' }))).toEqual([[a, day('2026-01-01'), '{"hour":23}']])
    expect([await packed(), await problems(a), await problems(b)]).toEqual([1 + 19 + 19, [], []])
  })

  test('of an erased entity are gone with their blocks, and counted one by one', async () => {
    await capture(40)
    await pack('2026-04-01T00:00:00Z')
    const store = await place.store()
    const now = Date.parse('2026-04-02T00:00:00Z')
    const { id } = await store.erasures.begin({ ...OF_A, by: 'ann', reason: 'asked for', override: null }, now)
    while (await store.erasures.removeRows(id, now));
    await store.erasures.forgetName(id, now)
    await store.erasures.complete([id], now)
    expect((await store.erasures.list())[0]?.rows).toMatchObject({ captured: 40, payload: 40 })
    expect(blocks().map(({ entity, payloads }) => [entity, payloads])).toEqual([[b, 32], [b, 7]])
    expect((await texts()).map(([entity]) => entity)).toEqual(Array.from({ length: 40 }, () => b))
  })

  test('take one that was passed over into the block around it', async () => {
    await capture(20)
    const ids = plainOf(a)
    const store = await place.store()
    const some = (payloads: readonly number[]) => store.packing.pack({ series: 'metrics', pieces: [{ entity: a, payloads }], before: day('2027-01-01'), least: 1 })
    expect(await some(ids.filter((_, index) => index % 2 === 0))).toBe(10)
    expect(await some([ids[3] as number, ids[7] as number, ids[19] as number])).toBe(2)
    expect(blocks().map(({ payloads }) => payloads)).toEqual([12])
    expect(await texts()).toEqual(Array.from({ length: 20 }, (_, index) => dateOf('2026-01-01', index)).flatMap((date) => [[a, day(date), textOf(a, date)]]).concat(
      Array.from({ length: 20 }, (_, index) => dateOf('2026-01-01', index)).flatMap((date) => [[b, day(date), textOf(b, date)]])))
    expect(await problems(a)).toEqual([])
  })
})

const plainOf = (entity: number): number[] => place.sql((database) => database.prepare('SELECT id FROM tm_payload_metrics WHERE entity_id = ? ORDER BY id').pluck().all(entity)) as number[]

describe('a block that is not what was packed', () => {
  beforeEach(async () => {
    await capture(20)
    await pack('2026-03-01T00:00:00Z')
    await place.shut()
  })
  const change = (work: (body: Buffer) => Uint8Array) => place.sql((database) => {
    const { id, body } = database.prepare('SELECT id, body FROM tm_packed_metrics WHERE entity_id = ?').get(a) as { id: number; body: Uint8Array }
    database.prepare('UPDATE tm_packed_metrics SET body = ? WHERE id = ?').run(work(Buffer.from(body)), id)
  })

  test('with any byte flipped cannot be read, and is told', async () => {
    const [{ body } = { body: new Uint8Array() }] = blocks()
    for (let at = 0; at < body.length; at += 7) {
      change((bytes) => {
        bytes.set(body)
        bytes[at] = (bytes[at] as number) ^ 16
        return bytes
      })
      expect(await problems(a), `byte ${at}`).not.toEqual([])
    }
    await expect(texts()).rejects.toMatchObject({ code: 'STORE_CORRUPT' })
  })

  test.each([
    ['another text', (bytes: Buffer) => deflateRawSync(inflateRawSync(bytes).toString('utf8').replace('2026-01-02', '2026-01-09')), /their digest is another/],
    ['one payload less', (bytes: Buffer) => {
      const [line = '', texts = ''] = inflateRawSync(bytes).toString('utf8').split('\n')
      return deflateRawSync(`${JSON.stringify((JSON.parse(line) as number[]).slice(0, -2))}\n${texts}`)
    }, /were said/],
  ])('with %s', async (_, work, says) => {
    change(work)
    expect((await problems(a)).join('\n')).toMatch(says)
    expect(await problems(b)).toEqual([])
  })

  test('of another entity', async () => {
    place.sql((database) => database.prepare('UPDATE tm_packed_metrics SET entity_id = ? WHERE entity_id = ?').run(b, a))
    expect((await problems(b)).join('\n')).toMatch(/their digest is another/)
  })

  test('whose payload lies plain, too', async () => {
    place.sql((database) => database.prepare('INSERT INTO tm_payload_metrics (id, tenant_id, entity_id, text) VALUES (1, 1, ?, ?)').run(a, textOf(a, '2026-01-01')))
    expect((await problems(a)).join('\n')).toMatch(/payload 1 lies plain, too/)
  })
})
