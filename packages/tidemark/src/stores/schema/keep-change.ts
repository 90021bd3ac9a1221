import { ageText } from '../../definitions/age-text.ts'
import type { Age, KeepDefinition, Tier } from '../../definitions/keep.ts'
import { incompatible } from './change.ts'

const meanDays = (age: Age | null): number => (age === null ? Infinity : age.months * 30.436875 + age.days)
const untilText = (age: Age | null, archive: boolean): string => (age !== null ? `for ${ageText(age)}` : archive ? 'in the archive' : 'forever')

/** What a changed retention policy does, a sentence each. Throws MIGRATION_INCOMPATIBLE where rows would be left without a tier. */
export function keepChanges(stored: KeepDefinition, declared: KeepDefinition, where: string): string[] {
  const before = new Map(stored.tiers.map(({ tier, until }) => [tier, until]))
  const after = new Map(declared.tiers.map(({ tier, until }) => [tier, until]))
  for (const tier of before.keys()) {
    if (after.has(tier)) continue
    throw incompatible(where, `keep no longer has the tier ${tier}, which may hold rows that no other tier holds`,
      `Leave ${tier} in keep; its age may change.`)
  }
  checkArchive(stored, declared, where)
  return [
    ...declared.tiers.flatMap(({ tier, until }): string[] => {
      const was = before.get(tier)
      const now = untilText(until, declared.archive)
      if (was === undefined) return [`keeps a tier ${tier} ${now}; rows that are coarser already stay as they are`]
      if (meanDays(until) < meanDays(was)) return [`keeps ${tier} rows ${now} (was ${untilText(was, stored.archive)}): older ones are due at the next tiers run`]
      if (meanDays(until) > meanDays(was)) return [`keeps ${tier} rows ${now} (was ${untilText(was, stored.archive)}); those that have retired stay retired`]
      return []
    }),
    ...asOfChange(stored.asOfDays, declared.asOfDays),
  ]
}

function checkArchive(stored: KeepDefinition, declared: KeepDefinition, where: string): void {
  const last = (keep: KeepDefinition): Tier => (keep.tiers.at(-1) as { tier: Tier }).tier
  if (stored.archive && (!declared.archive || last(declared) !== last(stored))) {
    throw incompatible(where, `${last(stored)} rows lie in the archive, and the declaration keeps them in the store`,
      `Keep ${last(stored)} 'archive'.`)
  }
  if (declared.archive && !stored.archive && stored.tiers.some(({ tier }) => tier === last(declared))) {
    throw incompatible(where, `${last(declared)} rows stay in the store, and the declaration moves them into the archive`,
      `Keep ${last(declared)} 'forever', or declare the series under a new name.`)
  }
}

function asOfChange(stored: number, declared: number): string[] {
  if (declared < stored) return [`answers as of the last ${declared} days (was ${stored}): earlier beliefs are forgotten at the next tiers run`]
  if (declared > stored) return [`answers as of the last ${declared} days (was ${stored}), in full once that many have passed`]
  return []
}
