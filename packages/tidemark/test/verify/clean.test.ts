import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { LocalFolder } from '../../src/archive/local-folder.ts'
import { openSqliteStore } from '../../src/stores/sqlite/open.ts'
import { CHECKS } from '../../src/verify/report.ts'
import { runVerify } from '../../src/verify/verify.ts'
import { perform } from '../histories/compare.ts'
import { Engine } from '../histories/engine.ts'
import { generate } from '../histories/generate.ts'
import { Random } from '../histories/random.ts'
import { scratchRoot } from '../histories/scratch.ts'
import { buildHistory, Copy, problemsOf } from './fixture.ts'

let root: string
beforeAll(async () => {
  root = mkdtempSync(join(scratchRoot(), 'tidemark-verify-'))
  await buildHistory(root)
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

describe('a history in which everything happened that can', () => {
  test('has rows in every place that is checked', () => {
    const copy = new Copy(root)
    for (const table of ['tm_event_sales', 'tm_day_activity', 'tm_week_activity', 'tm_month_activity', 'tm_quarter_activity', 'tm_superseded_activity', 'tm_checkpoint', 'tm_adjustment', 'tm_zone']) {
      expect(copy.value<number>(`SELECT count(*) FROM ${table}`), table).toBeGreaterThan(0)
    }
    expect(copy.value<number>('SELECT count(*) FROM tm_archive WHERE current = 0')).toBeGreaterThan(0)
    expect(copy.value<number>('SELECT count(*) FROM tm_event_sales WHERE removed IS NOT NULL')).toBeGreaterThan(0)
    expect(copy.value<number>("SELECT count(*) FROM tm_superseded_activity WHERE tier = 'archive'")).toBeGreaterThan(0)
  })

  test.each([true, false])('has nothing wrong with it (deep: %s), and every check has looked at something', async (deep) => {
    const report = await new Copy(root).verify(deep)
    expect(problemsOf(report)).toEqual({})
    expect(report.ok).toBe(true)
    expect(report.checks.map(({ name }) => name)).toEqual(CHECKS)
    // Collected series and erasures have histories of their own: see collected.test.ts.
    for (const { name, checked } of report.checks) if (name !== 'collected' && name !== 'erasures') expect(checked, name).toBeGreaterThan(0)
    expect(Object.keys(report)).toEqual(['ok', 'checks'])
    expect(Object.keys(report.checks[0] as object)).toEqual(['name', 'ok', 'checked', 'problems'])
  })

  test('is left as it was, and other work has its turn while it is read', async () => {
    const copy = new Copy(root)
    const before = copy.value<number>('SELECT max(id) FROM tm_transaction')
    let turns = 0
    const turn = setInterval(() => turns++, 1)
    await copy.verify()
    clearInterval(turn)
    expect(turns).toBeGreaterThan(5)
    expect(copy.value('SELECT max(id) FROM tm_transaction')).toBe(before)
  })
})

test('random histories, with crashes on the way, have nothing wrong with them', { timeout: 120_000 }, async () => {
  const folder = mkdtempSync(join(scratchRoot(), 'tidemark-verify-'))
  try {
    for (const seed of [5, 42, 88, 1234]) {
      const random = new Random(seed)
      const engine = new Engine(join(folder, String(seed)), () => random.next())
      for (const step of generate(seed).steps) {
        if (step.do !== 'query' && step.do !== 'window' && step.do !== 'checkpoints') await perform(engine, step)
      }
      const place = join(folder, String(seed), String(Math.max(...readdirSync(join(folder, String(seed))).map(Number))))
      const store = await openSqliteStore({ path: join(place, 'history.db'), program: 'test' })
      expect(problemsOf(await runVerify({ store, folder: new LocalFolder(join(place, 'archive')), deep: true })), `seed ${seed}`).toEqual({})
      await store.close()
      await engine.close()
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
