import { rowDigest, type Sha256 } from '../canonical/row-digest.ts'
import type { ArchiveTier } from '../archive/path.ts'
import { type ArchivedRow, compareRows } from '../archive/row.ts'
import { groupOf } from '../definitions/cell.ts'
import type { DimensionsOf } from '../definitions/dimension.ts'
import type { SeriesDefinition } from '../definitions/series.ts'
import type { Layout } from '../measures/layout.ts'
import { mergeVersions, type Version } from '../measures/versions.ts'
import type { EpochDay, Instant } from '../stores/contract/state.ts'
import type { ArchiveSource, StoredRow, SupersededRow } from '../stores/contract/tiers.ts'
import type { PresenceOf } from './presence.ts'

export interface PeriodMerge {
  readonly definition: SeriesDefinition
  /** By which the cells of rows are told. */
  readonly dimensionsOf: DimensionsOf
  readonly layout: Layout
  readonly tier: ArchiveTier
  /** Rows of the period's file; empty when there is none. */
  readonly base: readonly StoredRow[]
  readonly source: Pick<ArchiveSource, 'rows' | 'superseded'>
  /** The last transaction of which nobody can ask any more what was believed before it. */
  readonly horizon: number
  readonly presence: PresenceOf
  readonly sha256: Sha256
}

/** A new generation's rows in file order, and what was believed about them before. */
export interface MergedPeriod {
  readonly rows: readonly ArchivedRow[]
  readonly superseded: readonly SupersededRow[]
}

/**
 * Folds what lies in the store into the rows of the period's file, history included: late events, and rows of entities
 * that were not due when the file was made.
 */
export function mergePeriod(merge: PeriodMerge): MergedPeriod {
  const rows: ArchivedRow[] = []
  const superseded: SupersededRow[] = []
  for (const bundle of bundlesOf(merge)) {
    for (const version of mergeVersions(merge.layout.columns, bundle.chains, merge.horizon)) {
      const row = rowOf(merge, bundle, version)
      if (version.until === null) rows.push(row)
      else superseded.push({ ...row, until: version.until })
    }
  }
  return { rows: rows.sort(compareRows), superseded }
}

/** Rows of one entity and cell whose ranges meet: they become one. */
interface Bundle {
  readonly sample: StoredRow
  readonly from: EpochDay
  to: EpochDay
  readonly chains: Version[][]
  /** The instants of the transactions that its rows name. */
  readonly instants: Map<number, Instant>
}

type HeldRow = StoredRow & { readonly until?: number }

/** One row's history from one place: the file (with the full rows that came before it), or the store. */
interface Part {
  readonly row: HeldRow
  readonly chain: HeldRow[]
}

/**
 * The same window nearly always: a late event's row is cut like the file's. After a window was declared or withdrawn it
 * may lie inside the file's row, or around several of them; then it belongs to the row that holds its days.
 */
function bundlesOf({ base, source }: PeriodMerge): Bundle[] {
  const bundles: Bundle[] = []
  for (const { row, chain } of partsOf(base, source).sort((a, b) => byCell(a.row, b.row))) {
    let bundle = bundles.at(-1)
    if (bundle === undefined || !sameCell(bundle.sample, row) || row.from >= bundle.to) {
      bundle = { sample: row, from: row.from, to: row.to, chains: [], instants: new Map() }
      bundles.push(bundle)
    }
    bundle.to = Math.max(bundle.to, row.to)
    bundle.chains.push(chain.toSorted((a, b) => a.transaction - b.transaction).map(versionOf))
    for (const { transaction, believedAt } of chain) bundle.instants.set(transaction, believedAt)
  }
  return bundles
}

function partsOf(base: readonly StoredRow[], source: PeriodMerge['source']): Part[] {
  const filed = new Map(base.map((row): [string, Part] => [keyOf(row), { row, chain: [row] }]))
  const stored = new Map<string, Part>()
  const held: readonly HeldRow[] = [...source.rows, ...source.superseded]
  for (const row of held) {
    const key = keyOf(row)
    const file = filed.get(key)
    const part = stored.get(key)
    // The store keeps both in one place: the history of a full row ends where the file's row begins.
    if (file !== undefined && row.until !== undefined && row.until <= file.row.transaction) file.chain.push(row)
    else if (part !== undefined) part.chain.push(row)
    else stored.set(key, { row, chain: [row] })
  }
  return [...filed.values(), ...stored.values()]
}

function keyOf({ tenant, entity, from, to, cell }: StoredRow): string {
  return `${tenant}\0${entity}\0${from}\0${to}\0${cell}`
}

function sameCell(a: StoredRow, b: StoredRow): boolean {
  return a.cell === b.cell && a.entity === b.entity && a.tenant === b.tenant
}

function byCell(a: StoredRow, b: StoredRow): number {
  if (a.tenant !== b.tenant) return a.tenant < b.tenant ? -1 : 1
  if (a.entity !== b.entity) return a.entity < b.entity ? -1 : 1
  return a.cell - b.cell || a.from - b.from
}

function versionOf({ transaction, until, facts, revision, version, states }: HeldRow): Version {
  return { from: transaction, until: until ?? null, facts, revision, version, states }
}

function rowOf(merge: PeriodMerge, { sample, from, to, instants }: Bundle, said: Version): ArchivedRow {
  const { definition, dimensionsOf, layout, tier, sha256 } = merge
  const { tenant, entity, cell } = sample
  const { from: transaction, facts, revision, version, states } = said
  const key = { series: definition.name, tenant, entity, tier, from, to, group: groupOf(dimensionsOf(tenant), cell) }
  return {
    tenant, entity, cell, from, to, transaction, believedAt: instants.get(transaction) ?? lastBefore(instants, transaction),
    version, revision, facts, ...merge.presence(tenant, entity, from, to, facts),
    digest: rowDigest(key, facts, layout.columns, states, sha256), states,
  }
}

/** A version that begins where a part ended has no row of that transaction; its instant is not before the last one's. */
function lastBefore(instants: ReadonlyMap<number, Instant>, transaction: number): Instant {
  let latest = 0
  for (const [id, at] of instants) if (id <= transaction) latest = Math.max(latest, at)
  return latest
}
