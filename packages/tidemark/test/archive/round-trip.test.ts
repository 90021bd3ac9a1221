import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { decodeParquet } from '../../src/archive/decode.ts'
import { describeArchive } from '../../src/archive/description.ts'
import { checkArchive } from '../../src/archive/inspect-folder.ts'
import { LocalFolder } from '../../src/archive/local-folder.ts'
import { parseManifest } from '../../src/archive/manifest.ts'
import { publishArchive } from '../../src/archive/publish.ts'
import { ArchiveReader } from '../../src/archive/reader.ts'
import type { ArchivedRow } from '../../src/archive/row.ts'
import { writeParquet } from '../../src/archive/writer.ts'
import { activity, layout, publication, publish, Q1, Q2, Q3, Q4, row, rowsOf, temporaryFolder } from './fixture.ts'

const { columns } = layout
const nothing = columns.map(() => null)

async function roundTrip(rows: readonly ArchivedRow[]): Promise<readonly ArchivedRow[]> {
  const folder = new LocalFolder(temporaryFolder())
  const file = await publish(folder, rows)
  expect(await checkArchive(folder, [file], { deep: true })).toEqual([])
  const read = await new ArchiveReader(folder).read(file, columns)
  if (!read.ok) throw new Error(read.damage.detail)
  return read.rows
}

describe('an archive file reads back as it was written', () => {
  test('when it is empty', async () => {
    expect(await roundTrip([])).toEqual([])
  })

  test('with the least and the greatest 64-bit integers, zero, and numbers beside them', async () => {
    const extremes = [2n ** 63n - 1n, -(2n ** 63n), BigInt(Number.MAX_SAFE_INTEGER) + 1n, BigInt(Number.MIN_SAFE_INTEGER) - 1n, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, 0, -1, null]
    const rows = extremes.map((extreme, index) => row({ entity: `e${index}` }, columns.map(({ merge }) => (merge === 'days' ? null : extreme))))
    expect(await roundTrip(rows)).toEqual(rows)
  })

  test('with numbers where a bigint is safe as a number', async () => {
    const [read] = await roundTrip([row({}, columns.map(({ merge }) => (merge === 'days' ? null : 5n)))])
    expect(read?.states).toEqual(columns.map(({ merge }) => (merge === 'days' ? null : 5)))
  })

  test('with columns that are null everywhere, and in some rows', async () => {
    const rows = [row({ entity: 'a' }, nothing), row({ entity: 'b' }, columns.map(({ merge }, index) => (merge === 'days' ? '16071:1' : index % 2 === 0 ? null : index))), row({ entity: 'c' }, nothing)]
    expect(await roundTrip(rows)).toEqual(rows)
    expect(await roundTrip([row({}, nothing)])).toEqual([row({}, nothing)])
  })

  test('with names of any kind', async () => {
    const names = ['', ' ', "o'neill", '"quoted"', 'back\\slash', 'tab\tnew\nline\r', 'é', 'e\u0301', '日本語', '👩‍👩‍👧', '\ufeffmark', '\u2028', 'NULL', 'null', '\\N', 'a'.repeat(4096), '\u0001', '𐀀', '\uffee']
    const rows = names.flatMap((tenant) => names.slice(0, 9).map((entity) => row({ tenant, entity }, nothing)))
    const byKey = (a: ArchivedRow, b: ArchivedRow): number => (a.tenant === b.tenant ? (a.entity < b.entity ? -1 : 1) : a.tenant < b.tenant ? -1 : 1)
    expect(await roundTrip(rows.toReversed())).toEqual(rows.toSorted(byKey))
  })

  test('with instants, days and counters at their ends', async () => {
    const rows = [
      row({ entity: 'a', believedAt: 0, transaction: 1, from: -719_162, to: -719_072, facts: 0 }, nothing),
      row({ entity: 'b', believedAt: 253_402_300_799_999, transaction: Number.MAX_SAFE_INTEGER, from: 2_932_806, to: 2_932_897, facts: Number.MAX_SAFE_INTEGER, version: 2 ** 31 - 1, revision: 2 ** 31 - 1 }, nothing),
      row({ entity: 'c', believedAt: -62_135_596_800_000, from: -1, to: 1, expected: 0, present: 0, facts: 0 }, nothing),
      row({ entity: 'd', cell: 3 + 1024 * 2, facts: 0 }, nothing),
    ]
    const path = join(temporaryFolder(), 'ends.parquet')
    await writeParquet(path, rows, describeArchive({ ...publication(new LocalFolder('.'), rows), columns }))
    expect([...(await decodeParquet(readFileSync(path))).all()]).toEqual(rows)
  })

  test('through several row groups, whatever order they came in', async () => {
    const rows = rowsOf(60_000)
    const read = await roundTrip([...rows.slice(30_000), ...rows.slice(0, 30_000)])
    expect(read.length).toBe(rows.length)
    for (const [index, each] of rows.entries()) if (JSON.stringify(plain(each)) !== JSON.stringify(plain(read[index] as ArchivedRow))) expect(read[index]).toEqual(each)
  }, 30_000)
})

function plain(each: ArchivedRow): unknown {
  return { ...each, digest: Buffer.from(each.digest).toString('hex'), states: each.states.map(String) }
}

describe('what a reader can ask of a file', () => {
  test('is a tenant, entities, cells and days; a row that the range cuts is there too', async () => {
    const folder = new LocalFolder(temporaryFolder())
    const rows = [...rowsOf(600), ...rowsOf(600, 2, Q1, Q1 + 31).map((each) => row({ ...each, entity: `${each.entity}b` }, each.states))]
    const file = await publish(folder, rows)
    const reader = new ArchiveReader(folder)
    const ask = async (filter: Parameters<ArchiveReader['read']>[2]): Promise<readonly ArchivedRow[]> => {
      const read = await reader.read(file, columns, filter)
      return read.ok ? read.rows : []
    }
    expect((await ask({})).length).toBe(1200)
    expect((await ask({ tenant: 'client-3' })).every(({ tenant }) => tenant === 'client-3')).toBe(true)
    expect((await ask({ tenant: 'client-3' })).length).toBe(rows.filter(({ tenant }) => tenant === 'client-3').length)
    expect(await ask({ tenant: 'client-99' })).toEqual([])
    expect((await ask({ tenant: 'client-3', entities: ['person-10', 'person-3', 'person-3', 'person-4'] })).map(({ entity, cell }) => [entity, cell])).toEqual(
      ['person-10', 'person-3'].flatMap((name) => [0, 1, 2, 3, 1024, 2049].map((cell) => [name, cell])))
    expect((await ask({ entities: ['person-4'] })).length).toBe(6)
    expect((await ask({ cells: [1024] })).length).toBe(200)
    expect((await ask({ from: Q1 + 31 })).length).toBe(600)
    expect((await ask({ from: Q1 + 30 })).length).toBe(1200)
    expect((await ask({ to: Q1 })).length).toBe(0)
    expect((await ask({ from: Q1 + 5, to: Q1 + 6 })).length).toBe(1200)
  })

  test('is columns in any order; one that was declared later is null', async () => {
    const folder = new LocalFolder(temporaryFolder())
    const states = columns.map(({ merge }, index) => (merge === 'days' ? '16071:1' : index))
    const file = await publish(folder, [row({}, states)])
    const asked = [{ name: 'declared_later_n' }, ...columns.toReversed()]
    const read = await new ArchiveReader(folder).read(file, asked)
    expect(read).toMatchObject({ ok: true, rows: [{ states: [null, ...states.toReversed()] }] })
  })

  test('cannot be written to through what it returns', async () => {
    const folder = new LocalFolder(temporaryFolder())
    const file = await publish(folder, [row({}, nothing)])
    const reader = new ArchiveReader(folder)
    const first = await reader.read(file, columns)
    if (first.ok) first.rows[0]?.digest.fill(0)
    expect(await reader.read(file, columns)).toMatchObject({ ok: true, rows: [row({}, nothing)] })
  })

  test('stays within the memory that the cache is given, oldest out first', async () => {
    const folder = new LocalFolder(temporaryFolder())
    const files = []
    for (const period of [Q1, Q2, Q3, Q4]) files.push(await publish(folder, rowsOf(600, period, period, period + 90), { period }))
    const probe = new ArchiveReader(folder)
    await probe.read(files[0] as (typeof files)[0], columns)
    const reader = new ArchiveReader(folder, { cacheBytes: Math.round(probe.weight * 2.5) })
    for (const file of [...files, ...files]) {
      expect((await reader.read(file, columns)).ok).toBe(true)
      expect(reader.weight).toBeLessThanOrEqual(probe.weight * 2.5)
    }
    expect(reader.weight).toBeGreaterThan(probe.weight * 1.5)
    const none = new ArchiveReader(folder, { cacheBytes: 0 })
    expect((await none.read(files[0] as (typeof files)[0], columns)).ok).toBe(true)
    expect(none.weight).toBe(0)
  })
})

describe('a publication', () => {
  test('makes equal bytes of equal rows', async () => {
    const rows = rowsOf(3000)
    const first = await publish(new LocalFolder(temporaryFolder()), rows)
    expect(await publish(new LocalFolder(temporaryFolder()), rows)).toEqual(first)
  })

  test('leaves a file, its manifest, and nothing else', async () => {
    const root = temporaryFolder()
    const file = await publish(new LocalFolder(root), rowsOf(60))
    expect(readdirSync(join(root, 'activity')).sort()).toEqual(['2014-Q1.g1.parquet', '2014-Q1.g1.parquet.json'])
    const manifest = parseManifest(readFileSync(join(root, `${file.path}.json`), 'utf8'))
    expect(manifest.file).toEqual(file)
    expect(manifest.description).toMatchObject({ series: 'activity', tier: 'quarter', period: Q1, definitionVersion: 1, tzdata: '2026a', program: 'tidemark 0.1.0', definition: activity.definition })
    expect((await decodeParquet(readFileSync(join(root, file.path)))).description).toEqual(manifest.description)
  })

  test('of a month is named after the month', async () => {
    const folder = new LocalFolder(temporaryFolder())
    const file = await publish(folder, [row({ tier: 'month', from: Q1 + 31, to: Q1 + 59 }, nothing)], { tier: 'month', period: Q1 + 31, generation: 3 })
    expect(file).toMatchObject({ path: 'activity/2014-02.g3.parquet', generation: 3 })
    expect(await checkArchive(folder, [file], { deep: true })).toEqual([])
  })

  test('refuses a row that lies outside its period', async () => {
    const folder = new LocalFolder(temporaryFolder())
    for (const [from, to] of [[Q1 - 1, Q2], [Q1, Q2 + 1], [Q1 + 5, Q1 + 5]] as const) {
      await expect(publish(folder, [row({ from, to }, nothing)])).rejects.toMatchObject({ code: 'ARCHIVE_PROOF_FAILED' })
    }
    await expect(publish(folder, [], { period: Q1 + 1 })).rejects.toMatchObject({ code: 'ARCHIVE_PROOF_FAILED' })
  })

  test('refuses rows that stand twice, values that do not fit, digests that do not, and sums that the source denies', async () => {
    const root = temporaryFolder()
    const folder = new LocalFolder(root)
    const good = row({}, columns.map(({ merge }) => (merge === 'days' ? null : 1)))
    await expect(publish(folder, [good, good])).rejects.toMatchObject({ code: 'ARCHIVE_PROOF_FAILED' })
    await expect(publish(folder, [row({}, columns.map(({ merge }) => (merge === 'days' ? null : 2n ** 63n)))])).rejects.toThrow('beyond 64 bits')
    await expect(publish(folder, [{ ...good, digest: new Uint8Array(16) }])).rejects.toMatchObject({ code: 'ARCHIVE_PROOF_FAILED', message: expect.stringContaining('digest') })
    await expect(publish(folder, [{ ...good, facts: 4 }])).rejects.toMatchObject({ code: 'ARCHIVE_PROOF_FAILED' })
    await expect(publish(folder, [good], { independent: { sums: { amount_sum: '2' } } })).rejects.toMatchObject({ code: 'ARCHIVE_PROOF_FAILED', message: expect.stringContaining('amount_sum') })
    await expect(publish(folder, [good], { independent: { facts: 2 } })).rejects.toMatchObject({ code: 'ARCHIVE_PROOF_FAILED' })
    await expect(publish(folder, [good], { independent: { rows: 2 } })).rejects.toMatchObject({ code: 'ARCHIVE_PROOF_FAILED' })
    // A lone surrogate is no text of any store; if one came so far, it would come back as another character.
    await expect(publish(folder, [row({ entity: '\ud800' }, nothing)])).rejects.toMatchObject({ code: 'ARCHIVE_PROOF_FAILED' })
    expect(readdirSync(join(root, 'activity'))).toEqual([])
    expect(await publishArchive(publication(folder, [good], { independent: { rows: 1, facts: 3, sums: { amount_sum: '1', contributions_n: '1' } } }))).toMatchObject({ generation: 1 })
  })

  test('never takes the place of a file that is there', async () => {
    const folder = new LocalFolder(temporaryFolder())
    const first = await publish(folder, rowsOf(12, 1))
    const second = await publish(folder, rowsOf(12, 2))
    expect(second).toMatchObject({ path: 'activity/2014-Q1.g2.parquet', generation: 2 })
    expect(await publish(folder, rowsOf(12, 1))).toEqual(first)
    expect((await checkArchive(folder, [first, second], { deep: true })).map(({ reason }) => reason)).toEqual(['catalogue'])
  })

  test('keeps out of everything that is not in the folder', async () => {
    const folder = new LocalFolder(join(temporaryFolder(), 'archive'))
    for (const path of ['../x.parquet', '/etc/passwd', 'a/../../x', '', 'a\0b']) await expect(folder.read(path)).rejects.toMatchObject({ code: 'ARCHIVE_FOLDER' })
  })
})

test('the file opens in DuckDB as a table that needs no explanation', async () => {
  const root = temporaryFolder()
  const file = await publish(new LocalFolder(root), [row({ cell: 2049 }, columns.map(({ merge }) => (merge === 'days' ? null : 2n ** 62n)))])
  const { DuckDBInstance } = await import('@duckdb/node-api')
  const connection = await (await DuckDBInstance.create(':memory:')).connect()
  const reader = await connection.runAndReadAll(`SELECT * FROM read_parquet('${join(root, file.path)}')`)
  const types = Object.fromEntries(reader.columnNames().map((name, index) => [name, String(reader.columnTypes()[index])]))
  expect(types).toMatchObject({ tenant: 'VARCHAR', from_day: 'DATE', to_day: 'DATE', kind: 'VARCHAR', size: 'VARCHAR', contributions_n: 'BIGINT', active_days: 'VARCHAR', believed_at: 'TIMESTAMP WITH TIME ZONE', digest: 'BLOB', present: 'INTEGER' })
  const [values] = reader.getRowObjectsJson()
  expect(values).toMatchObject({ tenant: 'kysely', entity: 'ada', from_day: '2014-01-01', to_day: '2014-04-01', kind: 'fix', size: 'large', amount_sum: String(2n ** 62n), txn: '7' })
})
