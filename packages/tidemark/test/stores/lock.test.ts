import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openSqliteStore } from '../../src/stores/sqlite/open.ts'
import { realPath } from '../../src/stores/sqlite/real-path.ts'
import type { Store } from '../../src/stores/contract/store.ts'

let root = ''
const stores: Store[] = []

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'tidemark-lock-')))
  for (const folder of ['app', 'elsewhere']) mkdirSync(join(root, folder))
})
afterEach(async () => {
  for (const store of stores.splice(0)) await store.close()
  rmSync(root, { recursive: true, force: true })
})

async function open(...names: readonly string[]): Promise<Store> {
  const store = await openSqliteStore({ path: join(root, ...names), program: 'test', thread: 'inline' })
  stores.push(store)
  return store
}

describe('a name of a store', () => {
  test('is held by one, by whatever symbolic links the others name the file', async () => {
    writeFileSync(join(root, 'app', 'history.db'), '')
    symlinkSync('history.db', join(root, 'app', 'link.db'))
    symlinkSync(join('..', 'app', 'link.db'), join(root, 'elsewhere', 'far.db'))
    symlinkSync(join(root, 'app'), join(root, 'folder'))
    const others = [await open('app', 'link.db'), await open('elsewhere', 'far.db'), await open('folder', 'history.db'), await open('folder', '..', 'app', 'link.db')]
    const store = await open('app', 'history.db')
    const held = await store.lock('tiers', 0)
    for (const other of others) {
      expect(await other.lock('tiers', 0)).toBeNull()
      // Another name is another's.
      await (await other.lock('other', 0))?.release()
    }
    await held?.release()
    for (const other of others) {
      const lock = await other.lock('tiers', 0)
      expect(lock).not.toBeNull()
      expect(await store.lock('tiers', 0)).toBeNull()
      await lock?.release()
    }
    const locks = (folder: string): string[] => readdirSync(join(root, folder)).filter((name) => name.endsWith('.lock')).sort()
    expect([locks('app'), locks('elsewhere')]).toEqual([['history.db-other.lock', 'history.db-tiers.lock'], []])
  })

  test('is held so before there is a file', async () => {
    symlinkSync(relative(join(root, 'elsewhere'), join(root, 'app', 'history.db')), join(root, 'elsewhere', 'far.db'))
    const held = await (await open('elsewhere', 'far.db')).lock('tiers', 0)
    expect(held).not.toBeNull()
    expect(await (await open('app', 'history.db')).lock('tiers', 0)).toBeNull()
    await held?.release()
  })
})

test('what leads nowhere stays as it was named', () => {
  symlinkSync('b', join(root, 'a'))
  symlinkSync('a', join(root, 'b'))
  for (const path of [join(root, 'a'), join(root, 'missing', 'history.db')]) expect(realPath(path)).toBe(path)
})
