import { expect, test } from 'vitest'
import { runDamages } from './campaign.ts'
import { DAMAGES } from './damages.ts'

/** 10,000 before a release. */
const CASES = Number(process.env['TIDEMARK_DAMAGES'] ?? (process.env['TIDEMARK_LONG'] === '1' ? 10_000 : 1_000))
const SEED = Number(process.env['TIDEMARK_SEED'] ?? 20_261_120)

test(`${CASES} times damaged, an archive is found damaged, not read, and not built upon (seed ${SEED})`, { timeout: 240_000 + CASES * 400 }, async () => {
  const { cases, byDamage, refused, faults } = await runDamages({ seed: SEED, cases: CASES })
  console.log(`damage campaign: seed ${SEED}, ${cases} cases of ${Object.keys(byDamage).length} kinds, ${refused} periods refused`)
  expect(faults.join('\n')).toBe('')
  expect(Object.keys(byDamage)).toEqual(Object.keys(DAMAGES).slice(0, CASES))
  expect(refused).toBeGreaterThan(CASES / 4)
})
