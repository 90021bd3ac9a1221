import type { Reach } from '../archive/failpoints.ts'
import type { ArchiveFolder } from '../archive/folder.ts'
import { machine } from '../machine/machine.ts'
import type { ArchiveTier } from '../archive/path.ts'
import type { IndependentTally } from '../archive/prove.ts'
import { publishArchive } from '../archive/publish.ts'
import type { ArchiveReader } from '../archive/reader.ts'
import type { ArchivedRow } from '../archive/row.ts'
import { tzdataVersion } from '../calendar/tzdata.ts'
import { dimensionsByTenant } from '../definitions/dimension.ts'
import { type Layout, layoutOf } from '../measures/layout.ts'
import type { ArchiveFile, SeriesState } from '../stores/contract/series-state.ts'
import type { EpochDay, Instant } from '../stores/contract/state.ts'
import type { Store } from '../stores/contract/store.ts'
import type { StoredRow } from '../stores/contract/tiers.ts'
import { mergePeriod } from './merge-period.ts'
import type { PresenceOf } from './presence.ts'

/** Where a store's archive lies, and in whose name it is written. */
export interface ArchivePlace {
  readonly folder: ArchiveFolder
  readonly reader: ArchiveReader
  /** `tidemark 0.1.0` */
  readonly program: string
  /** The id of the store. */
  readonly owner: string
}

/** What became of one period's rows in the store. */
export type PeriodOutcome =
  | { readonly kind: 'archived'; readonly rows: number; readonly file: ArchiveFile }
  /** Nothing was deleted; the rows stay in the store and are answered from there. */
  | { readonly kind: 'refused'; readonly rows: number; readonly code: 'ARCHIVE_DAMAGED' | 'ARCHIVE_SOURCE_MOVED'; readonly message: string; readonly path: string | null }
  | { readonly kind: 'empty' }

export interface PeriodWork {
  readonly store: Store
  readonly place: ArchivePlace
  readonly series: SeriesState
  readonly period: EpochDay
  readonly now: Instant
  readonly horizon: Instant
  /** The last transaction at or before the horizon. */
  readonly horizonTransaction: number
  /** How complete windows of the entities of these rows are; null: one of them is being erased. */
  presenceFor(rows: readonly StoredRow[]): Promise<PresenceOf | null>
  readonly reach: Reach
}

/** Events that keep coming for one old quarter while it is archived are rare; five generations in a row are a stall. */
const MOST_ATTEMPTS = 5

/**
 * Makes the next generation of a period's file from the last one and what lies in the store, proves it, and retires the
 * rows from the store if they have not moved since; if they have, once more. A damaged file is never built upon.
 */
export async function archivePeriod(work: PeriodWork): Promise<PeriodOutcome> {
  const { store, place, series, period, now, horizon, reach } = work
  const { definition } = series
  const layout = layoutOf(definition)
  const tier = (definition.keep.tiers.at(-1) as { tier: ArchiveTier }).tier
  const current = series.archives.find((file) => file.period === period)
  const base = current === undefined ? { ok: true as const, rows: [] } : await place.reader.read(current, layout.columns)
  let generation = (current?.generation ?? 0) + 1
  let rows = 0
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    const source = await store.archiveSource(definition.name, period, horizon)
    rows = source.rows.length
    if (rows === 0) return { kind: 'empty' }
    if (!base.ok) {
      const { path, reason, detail } = base.damage
      return { kind: 'refused', rows, code: 'ARCHIVE_DAMAGED', message: `${path} is damaged (${reason}): ${detail}`, path }
    }
    const presence = await work.presenceFor([...base.rows, ...source.rows, ...source.superseded])
    if (presence === null) {
      return { kind: 'refused', rows, code: 'ARCHIVE_SOURCE_MOVED', path: current?.path ?? null, message: 'the file of the period holds an entity whose erasure is not finished; what has come since stays in the store until it is' }
    }
    const dimensionsOf = dimensionsByTenant(definition.dimensions, source.met)
    const merged = mergePeriod({
      definition, dimensionsOf, layout, tier, base: base.rows, source, horizon: work.horizonTransaction,
      presence, sha256: machine.sha256,
    })
    const file = await publishArchive({
      folder: place.folder, program: place.program, owner: place.owner, tzdata: tzdataVersion(), definition,
      definitionVersion: series.version, dimensionsOf, layout, tier, period, generation, rows: merged.rows,
      independent: independentTally(layout, base.rows, source.rows), reach,
    })
    reach('tiers.before-archive-commit')
    const committed = await store.commitArchive({ series: definition.name, period, file, highWater: source.highWater, superseded: merged.superseded, now })
    reach('tiers.after-archive-commit')
    if (committed) return { kind: 'archived', rows, file }
    generation = file.generation + 1
  }
  return {
    kind: 'refused', rows, code: 'ARCHIVE_SOURCE_MOVED', path: null,
    message: `rows of the period changed during each of ${MOST_ATTEMPTS} attempts; they stay in the store until the next run`,
  }
}

/** What the file must add up to, without the merging that made its rows: facts, and every column that is a plain sum. */
function independentTally(layout: Layout, base: readonly ArchivedRow[], source: readonly StoredRow[]): IndependentTally {
  const sums: Record<string, string> = {}
  for (const [index, { name, merge }] of layout.columns.entries()) {
    if (merge !== 'sum' && merge !== 'weighted') continue
    const values = [...base, ...source].flatMap(({ states }) => (states[index] === null || states[index] === undefined ? [] : [BigInt(states[index])]))
    if (values.length > 0) sums[name] = String(values.reduce((sum, value) => sum + value, 0n))
  }
  const facts = [...base, ...source].reduce((sum, row) => (row.cell === 0 ? sum + row.facts : sum), 0)
  return { facts, sums }
}
