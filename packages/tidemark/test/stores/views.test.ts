import Database from 'better-sqlite3'
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { scratchRoot } from '../histories/scratch.ts'
import { Declared } from '../../src/declared.ts'
import { Migrations } from '../../src/migrations.ts'
import { openSqliteStore } from '../../src/stores/sqlite/open.ts'
import { decimal, entity, instant, integer, oneOf, open, series, stream, text } from '../../src/index.ts'

const folder = mkdtempSync(join(scratchRoot(), 'tidemark-views-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const shop = entity('shop', { tenant: 'chain' })
const sales = stream('sales', {
  of: shop, tenant: 'chain', entity: 'shop', id: 'id', at: 'at',
  fields: { chain: text(), shop: text(), id: text(), at: instant(), kind: oneOf(['card', 'cash']), amount: decimal(2) },
})
const takings = () => series('takings', { of: shop, grain: 'day' })
  .from(sales, (e, { count, delta }) => ({ sold: count(), cash: count(e.kind.is('cash')), amount: delta(e.amount) }))
  .derive(({ ratio }) => ({ cashShare: ratio('cash', 'sold') })).by('kind').keep({ day: 'forever' })

const stock = (levels: ReadonlyMap<string, number>) => series('stock', { of: shop, grain: 'hour' })
  .measures(({ gauge, state }) => ({ held: gauge(integer()), room: gauge(integer()), price: gauge(decimal(2)), door: state(['open', 'shut']) }))
  .derive(({ ratio }) => ({ full: ratio('held', 'room') })).keep({ captured: '30d', month: 'forever' })
  .collect(async ({ entities }) => entities.map(({ tenant, entity: name }) => ({ tenant, entity: name, values: { held: levels.get(name) ?? null, room: 32, price: '9999999999.99', door: 'open' as const } })), {
    entities: async () => [...levels.keys()].map((name) => ({ tenant: 'corner', entity: name, zone: 'Asia/Kathmandu' })),
  })

const sale = (id: string, kind: 'card' | 'cash', amount: string) => ({ chain: 'corner', shop: 'one', id, at: '2026-03-01T10:00:00Z', kind, amount })

describe('the views for outside SQL', () => {
  test('show an event-fed series by day and group, as it answers', async () => {
    const path = join(folder, 'events.db')
    const history = await open({ store: `sqlite:${path}`, series: [takings()], now: () => Date.parse('2026-03-05T00:00:00Z') })
    await history.ingest(sales, [sale('1', 'card', '10.10'), sale('2', 'cash', '20.20'), sale('3', 'card', '0.05')])
    await history.close()
    const db = new Database(path, { readonly: true })
    expect(db.prepare('SELECT tenant, entity, tier, time, day, until, day_number, kind, sold_sum, amount_sum, cashShare_value FROM tidemark_v1_takings ORDER BY kind').all()).toEqual([
      { tenant: 'corner', entity: 'one', tier: 'day', time: '2026-03-01T00:00:00Z', day: '2026-03-01', until: '2026-03-02', day_number: 20513, kind: null, sold_sum: 3, amount_sum: 30.35, cashShare_value: 0.3333 },
      { tenant: 'corner', entity: 'one', tier: 'day', time: '2026-03-01T00:00:00Z', day: '2026-03-01', until: '2026-03-02', day_number: 20513, kind: 'card', sold_sum: 2, amount_sum: 10.15, cashShare_value: 0 },
      { tenant: 'corner', entity: 'one', tier: 'day', time: '2026-03-01T00:00:00Z', day: '2026-03-01', until: '2026-03-02', day_number: 20513, kind: 'cash', sold_sum: 1, amount_sum: 20.2, cashShare_value: 1 },
    ])
    db.close()
  })

  test('show captured windows at their instant, rounded half to even, null over 0 and to the last cent', async () => {
    const path = join(folder, 'captured.db')
    const levels = new Map([['one', 1]])
    const history = await open({ store: `sqlite:${path}`, series: [stock(levels)], now: () => Date.parse('2026-03-05T10:20:00Z') })
    await history.capture('stock')
    await history.close()
    const db = new Database(path, { readonly: true })
    // 10:20 of UTC is 16:05 in Kathmandu: the hour from 16:00 on. 1 of 32 is 0.03125, whose even neighbour is 0.0312.
    expect(db.prepare('SELECT time, day, until, windows, recorded_at, held_last, held_mean, price_last, door_last, full_value FROM tidemark_v1_stock').all()).toEqual([{
      time: '2026-03-05T10:15:00Z', day: '2026-03-05', until: '2026-03-06', windows: 1, recorded_at: '2026-03-05T10:20:00Z',
      held_last: 1, held_mean: 1, price_last: 9_999_999_999.99, door_last: 'open', full_value: 0.0312,
    }])
    db.close()
  })

  test.each([
    { asked: "tenant = 'corner' AND entity = 'one' AND day_number >= 20500", searched: 'r USING PRIMARY KEY (tenant_id=? AND entity_id=? AND bucket>?)' },
    { asked: "tenant = 'corner' AND day_number >= 20500", searched: 'r USING PRIMARY KEY (tenant_id=? AND entity_id=? AND bucket>?)' },
    { asked: "tenant = 'corner' AND entity = 'one'", searched: 'r USING PRIMARY KEY (tenant_id=? AND entity_id=?)' },
    { asked: "entity = 'one' AND day_number >= 20500", searched: 'r USING PRIMARY KEY (tenant_id=? AND entity_id=? AND bucket>?)' },
    { asked: 'day_number >= 20500', searched: 'r USING INDEX tm_by_day_TIER_stock (bucket>?)' },
    { asked: "time >= '2026-03-01T00:00:00Z'", searched: 'r USING INDEX tm_by_time_TIER_stock (<expr>>?)' },
  ])('go to their rows by a key or an index, not through all of them: $asked', async ({ asked, searched }) => {
    const path = join(mkdtempSync(join(folder, 'plan-')), 'plans.db')
    const history = await open({ store: `sqlite:${path}`, series: [stock(new Map([['one', 1], ['two', 2]]))], now: () => Date.parse('2026-03-05T10:20:00Z') })
    await history.capture('stock')
    await history.close()
    const db = new Database(path, { readonly: true })
    const plan = db.prepare(`EXPLAIN QUERY PLAN SELECT * FROM tidemark_v1_stock WHERE ${asked}`).all() as { detail: string }[]
    expect(plan.map(({ detail }) => detail).filter((detail) => /^(SCAN|SEARCH) r /.test(detail))).toEqual(['captured', 'month'].map((tier) => `SEARCH ${searched.replace('TIER', tier)}`))
    db.close()
  })

  test('follow the declaration, and leave alone what others have built on them', async () => {
    const path = join(folder, 'changed.db')
    const first = series('takings', { of: shop, grain: 'day' }).from(sales, (_, { count }) => ({ sold: count(), gone: count() }))
    const second = series('takings', { of: shop, grain: 'day' }).from(sales, (e, { count, delta }) => ({ sold: count(), amount: delta(e.amount) }))
    await (await open({ store: `sqlite:${path}`, series: [first], now: () => 0 })).close()
    const db = new Database(path)
    db.exec('CREATE VIEW mine AS SELECT day, sold_sum FROM tidemark_v1_takings')
    await expect(open({ store: `sqlite:${path}`, series: [second], now: () => 0 })).rejects.toMatchObject({ code: 'MIGRATION_NEEDED' })
    const columns = () => (db.prepare("SELECT name FROM pragma_table_info('tidemark_v1_takings')").pluck().all() as string[]).filter((name) => /_(sum|n|mean)$/.test(name))
    expect(columns()).toEqual(['sold_sum', 'gone_sum'])
    const store = await openSqliteStore({ path, program: 'views', thread: 'inline' })
    const migrations = new Migrations(store, new Declared([second.definition]), () => 0)
    await migrations.apply(await migrations.plan({ acceptDataLoss: ['takings.gone'] }))
    await store.close()
    expect(columns()).toEqual(['sold_sum', 'amount_sum', 'amount_n', 'amount_mean'])
    expect(db.prepare('SELECT count(*) FROM mine').pluck().get()).toBe(0)
    db.close()
  })
})
