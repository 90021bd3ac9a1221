import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Declared } from '../../src/declared.ts'
import type { SeriesDefinition } from '../../src/definitions/series.ts'
import { examine, type DoctorReport } from '../../src/doctor/doctor.ts'
import { pendingPlan } from '../../src/migrations.ts'
import { openSqliteStore } from '../../src/stores/sqlite/open.ts'
import { scratchRoot } from '../histories/scratch.ts'
import { activity, buildHistory, Copy, NOW } from '../verify/fixture.ts'

const DAY = 86_400_000
let root: string
beforeAll(async () => {
  root = mkdtempSync(join(scratchRoot(), 'tidemark-doctor-'))
  await buildHistory(root)
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

async function visit(copy: Copy, { now = NOW, series = activity.definition, store = 'history.db' }: { now?: number; series?: SeriesDefinition; store?: string } = {}): Promise<DoctorReport> {
  const storePath = join(copy.folder, store)
  const opened = await openSqliteStore({ path: storePath, program: 'test' }).catch(() => null)
  try {
    return await examine({
      configuration: 'tidemark.config.ts', series: [series], storeUrl: `sqlite:${storePath}`, storePath, store: opened, archivePath: copy.archive, now,
      pending: (stored) => pendingPlan(stored, new Declared([series])),
    })
  } finally {
    await opened?.close()
  }
}

const failed = ({ lines }: DoctorReport): Record<string, string> => Object.fromEntries(lines.filter(({ ok }) => !ok).map(({ name, text }) => [name, text]))

describe('doctor', () => {
  test('has a line for everything, all well', async () => {
    const report = await visit(new Copy(root))
    expect(failed(report)).toEqual({})
    expect(report.lines.map(({ name }) => name)).toEqual([
      'node', 'configuration', 'store', 'archive folder', 'durability', 'declarations', 'clock', 'time zones', 'archive files', 'tiers run', 'quarantine', 'holds', 'erasures', 'freshness of activity', 'size',
    ])
    const text = (name: string) => report.lines.find((line) => line.name === name)?.text
    expect(text('durability')).toMatch(/^SQLite 3\.\d+\.\d+, journal_mode=wal, synchronous=FULL$/)
    expect(text('archive files')).toMatch(/^\d+ files, .* each with the hash it was published with$/)
    expect(text('freshness of activity')).toBe(`captured ${new Date(NOW).toISOString()}, 0 days ago; events last came ${new Date(NOW + 60_000).toISOString()}, 0 days ago`)
    expect(text('size')).toMatch(/ k?B a day since 2022-01-10: .*events/)
  })

  test.each<[string, string, RegExp, (copy: Copy) => unknown]>([
    ['a store that is not there', 'store', /does not exist yet/, () => ({ store: 'other.db' })],
    ['a file that is no store', 'store', /other\.db is not a SQLite database/, (copy) => {
      writeFileSync(join(copy.folder, 'other.db'), 'x'.repeat(5000))
      return { store: 'other.db' }
    }],
    ['an empty file', 'store', /other\.db/, (copy) => {
      writeFileSync(join(copy.folder, 'other.db'), '')
      return { store: 'other.db' }
    }],
    ['declarations that changed', 'declarations', /to be migrated: drops the measure activity\.events/, () => {
      const { events, fixShare, ...measures } = activity.definition.measures
      void events
      void fixShare
      return { series: { ...activity.definition, measures } }
    }],
    ['a clock a year ahead', 'clock', /\d+ days after the store's clock was last believed/, () => ({ now: NOW + 365 * DAY })],
    ['a clock that went back', 'clock', /before the store's clock was last believed/, () => ({ now: NOW - 9 * DAY })],
    ['no capture for weeks', 'freshness of activity', /20 days ago/, () => ({ now: NOW + 20 * DAY })],
    ['an erasure that is not complete', 'erasures', /^1 are not complete$/, (copy) => copy.tamper("INSERT INTO tm_erasure (at, by, reason, rows, files) VALUES (1, 'x', 'y', '{}', '[]')")],
    ['a damaged archive file', 'archive files', /cut short: 50 bytes/, (copy) => truncateSync(join(copy.archive, copy.value<string>("SELECT file ->> 'path' FROM tm_archive WHERE current = 1 LIMIT 1")), 50)],
    ['a file for the archive', 'archive folder', /is not a folder/, (copy) => {
      rmSync(copy.archive, { recursive: true })
      writeFileSync(copy.archive, '')
    }],
    ['an archive that is gone', 'archive files', /there is no such file/, (copy) => {
      rmSync(copy.archive, { recursive: true })
      mkdirSync(copy.archive)
    }],
  ])('finds %s', async (_what, name, text, prepare) => {
    const copy = new Copy(root)
    const change = prepare(copy)
    const report = await visit(copy, (change ?? {}) as Parameters<typeof visit>[1])
    expect(report.ok).toBe(false)
    expect(failed(report)[name], JSON.stringify(failed(report))).toMatch(text)
  })
})
