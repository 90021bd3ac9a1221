import { dayText } from '../canonical/day-text.ts'
import type { EpochDay } from '../stores/contract/state.ts'

/** The tiers that an archive can hold: the last tier of a policy that ends in `'archive'`. */
export type ArchiveTier = 'month' | 'quarter'

export interface ArchivePlace {
  readonly series: string
  readonly tier: ArchiveTier
  /** First day of the month or quarter. */
  readonly period: EpochDay
  readonly generation: number
}

/**
 * `activity/2014-Q1.g1.parquet`, `activity/2014-01.g1.parquet`: relative to the archive folder, with forward slashes.
 * The generation is in the name, so that a new file never takes the place of one that a catalogue names.
 */
export function archivePath({ series, tier, period, generation }: ArchivePlace): string {
  const [year, month] = dayText(period).split('-') as [string, string]
  const name = tier === 'month' ? `${year}-${month}` : `${year}-Q${Math.floor((Number(month) - 1) / 3) + 1}`
  return `${series}/${name}.g${generation}.parquet`
}

/** The manifest that lies beside a file. */
export function manifestPath(path: string): string {
  return `${path}.json`
}
