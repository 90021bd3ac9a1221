import { copyFileSync, cpSync, readFileSync, rmSync, statSync, truncateSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { decodeParquet } from '../../src/archive/decode.ts'
import { checkArchive } from '../../src/archive/inspect-folder.ts'
import { LocalFolder } from '../../src/archive/local-folder.ts'
import { ArchiveReader } from '../../src/archive/reader.ts'
import type { ArchivedRow } from '../../src/archive/row.ts'
import type { ArchiveFile } from '../../src/stores/contract/series-state.ts'
import { type Damage, DAMAGES, flip } from '../damage/damages.ts'
import { layout, publish, Q1, Q2, Q3, Q4, random, rowsOf, temporaryFolder } from './fixture.ts'

/** `TIDEMARK_DAMAGE_CASES=10000` before a release. */
const CASES = Number(process.env.TIDEMARK_DAMAGE_CASES ?? 300)
const SEED = Number(process.env.TIDEMARK_SEED ?? 20_261_101)

/** Four archives, and the truth about them. */
async function archives(root: string): Promise<{ files: ArchiveFile[]; truth: Map<string, readonly ArchivedRow[]> }> {
  const folder = new LocalFolder(root)
  const files: ArchiveFile[] = []
  const truth = new Map<string, readonly ArchivedRow[]>()
  for (const [index, start] of [Q1, Q2, Q3, Q4].entries()) {
    const rows = rowsOf(120, index, start, start + 90)
    const file = await publish(folder, rows, { period: start })
    files.push(file)
    truth.set(file.path, rows)
  }
  return { files, truth }
}

describe('a damaged archive', () => {
  test(`is found, all ${CASES} times (seed ${SEED}), and no row of it is ever returned`, async () => {
    const sound = temporaryFolder()
    const { files, truth } = await archives(sound)
    expect(await checkArchive(new LocalFolder(sound), files, { deep: true })).toEqual([])
    const next = random(SEED)
    const cases = temporaryFolder()
    const names = Object.keys(DAMAGES)
    let decodes = 0
    for (let number = 0; number < CASES; number++) {
      const name = names[number % names.length] as string
      const root = join(cases, String(number))
      cpSync(sound, root, { recursive: true, preserveTimestamps: true })
      const folder = new LocalFolder(root)
      // One reader has read everything before it was damaged, one comes after.
      const before = new ArchiveReader(folder)
      for (const file of files) expect((await before.read(file, layout.columns)).ok).toBe(true)
      const { unreadable, named } = (DAMAGES[name] as Damage)({ root, files, int: (below) => Math.floor(next() * below) })
      for (const path of unreadable) {
        // As a tool would that wants to hide it.
        const { mtime } = statSync(join(sound, path))
        try {
          utimesSync(join(root, path), mtime, mtime)
          await decodeParquet(readFileSync(join(root, path)))
          decodes += 1
        } catch {}
      }
      const context = `case ${number} of seed ${SEED}: ${name}, ${named.join(', ')}`
      const problems = await checkArchive(folder, files, { deep: true })
      expect(problems.map(({ path }) => path).sort(), context).toEqual([...named].sort())
      expect((await checkArchive(folder, files)).map(({ path }) => path).sort(), context).toEqual([...named].sort())
      for (const reader of [before, new ArchiveReader(folder)]) {
        for (const file of files) {
          const read = await reader.read(file, layout.columns)
          expect(read.ok, context).toBe(!unreadable.includes(file.path))
          if (read.ok) expect(read.rows.length, context).toBe(truth.get(file.path)?.length)
          else expect(read.damage.path, context).toBe(file.path)
        }
      }
      rmSync(root, { recursive: true })
    }
    // The control: what Parquet alone would have noticed is not enough.
    expect(decodes).toBeGreaterThan(CASES / 20)
  }, 60_000 + CASES * 200)

  test('is named with what is wrong', async () => {
    const root = temporaryFolder()
    const { files } = await archives(root)
    const [first, second, third, fourth] = files as [ArchiveFile, ArchiveFile, ArchiveFile, ArchiveFile]
    truncateSync(join(root, first.path), 100)
    copyFileSync(join(root, third.path), join(root, second.path))
    unlinkSync(join(root, fourth.path))
    const folder = new LocalFolder(root)
    expect(await checkArchive(folder, files, { deep: true })).toEqual([
      { path: first.path, reason: 'size', detail: `it is cut short: 100 bytes instead of ${first.bytes}` },
      { path: second.path, reason: 'hash', detail: `it is a copy of ${third.path}` },
      { path: fourth.path, reason: 'missing', detail: 'there is no such file' },
    ])
    const reader = new ArchiveReader(folder)
    expect(await reader.damage(first)).toMatchObject({ reason: 'size' })
    expect(await reader.damage(third)).toBeNull()
    expect(await reader.damage(fourth)).toMatchObject({ reason: 'missing' })
  })

  test('is read again once it is put back', async () => {
    const root = temporaryFolder()
    const { files } = await archives(root)
    const [file] = files as [ArchiveFile]
    const reader = new ArchiveReader(new LocalFolder(root))
    const content = readFileSync(join(root, file.path))
    writeFileSync(join(root, file.path), flip(Buffer.from(content), { root, files, int: () => 5 }))
    expect(await reader.damage(file)).toMatchObject({ reason: 'hash' })
    writeFileSync(join(root, file.path), content)
    expect(await reader.damage(file)).toBeNull()
  })

  test('may be a manifest that says the same in other bytes', async () => {
    const root = temporaryFolder()
    const { files } = await archives(root)
    const [file] = files as [ArchiveFile]
    const path = join(root, `${file.path}.json`)
    const text = readFileSync(path, 'utf8')
    for (const other of [` ${text}`, text.trimEnd(), `${text}\n`, text.replace('{', '{ '), text.replace('{', '{"file":1,'), text.replace('activity', '\\u0061ctivity'), 'null', '[]', '{}', '']) {
      writeFileSync(path, other)
      expect(await checkArchive(new LocalFolder(root), files), other.slice(0, 40)).toMatchObject([{ path: `${file.path}.json`, reason: 'manifest' }])
    }
  })

  test('may be the catalogue itself: numbers that the file does not bear out', async () => {
    const root = temporaryFolder()
    const { files } = await archives(root)
    const folder = new LocalFolder(root)
    const [file] = files as [ArchiveFile]
    for (const [change, reason] of [
      [{ rows: file.rows + 1 }, 'rows'], [{ facts: file.facts + 1 }, 'sums'], [{ sums: { ...file.sums, amount_sum: '1' } }, 'sums'],
      [{ digest: '0'.repeat(64) }, 'digest'], [{ transaction: 0 }, 'sums'], [{ series: 'other' }, 'unreadable'], [{ period: Q2 }, 'unreadable'],
      [{ bytes: 1 }, 'size'], [{ sha256: '0'.repeat(64) }, 'hash'],
    ] as const) {
      const wrong: ArchiveFile = { ...file, ...change }
      expect(await new ArchiveReader(folder).damage(wrong), JSON.stringify(change)).toMatchObject({ reason })
      expect((await checkArchive(folder, [wrong, ...files.slice(1)], { deep: true })).length, JSON.stringify(change)).toBeGreaterThan(0)
    }
  })
})
