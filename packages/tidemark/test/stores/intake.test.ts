import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { LocalFolder } from '../../src/archive/local-folder.ts'
import { ArchiveReader } from '../../src/archive/reader.ts'
import { series } from '../../src/index.ts'
import { ingestRows, retractionsOf } from '../../src/intake.ts'
import { runQuery } from '../../src/query/query.ts'
import type { Store } from '../../src/stores/contract/store.ts'
import { openSqliteStore } from '../../src/stores/sqlite/open.ts'
import { runTiers } from '../../src/tiers/run.ts'
import { runVerify } from '../../src/verify/verify.ts'
import { Place, sales, spend, user } from './place.ts'

const NOW = Date.parse('2026-03-01T00:00:00Z')
let place: Place
const open: Store[] = []

beforeEach(async () => {
  place = new Place()
  await place.declare([spend().definition], '2026-01-01T00:00:00Z')
  await place.shut()
})
afterEach(async () => {
  for (const store of open.splice(0)) await store.close()
  await place.remove()
})

async function opened(intake: number, thread: 'inline' | 'worker' = 'inline'): Promise<Store> {
  const store = await openSqliteStore({ path: place.path, program: 'test', thread, intake })
  open.push(store)
  return store
}

/** Events `from` to before `to`: five users, days of January, an id that tells nothing of either. */
const batch = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => {
  const k = from + n
  return { app: 'a', user: `u${k % 5}`, id: `${(k * 7919) % 10_007}-${k}`, at: `2026-01-${String(1 + (k * 11) % 28).padStart(2, '0')}T10:00:00Z`, amount: k, kind: 'web' }
})
const take = (store: Store, rows: readonly object[], onConflict: 'quarantine' | 'replace' = 'quarantine', now = NOW) => ingestRows(store, sales.definition, rows, { now, source: 'test', onConflict })
const count = (table: string): number => place.sql((database) => database.prepare(`SELECT count(*) FROM "${table}"`).pluck().get() as number)

async function total(store: Store, asOf?: number): Promise<unknown> {
  const snapshot = await store.snapshot()
  try {
    const archive = { read: () => Promise.reject(new Error('nothing is archived here')) }
    const believed = asOf === undefined ? {} : { asOf: new Date(asOf).toISOString() }
    const [row] = (await runQuery({ snapshot, archive, now: Math.max(NOW, asOf ?? NOW) }, 'spend', { ...believed, select: ['orders.sum', 'amount.sum'], tenant: 'a', total: true, grain: 'range', from: '2026-01-01', to: '2026-02-01' } as never)).rows
    return row === undefined ? null : { orders: row['orders.sum' as never], amount: row['amount.sum' as never] }
  } finally {
    snapshot.close()
  }
}

test('what has not settled counts in every answer, is known by its identity, and is verified', async () => {
  const store = await opened(1_000)
  expect(await take(store, batch(0, 100))).toMatchObject({ accepted: 100 })
  expect([count('tm_intake_sales'), count('tm_event_sales'), count('tm_identity_sales')]).toEqual([100, 0, 0])
  expect(await total(store)).toEqual({ orders: 100, amount: 4_950 })
  expect(await take(store, batch(50, 120))).toMatchObject({ accepted: 20, duplicate: 50 })
  expect(await take(store, [{ ...batch(7, 8)[0], amount: 8 }])).toMatchObject({ accepted: 0, rejections: [{ code: 'conflict' }] })
  const report = await runVerify({ store, folder: new LocalFolder(place.folder), deep: true })
  expect(report.checks.filter(({ ok }) => !ok)).toEqual([])
  expect(report.checks.find(({ name }) => name === 'identities')?.checked).toBeGreaterThanOrEqual(120)
  // One that verify reads where it lies: the content of an identity that has not settled.
  place.sql((database) => database.exec("UPDATE tm_intake_sales SET f_kind = 'shop' WHERE seq = 3"))
  expect((await runVerify({ store, folder: new LocalFolder(place.folder), deep: true })).ok).toBe(false)
})

test('what was believed before is told from what has not settled, too, and from what has', async () => {
  const store = await opened(1_000)
  const DAY = 86_400_000
  // After 140 events come the same users' days again.
  await take(store, batch(0, 30))
  await take(store, batch(140, 210), 'quarantine', NOW + DAY)
  await take(store, batch(280, 300), 'quarantine', NOW + 2 * DAY)
  const told = async () => [await total(store, NOW), await total(store, NOW + DAY), await total(store, NOW + 2 * DAY)]
  const sums = [{ orders: 30, amount: 435 }, { orders: 100, amount: 12_650 }, { orders: 120, amount: 18_440 }]
  expect(await told()).toEqual(sums)
  expect(count('tm_event_sales')).toBe(0)
  // An empty batch that may replace settles all.
  await take(store, batch(0, 1), 'replace', NOW + 2 * DAY)
  expect([await told(), count('tm_intake_sales'), count('tm_event_sales')]).toEqual([sums, 0, 120])
})

test('what settles is moved, not copied, whatever the pieces', async () => {
  for (const [round, intake] of [1, 9, 30, 64].entries()) {
    const store = await opened(intake)
    for (let k = 0; k < 10; k++) await take(store, batch(round * 200 + k * 20, round * 200 + (k + 1) * 20))
    expect(count('tm_intake_sales')).toBeLessThanOrEqual(3 * Math.max(20, intake))
    await store.close()
    open.splice(0)
    expect([count('tm_intake_sales'), count('tm_event_sales'), count('tm_identity_sales')]).toEqual([0, (round + 1) * 200, (round + 1) * 200])
  }
})

test('two processes that take events in by turns count each once, while both settle', async () => {
  const [one, other] = [await opened(25), await opened(10)]
  let accepted = 0
  let duplicate = 0
  for (let k = 0; k < 30; k++) {
    // Each is sent ten events of the other's last batch again.
    const report = await take(k % 2 === 0 ? one : other, batch(Math.max(0, k * 20 - 10), (k + 1) * 20))
    accepted += report.accepted
    duplicate += report.duplicate
  }
  expect({ accepted, duplicate }).toEqual({ accepted: 600, duplicate: 290 })
  expect(await total(other)).toEqual({ orders: 600, amount: 179_700 })
})

test('what was settled and taken back by another process is not put back', async () => {
  const [one, other] = [await opened(1_000), await opened(1_000)]
  await take(one, batch(0, 50))
  const ids = batch(0, 25).map(({ id }) => ({ tenant: 'a', id }))
  expect(await other.retract('sales', retractionsOf(ids), NOW, 'test')).toMatchObject({ accepted: 25 })
  await take(one, batch(50, 60))
  expect(await one.retract('sales', retractionsOf(ids), NOW, 'test')).toMatchObject({ accepted: 0, duplicate: 25 })
  expect(place.sql((database) => database.prepare('SELECT count(*) FROM tm_event_sales WHERE removed IS NOT NULL').pluck().get())).toBe(25)
  expect(count('tm_event_sales')).toBe(60)
  expect(await total(one)).toEqual({ orders: 35, amount: 59 * 60 / 2 - 24 * 25 / 2 })
})

test('a replacement finds what has not settled', async () => {
  const store = await opened(1_000)
  await take(store, batch(0, 10))
  expect(await take(store, [{ ...batch(9, 10)[0], amount: 1_000 }], 'replace')).toMatchObject({ accepted: 1 })
  expect(await total(store)).toEqual({ orders: 10, amount: 36 + 1_000 })
})

test('a writer on a thread settles what is there while nobody asks', async () => {
  const store = await opened(1_000, 'worker')
  await take(store, batch(0, 300))
  for (let k = 0; k < 200 && count('tm_intake_sales') > 0; k++) await pause(25)
  expect([count('tm_intake_sales'), count('tm_event_sales'), count('tm_identity_sales')]).toEqual([0, 300, 300])
})

test('the plan of an erasure counts an event and its identity once, before they settle, between and after', async () => {
  const store = await opened(25)
  const planned = async () => (await store.erasures.preview({ kind: 'user', tenant: 'a', entity: 'u0' })).rows
  // Twenty-five begin a sweep, so of a hundred some have settled, some lie in both places and some in one.
  for (let k = 0; k < 100; k += 10) await take(store, batch(k, k + 10))
  expect([count('tm_intake_sales'), count('tm_event_sales')].every((rows) => rows > 0)).toBe(true)
  expect(await planned()).toMatchObject({ events: 20, identities: 20 })
  await take(store, batch(0, 1), 'replace')
  expect(count('tm_intake_sales')).toBe(0)
  expect(await planned()).toMatchObject({ events: 20, identities: 20 })
})

test('to archive leaves what has not settled where it lies, and counts it once', async () => {
  await place.remove()
  place = new Place()
  // The events of a day stay for as long as any series has its row.
  const lasting = series('lasting', { of: user, grain: 'day' }).from(sales, (e, { delta }) => ({ amount: delta(e.amount) })).keep({ day: 'forever' })
  await place.declare([spend().keep({ day: '40d', month: 'archive' }).definition, lasting.definition], '2026-01-01T00:00:00Z')
  await place.shut()
  const now = Date.parse('2026-04-15T00:00:00Z')
  const store = await opened(1_000)
  const folder = new LocalFolder(place.folder)
  const reader = new ArchiveReader(folder)
  const tiers = () => runTiers({ store, series: 'spend', now, confirmed: true, monotonicMs: () => performance.now(), archive: { folder, reader, program: 'test', owner: 'test' } })
  const told = async () => {
    const snapshot = await store.snapshot()
    const ask = { select: ['amount.sum'], tenant: 'a', total: true, grain: 'range', from: '2026-01-01', to: '2026-02-01' } as const
    try {
      return await Promise.all(['spend', 'lasting'].map(async (name) => (await runQuery({ snapshot, archive: reader, now }, name, ask)).rows[0]?.['amount.sum']))
    } finally {
      snapshot.close()
    }
  }
  await take(store, batch(0, 100), 'quarantine', now)
  for (const name of ['spend', 'lasting']) await store.capture(name, now)
  expect(await tiers()).toMatchObject({ archived: 5 })
  expect([count('tm_intake_sales'), count('tm_event_sales')]).toEqual([0, 100])
  await take(store, batch(100, 120), 'quarantine', now)
  expect(await tiers()).toMatchObject({ rolledUp: 0, archived: 5 })
  expect([count('tm_intake_sales'), count('tm_event_sales'), count('tm_month_spend')]).toEqual([20, 100, 0])
  // 0 + 1 + … + 119
  expect(await told()).toEqual([7_140, 7_140])
  await take(store, batch(0, 1), 'replace', now)
  expect([count('tm_intake_sales'), count('tm_event_sales')]).toEqual([0, 120])
  expect(await told()).toEqual([7_140, 7_140])
  expect((await runVerify({ store, folder, deep: true })).checks.filter(({ ok }) => !ok)).toEqual([])
})
