import { canonicalJson } from '../canonical/json.ts'
import { ageText } from '../definitions/age-text.ts'
import type { KeepDefinition, KeepLonger, Tier } from '../definitions/keep.ts'
import { TidemarkError } from '../errors.ts'
import type { AppliedMigration, StoredSchema } from '../stores/contract/schema.ts'
import type { Instant } from '../stores/contract/state.ts'

/** The retention policy in force, as it is declared, and who made it so. */
export interface LivePolicy {
  readonly series: string
  /** `1y`, `forever`, `archive`. */
  readonly keep: readonly { readonly tier: Tier; readonly until: string }[]
  readonly asOfDays: number
  /** Entities that keep every tier longer. */
  readonly longer?: KeepLonger
  /** The migration since which it has been in force unchanged. */
  readonly since: { readonly version: number; readonly at: Instant; readonly program: string }
}

/** Throws SERIES_UNKNOWN. */
export function livePolicy(schema: StoredSchema, series: string): LivePolicy {
  const keep = schema.series.find(({ definition }) => definition.name === series)?.definition.keep
  const since = keep === undefined ? undefined : inForceSince(schema.migrations, series, keep)
  if (keep === undefined || since === undefined) {
    throw new TidemarkError('SERIES_UNKNOWN', `the store has no series ${JSON.stringify(series)}`, { hint: 'Run tidemark migrate.' })
  }
  const { version, at, program } = since
  return { series, keep: policyText(keep), asOfDays: keep.asOfDays, ...(keep.longer === undefined ? {} : { longer: keep.longer }), since: { version, at, program } }
}

function policyText(keep: KeepDefinition): { tier: Tier; until: string }[] {
  return keep.tiers.map(({ tier, until }) => ({ tier, until: until !== null ? ageText(until) : keep.archive ? 'archive' : 'forever' }))
}

/** The oldest migration of the unbroken run, up to the last, that had this policy. */
function inForceSince(migrations: readonly AppliedMigration[], series: string, keep: KeepDefinition): AppliedMigration | undefined {
  const text = canonicalJson(keep)
  const had = (migration: AppliedMigration): boolean => {
    const definition = migration.series.find(({ name }) => name === series)
    return definition !== undefined && canonicalJson(definition.keep) === text
  }
  const broken = migrations.findLastIndex((migration) => !had(migration))
  return migrations[broken + 1]
}
