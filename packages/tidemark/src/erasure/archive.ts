import type { Reach } from '../archive/failpoints.ts'
import type { ArchiveTier } from '../archive/path.ts'
import type { IndependentTally } from '../archive/prove.ts'
import { publishArchive } from '../archive/publish.ts'
import { tzdataVersion } from '../calendar/tzdata.ts'
import { type DimensionsOf, dimensionsByTenant } from '../definitions/dimension.ts'
import { TidemarkError } from '../errors.ts'
import { type Layout, layoutOf } from '../measures/layout.ts'
import type { ErasureSubject } from '../stores/contract/hold.ts'
import type { ArchiveFile, SeriesState } from '../stores/contract/series-state.ts'
import type { Instant } from '../stores/contract/state.ts'
import type { Store } from '../stores/contract/store.ts'
import type { StoredRow } from '../stores/contract/tiers.ts'
import type { ArchivePlace } from '../tiers/archive-period.ts'
import { sweepUnnamed } from '../tiers/sweep.ts'
import { archivesOf, damaged } from './plan.ts'

export interface ArchiveErasure {
  readonly store: Store
  readonly place: ArchivePlace
  /** Each with its erasure in the ledger; files are made anew for those of one kind at a time. */
  readonly subjects: readonly (ErasureSubject & { readonly id: number })[]
  readonly now: Instant
  readonly reach: Reach
}

/**
 * Makes every file that holds one of these entities anew without them, proven like any; `eraseUnnamed` takes the old ones
 * away. Whoever calls either keeps tiers runs out: what they publish would look like a leftover.
 */
export async function eraseArchived(work: ArchiveErasure): Promise<void> {
  const { store, subjects: [first] } = work
  if (first === undefined) return
  for (const file of await archivesOf(store, first.kind)) await eraseFrom(work, file)
}

async function eraseFrom({ store, place, subjects, now, reach }: ArchiveErasure, file: ArchiveFile): Promise<void> {
  const { series, dimensionsOf } = await seriesOf(store, file.series)
  const layout = layoutOf(series.definition)
  const read = await place.reader.read(file, layout.columns)
  if (!read.ok) throw damaged(file, read.damage)
  const ids = new Map(subjects.map(({ id, tenant, entity }) => [`${tenant}\0${entity}`, id]))
  const idOf = ({ tenant, entity }: StoredRow): number | undefined => ids.get(`${tenant}\0${entity}`)
  const gone = read.rows.filter((row) => idOf(row) !== undefined)
  if (gone.length === 0) return
  reach('erasure.before-archive')
  const staying = read.rows.filter((row) => idOf(row) === undefined)
  const tier = (series.definition.keep.tiers.at(-1) as { tier: ArchiveTier }).tier
  const next = staying.length === 0 ? null : await publishArchive({
    folder: place.folder, program: place.program, owner: place.owner, tzdata: tzdataVersion(), definition: series.definition,
    definitionVersion: series.version, dimensionsOf, layout, tier, period: file.period, generation: file.generation + 1, rows: staying,
    independent: tallyOf(layout, file, gone), reach,
  })
  const erased = [...Map.groupBy(gone, (row) => idOf(row) as number)].map(([id, rows]) => ({ id, rows: rows.length }))
  await store.erasures.replaceArchive(erased, file, next, now)
  reach('erasure.after-archive')
}

/** What the new file must add up to: what the catalogue says of the old one, less what goes. */
function tallyOf(layout: Layout, file: ArchiveFile, gone: readonly StoredRow[]): IndependentTally {
  const sums: Record<string, string> = {}
  for (const [index, { name, merge }] of layout.columns.entries()) {
    const whole = file.sums[name]
    if (merge !== 'sum' || whole === undefined) continue
    const less = gone.reduce((sum, { states }) => sum + BigInt(states[index] ?? 0), 0n)
    sums[name] = String(BigInt(whole) - less)
  }
  return { rows: file.rows - gone.length, facts: file.facts - gone.reduce((sum, row) => (row.cell === 0 ? sum + row.facts : sum), 0), sums }
}

/**
 * Takes away whatever of the archive no catalogue names: what was replaced, and what crashes left, may hold the entity.
 *
 * @throws ARCHIVE_DAMAGED for a file that may hold it and is not surely to be removed
 */
export async function eraseUnnamed({ store, place, subjects }: Pick<ArchiveErasure, 'store' | 'place' | 'subjects'>): Promise<void> {
  // Tiers runs are kept out, so no file of this store is being made, however young it is by a clock that may have jumped.
  const { doubtful } = await sweepUnnamed(store, place, Infinity)
  const kinds = new Map((await store.schema()).series.map(({ definition }) => [definition.name, definition.of.name]))
  for (const path of doubtful) {
    const kind = kinds.get(path.split('/', 1)[0] as string)
    if (kind !== undefined && subjects.every((subject) => subject.kind !== kind)) continue
    throw new TidemarkError('ARCHIVE_DAMAGED', `the catalogue does not name ${path}, and whose it is cannot be told: it may hold what is to be erased`, {
      where: path, why: 'It cannot be read, or the file of its period is damaged.', hint: 'Put the damaged file back, or take this one out of the archive; then finish with tidemark forget --pending.',
    })
  }
}

async function seriesOf(store: Store, name: string): Promise<{ readonly series: SeriesState; readonly dimensionsOf: DimensionsOf }> {
  const snapshot = await store.snapshot()
  try {
    const series = await snapshot.series(name, null) as SeriesState
    return { series, dimensionsOf: dimensionsByTenant(series.definition.dimensions, await snapshot.met(name, null)) }
  } finally {
    snapshot.close()
  }
}
