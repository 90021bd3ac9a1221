import type { Reach } from '../archive/failpoints.ts'
import type { ArchiveTier } from '../archive/path.ts'
import type { IndependentTally } from '../archive/prove.ts'
import { publishArchive } from '../archive/publish.ts'
import { tzdataVersion } from '../calendar/tzdata.ts'
import { type DimensionsOf, dimensionsByTenant } from '../definitions/dimension.ts'
import { type Layout, layoutOf } from '../measures/layout.ts'
import type { ErasureSubject } from '../stores/contract/hold.ts'
import type { ArchiveFile, SeriesState } from '../stores/contract/series-state.ts'
import type { Instant } from '../stores/contract/state.ts'
import type { Store } from '../stores/contract/store.ts'
import type { StoredRow } from '../stores/contract/tiers.ts'
import type { ArchivePlace } from '../tiers/archive-period.ts'
import { archivesOf, damaged } from './plan.ts'

export interface ArchiveErasure {
  readonly store: Store
  readonly place: ArchivePlace
  /** Of one kind; each with its erasure in the ledger. */
  readonly subjects: readonly (ErasureSubject & { readonly id: number })[]
  readonly now: Instant
  readonly reach: Reach
}

/**
 * Makes every file that holds one of these entities anew without them, proven like any, and takes all other generations
 * of its period from the folder. Whoever calls it keeps tiers runs out: what they publish would look like a leftover.
 */
export async function eraseArchived(work: ArchiveErasure): Promise<void> {
  const { store, subjects: [first], reach } = work
  if (first === undefined) return
  for (const file of await archivesOf(store, first.kind)) await eraseFrom(work, file)
  reach('erasure.before-files')
  await removeLeftovers(work, first.kind)
  reach('erasure.after-files')
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
 * Removes from the folder whatever of the periods that were made anew no catalogue names, and what crashes left half
 * written: every one of those may hold the entity.
 */
async function removeLeftovers({ store, place: { folder }, subjects }: ArchiveErasure, kind: string): Promise<void> {
  const touched = (await store.erasures.list()).filter((erasure) => subjects.some(({ id }) => id === erasure.id)).flatMap(({ files }) => files)
  const periods = new Set(touched.map(({ path }) => periodOf(path)))
  const named = new Set((await archivesOf(store, kind)).flatMap(({ path }) => [path, `${path}.json`]))
  for (const { path, staged } of await folder.list()) {
    if (staged || (periods.has(periodOf(path)) && !named.has(path))) await folder.remove(path)
  }
}

/** `activity/2014-Q1` of `activity/2014-Q1.g2.parquet` and of its manifest. */
function periodOf(path: string): string {
  return path.replace(/\.g\d+\.parquet(\.json)?$/, '')
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
