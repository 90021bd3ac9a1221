import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { activity, contributions } from '../../../../templates/contributions/tidemark.config.ts'
import { madeUpCommits } from '../../src/cli/made-up-commits.ts'
import type { CalendarGrain } from '../../src/query/ranges.ts'
import { open, type Tidemark } from '../../src/tidemark.ts'
import { scratchRoot } from '../histories/scratch.ts'
import { byKey, type Figures, RawEvents } from './raw-events.ts'

const repository = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', '..')
const real = join(process.env['TIDEMARK_DATA'] ?? join(repository, '..', 'shared', 'data'), 'contributions.csv.gz')
if (!existsSync(real)) console.log(`no real commits at ${real}: compared on made-up ones only`)

const SELECT = ['contributions.sum', 'fix.sum', 'active.count', 'firstAt.min', 'lastAt.max'] as const
const NOW = Date.parse('2026-11-20T12:00:00Z')

/** The ranges at which each grain is still kept at `NOW`: the tier's age, whole windows. */
const KEPT: Readonly<Record<Exclude<CalendarGrain, 'range'>, string>> = { day: '2025-12-01', week: '2023-12-04', month: '2016-12-01', quarter: '2000-01-01', year: '2000-01-01' }

describe.each([
  ...(existsSync(real) ? [{ name: 'real commits', csv: () => real }] : []),
  { name: 'made-up commits', csv: (folder: string) => madeUp(join(folder, 'commits.csv')) },
])('DuckDB over the raw CSV of $name', ({ csv }) => {
  const folder = mkdtempSync(join(scratchRoot(), 'tidemark-duckdb-'))
  let raw: RawEvents
  let tm: Tidemark

  beforeAll(async () => {
    const file = csv(folder)
    raw = await RawEvents.read(file)
    tm = await open({ store: `sqlite:${join(folder, 'history.db')}`, archive: join(folder, 'archive'), series: [activity], now: () => NOW })
    await tm.ingestFile(contributions, file)
    await tm.capture(activity)
  }, 120_000)
  afterAll(async () => {
    await tm.close()
    raw.close()
    rmSync(folder, { recursive: true, force: true })
  })

  test('agrees with every period of every grain while all detail is there', async () => {
    for (const grain of ['day', 'week', 'month', 'quarter', 'year'] as const) expect(await answered(tm, grain, '2000-01-01'), grain).toEqual(await raw.periods(grain))
  }, 120_000)

  test('agrees with each entity’s own four-month windows while all detail is there', async () => {
    expect(await answeredWindows(tm)).toEqual(await raw.windows(4))
  }, 120_000)

  test('agrees from every tier once fourteen years have been rolled up and archived', async () => {
    const { archived, refused } = await tm.tiers.run(activity)
    expect({ archived: archived > 0, refused }).toEqual({ archived: true, refused: 0 })
    for (const [grain, from] of Object.entries(KEPT) as [Exclude<CalendarGrain, 'range'>, string][]) {
      expect(await answered(tm, grain, from), grain).toEqual((await raw.periods(grain)).filter(({ period }) => period >= from))
    }
  }, 120_000)

  test('agrees with each entity’s own four-month windows from every tier and the archive', async () => {
    expect(await answeredWindows(tm)).toEqual(await raw.windows(4))
  }, 120_000)
})

async function answered(tm: Tidemark, grain: CalendarGrain, from: string): Promise<Figures[]> {
  const { rows } = await tm.query(activity, { select: SELECT, allTenants: true, grain, from })
  return rows.flatMap((row) => {
    // Rows are listed where something lies in them; the raw events know nothing of coverage.
    expect(row.coverage.reasons.finer_detail_retired, `${row.entity} ${row.period}`).toBeUndefined()
    return (row['contributions.sum'] ?? 0) === 0 ? [] : [figures(row, row.period)]
  }).sort(byKey)
}

async function answeredWindows(tm: Tidemark): Promise<Figures[]> {
  const { rows } = await tm.window(activity, { select: SELECT, allTenants: true })
  return rows.flatMap((row) => ((row['contributions.sum'] ?? 0) === 0 ? [] : [figures(row, row.from)])).sort(byKey)
}

function figures(row: { tenant: string; entity: string | null } & { readonly [Key in (typeof SELECT)[number]]: number | null }, period: string): Figures {
  return {
    tenant: row.tenant, entity: String(row.entity), period, contributions: Number(row['contributions.sum']), fix: Number(row['fix.sum']),
    active: Number(row['active.count']), firstAt: Number(row['firstAt.min']), lastAt: Number(row['lastAt.max']),
  }
}

function madeUp(path: string): string {
  const lines = [...madeUpCommits({ seed: 7, count: 5_000 })].map((commit) =>
    [commit.client_id, commit.contributor_id, commit.authored_at, commit.committed_at, commit.kind, commit.commit_id].join(','))
  writeFileSync(path, `client_id,contributor_id,authored_at,committed_at,kind,commit_id\n${lines.join('\n')}\n`)
  return path
}
