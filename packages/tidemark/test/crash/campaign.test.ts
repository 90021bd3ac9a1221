import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import type { CampaignReport } from './campaign.ts'
import { failpointNames } from './failpoint-names.ts'
import { inShares } from './shares.ts'

const LONG = process.env['TIDEMARK_LONG'] === '1'
const SEED = Number(process.env['TIDEMARK_SEED'] ?? 20_261_120)
/** 50,000 before a release. */
const POINTS = Number(process.env['TIDEMARK_CRASH_POINTS'] ?? (LONG ? 50_000 : 2_000))
/** Of the 2,000 points that are the least. */
const LEAST = 20

test(`${POINTS} crashes lose nothing, leave nothing half done, and do nothing twice (seed ${SEED})`, { timeout: 240_000 + POINTS * 200 }, async () => {
  const reports = await inShares<CampaignReport>(fileURLToPath(new URL('campaign-main.ts', import.meta.url)), SEED, POINTS)
  const names = failpointNames()
  const times = (name: string): number => reports.reduce((sum, { reached }) => sum + (reached[name] ?? 0), 0)
  const points = reports.reduce((sum, report) => sum + report.points, 0)
  const least = names.map((name) => ({ name, times: times(name) })).sort((a, b) => a.times - b.times)
  console.log(`crash campaign: seeds ${reports.map(({ seed }) => seed).join(', ')}, ${points} points at ${names.length} failpoints; fewest ${least[0]?.times} at ${least[0]?.name}`)
  const commands = new Set(reports.flatMap(({ byCommand }) => Object.keys(byCommand)))
  console.log([...commands].map((name) => `${name} ${reports.reduce((sum, { byCommand }) => sum + (byCommand[name] ?? 0), 0)}`).join(', '))
  expect(reports.flatMap(({ faults }) => faults).join('\n')).toBe('')
  expect(points).toBeGreaterThanOrEqual(POINTS)
  // A failpoint that is not in the source's list has a name that the list cannot read.
  expect(reports.flatMap(({ reached }) => Object.keys(reached)).filter((name) => !names.includes(name))).toEqual([])
  expect(least.filter((one) => one.times < Math.min(LEAST, (POINTS * LEAST) / 2_000))).toEqual([])
})
