import type { State } from '../../measures/kind.ts'
import type { StateColumn } from '../../measures/layout.ts'
import { exact, latestTable, quoted, rowTable } from './names.ts'
import { latestPacked, type WindowPlace } from './packed-rows.ts'
import { type RowOwner, type RowSeries, stateOf } from './rows.ts'
import type { WriteSession } from './session.ts'
import { counterColumns } from './tables.ts'

/** Where a row of the latest table stands for what is still in the store, and for what has gone to the archive. */
const CURRENT = 0
const ARCHIVED = 1

/**
 * The latest window of one entity, and by cell the values that its counters had reached: the next window's increase is
 * counted from them without looking for the row, which may be of any tier by then, or in the archive.
 */
export class LatestValues {
  readonly #session: WriteSession
  readonly #series: RowSeries
  readonly #owner: RowOwner
  readonly #counters: readonly StateColumn[]
  readonly #plan: Plan
  #at: number | null
  #cells: Map<number, (State | null)[]> | null = null

  constructor(session: WriteSession, series: RowSeries, owner: RowOwner, at: number | null) {
    this.#session = session
    this.#series = series
    this.#owner = owner
    this.#plan = planOf(series)
    this.#counters = this.#plan.counters
    this.#at = at
  }

  /** Start of the latest captured window; null: none. */
  get at(): number | null {
    return this.#at
  }

  /** Whether windows of the series have anything that depends on earlier ones. */
  get counts(): boolean {
    return this.#counters.length > 0
  }

  /** The latest value of each counter, by its name; null where it has none yet. */
  value(cell: number, counter: string): State {
    return this.#loaded().get(cell)?.[this.#plan.counterOf.get(counter) as number] ?? null
  }

  /** Takes up a window later than any before it. */
  advance(cell: number, at: number, states: readonly State[]): void {
    if (cell === 0) this.#at = at
    else if (!this.counts) return
    const cells = this.#loaded()
    const before = cells.get(cell)
    const values = this.#plan.places.map((own, place) => states[own] ?? before?.[place] ?? null)
    cells.set(cell, values)
    this.#put(cell, CURRENT, at, values)
  }

  /** Looks again for what a cell's counters have reached, after a window that was not the latest has changed. */
  recompute(cell: number): void {
    if (!this.counts) return
    const values = this.#counters.map((column) => this.nearestBefore(cell, column.measure, Number.MAX_SAFE_INTEGER, 0))
    this.#loaded().set(cell, values)
    this.#put(cell, CURRENT, this.#at ?? 0, values)
  }

  /** A counter's value in the nearest earlier window that has one, in whatever tier it lies; null when there is none. */
  nearestBefore(cell: number, counter: string, bucket: number, at: number): State {
    const column = this.#columnOf(counter)
    const name = quoted(column.name)
    const { id, tenantId } = this.#owner
    for (const { tier } of this.#series.definition.keep.tiers) {
      // Rows of coarser tiers lie before every window that can still be written.
      const [until, order, values] = tier === 'captured'
        ? ['AND (bucket, at) < (?, ?)', 'bucket DESC, at DESC', [bucket, at]] as const
        : ['', 'bucket DESC', []] as const
      const found = this.#session.sql(`SELECT ${exact(name)}, bucket${tier === 'captured' ? ', at' : ''} FROM ${rowTable(this.#series.definition.name, tier)} WHERE tenant_id = ? AND entity_id = ? ${until} AND cell = ? AND facts > 0 AND ${name} IS NOT NULL ORDER BY ${order} LIMIT 1`)
        .raw().get(tenantId, id, ...values, cell) as [unknown, number, number] | undefined
      if (tier === 'captured') {
        const packed = this.#packedBefore(cell, this.#series.layout.columns.indexOf(column), { bucket, at }, found === undefined ? null : { bucket: found[1], at: found[2] })
        if (packed !== null) return packed
      }
      if (found !== undefined) return stateOf(column, found[0])
    }
    return this.#archived(cell)[this.#counters.indexOf(column)] ?? null
  }

  /** Of a column the latest packed value between two places; null: there is none. */
  #packedBefore(cell: number, place: number, before: WindowPlace, after: WindowPlace | null): State {
    const found = latestPacked(this.#session, this.#series, this.#owner, before, after, (rows, index) => (
      rows.head('cell')[index] === cell && (rows.head('facts')[index] as number) > 0 && rows.states(place)[index] !== null))
    return found === null ? null : found.rows.states(place)[found.index] as State
  }

  /** Keeps the values of rows that leave the store for the archive, oldest first. */
  archive(cell: number, at: number, states: readonly State[]): void {
    if (!this.counts) return
    const before = this.#archived(cell)
    this.#put(cell, ARCHIVED, at, this.#plan.places.map((own, place) => states[own] ?? before[place] ?? null))
  }

  #columnOf(counter: string): StateColumn {
    return this.#counters.find(({ measure }) => measure === counter) as StateColumn
  }

  #archived(cell: number): (State | null)[] {
    const row = this.#session.sql(`SELECT at${this.#selection()} FROM ${latestTable(this.#series.definition.name)} WHERE tenant_id = ? AND entity_id = ? AND cell = ? AND place = ${ARCHIVED}`)
      .raw().get(this.#owner.tenantId, this.#owner.id, cell) as unknown[] | undefined
    return row === undefined ? [] : this.#valuesOf(row.slice(1))
  }

  #loaded(): Map<number, (State | null)[]> {
    if (this.#cells !== null) return this.#cells
    const rows = this.#at === null ? [] : this.#session.sql(`SELECT cell${this.#selection()} FROM ${latestTable(this.#series.definition.name)} WHERE tenant_id = ? AND entity_id = ? AND place = ${CURRENT}`)
      .raw().all(this.#owner.tenantId, this.#owner.id) as unknown[][]
    this.#cells = new Map(rows.map((row) => [row[0] as number, this.#valuesOf(row.slice(1))]))
    return this.#cells
  }

  #selection(): string {
    return this.#counters.map(({ name }) => `, ${exact(quoted(name))}`).join('')
  }

  #valuesOf(row: readonly unknown[]): (State | null)[] {
    return this.#counters.map((column, place) => stateOf(column, row[place]))
  }

  #put(cell: number, place: number, at: number, values: readonly (State | null)[]): void {
    this.#session.sql(this.#plan.insert).run(this.#owner.tenantId, this.#owner.id, cell, place, at, ...values)
  }
}

/** What the entities of a series have in common. */
interface Plan {
  /** The columns of what counters have reached. */
  readonly counters: readonly StateColumn[]
  /** Their places in the layout. */
  readonly places: readonly number[]
  /** By measure, its place among the counters. */
  readonly counterOf: ReadonlyMap<string, number>
  readonly insert: string
}

const plans = new WeakMap<RowSeries, Plan>()

function planOf(series: RowSeries): Plan {
  const known = plans.get(series)
  if (known !== undefined) return known
  const { columns } = series.layout
  const counters = counterColumns(columns)
  const names = counters.map(({ name }) => `, ${quoted(name)}`).join('')
  const plan: Plan = {
    counters, places: counters.map((column) => columns.indexOf(column)), counterOf: new Map(counters.map(({ measure }, place) => [measure, place])),
    insert: `INSERT OR REPLACE INTO ${latestTable(series.definition.name)} (tenant_id, entity_id, cell, place, at${names}) VALUES (?, ?, ?, ?, ?${', ?'.repeat(counters.length)})`,
  }
  plans.set(series, plan)
  return plan
}
