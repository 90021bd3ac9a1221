import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { parseSourceUrl } from '../../src/sources/source-url.ts'
import { Sources } from '../../src/sources/sources.ts'
import { scratchRoot } from '../histories/scratch.ts'

const folder = mkdtempSync(join(scratchRoot(), 'tidemark-source-'))
const path = join(folder, 'app.db')
let sources = new Sources([])

beforeAll(() => {
  const database = new Database(path)
  database.exec("CREATE TABLE t (id INTEGER PRIMARY KEY, big INTEGER, real REAL, word TEXT, bytes BLOB); INSERT INTO t VALUES (1, 9007199254740991, 0.5, 'é', x'01'), (2, 9007199254740992, NULL, NULL, NULL)")
  database.close()
})
afterEach(async () => { await sources.close() })
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function sourceOf(at: string, signal = new AbortController().signal) {
  sources = new Sources([{ name: 'app', path: at }])
  const { app } = sources.during(signal)
  if (app === undefined) throw new Error('there is a source')
  return app
}

/** Numbers without an end, a row each. */
const ENDLESS = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n'

describe('a SQLite source', () => {
  it('gives rows by column; whole numbers past 2^53 as bigints', async () => {
    expect(await sourceOf(path).all('SELECT * FROM t ORDER BY id')).toEqual([
      { id: 1, big: 9007199254740991, real: 0.5, word: 'é', bytes: new Uint8Array([1]) },
      { id: 2, big: 9007199254740992n, real: null, word: null, bytes: null },
    ])
  })

  it('is read alike in the thread that asks', async () => {
    sources = new Sources([{ name: 'app', path }]).inline()
    const { app } = sources.during(new AbortController().signal)
    expect(await app?.all('SELECT big, word FROM t WHERE id >= :id ORDER BY id', { id: 1 })).toEqual([{ big: 9007199254740991, word: 'é' }, { big: 9007199254740992n, word: null }])
    await expect(app?.all('DELETE FROM t RETURNING id')).rejects.toMatchObject({ code: 'SOURCE_FAILED', where: path, message: 'source app: attempt to write a readonly database, in: DELETE FROM t RETURNING id' })
    await expect(app?.all('SELECT * FROM absent')).rejects.toMatchObject({ code: 'SOURCE_FAILED' })
  })

  it('binds by name and by place; names that a statement does not use are no error', async () => {
    const app = sourceOf(path)
    expect(await app.all('SELECT :a AS a, typeof(:b) AS b, typeof(:c) AS c', { a: 'x', b: 1_700_000_000_000, c: 0.5, d: 'unused' })).toEqual([{ a: 'x', b: 'integer', c: 'real' }])
    expect(await app.all('SELECT ? + ? AS sum', [1, 2])).toEqual([{ sum: 3 }])
    expect(await app.all('SELECT count(*) AS n FROM t', { unused: 1 })).toEqual([{ n: 2 }])
    expect(await app.all('SELECT count(*) AS n FROM t')).toEqual([{ n: 2 }])
  })

  it.each([
    ['a table that is not there', 'SELECT * FROM absent', 'source app: no such table: absent, in: SELECT * FROM absent'],
    ['a parameter that is not given', 'SELECT :missing', 'source app: Missing named parameter "missing", in: SELECT :missing'],
    ['a write', 'DELETE FROM t RETURNING id', 'source app: attempt to write a readonly database, in: DELETE FROM t RETURNING id'],
    ['a statement without rows', 'CREATE TABLE x (y)', 'source app: a source is only read, and this statement answers no rows, in: CREATE TABLE x (y)'],
    ['another database', `ATTACH '${path}2' AS other`, 'source app: a source is only read, and this statement answers no rows'],
  ])('names itself and the statement of %s', async (_name, sql, message) => {
    await expect(sourceOf(path).all(sql)).rejects.toMatchObject({ code: 'SOURCE_FAILED', where: path, message: expect.stringContaining(message) as unknown })
  })

  it('names a file that is not there, and makes none; and one that is no database', async () => {
    const missing = join(folder, 'missing.db')
    await expect(sourceOf(missing).all('SELECT 1')).rejects.toMatchObject({ code: 'SOURCE_FAILED', message: `source app: there is no file ${missing}, in: SELECT 1` })
    await expect(sourceOf(missing).all('SELECT 1')).rejects.toMatchObject({ code: 'SOURCE_FAILED' })
    const text = join(folder, 'text.db')
    writeFileSync(text, 'not a database, but long enough to be taken for one'.repeat(100))
    await expect(sourceOf(text).all('SELECT * FROM t')).rejects.toMatchObject({ code: 'SOURCE_FAILED', message: 'source app: file is not a database, in: SELECT * FROM t' })
  })

  it('sees what the application has committed since', async () => {
    const app = sourceOf(path)
    expect(await app.all('SELECT count(*) AS n FROM t')).toEqual([{ n: 2 }])
    const database = new Database(path)
    database.exec('INSERT INTO t (id) VALUES (3)')
    expect(await app.all('SELECT count(*) AS n FROM t')).toEqual([{ n: 3 }])
    database.exec('DELETE FROM t WHERE id = 3')
    database.close()
  })

  it('gives up what takes too long, and answers the next question; others that waited behind it are answered too', async () => {
    const stop = new AbortController()
    const slow = sourceOf(path, stop.signal).all(ENDLESS)
    const behind = sources.during(new AbortController().signal).app?.all('SELECT 1 AS one')
    setTimeout(() => stop.abort(), 50)
    await expect(slow).rejects.toMatchObject({ code: 'SOURCE_FAILED', message: expect.stringContaining('it was given up') as unknown })
    expect(await behind).toEqual([{ one: 1 }])
    expect(await sources.during(new AbortController().signal).app?.all('SELECT 2 AS two')).toEqual([{ two: 2 }])
    await expect(sources.during(stop.signal).app?.all('SELECT 3')).rejects.toMatchObject({ code: 'SOURCE_FAILED' })
  })
})

describe('the URL of a source', () => {
  it('is relative to a folder', () => {
    expect(parseSourceUrl('app', 'sqlite:data/app.db', '/srv/project', 'sources')).toEqual({ name: 'app', path: '/srv/project/data/app.db' })
    expect(parseSourceUrl('app', 'sqlite:///srv/app.db', '/elsewhere', 'sources')).toEqual({ name: 'app', path: '/srv/app.db' })
  })

  it.each(['postgres://app', 'app.db', 'sqlite:', 'sqlite::memory:', 7, undefined])('%s is refused', (url) => {
    expect(() => parseSourceUrl('app', url, '/srv', 'sources')).toThrow(expect.objectContaining({ code: 'SOURCE_INVALID' }))
  })
})
