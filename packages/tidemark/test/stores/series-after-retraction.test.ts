import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { Declared } from '../../src/declared.ts'
import { entity, instant, integer, open, series, stream, text } from '../../src/index.ts'
import { pendingPlan } from '../../src/migrations.ts'
import { openStore } from '../../src/tidemark.ts'

const shop = entity('shop', { tenant: 'company', zone: 'UTC' })
const sales = stream('sales', { of: shop, tenant: 'company', entity: 'shop', id: 'id', at: 'at', fields: { company: text(), shop: text(), id: text(), at: instant(), units: integer() } })
const sold = series('sold', { of: shop, grain: 'day' }).from(sales, (e, { delta }) => ({ units: delta(e.units) })).keep({ day: '1y', month: 'forever', asOfDays: 35 })
const counted = series('counted', { of: shop, grain: 'day' }).from(sales, (_e, { count }) => ({ sales: count() })).keep({ day: '1y', month: 'forever', asOfDays: 35 })

const folder = mkdtempSync(join(tmpdir(), 'tidemark-later-series-'))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('a series that is declared after an event was taken back tells it as of before, and not since', async () => {
  let now = Date.parse('2026-03-02T12:00:00Z')
  const store = `sqlite:${join(folder, 'history.db')}`
  const first = await open({ store, series: [sold], now: () => now })
  await first.ingest(sales, [{ company: 'a', shop: 's', id: '1', at: '2026-03-01T10:00:00Z', units: 4 }])
  now = Date.parse('2026-03-03T12:00:00Z')
  await first.retract(sales, [{ tenant: 'a', id: '1' }])
  await first.close()

  now = Date.parse('2026-03-04T12:00:00Z')
  const bare = await openStore({ engine: 'sqlite', path: join(folder, 'history.db') } as never)
  await bare.migrate(pendingPlan(await bare.schema(), new Declared([sold.definition, counted.definition])), now)
  await bare.close()
  const both = await open({ store, series: [sold, counted], now: () => now })
  await both.capture(counted)
  const ask = async (asOf?: string) => (await both.query(counted, { select: ['sales.sum'], tenant: 'a', from: '2026-03-01', to: '2026-03-02', grain: 'day', ...(asOf === undefined ? {} : { asOf }) })).rows.map((row) => row['sales.sum'])
  expect(await ask('2026-03-02T18:00:00Z')).toEqual([1])
  // Nothing was captured by then.
  expect(await ask('2026-03-03T18:00:00Z')).toEqual([null])
  expect(await ask()).toEqual([0])
  expect((await both.verify()).ok).toBe(true)
  await both.close()
})
