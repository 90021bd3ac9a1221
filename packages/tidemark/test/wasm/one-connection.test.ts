import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sqlite3InitModule from '@sqlite.org/sqlite-wasm'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { entity } from '../../src/definitions/entity.ts'
import { instant, text } from '../../src/definitions/field.ts'
import { series } from '../../src/definitions/series.ts'
import { stream } from '../../src/definitions/stream.ts'
import { openOn, type PortableHistory, type SqliteConnection, wasmConnection } from '../../src/sqlite.ts'
import { open } from '../../src/tidemark.ts'

const sqlite3 = await sqlite3InitModule()
const person = entity('person', { tenant: 'company' })
const visits = stream('visits', { of: person, tenant: 'company', entity: 'person', id: 'id', at: 'at', fields: { company: text(), person: text(), id: text(), at: instant() } })
const activity = series('activity', { of: person, grain: 'day' }).from(visits, (_, { count }) => ({ visits: count() })).keep({ day: '60d', month: 'forever' })
const NOW = Date.parse('2024-05-01T12:00:00Z')
const visit = (id: string): { company: string; person: string; id: string; at: string } => ({ company: 'a', person: 'ada', id, at: '2024-04-01T09:00:00Z' })
const sum = async (history: Pick<PortableHistory, 'query'>): Promise<unknown> => (await history.query(activity, { select: ['visits.sum'], tenant: 'a', grain: 'year' })).rows.map((row) => row['visits.sum'])

describe.each([
  ['better-sqlite3', (): SqliteConnection => new Database(':memory:')],
  ['WebAssembly', (): SqliteConnection => wasmConnection(sqlite3, new sqlite3.oo1.DB(':memory:'))],
])('a store on one connection of %s', (_, connect) => {
  let history: PortableHistory

  beforeEach(async () => {
    history = await openOn(connect(), { series: [activity], now: () => NOW })
  })

  afterEach(() => history.close())

  test('lets a write wait for the last open snapshot, which sees nothing of it', async () => {
    await history.ingest(visits, [visit('1')])
    const [first, second] = [await history.store.snapshot(), await history.store.snapshot()]
    const before = await first.transactionAt(NOW)
    let written = false
    const writing = history.ingest(visits, [visit('2')]).then(() => { written = true })
    first.close()
    first.close()
    await new Promise((resolve) => { setTimeout(resolve, 20) })
    expect(written).toBe(false)
    expect(await second.transactionAt(NOW)).toBe(before)
    second.close()
    await writing
    expect(await sum(history)).toEqual([2])
  })

  test('answers questions and commands that only read while a snapshot is open', async () => {
    await history.ingest(visits, [visit('1'), visit('1')])
    const snapshot = await history.store.snapshot()
    expect(await history.store.holds.list()).toEqual([])
    expect(await Promise.all([sum(history), sum(history)])).toEqual([[1], [1]])
    expect((await history.store.tierStatus('activity')).length).toBeGreaterThan(2)
    snapshot.close()
  })

  test('answers by what it has written itself since it was last asked', async () => {
    const ask = async (): Promise<unknown> => (await history.query(activity, { select: ['visits.sum'], tenant: 'a', from: '2024-04-01', to: '2024-05-01', grain: 'month' })).rows.map(({ entity: of, coverage, ...row }) => [of, row['visits.sum'], coverage.present])
    await history.ingest(visits, [visit('1')])
    expect(await ask()).toEqual([['ada', 1, 0]])
    await history.capture(activity)
    expect(await ask()).toEqual([['ada', 1, 30]])
    await history.ingest(visits, [{ ...visit('2'), person: 'bob' }])
    expect(await ask()).toEqual([['ada', 1, 30], ['bob', 1, 30]])
  })

  test('takes many writes and questions at once, and each counts once', async () => {
    const ids = Array.from({ length: 40 }, (_, place) => String(place))
    await Promise.all(ids.flatMap((id) => [history.ingest(visits, [visit(id)]), sum(history)]))
    expect(await sum(history)).toEqual([40])
  })

  test('undoes what fails, and goes on', async () => {
    await history.ingest(visits, [visit('1')])
    await expect(history.store.append({ stream: 'nothing', events: [], rejects: [], now: NOW, onConflict: 'quarantine', source: 'test' })).rejects.toThrow()
    await history.ingest(visits, [visit('2')])
    expect(await sum(history)).toEqual([2])
  })

  test('holds a name for one holder at a time', async () => {
    const held = await history.store.lock('tiers', 0)
    expect(await history.store.lock('tiers', 30)).toBeNull()
    const later = history.store.lock('tiers', 5_000)
    await held?.release()
    expect(await later).not.toBeNull()
  })

  test('rewrites all of itself after an erasure, and answers then', async () => {
    await history.ingest(visits, [visit('1')])
    expect(await sum(history)).toEqual([1])
    const { erasures } = history.store
    const begun = await erasures.begin({ kind: 'person', tenant: 'a', entity: 'ada', by: 'test', reason: 'asked for', override: null }, NOW)
    while (await erasures.removeRows(begun.id, NOW)) { /* A piece at a time. */ }
    await erasures.forgetName(begun.id, NOW)
    await erasures.complete([begun.id], NOW)
    expect(await sum(history)).toEqual([])
    await history.ingest(visits, [{ ...visit('2'), person: 'bob' }])
    expect(await sum(history)).toEqual([1])
  })

  test('closes although a snapshot is open, and a write that waited for it is refused', async () => {
    const snapshot = await history.store.snapshot()
    const waiting = history.ingest(visits, [visit('1')])
    const refused = expect(waiting).rejects.toMatchObject({ code: 'STORE_CLOSED' })
    await new Promise((resolve) => { setTimeout(resolve, 5) })
    await history.close()
    await refused
    snapshot.close()
  })

  test('refuses what needs another connection, and everything once it is closed', async () => {
    await expect(history.store.inventory()).rejects.toMatchObject({ code: 'STORE_ONE_CONNECTION' })
    await history.close()
    await expect(history.ingest(visits, [visit('1')])).rejects.toMatchObject({ code: 'STORE_CLOSED' })
    await expect(history.store.snapshot()).rejects.toThrow()
  })

  test('refuses what the store does not hold, and a series that is collected by SQL', async () => {
    const connection = connect()
    const other = series('other', { of: person, grain: 'day' }).measures(({ count }) => ({ n: count() })).collect({ source: 'app', sql: 'SELECT 1' }, { entities: { source: 'app', sql: 'SELECT 1' } })
    await expect(openOn(connection, { series: [other] })).rejects.toMatchObject({ code: 'SOURCE_UNKNOWN' })
  })
})

describe('a file on one connection', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-one-'))
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  test('is refused with its journal in memory, and else opened by the library afterwards', async () => {
    const path = join(folder, 'history.db')
    const unsafe = new Database(path)
    unsafe.pragma('journal_mode = MEMORY')
    await expect(openOn(unsafe, { series: [activity] })).rejects.toMatchObject({ code: 'STORE_DURABILITY' })
    unsafe.close()
    const history = await openOn(new Database(path), { series: [activity], now: () => NOW })
    await history.ingest(visits, [visit('1'), visit('2')])
    await history.close()
    const library = await open({ store: `sqlite:${path}`, series: [activity], now: () => NOW })
    expect(await sum(library)).toEqual([2])
    expect((await library.verify()).ok).toBe(true)
    await library.close()
  })
})
