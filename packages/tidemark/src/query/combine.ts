import type { ArchivedRow } from '../archive/row.ts'
import type { Tier } from '../definitions/keep.ts'
import { mergeStates } from '../measures/merge.ts'
import type { StateColumn } from '../measures/layout.ts'
import type { CutRow, DayRange, LooseRow, ReadResult } from '../stores/contract/read.ts'
import type { State } from '../stores/contract/state.ts'
import type { Behind } from './behind.ts'
import type { Directory } from './directory.ts'
import type { Frame } from './frame.ts'
import { type Shelf, liesInDamage } from './shelf.ts'
import { Slots } from './slots.ts'

/** A retired row that could not be merged: of which entity (its place among those asked), what it covers, in which tier. */
export interface Cut extends DayRange {
  readonly entity: number
  readonly tier: Tier
}

/** What store and archive have for every slot of a frame. */
export interface Combined {
  readonly frame: Frame
  readonly rows: Slots<readonly State[]>
  readonly cuts: ReadonlyMap<number, readonly Cut[]>
}

/**
 * Brings the store's merged rows and the archive's rows together. A row of the archive and additions beside it are one
 * window: they are merged first, so that a day that both know counts once. Only then are rows merged into ranges,
 * those that lie wholly inside.
 *
 * @param tenantPlaces in a total, the subject of each tenant; else null
 * @param tier the last tier, of which the archive's rows are
 * @param behind counts the entities of each slot; the store's rows are then of entities, also in a total
 */
export function combine(
  frame: Frame, directory: Directory, tenantPlaces: ReadonlyMap<string, number> | null,
  columns: readonly StateColumn[], read: ReadResult, shelf: Shelf, tier: Tier, behind: Behind | null = null,
): Combined {
  const rows = new Slots<readonly State[]>(frame.size)
  const cuts = new Map<number, Cut[]>()
  const merger = new Merger(columns, rows)

  for (const row of read.rows) {
    const cell = frame.placeOfCell(row.cell)
    const entity = behind === null ? -1 : directory.placeOfId(row.entity)
    const subject = behind !== null ? (entity < 0 ? -1 : directory.subjectOf(entity))
      : tenantPlaces === null ? (frame.ownerOf(row.range) ?? directory.placeOfId(row.entity))
      : (tenantPlaces.get(row.tenant as string) ?? -1)
    if (subject < 0 || cell === undefined) continue
    const slot = frame.slot(subject, cell, frame.localRange(subject, row.range))
    behind?.add(slot, entity, row.states)
    merger.add(slot, row.states)
  }
  for (const cut of read.cuts) addStoredCut(frame, directory, cuts, cut)

  const place = (entity: number, row: Pick<LooseRow, 'cell' | 'from' | 'to'>, states: readonly State[]): void => {
    const cell = frame.placeOfCell(row.cell)
    if (entity < 0 || cell === undefined) return
    const subject = directory.subjectOf(entity)
    frame.touching(subject, row.from, row.to, (range, days) => {
      const slot = frame.slot(subject, cell, range)
      if (days.from <= row.from && row.to <= days.to) {
        behind?.add(slot, entity, states)
        merger.add(slot, states)
      } else addCut(cuts, slot, { entity, tier, from: row.from, to: row.to })
    })
  }
  const loose = new LooseRows(directory, read.loose.filter((row) => !liesInDamage(shelf.damaged, tier, row.from)))
  for (const file of shelf.rows) {
    for (const row of file) {
      const entity = directory.placeOfName(row)
      const additions = loose.take(entity, row)
      place(entity, row, additions === undefined ? row.states : mergedWindow(columns, row, additions))
    }
  }
  for (const row of loose.rest()) place(directory.placeOfId(row.entity), row, row.states)
  return { frame, rows, cuts }
}

/** Merges rows of different windows, or of different entities, into slots. */
class Merger {
  readonly #columns: readonly StateColumn[]
  readonly #daySets: readonly number[]
  readonly #rows: Slots<readonly State[]>
  /** Slots whose states are a copy: what the store and the archive's cache hold is never written to. */
  readonly #own = new Set<number>()

  constructor(columns: readonly StateColumn[], rows: Slots<readonly State[]>) {
    this.#columns = columns
    this.#daySets = columns.flatMap((column, index) => (column.merge === 'days' ? [index] : []))
    this.#rows = rows
  }

  add(slot: number, states: readonly State[]): void {
    const before = this.#rows.get(slot)
    if (before === undefined) {
      this.#rows.set(slot, states)
      return
    }
    const into = this.#own.has(slot) ? (before as State[]) : [...before]
    // Windows here are apart, or of several entities: their true days add up as numbers. A union of the sets would
    // count two entities' common day once, and would replace the number of rows that came without a set.
    for (const index of this.#daySets) into[index] = null
    mergeStates(this.#columns, into, states)
    for (const index of this.#daySets) into[index] = null
    this.#own.add(slot)
    this.#rows.set(slot, into)
  }
}

function mergedWindow(columns: readonly StateColumn[], row: ArchivedRow, additions: LooseRow): readonly State[] {
  const states = [...row.states]
  mergeStates(columns, states, additions.states)
  return states
}

/** Rows beside the archive, to be taken by their key. */
class LooseRows {
  readonly #rows = new Map<string, LooseRow>()
  readonly #directory: Directory

  constructor(directory: Directory, rows: readonly LooseRow[]) {
    this.#directory = directory
    for (const row of rows) this.#rows.set(`${row.entity} ${row.cell} ${row.from}`, row)
  }

  take(entity: number, row: ArchivedRow): LooseRow | undefined {
    if (this.#rows.size === 0 || entity < 0) return undefined
    const key = `${this.#directory.entities[entity]?.id} ${row.cell} ${row.from}`
    const found = this.#rows.get(key)
    if (found !== undefined) this.#rows.delete(key)
    return found
  }

  rest(): Iterable<LooseRow> {
    return this.#rows.values()
  }
}

function addStoredCut(frame: Frame, directory: Directory, cuts: Map<number, Cut[]>, row: CutRow): void {
  const entity = directory.placeOfId(row.entity)
  const cell = frame.placeOfCell(row.cell)
  if (entity < 0 || cell === undefined) return
  const subject = directory.subjectOf(entity)
  addCut(cuts, frame.slot(subject, cell, frame.localRange(subject, row.range)), { entity, tier: row.tier, from: row.from, to: row.to })
}

function addCut(cuts: Map<number, Cut[]>, slot: number, cut: Cut): void {
  const before = cuts.get(slot)
  if (before === undefined) cuts.set(slot, [cut])
  else before.push(cut)
}
