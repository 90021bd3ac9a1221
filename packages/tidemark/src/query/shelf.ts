import type { ArchivedRow } from '../archive/row.ts'
import { tierEnd, tierStart } from '../calendar/period.ts'
import type { KeepDefinition, Tier } from '../definitions/keep.ts'
import type { EntityState } from '../stores/contract/entity-state.ts'
import type { DayRange } from '../stores/contract/read.ts'
import type { ArchiveFile, SeriesState } from '../stores/contract/series-state.ts'
import type { EpochDay } from '../stores/contract/state.ts'
import type { ArchiveFilter, ArchiveSource } from './archive-source.ts'
import type { Explanation } from './explain.ts'

/** What one query takes from the archive: each file that it needs is read once, whatever it is compared with. */
export interface Shelf {
  /** Rows of sound files that are believed, file by file. */
  readonly rows: readonly (readonly ArchivedRow[])[]
  /** The periods of files that are not believed, ascending. */
  readonly damaged: readonly DayRange[]
  readonly explained: Pick<Explanation, 'archive' | 'damaged'>
}

export const EMPTY_SHELF: Shelf = { rows: [], damaged: [], explained: { archive: [], damaged: [] } }

/**
 * Reads the files that share a day with the filter's range.
 *
 * @param transaction rows younger than this are left out: the store keeps what was believed before; null for all
 */
export async function readShelf(
  archive: ArchiveSource, { definition, archives }: SeriesState, columns: readonly { readonly name: string }[],
  filter: ArchiveFilter, transaction: number | null,
): Promise<Shelf> {
  const tier = lastTier(definition.keep)
  const rows: (readonly ArchivedRow[])[] = []
  const damaged: DayRange[] = []
  const explained = { archive: [] as Explanation['archive'][number][], damaged: [] as Explanation['damaged'][number][] }
  for (const file of archives.toSorted((a, b) => a.period - b.period)) {
    const period = { from: file.period, to: tierEnd(tier, file.period) }
    if (period.from >= filter.to || period.to <= filter.from) continue
    const read = await archive.read(file, columns, filter)
    if (!read.ok) {
      damaged.push(period)
      explained.damaged.push({ path: file.path, reason: read.damage.reason, detail: read.damage.detail })
      continue
    }
    const believed = transaction === null ? read.rows : read.rows.filter((row) => row.transaction <= transaction)
    rows.push(believed)
    explained.archive.push(explainedFile(file, believed.length))
  }
  return { rows, damaged, explained }
}

function explainedFile({ path, generation }: ArchiveFile, rows: number): Explanation['archive'][number] {
  return { path, generation, rows }
}

/** The tier whose rows move into the archive. */
export function lastTier(keep: KeepDefinition): Tier {
  return (keep.tiers.at(-1) as { readonly tier: Tier }).tier
}

/** Whether a row of the last tier lies in one of these periods. */
export function liesInDamage(damaged: readonly DayRange[], tier: Tier, from: EpochDay): boolean {
  if (damaged.length === 0) return false
  const start = tierStart(tier, from)
  return damaged.some((period) => period.from === start)
}

/**
 * The part of the damaged periods that only their files held for this entity: days that it has retired from the tier
 * before the last. What still lies in a finer tier is answered from there.
 */
export function damageOf(entity: Pick<EntityState, 'boundaries'>, damaged: readonly DayRange[], keep: KeepDefinition): readonly DayRange[] {
  if (damaged.length === 0) return damaged
  const before = keep.tiers.at(-2)
  const retired = before === undefined ? undefined : entity.boundaries[before.tier]
  if (retired === undefined) return []
  return damaged.flatMap(({ from, to }) => (from < retired ? [{ from, to: Math.min(to, retired) }] : []))
}
