import { dayText } from '../../canonical/day-text.ts'
import { TidemarkError } from '../../errors.ts'
import type { StateColumn } from '../../measures/layout.ts'
import { mergeVersions, type Version } from '../../measures/versions.ts'
import type { RefusedRollup } from '../contract/tiers.ts'

/** Rows of the source that become one of the target: what each said and when, in the order of time. */
export interface RowGroup {
  readonly bucket: number
  readonly days: number
  readonly cell: number
  readonly chains: readonly (readonly Version[])[]
}

/** A row of the target, one version after another. */
export interface MergedGroup extends Omit<RowGroup, 'chains'> {
  readonly versions: readonly Version[]
}

/**
 * Merges all of an entity's groups before any is written. Where a sum of one does not fit in its row, none is: the
 * entity's rows stay where they are, and those of others move.
 */
export function mergeGroups(
  columns: readonly StateColumn[], groups: Iterable<RowGroup>, horizon: number, of: { readonly id: number; readonly tenant: string; readonly entity: string; readonly series: string },
): { readonly merged: readonly MergedGroup[] } | { readonly refused: Omit<RefusedRollup, 'rows'> } {
  const merged: MergedGroup[] = []
  for (const { bucket, days, cell, chains } of groups) {
    try {
      merged.push({ bucket, days, cell, versions: mergeVersions(columns, chains, horizon) })
    } catch (error) {
      if (!(error instanceof TidemarkError) || error.code !== 'SUM_TOO_LARGE') throw error
      return { refused: { entity: of.id, bucket, message: `of ${of.entity} of ${of.tenant}, ${of.series}, ${days} days from ${dayText(bucket)}: ${error.message}` } }
    }
  }
  return { merged }
}
