import { afterEach, beforeEach, expect, test } from 'vitest'
import { layoutOf } from '../../src/measures/layout.ts'
import type { MergedWindows, TierRowRead } from '../../src/stores/contract/collected.ts'
import { cell, CollectedPlace, day, window } from './collected-place.ts'

let place: CollectedPlace
let ids: readonly number[]
beforeEach(async () => {
  place = new CollectedPlace()
  await place.declare([place.definition], '2026-01-01T00:00:00Z')
  ids = await place.roster(['a', 'b', 'c'], '2026-01-01T00:00:00Z')
})
afterEach(() => place.remove())

const BIG = 9_007_199_254_740_993n

/** Three windows on most days of January and February, none on some: of `a` values in each, of `b` mostly none in a day's last, of `c` great ones. */
async function capture(): Promise<void> {
  for (let index = 0; index < 59; index++) {
    if (index % 11 === 6) continue
    const date = new Date((day('2026-01-01') + index) * 86_400_000).toISOString().slice(0, 10)
    for (const hour of [2, 9, 20]) {
      const n = index * 3 + hour
      await place.write(ids.map((entity, own) => window(entity, date, [
        cell({ budget: own === 1 && hour === 20 && index % 4 > 0 ? null : 500 + (n * 7) % 90, hours: n, status: n % 5 === 0 ? 'paused' : 'active', open: n % 2 === 0 ? 1 : 0, big: own === 2 ? BIG + BigInt(n) : n }),
        ...(n % 3 === 0 ? [cell({ budget: n, hours: n }, { channel: 'mail' })] : []),
      ], { hour })), `${date}T23:30:00Z`)
    }
  }
}

async function read(columns: readonly string[], merged: MergedWindows | null): Promise<readonly TierRowRead[]> {
  const layout = layoutOf(place.definition)
  const places = columns.map((name) => layout.columns.findIndex((column) => column.name === name)).sort((x, y) => x - y)
  return place.read((snapshot) => snapshot.rows({
    series: 'metrics', entities: 'all', tenant: null, from: day('2026-01-03'), to: day('2026-02-25'), tiers: ['captured'], cells: [0, 1], columns: places, asOf: null, merged,
  }))
}

/** What each column is over windows in the order of time, by the last part of its name. */
function over(name: string, values: readonly unknown[]): unknown {
  const there = values.filter((value) => value !== null) as (number | bigint | string)[]
  if (there.length === 0) return null
  if (name.endsWith('_last')) return there.at(-1)
  if (name.endsWith('_first')) return there[0]
  if (name.endsWith('_min') || name.endsWith('_max')) return there.reduce((best, value) => ((value < best) === name.endsWith('_min') ? value : best))
  return String(there.reduce((sum: bigint, value) => sum + BigInt(value), 0n))
}

/** By entity, cell and stretch between two cuts: how many windows, on which days, and what each column is. */
function told(columns: readonly string[], rows: readonly TierRowRead[], cuts: readonly number[]): Map<string, unknown> {
  const inLayout = layoutOf(place.definition).columns.map(({ name }) => name).filter((name) => columns.includes(name))
  const lists = new Map<string, TierRowRead[]>()
  for (const row of rows) {
    const stretch = cuts.filter((cut) => cut <= row.from).length
    expect(cuts.filter((cut) => cut < row.to).length, 'no row lies across a cut').toBe(stretch)
    const key = `${row.entity} ${row.cell} ${stretch}`
    lists.set(key, [...(lists.get(key) ?? []), row])
  }
  return new Map([...lists].map(([key, list]) => [key, {
    windows: list.reduce((sum, { facts }) => sum + facts, 0),
    days: [...new Set(list.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, n) => from + n)))],
    columns: inLayout.map((name, at) => over(name, list.map(({ states }) => states[at]))),
  }]))
}

const LASTS = ['budget_last', 'budget_n', 'status_last']
const ALL = [...LASTS, 'budget_first', 'budget_min', 'budget_max', 'budget_seconds', 'budget_weighted', 'hours_last', 'hours_increase', 'open_true', 'big_sum']
const cutsBy = (days: number): readonly number[] => Array.from({ length: Math.ceil(60 / days) }, (_, n) => day('2026-01-01') + n * days)

test.each([
  ['last values, by day', LASTS, cutsBy(1)], ['last values without their counts', ['budget_last', 'hours_last'], cutsBy(1)], ['last values, by ten days', LASTS, cutsBy(10)],
  ['great values', ['big_sum', 'hours_last'], cutsBy(10)], ['every rule, by day', ALL, cutsBy(1)], ['every rule, by ten days', ALL, cutsBy(10)],
] as const)('windows that come merged say what they say one by one, packed and plain: %s', async (_, columns, cuts) => {
  await capture()
  const before = day('2026-02-20')
  const alone = told(columns, await read(columns, null), cuts)
  expect(alone.size).toBeGreaterThan(20)
  for (const packedUntil of ['2026-01-01', '2026-01-20', '2026-02-18']) {
    await place.packBefore(ids, packedUntil, 16)
    const rows = await read(columns, { before, cuts })
    expect(told(columns, rows, cuts)).toEqual(alone)
    // What may still be open comes by itself.
    expect(rows.filter(({ from }) => from >= before).every(({ facts }) => facts === 1)).toBe(true)
    expect(rows.filter(({ from, to }) => from < before && before < to)).toEqual([])
    expect(rows.filter(({ until, to }) => (until as number) > to * 86_400_000)).toEqual([])
  }
  expect((await read(columns, { before, cuts })).length).toBeLessThan((await read(columns, null)).length * 0.6)
})

test('of each entity rows come by cell and time, and what was packed is read anew when somebody has written', async () => {
  await capture()
  await place.packBefore(ids, '2026-02-01', 16)
  const merged = { before: day('2026-02-20'), cuts: cutsBy(5) }
  const order = (rows: readonly TierRowRead[]): readonly string[] => rows.map(({ entity, cell: own, from }) => `${entity} ${own} ${String(from).padStart(6, '0')}`)
  const first = await read(LASTS, merged)
  expect(order(first)).toEqual(order(first).toSorted())
  expect(await read(LASTS, merged)).toEqual(first)
  await place.write([window(ids[0] as number, '2026-01-12', [cell({ budget: 77, status: 'paused' })], { hour: 22 })], '2026-02-25T00:00:00Z')
  const then = await read(LASTS, merged)
  // The 11th to the 15th: one window more, which is not its last.
  const of = (rows: readonly TierRowRead[]) => rows.find(({ entity, cell: own, from, to }) => entity === ids[0] && own === 0 && from <= day('2026-01-12') && day('2026-01-12') < to)
  expect(of(then)?.facts).toBe((of(first)?.facts as number) + 1)
})
