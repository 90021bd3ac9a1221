import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, onTestFinished, test } from 'vitest'
import { Declared } from '../../src/declared.ts'
import { Migrations } from '../../src/migrations.ts'
import { openSqliteStore } from '../../src/stores/sqlite/open.ts'
import { turnover } from '../server/place.ts'

test.each(['worker', 'inline'] as const)('what was committed by this process (%s), by another connection, or not at all, is told by a number', async (thread) => {
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-committed-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const path = join(folder, 'history.db')
  const store = await openSqliteStore({ path, program: 'test', thread })
  onTestFinished(() => store.close())
  const migrations = new Migrations(store, new Declared([turnover.definition]), () => 0)
  await migrations.apply(await migrations.plan())
  const first = await store.committed()
  expect(await store.committed()).toBe(first)
  await new Promise(setImmediate)
  expect(await store.committed()).toBe(first)
  // Reading, and a transaction that changes nothing, commit nothing.
  ;(await store.snapshot()).close()
  expect(await store.access.revokeToken(1, 'nobody', 0)).toBeNull()
  expect(await store.committed()).toBe(first)
  await store.access.audit({ actor: 'a', action: 'x', target: 't', tenants: null, detail: {} }, 0)
  const second = await store.committed()
  expect(second).not.toBe(first)
  const other = new Database(path)
  other.prepare("INSERT INTO tm_audit (at, actor, action, target, tenants, detail) VALUES (0, 'b', 'y', 't', NULL, '{}')").run()
  other.close()
  // Whoever hears of it hears in another turn of the loop.
  await new Promise(setImmediate)
  expect(await store.committed()).not.toBe(second)
})
