import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { bigint, entity, instant, oneOf, open, series, stream, text } from '../../src/index.ts'

const shop = entity('shop', { tenant: 'client' })
const sales = stream('sales', {
  of: shop, tenant: 'client', entity: 'shop', id: 'id', at: 'at',
  fields: { client: text(), shop: text(), id: text(), at: instant(), big: bigint(), kind: oneOf(['web', 'till']) },
})
const sale = series('sale', { of: shop, grain: 'day' }).from(sales, (e, { delta }) => ({ big: delta(e.big) })).by('kind').keep({ day: '60d', month: '120d', quarter: 'archive' })

let folder: string
let now: number
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'tidemark-large-')) })
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** More than half of what 64 bits hold. */
const HALF = '5000000000000000000'

async function lived(events: readonly { readonly client?: string; readonly shop: string; readonly day: string; readonly big: string }[]) {
  now = Date.parse('2024-04-01T00:00:00Z')
  const tm = await open({ store: `sqlite:${join(folder, 'history.db')}`, archive: join(folder, 'archive'), series: [sale], now: () => now })
  const rows = events.map(({ client = 'a', shop, day, big }, place) => ({ client, shop, id: String(place), at: `${day}T12:00:00Z`, big, kind: 'web' as const }))
  return { tm, rows, accepted: (await tm.ingest(sales, rows)).accepted }
}
const sumsOf = async (tm: Awaited<ReturnType<typeof lived>>['tm'], grain: 'month' | 'quarter') =>
  (await tm.query(sale, { select: ['big.sum'], allTenants: true, grain, from: '2024-01-01', to: '2024-04-01' })).rows.map((row) => [row.entity, row.period, row['big.sum']])

describe('amounts near the end of 64 bits', () => {
  test('move where each row holds its own, however much the rows and their groups are together', async () => {
    // Two months, each a row of its own, as a whole and by kind: four times what fits.
    const { tm } = await lived([{ shop: 'w', day: '2024-01-03', big: HALF }, { shop: 'w', day: '2024-02-25', big: HALF }, { shop: 'v', day: '2024-01-03', big: `-${HALF}` }])
    now = Date.parse('2024-06-10T00:00:00Z')
    await tm.capture(sale)
    const report = await tm.tiers.run(sale)
    expect(report).toMatchObject({ retired: 6, refused: 0 })
    const month = async () => (await sumsOf(tm, 'month')).filter(([, , sum]) => sum !== null && String(sum) !== '0').map(([shop, period, sum]) => [shop, String(period).slice(0, 7), String(sum)])
    expect(await month()).toEqual([['v', '2024-01', `-${HALF}`], ['w', '2024-01', HALF], ['w', '2024-02', HALF]])
    expect((await tm.verify()).ok).toBe(true)
    await tm.close()
  })

  test('stay where they are where their row could not hold them; those of others move, and the step says whose and when', async () => {
    const { tm, accepted } = await lived([
      { client: 'a', shop: 'w', day: '2024-01-03', big: HALF }, { client: 'a', shop: 'w', day: '2024-01-25', big: HALF },
      { client: 'b', shop: 'x', day: '2024-01-03', big: '7' }, { client: 'c', shop: 'y', day: '2024-01-04', big: '9' },
    ])
    expect(accepted).toBe(4)
    now = Date.parse('2024-05-01T00:00:00Z')
    await tm.capture(sale)
    const message = 'of w of a, sale, 31 days from 2024-01-01: the sum 10000000000000000000 does not fit in 64 bits'
    const { steps, refused, retired } = await tm.tiers.run(sale)
    // Of each day row one as a whole and one by kind.
    expect([retired, refused]).toEqual([4, 4])
    expect(steps.filter(({ step }) => step === 'refuse')).toEqual([{ step: 'refuse', source: 'day', target: 'month', period: 19723, code: 'SUM_TOO_LARGE', message, path: null, rows: 4 }])
    const { rows } = await tm.query(sale, { select: ['big.sum'], tenant: 'a', entity: 'w', grain: 'day', from: '2024-01-03', to: '2024-01-26' })
    expect(rows.flatMap((row) => (row['big.sum'] === null || String(row['big.sum']) === '0' ? [] : [[row.period, String(row['big.sum'])]]))).toEqual([['2024-01-03', HALF], ['2024-01-25', HALF]])
    expect((await tm.tiers.run(sale)).refused).toBe(4)
    expect((await tm.tiers.status(sale)).due).toMatchObject([{ source: 'day', target: 'month', entities: 1 }])
    // Taken back, it fits; and once nobody may ask any more for what was believed before, it goes where the others went.
    await tm.retract(sales, [{ tenant: 'a', id: '1' }])
    expect(await tm.tiers.run(sale)).toMatchObject({ refused: 4 })
    now = Date.parse('2024-06-10T00:00:00Z')
    await tm.capture(sale)
    expect(await tm.tiers.run(sale)).toMatchObject({ refused: 0 })
    expect((await tm.tiers.status(sale)).due).toEqual([])
    expect((await sumsOf(tm, 'month')).filter(([, period]) => String(period).startsWith('2024-01')).map(([shop, , sum]) => [shop, String(sum)])).toEqual([['w', HALF], ['x', '7'], ['y', '9']])
    expect((await tm.verify()).ok).toBe(true)
    await tm.close()
  })

  test('are refused where the sum of a day would not fit, naming whose day it is', async () => {
    const { tm } = await lived([{ shop: 'w', day: '2024-01-03', big: HALF }])
    const more = (id: string) => ({ client: 'a', shop: 'w', id, at: '2024-01-03T13:00:00Z', big: HALF, kind: 'till' as const })
    await expect(tm.ingest(sales, [more('m')])).rejects.toMatchObject({ code: 'SUM_TOO_LARGE', where: 'sales: w of a, 2024-01-03' })
    await expect(tm.ingest(sales, [{ ...more('n'), shop: 'z' }, { ...more('o'), shop: 'z' }])).rejects.toMatchObject({ code: 'SUM_TOO_LARGE', where: 'sales: z of a, 2024-01-03' })
    expect((await tm.query(sale, { select: ['big.sum'], tenant: 'a', entity: 'w', grain: 'day', from: '2024-01-03', to: '2024-01-04' })).rows.map((row) => String(row['big.sum']))).toEqual([HALF])
    await tm.close()
  })
})
