import type { KeepDefinition, Tier } from '../../definitions/keep.ts'
import type { CollectedEntity, FailureRead, TierRowRead } from '../../stores/contract/collected.ts'
import type { DayRange } from '../../stores/contract/read.ts'
import type { EpochDay } from '../../stores/contract/state.ts'
import { NO_ID } from '../asked.ts'
import { Directory } from '../directory.ts'
import type { Explanation } from '../explain.ts'
import { filterOf } from '../question.ts'
import { damageOf, EMPTY_SHELF, lastTier, readShelf, type Shelf } from '../shelf.ts'
import { byCellAndTime, type EntityPieces, type Piece } from './piece.ts'
import type { AskedEntity, CollectedQuestion } from './question.ts'

/** More days than any row has: ranges that lie further apart share none. */
const LONGEST_ROW_DAYS = 92

const NOTHING: EntityPieces = { rows: [], failures: [], damaged: [] }

/** What store and archive have of the asked entities. */
export interface Library {
  /** By the entity's place among those asked. */
  of(place: number): EntityPieces
  readonly tiers: ReadonlyMap<Tier, number>
  readonly explained: Pick<Explanation, 'archive' | 'damaged'>
}

/**
 * Reads every row and failure that shares a day with one of the hulls, each once.
 *
 * @param cuts ascending days; windows that are over may come merged where none of these lies between them; null: each comes by itself
 */
export async function readLibrary(question: CollectedQuestion, hulls: readonly DayRange[], cuts: readonly EpochDay[] | null): Promise<Library> {
  const { context: { snapshot }, state: { definition }, resolved, splits, tenant, transaction, entities, measuring } = question
  const asked = entities.some(({ enrolment }) => enrolment !== null) ? apart(hulls) : []
  // A number that only another tenant's group has is left aside when rows are merged.
  const cells = [...new Set([0, ...[...splits.values()].flatMap((split) => split.cells)])]
  const ids = resolved.names === null && tenant === null ? 'all' as const : entities.flatMap(({ id }) => (id === NO_ID ? [] : [id]))
  const merged = cuts === null || transaction !== null || measuring.late ? null : { before: entities.reduce((least, { today }) => Math.min(least, today), Infinity), cuts }
  const sources: Sources = new Map()
  const tiers = new Map<Tier, number>()
  const shelves: Shelf[] = []
  const directory = new Directory(entities, null)
  for (const { from, to } of asked) {
    const shelf = definition.keep.archive
      ? await readShelf(question.context.archive, question.state, measuring.layout.columns, { ...filterOf(tenant, resolved.names), cells, from, to }, transaction)
      : EMPTY_SHELF
    shelves.push(shelf)
    addArchived(sources, shelf, directory, lastTier(definition.keep))
    const rows = await snapshot.rows({
      series: definition.name, entities: resolved.names === null ? 'all' : ids, tenant, from, to, tiers: transaction === null ? tiersTouching(definition.keep, entities.map(({ known }) => known), { from, to }) : definition.keep.tiers.map(({ tier }) => tier),
      cells, columns: measuring.layout.places, asOf: transaction, merged,
    })
    addStored(sources, rows, directory, tiers)
    addFailures(sources, await snapshot.failures(definition.name, ids, from, to, transaction), directory)
  }
  const damaged = shelves.flatMap((shelf) => shelf.damaged)
  return {
    tiers,
    explained: { archive: shelves.flatMap(({ explained }) => explained.archive), damaged: shelves.flatMap(({ explained }) => explained.damaged) },
    of(place) {
      const source = sources.get(place)
      const lost = damageOf((entities[place] as AskedEntity).known, damaged, definition.keep)
      if (source === undefined) return lost.length === 0 ? NOTHING : { ...NOTHING, damaged: lost }
      const rows = source.runs.length === 1 ? (source.runs[0] as readonly Piece[]) : source.runs.flat().sort(byCellAndTime)
      return { rows, failures: source.failures, damaged: lost.flatMap((range) => without(range, rows)) }
    },
  }
}

/** The tiers that rows of some days can lie in, by how far each entity has been rolled up. */
function tiersTouching({ tiers }: KeepDefinition, entities: readonly Pick<CollectedEntity, 'boundaries'>[], { from, to }: DayRange): readonly Tier[] {
  return tiers.map(({ tier }) => tier).filter((tier, place, all) => entities.some(({ boundaries }) => {
    const first = boundaries[tier] ?? -Infinity
    // A tier that was declared in between later has rolled nothing up yet.
    const end = place === 0 ? Infinity : Math.max(...all.slice(0, place).map((finer) => boundaries[finer] ?? -Infinity))
    return Math.max(first, from) < Math.min(end, to)
  }))
}

type Sources = Map<number, { readonly runs: (readonly Piece[])[]; readonly failures: FailureRead[] }>

function sourceOf(sources: Sources, place: number) {
  let source = sources.get(place)
  if (source === undefined) sources.set(place, source = { runs: [], failures: [] })
  return source
}

function addArchived(sources: Sources, shelf: Shelf, directory: Directory, tier: Tier): void {
  for (const file of shelf.rows) {
    for (const row of file) {
      const place = directory.placeOfName(row)
      if (place < 0) continue
      const { cell, from, to, facts, states } = row
      sourceOf(sources, place).runs.push([{ cell, tier, from, to, at: null, until: null, facts, states }])
    }
  }
}

/** Rows come entity by entity, so that each one's are a run. */
function addStored(sources: Sources, rows: readonly TierRowRead[], directory: Directory, tiers: Map<Tier, number>): void {
  for (let start = 0; start < rows.length;) {
    const { entity } = rows[start] as TierRowRead
    let end = start
    for (; end < rows.length && (rows[end] as TierRowRead).entity === entity; end++) {
      const { tier, facts } = rows[end] as TierRowRead
      // Of captured windows several may have come as one.
      tiers.set(tier, (tiers.get(tier) ?? 0) + (tier === 'captured' ? facts : 1))
    }
    const place = directory.placeOfId(entity)
    if (place >= 0) sourceOf(sources, place).runs.push(rows.slice(start, end))
    start = end
  }
}

function addFailures(sources: Sources, failures: readonly FailureRead[], directory: Directory): void {
  for (const failure of failures) {
    const place = directory.placeOfId(failure.entity)
    if (place >= 0) sourceOf(sources, place).failures.push(failure)
  }
}

/** The parts of a damaged period that no row of the store covers: one that was never archived is answered from there. */
function without(range: DayRange, rows: readonly Piece[]): DayRange[] {
  const left: DayRange[] = []
  let { from } = range
  for (const row of rows) {
    if (row.cell !== 0) break
    if (row.to <= from || row.from >= range.to) continue
    if (row.from > from) left.push({ from, to: row.from })
    from = row.to
  }
  if (from < range.to) left.push({ from, to: range.to })
  return left
}

/** The hulls as ranges between which no row lies, ascending. */
function apart(hulls: readonly DayRange[]): readonly DayRange[] {
  const joined: { from: number; to: number }[] = []
  for (const { from, to } of hulls.filter((hull) => hull.from < hull.to).sort((a, b) => a.from - b.from)) {
    const last = joined.at(-1)
    if (last !== undefined && from <= last.to + LONGEST_ROW_DAYS) last.to = Math.max(last.to, to)
    else joined.push({ from, to })
  }
  return joined
}
