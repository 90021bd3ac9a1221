import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { inShares } from '../crash/shares.ts'
import type { DamageReport } from './campaign.ts'
import { DAMAGES } from './damages.ts'

/** 10,000 before a release. */
const CASES = Number(process.env['TIDEMARK_DAMAGES'] ?? (process.env['TIDEMARK_LONG'] === '1' ? 10_000 : 1_000))
const SEED = Number(process.env['TIDEMARK_SEED'] ?? 20_261_120)

test(`${CASES} times damaged, an archive is found damaged, not read, and not built upon (seed ${SEED})`, { timeout: 240_000 + CASES * 400 }, async () => {
  const reports = await inShares<DamageReport>(fileURLToPath(new URL('campaign-main.ts', import.meta.url)), SEED, CASES)
  const sum = (of: (report: DamageReport) => number): number => reports.reduce((total, report) => total + of(report), 0)
  const kinds = new Set(reports.flatMap(({ byDamage }) => Object.keys(byDamage)))
  console.log(`damage campaign: seeds ${reports.map(({ seed }) => seed).join(', ')}, ${sum(({ cases }) => cases)} cases of ${kinds.size} kinds, ${sum(({ refused }) => refused)} periods refused`)
  expect(reports.flatMap(({ faults }) => faults).join('\n')).toBe('')
  expect(sum(({ cases }) => cases)).toBeGreaterThanOrEqual(CASES)
  if (CASES >= 100) expect([...kinds].sort()).toEqual(Object.keys(DAMAGES).sort())
  expect(sum(({ refused }) => refused)).toBeGreaterThan(CASES / 4)
})
