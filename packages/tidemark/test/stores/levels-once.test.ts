import { afterEach, expect, test } from 'vitest'
import { layoutOf } from '../../src/measures/layout.ts'
import { cell, CollectedPlace, window } from './collected-place.ts'

const places: CollectedPlace[] = []
afterEach(() => { for (const place of places.splice(0)) place.remove() })

interface Column {
  readonly name: string
  /** 2: computed when it is read. */
  readonly hidden: number
}

const columnsOf = (place: CollectedPlace): Column[] => place.sql((database) => database.pragma('table_xinfo(tm_captured_metrics)') as Column[])

/** Every column of every captured row but its transaction, those that are computed too; integers past 2^53 as they are. */
const rowsOf = (place: CollectedPlace): unknown[] => place.sql((database) => {
  const names = (database.pragma('table_xinfo(tm_captured_metrics)') as Column[]).filter(({ name }) => name !== 'transaction_id').map(({ name }) => `"${name}"`)
  return database.prepare(`SELECT ${names.join(', ')} FROM tm_captured_metrics ORDER BY entity_id, at, cell`).safeIntegers(true).all()
})

/** The table as the layout before had it: each column written. */
function asBefore(place: CollectedPlace): void {
  place.sql((database) => {
    const text = database.prepare("SELECT sql FROM sqlite_schema WHERE name = 'tm_captured_metrics'").pluck().get() as string
    const indexes = database.prepare("SELECT sql FROM sqlite_schema WHERE tbl_name = 'tm_captured_metrics' AND type = 'index' AND sql IS NOT NULL").pluck().all() as string[]
    database.exec('DROP TABLE tm_captured_metrics')
    database.exec(text.replaceAll(/ GENERATED ALWAYS AS \(.*?\) VIRTUAL(?=[,)])/g, ''))
    for (const sql of indexes) database.exec(sql)
    database.exec('DROP TABLE tm_packed_metrics; DROP TABLE tm_rowblock_metrics')
    database.exec("UPDATE tm_meta SET value = '3' WHERE key = 'format'")
  })
}

async function lived(place: CollectedPlace): Promise<void> {
  const [a, b] = await place.roster(['a', 'b'], '2026-01-01T00:00:00Z') as [number, number]
  const web = (budget: number) => cell({ budget, hours: 2, status: 'paused' }, { channel: 'web' })
  await place.write([
    window(a, '2026-01-01', [cell({ budget: 9_007_199_254_740, hours: 7, status: 'active', open: 1, big: 2n ** 60n }), web(3)], { hour: 0 }),
    window(b, '2026-01-01', { budget: -5, status: null }, { hour: 0, payload: '{"n":1}' }),
  ], '2026-01-01T01:00:00Z')
  await place.write([window(a, '2026-01-01', { status: 'paused' }, { hour: 1 })], '2026-01-01T02:00:00Z')
  // Restated without the group, which is no row any more.
  await place.write([window(a, '2026-01-01', { budget: 4, hours: 8, status: 'active' }, { hour: 0 })], '2026-01-01T03:00:00Z', { restates: true })
  const seats = { kind: 'gauge', shape: { type: 'integer', scale: 0 }, across: 'sum', unit: null } as const
  await place.declare([{ ...place.definition, measures: { ...place.definition.measures, seats } }], '2026-01-02T00:00:00Z')
  const more = (hour: number, count: number | null) => {
    const plain = window(b, '2026-01-02', { budget: 1 }, { hour })
    return { ...plain, cells: plain.cells.map(({ group, samples }) => ({ group, samples: [...samples, count] })) }
  }
  await place.write([more(0, 40), more(1, null)], '2026-01-02T02:00:00Z')
}

test('a captured window holds each level once, and says of it all that a table with every column says', async () => {
  const [once, plain] = [new CollectedPlace(), new CollectedPlace()]
  places.push(once, plain)
  for (const place of places) await place.declare([place.definition], '2026-01-01T00:00:00Z')
  await plain.shut()
  asBefore(plain)
  await plain.declare([plain.definition], '2026-01-01T00:00:00Z')
  for (const place of places) await lived(place)
  expect(await (await plain.store()).schema()).toMatchObject({ format: 4 })
  for (const place of places) {
    const inventory = await (await place.store()).inventory()
    expect((await inventory.schema()).problems).toEqual([])
    inventory.close()
    await place.shut()
  }

  const computed = (place: CollectedPlace): string[] => columnsOf(place).filter(({ hidden }) => hidden !== 0).map(({ name }) => name)
  expect(computed(once)).toEqual([
    'budget_first', 'budget_min', 'budget_max', 'budget_weighted', 'budget_seconds', 'budget_n', 'hours_first', 'hours_n', 'status_n', 'status_seconds_0', 'status_seconds_1',
    'seats_first', 'seats_min', 'seats_max', 'seats_weighted', 'seats_seconds', 'seats_n',
  ])
  // Columns that are added later stand where they were before there was a choice.
  expect(computed(plain)).toEqual(['seats_first', 'seats_min', 'seats_max', 'seats_weighted', 'seats_seconds', 'seats_n'])
  const rows = rowsOf(once) as Record<string, unknown>[]
  expect(rowsOf(plain)).toEqual(rows)
  // The group that went says nothing, b's first window nothing of what it had not heard of, the last one no seats.
  expect(rows.map((row) => [row['facts'], row['budget_n'], row['budget_weighted'], row['status_n'], row['status_seconds_0'], row['seats_n'], row['seats_seconds']])).toEqual([
    [1n, 1n, 4n * 3600n, 1n, 3600n, null, null], [0n, null, null, null, null, null, null], [1n, 0n, null, 1n, 0n, null, null],
    [1n, 1n, -5n * 3600n, 0n, 0n, null, null], [1n, 1n, 3600n, 0n, 0n, 1n, 3600n], [1n, 1n, 3600n, 0n, 0n, 0n, 0n],
  ])

  // The store reads what is written and tells the rest by itself: to the last bit what SQLite computes.
  const said = rows.filter((row) => row['facts'] === 1n)
  for (const place of places) {
    const names = layoutOf(place.definition).columns.map(({ name }) => name).filter((name) => !name.startsWith('payload'))
    const asked = (await place.rows(names, { cells: [0, 1] })).toSorted((a, b) => a.entity - b.entity || (a.at ?? 0) - (b.at ?? 0) || a.cell - b.cell)
    expect(asked.map(({ values }) => values.map((value) => (typeof value === 'number' ? BigInt(value) : value)))).toEqual(said.map((row) => names.map((name) => row[name])))
  }
})
