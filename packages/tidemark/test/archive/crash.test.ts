import { cpSync, existsSync, readdirSync } from 'node:fs'
import * as nodeFiles from 'node:fs/promises'
import { basename, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { ARCHIVE_FAILPOINTS } from '../../src/archive/failpoints.ts'
import { checkArchive } from '../../src/archive/inspect-folder.ts'
import { type FileOperations, LocalFolder } from '../../src/archive/local-folder.ts'
import { sweepArchive } from '../../src/archive/sweep.ts'
import { writeParquet } from '../../src/archive/writer.ts'
import { describeArchive } from '../../src/archive/description.ts'
import type { ArchiveFile } from '../../src/stores/contract/series-state.ts'
import { definition, layout, publish, Q1, Q2, Q3, Q4, rowsOf, temporaryFolder } from './fixture.ts'

const rows = rowsOf(60)

/** After this, the file system's clock has moved on, whatever its tick. */
async function mark(folder: LocalFolder): Promise<number> {
  await setTimeout(20)
  return await folder.mark()
}

function everything(root: string): string[] {
  return existsSync(join(root, 'activity')) ? readdirSync(join(root, 'activity')).sort() : []
}

describe('a publication that is killed', () => {
  test('reaches every failpoint, in this order', async () => {
    const reached: string[] = []
    await publish(new LocalFolder(temporaryFolder()), rows, { reach: (name) => reached.push(name) })
    expect(reached).toEqual([...ARCHIVE_FAILPOINTS])
  })

  for (const failpoint of ARCHIVE_FAILPOINTS) {
    test(`at ${failpoint} does no harm: swept and made again, or made again and swept`, async () => {
      const [live, swept, unswept] = [temporaryFolder(), temporaryFolder(), temporaryFolder()]
      const old = await publish(new LocalFolder(live), rowsOf(60, 2))
      await publish(new LocalFolder(live), rows, {
        generation: 2,
        reach(name) {
          if (name !== failpoint) return
          cpSync(live, swept, { recursive: true })
          cpSync(live, unswept, { recursive: true })
        },
      })

      const folder = new LocalFolder(swept)
      await sweepArchive({ folder, known: [old], before: await mark(folder), owner: 'store-1' })
      expect(everything(swept)).toEqual(['2014-Q1.g1.parquet', '2014-Q1.g1.parquet.json'])
      expect(await checkArchive(folder, [old], { deep: true })).toEqual([])
      const again = await publish(folder, rows, { generation: 2 })
      expect(again).toMatchObject({ generation: 2, path: 'activity/2014-Q1.g2.parquet' })
      await sweepArchive({ folder, known: [again], before: await mark(folder), owner: 'store-1' })
      expect(await checkArchive(folder, [again], { deep: true })).toEqual([])
      expect(everything(swept)).toEqual(['2014-Q1.g2.parquet', '2014-Q1.g2.parquet.json'])

      // Other rows than the killed one had: its file must not be mistaken for this one's.
      const other = new LocalFolder(unswept)
      const later = await publish(other, rowsOf(66), { generation: 2 })
      await sweepArchive({ folder: other, known: [later], before: await mark(other), owner: 'store-1' })
      expect(await checkArchive(other, [later], { deep: true })).toEqual([])
      expect(everything(unswept)).toEqual([basename(later.path), `${basename(later.path)}.json`])
    })
  }
})

/** The real operations, written down; the n-th of them fails with `code`. */
function watched(fails: { readonly at: number; readonly code: string } | null): { readonly files: FileOperations; readonly done: string[] } {
  const done: string[] = []
  const step = (what: string): void => {
    done.push(what)
    if (done.length === fails?.at) throw Object.assign(new Error(`${fails.code}: injected at ${what}`), { code: fails.code })
  }
  const files = {
    ...nodeFiles,
    async open(path: string, flags: string) {
      step(`open ${basename(path).replace(/\.[0-9a-f]{16}\.tmp$/, '.tmp')}`)
      const handle = await nodeFiles.open(path, flags)
      const sync = handle.sync.bind(handle)
      handle.sync = async () => {
        step(`sync ${basename(path).replace(/\.[0-9a-f]{16}\.tmp$/, '.tmp')}`)
        await sync()
      }
      return handle
    },
    async link(from: string, to: string) {
      step(`link ${basename(to)}`)
      await nodeFiles.link(from, to)
    },
    async rename(from: string, to: string) {
      step(`rename ${basename(to)}`)
      await nodeFiles.rename(from, to)
    },
    async unlink(path: string) {
      step('unlink')
      await nodeFiles.unlink(path)
    },
    async mkdir(path: string, options: { recursive: true }) {
      step('mkdir')
      return await nodeFiles.mkdir(path, options)
    },
  } as unknown as FileOperations
  return { files, done }
}

describe('a publication', () => {
  test('syncs each file before it gets its name, and the folder after', async () => {
    const root = temporaryFolder()
    const { files, done } = watched(null)
    await publish(new LocalFolder(root, files), rows)
    expect(done.filter((what) => /^(sync|link|rename)/.test(what))).toEqual([
      // The new folder of the series, in the folder above it.
      `sync ${basename(root)}`,
      'sync .2014-Q1.g1.parquet.tmp', 'link 2014-Q1.g1.parquet', 'sync activity',
      'sync .2014-Q1.g1.parquet.json.tmp', 'rename 2014-Q1.g1.parquet.json', 'sync activity',
    ])
  })

  for (const code of ['EIO', 'ENOSPC']) {
    test(`that meets ${code} at any operation says so, and changes nothing that was there`, async () => {
      for (let at = 1; ; at++) {
        const root = temporaryFolder()
        const old = await publish(new LocalFolder(root), rowsOf(60, 2))
        const { files, done } = watched({ at, code })
        const published = await publish(new LocalFolder(root, files), rows, { generation: 2 }).catch((error: unknown) => error)
        const folder = new LocalFolder(root)
        expect((await checkArchive(folder, [old], { deep: true })).filter(({ reason }) => reason !== 'unexpected')).toEqual([])
        if (done.length < at) {
          expect(at).toBeGreaterThan(12)
          return
        }
        // Only the removal of what was staged may fail unsaid.
        if (published instanceof Error) expect(published).toMatchObject({ code: 'ARCHIVE_FOLDER', message: expect.stringContaining(code) })
        else expect(done[at - 1], `operation ${at}`).toBe('unlink')
        await sweepArchive({ folder, known: [old], before: await mark(folder), owner: 'store-1' })
        expect(everything(root)).toEqual(['2014-Q1.g1.parquet', '2014-Q1.g1.parquet.json'])
        expect(await publish(folder, rows, { generation: 2 })).toMatchObject({ generation: 2 })
      }
    })
  }

  test('that DuckDB cannot write for want of space fails', async () => {
    const description = describeArchive({ definition, definitionVersion: 1, columns: layout.columns, tier: 'quarter', period: Q1, tzdata: '2026a', program: 'x', owner: 'y' })
    if (existsSync('/dev/full')) await expect(writeParquet('/dev/full', rows, description)).rejects.toThrow()
  })
})

describe('a sweep', () => {
  test('keeps what the catalogue names, what is younger than the step, what another store made, and what is not ours', async () => {
    const root = temporaryFolder()
    const folder = new LocalFolder(root)
    const known = await publish(folder, rows)
    const foreign = await publish(folder, rowsOf(6, 1, Q2, Q3), { period: Q2, owner: 'store-2' })
    await nodeFiles.writeFile(join(root, 'activity', 'mine.parquet'), 'PAR1')
    await nodeFiles.writeFile(join(root, 'activity', '2014-Q3.g1.parquet'), 'no archive')
    const before = await mark(folder)
    const young = await publish(folder, rowsOf(6, 1, Q4, Q4 + 92), { period: Q4 })
    const staged = await folder.stage(young.path)
    await nodeFiles.writeFile(staged.localPath, 'being written')
    const all = everything(root)
    expect((await sweepArchive({ folder, known: [known], before, owner: 'store-1' })).removed).toEqual([])
    expect(everything(root)).toEqual(all)
    const { removed, doubtful } = await sweepArchive({ folder, known: [known], before: await mark(folder), owner: 'store-1' })
    expect(removed.toSorted()).toEqual([`activity/${basename(staged.localPath)}`, young.path, `${young.path}.json`].sort())
    expect(doubtful).toEqual(['activity/2014-Q3.g1.parquet'])
    expect(await checkArchive(folder, [known, foreign] satisfies ArchiveFile[])).toHaveLength(2)
  })

  test('of a folder that does not exist yet finds nothing', async () => {
    const folder = new LocalFolder(join(temporaryFolder(), 'archive'))
    expect(await sweepArchive({ folder, known: [], before: Infinity, owner: 'store-1' })).toEqual({ removed: [], doubtful: [] })
    expect(await checkArchive(folder, [])).toEqual([])
  })
})
