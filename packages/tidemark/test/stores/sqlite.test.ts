import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { STORE_FORMAT } from '../../src/stores/contract/schema.ts'
import { planMigration } from '../../src/stores/schema/plan-migration.ts'
import { openSqliteStore } from '../../src/stores/sqlite/open.ts'
import { Place, spend } from './place.ts'

let place: Place
beforeEach(() => { place = new Place() })
afterEach(() => place.remove())

const plain = spend().definition

describe('a file that is not ours', () => {
  test('keeps its own tables beside ours', async () => {
    place.sql((database) => database.exec('CREATE TABLE mail (id INTEGER PRIMARY KEY, sent TEXT); INSERT INTO mail VALUES (1, \'yes\')'))
    await place.declare([plain], '2026-01-01T00:00:00Z')
    await place.ingest([{ id: '1', at: '2026-01-01T10:00:00Z' }], '2026-01-02T00:00:00Z')
    await place.shut()
    expect(place.sql((database) => database.prepare('SELECT * FROM mail').all())).toEqual([{ id: 1, sent: 'yes' }])
  })

  test('is refused when its tables would collide with ours, and left as it was', async () => {
    place.sql((database) => database.exec('CREATE TABLE tm_event_sales (note TEXT)'))
    await expect(place.declare([plain], '2026-01-01T00:00:00Z')).rejects.toMatchObject({ code: 'STORE_FOREIGN' })
    await place.shut()
    expect(place.sql((database) => database.prepare('SELECT name FROM sqlite_schema').pluck().all())).toEqual(['tm_event_sales'])
  })

  test('is refused when it is no database, and left as it was', async () => {
    writeFileSync(place.path, 'not a database, but long enough to have a header of one hundred bytes, which this sentence now has at last')
    await expect((await openSqliteStore({ path: place.path, program: 'x' })).schema()).rejects.toMatchObject({ code: 'STORE_UNREADABLE' })
  })

  test('is refused when it is a folder', async () => {
    mkdirSync(join(place.folder, 'folder.db'))
    const store = await openSqliteStore({ path: join(place.folder, 'folder.db'), program: 'x' })
    await expect(store.schema()).rejects.toMatchObject({ code: 'STORE_UNREADABLE' })
  })
})

describe('versions', () => {
  test('a store of a newer layout is refused, by reads and by writes', async () => {
    await place.declare([plain], '2026-01-01T00:00:00Z')
    await place.shut()
    place.sql((database) => database.exec(`UPDATE tm_meta SET value = '${STORE_FORMAT + 1}' WHERE key = 'format'; UPDATE tm_meta SET value = 'tidemark 9.0.0' WHERE key = 'program'`))
    await expect((await place.store()).schema()).rejects.toMatchObject({ code: 'STORE_NEWER', hint: expect.stringContaining('9.0.0') })
    const plan = planMigration({ format: 0, id: null, series: [], migrations: [] }, [plain], [])
    await expect((await place.store()).migrate(plan, 0)).rejects.toMatchObject({ code: 'STORE_NEWER' })
  })

  test('a plan for a store that has moved on is refused', async () => {
    const plan = planMigration({ format: 0, id: null, series: [], migrations: [] }, [plain], [])
    await (await place.store()).migrate(plan, 0)
    await expect((await place.store()).migrate(plan, 0)).rejects.toMatchObject({ code: 'MIGRATION_RACED' })
  })
})

describe('sums', () => {
  test('that pass 63 bits are refused, and nothing of the batch is kept', async () => {
    await place.declare([plain], '2026-01-01T00:00:00Z')
    const most = '9223372036854775807'
    await place.ingest([{ id: '1', at: '2026-01-01T10:00:00Z', big: most }], '2026-01-02T00:00:00Z')
    await expect(place.ingest([{ id: '2', at: '2026-01-01T11:00:00Z', big: '1' }], '2026-01-02T00:00:00Z')).rejects.toMatchObject({ code: 'SUM_TOO_LARGE' })
    const [row] = await place.rows({ select: ['big.sum', 'orders.sum'], tenant: 'a' }, '2026-01-02T00:00:00Z')
    expect(row).toMatchObject({ 'big.sum': most, 'orders.sum': 1 })
  })

  test('that pass 63 bits only over several days are refused when they are asked for', async () => {
    await place.declare([plain], '2026-01-01T00:00:00Z')
    await place.ingest([
      { id: '1', at: '2026-01-01T10:00:00Z', big: '9223372036854775807' }, { id: '2', at: '2026-01-02T10:00:00Z', big: '1' },
    ], '2026-01-03T00:00:00Z')
    await expect(place.rows({ select: ['big.sum'], tenant: 'a', grain: 'month' }, '2026-01-03T00:00:00Z')).rejects.toMatchObject({ code: 'SUM_TOO_LARGE' })
  })
})

describe('what is declared later', () => {
  const day = (n: number): string => new Date(Date.UTC(2025, 0, n, 12)).toISOString()
  const year = Array.from({ length: 200 }, (_, n) => ({ id: `e${n}`, at: day(n + 1) }))

  async function aged(definition: typeof plain): Promise<void> {
    await place.declare([definition], '2025-01-01T00:00:00Z')
    await place.ingest(year, '2025-07-20T00:00:00Z')
    await place.capture('2025-07-20T00:00:00Z')
    await place.tiers('2025-07-20T00:00:00Z')
  }

  test('a tier in the middle of the policy: rows that have passed its place stay where they are, and late events find them', async () => {
    await aged(spend().keep({ day: '40d', month: 'forever' }).definition)
    await place.declare([spend().keep({ day: '40d', week: '90d', month: 'forever' }).definition], '2025-07-20T00:00:00Z')
    await place.ingest([{ id: 'late', at: '2025-02-03T10:00:00Z' }], '2025-07-21T00:00:00Z')
    await place.capture('2025-12-01T00:00:00Z')
    await place.tiers('2025-12-01T00:00:00Z')
    const months = await place.rows({ select: ['orders.sum', 'active.count'], tenant: 'a', grain: 'month' }, '2025-12-01T00:00:00Z')
    expect(months.map((row) => [row.period, row['orders.sum'], row['active.count']])).toEqual([
      ['2025-01-01', 31, 31], ['2025-02-01', 29, 28], ['2025-03-01', 31, 31], ['2025-04-01', 30, 30], ['2025-05-01', 31, 31], ['2025-06-01', 30, 30], ['2025-07-01', 19, 19],
    ])
  })

  test('a window that begins inside rows that were already made: they stay whole, and late events find them', async () => {
    await aged(spend().keep({ day: '40d', month: 'forever' }).definition)
    await place.ingest([{ id: 'first', at: '2024-12-20T10:00:00Z' }], '2025-07-20T00:00:00Z')
    await place.declare([spend().window('half', { anchor: 'firstEvent', months: 6 }).keep({ day: '40d', month: 'forever' }).definition], '2025-07-20T00:00:00Z')
    await place.ingest([{ id: 'late', at: '2025-02-03T10:00:00Z' }, { id: 'later', at: '2025-02-25T10:00:00Z' }], '2025-07-21T00:00:00Z')
    await place.capture('2025-12-01T00:00:00Z')
    await place.tiers('2025-12-01T00:00:00Z')
    const [february] = await place.rows({ select: ['orders.sum', 'active.count', 'active.all'], tenant: 'a', grain: 'month', from: '2025-02-01', to: '2025-03-01' }, '2025-12-01T00:00:00Z')
    expect(february).toMatchObject({ 'orders.sum': 30, 'active.count': 28, 'active.all': true, coverage: { expected: 28, present: 28 } })
    expect(place.sql((database) => database.prepare('SELECT count(*) FROM tm_month_spend WHERE bucket BETWEEN 20120 AND 20147').pluck().get())).toBe(1)
  })

  test('a measure keeps all history and counts from the first day whose events are still there', async () => {
    await aged(spend().keep({ day: '40d', month: 'forever' }).definition)
    const more = spend().derive(({ ratio }) => ({ mean: ratio('amount', 'orders') })).keep({ day: '40d', month: 'forever' }).definition
    const web = { ...more, measures: { ...more.measures, web: { kind: 'count', where: { op: 'in', field: 'kind', values: ['web'] }, unit: null } as const } }
    await place.declare([web], '2025-07-20T00:00:00Z')
    const rows = await place.rows({ select: ['orders.sum', 'web.sum', 'mean.value'], tenant: 'a', grain: 'month', from: '2025-05-01', to: '2025-08-01' }, '2025-07-20T12:00:00Z')
    expect(rows.map((row) => [row.period, row['orders.sum'], row['web.sum'], row['mean.value'], row.coverage.measures?.['web']])).toEqual([
      ['2025-05-01', 31, null, '1.0000', { present: 0, reasons: { not_measured_yet: 31 } }],
      ['2025-06-01', 30, 30, '1.0000', undefined],
      ['2025-07-01', 19, 19, '1.0000', undefined],
    ])
  })

  test('a measure that is no longer declared is dropped only when its loss is accepted by name', async () => {
    await aged(spend().keep({ day: '40d', month: 'forever' }).definition)
    const { big: _dropped, ...measures } = plain.measures
    const fewer = { ...spend().keep({ day: '40d', month: 'forever' }).definition, measures }
    await expect(place.declare([fewer], '2025-07-20T00:00:00Z')).rejects.toMatchObject({ code: 'MIGRATION_LOSSY' })
    await place.declare([fewer], '2025-07-20T00:00:00Z', ['spend.big'])
    const columns = place.sql((database) => database.pragma('table_info(tm_month_spend)') as { name: string }[])
    expect(columns.some(({ name }) => name.startsWith('big_'))).toBe(false)
    expect(await place.rows({ select: ['orders.sum'], tenant: 'a', grain: 'year' }, '2025-07-20T00:00:00Z')).toMatchObject([{ 'orders.sum': 200 }])
  })
})

describe('a file that a crash or a backup left', () => {
  test('empty is a store that has not been made yet', async () => {
    writeFileSync(place.path, '')
    await place.declare([plain], '2026-01-01T00:00:00Z')
    expect(await place.ingest([{ id: '1', at: '2026-01-01T10:00:00Z' }], '2026-01-02T00:00:00Z')).toMatchObject({ accepted: 1 })
  })

  test('by VACUUM INTO, in another journal mode, answers like the store it was made from', async () => {
    await place.declare([plain], '2026-01-01T00:00:00Z')
    await place.ingest([{ id: '1', at: '2026-01-01T10:00:00Z' }], '2026-01-02T00:00:00Z')
    const copy = new Place()
    place.sql((database) => database.prepare('VACUUM INTO ?').run(copy.path))
    expect(copy.sql((database) => database.pragma('journal_mode', { simple: true }))).toBe('delete')
    expect((await (await copy.store()).schema()).format).toBe(STORE_FORMAT)
    expect(await copy.rows({ select: ['orders.sum'], tenant: 'a' }, '2026-01-02T00:00:00Z')).toMatchObject([{ 'orders.sum': 1 }])
    await copy.remove()
  })
})

test('a closed store is one file: its log has been folded back', async () => {
  await place.declare([plain], '2026-01-01T00:00:00Z')
  await place.ingest([{ id: '1', at: '2026-01-01T10:00:00Z' }], '2026-01-02T00:00:00Z')
  await place.rows({ select: ['orders.sum'], tenant: 'a' }, '2026-01-02T00:00:00Z')
  await place.shut()
  const { readdirSync } = await import('node:fs')
  expect(readdirSync(place.folder)).toEqual(['history.db'])
})
