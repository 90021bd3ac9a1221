import type { State } from '../../measures/kind.ts'
import type { StateColumn } from '../../measures/layout.ts'
import type { MergedWindows, RowsPlan, TierRowRead } from '../contract/collected.ts'
import type { ReadableCollected } from './collected-reads.ts'
import { blocksOfScope, latestPacked, openRows, type WindowPlace } from './packed-rows.ts'
import { payloadText } from './payloads.ts'
import type { EntityScope } from './entity-scope.ts'
import type { OpenRows } from './row-block.ts'
import type { RowOwner } from './rows.ts'
import type { ReadConnection } from './snapshot.ts'
import { isPayload } from './tables.ts'
import { ColumnRuns, cutAfter } from './window-runs.ts'

type Queries = Pick<ReadConnection, 'sql' | 'kept' | 'packed'>

/** Of a plan's rows those that lie packed, each entity's in the order of time or of cells; they are kept. */
export function packedRows(read: Queries, series: ReadableCollected, plan: RowsPlan, scope: EntityScope): readonly TierRowRead[] {
  return read.packed.of(JSON.stringify(plan), () => [...unpackedRows(read, series, plan, scope)])
}

/** Of each block only the columns that are asked for are taken apart. */
function* unpackedRows(read: Queries, series: ReadableCollected, plan: RowsPlan, scope: EntityScope): Generator<TierRowRead> {
  const columns = plan.columns.map((place) => series.layout.columns[place] as StateColumn)
  for (const block of blocksOfScope(read, series, scope, { ...scope.bind, from: plan.from, to: plan.to })) {
    const rows = openRows(series, block)
    if (plan.merged !== null) {
      for (const cell of plan.cells) yield* mergedRows(block.entityId, rows, plan, columns, { cell, merged: plan.merged })
      continue
    }
    const rowAt = packedReader(read, series, block.entityId, rows, plan.columns)
    const transactions = plan.asOf === null ? [] : rows.head('transaction')
    for (const index of indicesOf(rows, plan)) if (plan.asOf === null || (transactions[index] as number) <= plan.asOf) yield rowAt(index)
  }
}

/** The places of the rows that a plan asks for, of one cell or of all that it asks for. */
function indicesOf(rows: OpenRows, { cells, from, to }: Pick<RowsPlan, 'cells' | 'from' | 'to'>): readonly number[] {
  const [buckets, own, facts] = [rows.head('bucket'), rows.head('cell'), rows.head('facts')]
  const asked = new Set(cells)
  const indices: number[] = []
  for (let index = 0; index < rows.count; index++) {
    const bucket = buckets[index] as number
    if (bucket >= from && bucket < to && asked.has(own[index] as number) && facts[index] !== 0) indices.push(index)
  }
  return indices
}

/** Rows of one cell, merged as far as they may be. */
function* mergedRows(
  entity: number, rows: OpenRows, plan: RowsPlan, columns: readonly StateColumn[], { cell, merged }: { readonly cell: number; readonly merged: MergedWindows },
): Generator<TierRowRead> {
  const indices = indicesOf(rows, { ...plan, cells: [cell] })
  if (indices.length === 0) return
  const [buckets, ats, seconds] = [rows.head('bucket'), rows.head('at'), rows.head('seconds')]
  const runs = new ColumnRuns(columns, plan.columns.map((place) => rows.states(place)))
  for (let start = 0; start < indices.length;) {
    const from = buckets[indices[start] as number] as number
    const cut = cutAfter(merged, from)
    let to = from + 1
    let end = start + 1
    for (; end < indices.length; end++) {
      const bucket = buckets[indices[end] as number] as number
      if (bucket >= cut || bucket > to) break
      to = bucket + 1
    }
    const last = indices[end - 1] as number
    const at = ats[last] as number
    // A captured row is of one window.
    yield { entity, cell, tier: 'captured', from, to, at, until: at + (seconds[last] as number) * 1000, facts: end - start, states: runs.states(indices, start, end) }
    start = end
  }
}

/** Reads rows of an open block by their place in it. */
function packedReader(read: Queries, series: ReadableCollected, entity: number, rows: OpenRows, columns: readonly number[]): (index: number) => TierRowRead {
  const [cells, buckets, ats, seconds, facts] = [rows.head('cell'), rows.head('bucket'), rows.head('at'), rows.head('seconds'), rows.head('facts')]
  const states = columns.map((place) => rows.states(place))
  const payload = columns.findIndex((place) => isPayload(series.layout.columns[place] as StateColumn))
  return (index) => {
    const [from, at] = [buckets[index] as number, ats[index] as number]
    const own = states.map((column) => column[index] as State)
    const id = own[payload]
    if (typeof id === 'number') own[payload] = payloadText(read, series, entity, id)
    return {
      entity, cell: cells[index] as number, tier: 'captured', from, to: from + 1, at, until: at + (seconds[index] as number) * 1000,
      facts: facts[index] as number, states: own,
    }
  }
}

/** The latest packed row of the whole that begins on a day or before it, and no later than an instant; null: one that lies plain is later. */
export function latestRead(read: Queries, series: ReadableCollected, owner: RowOwner, until: WindowPlace, after: WindowPlace | null, columns: readonly number[]): TierRowRead | null {
  const is = (rows: OpenRows, index: number): boolean => rows.head('cell')[index] === 0 && (rows.head('facts')[index] as number) > 0 && (rows.head('at')[index] as number) <= until.at
  const found = latestPacked(read, series, owner, { bucket: until.bucket + 1, at: Number.MIN_SAFE_INTEGER }, after, is)
  return found === null ? null : packedReader(read, series, owner.id, found.rows, columns)(found.index)
}
