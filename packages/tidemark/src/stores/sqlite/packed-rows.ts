import { TidemarkError } from '../../errors.ts'
import type { Layout } from '../../measures/layout.ts'
import { notErased } from './erased.ts'
import { rowBlockTable } from './names.ts'
import { OpenRows, type RowBlock } from './row-block.ts'
import type { RowOwner, RowSeries } from './rows.ts'
import type { WriteSession } from './session.ts'

type Queries = Pick<WriteSession, 'sql'>

/** What packed rows are read by. */
export interface PackedSeries {
  readonly definition: { readonly name: string }
  readonly layout: Layout
}

/** A window's place in the order of an entity's: its day, then the instant at which it starts. */
export interface WindowPlace {
  readonly bucket: number
  readonly at: number
}

/** A block as its row says, before it is opened. */
export interface StoredRowBlock extends RowBlock {
  readonly tenantId: number
  readonly entityId: number
}

/** The first place that there can be, and the last. */
const BEFORE_ALL: WindowPlace = { bucket: Number.MIN_SAFE_INTEGER, at: Number.MIN_SAFE_INTEGER }
export const AFTER_ALL: WindowPlace = { bucket: Number.MAX_SAFE_INTEGER, at: Number.MAX_SAFE_INTEGER }

const COLUMNS = 'b.tenant_id AS tenantId, b.entity_id AS entityId, b.last_day AS lastDay, b.last_at AS lastAt, b.first_day AS firstDay, b.first_at AS firstAt, b.count, b.digest, b.body'

/** Negative: the first is earlier. */
export function inTime(a: WindowPlace, b: WindowPlace): number {
  return a.bucket - b.bucket || a.at - b.at
}

export const firstOf = ({ firstDay, firstAt }: RowBlock): WindowPlace => ({ bucket: firstDay, at: firstAt })
export const lastOf = ({ lastDay, lastAt }: RowBlock): WindowPlace => ({ bucket: lastDay, at: lastAt })

/** @throws STORE_CORRUPT when a block is not what was packed: damage is never another row */
export function openRows({ definition, layout }: PackedSeries, block: StoredRowBlock): OpenRows {
  try {
    return new OpenRows({ tenantId: block.tenantId, id: block.entityId }, layout.columns, block)
  } catch (cause) {
    throw new TidemarkError('STORE_CORRUPT', `the packed rows up to ${new Date(block.lastAt).toISOString()} of entity ${block.entityId} cannot be unpacked`, { where: definition.name, cause })
  }
}

/** An entity's blocks that have a day of [from, to), in the order of time: their ranges never meet. */
export function blocksOfDays(read: Queries, series: PackedSeries, { tenantId, id }: RowOwner, from: number, to: number): readonly StoredRowBlock[] {
  return read.sql(`SELECT ${COLUMNS} FROM ${rowBlockTable(series.definition.name)} b WHERE b.tenant_id = ? AND b.entity_id = ? AND b.last_day >= ? AND b.first_day < ? ORDER BY b.last_day, b.last_at`)
    .all(tenantId, id, from, to) as StoredRowBlock[]
}

/** The same of many entities; `scope` says which, as `x`, and in what order. */
export function blocksOfScope(read: Queries, series: PackedSeries, scope: { readonly from: string; readonly tenant: string; readonly id: string; readonly where: string }, bind: Readonly<Record<string, unknown>>): Iterable<StoredRowBlock> {
  return read.sql(`SELECT ${COLUMNS} FROM ${scope.from} CROSS JOIN ${rowBlockTable(series.definition.name)} b ON b.tenant_id = ${scope.tenant} AND b.entity_id = ${scope.id} AND b.last_day >= :from AND b.first_day < :to WHERE ${scope.where} TRUE ORDER BY b.entity_id, b.last_day, b.last_at`)
    .all(bind) as StoredRowBlock[]
}

/** The first blocks of a series, but for those of entities that are being erased. */
export function firstBlocks(read: Queries, series: PackedSeries, most: number): readonly StoredRowBlock[] {
  return read.sql(`SELECT ${COLUMNS} FROM ${rowBlockTable(series.definition.name)} b WHERE ${notErased(read, 'b.entity_id')} TRUE ORDER BY b.tenant_id, b.entity_id, b.last_day, b.last_at LIMIT ?`).all(most) as StoredRowBlock[]
}

/** Of an entity's blocks that begin before a place the one that ends last, if that is after another. */
function blockBefore(read: Queries, series: PackedSeries, owner: RowOwner, before: WindowPlace, after: WindowPlace): StoredRowBlock | undefined {
  const around = blockFrom(read, series, owner, before)
  if (around !== undefined && inTime(firstOf(around), before) < 0) return around
  return read.sql(`SELECT ${COLUMNS} FROM ${rowBlockTable(series.definition.name)} b WHERE b.tenant_id = ? AND b.entity_id = ? AND (b.last_day, b.last_at) < (?, ?) AND (b.last_day, b.last_at) > (?, ?) ORDER BY b.last_day DESC, b.last_at DESC LIMIT 1`)
    .get(owner.tenantId, owner.id, before.bucket, before.at, after.bucket, after.at) as StoredRowBlock | undefined
}

/** Of an entity's blocks that end at a place or after it the first. */
export function blockFrom(read: Queries, series: PackedSeries, { tenantId, id }: RowOwner, from: WindowPlace): StoredRowBlock | undefined {
  return read.sql(`SELECT ${COLUMNS} FROM ${rowBlockTable(series.definition.name)} b WHERE b.tenant_id = ? AND b.entity_id = ? AND (b.last_day, b.last_at) >= (?, ?) ORDER BY b.last_day, b.last_at LIMIT 1`)
    .get(tenantId, id, from.bucket, from.at) as StoredRowBlock | undefined
}

/** Where blocks of an entity begin that have a window between two places. */
export function blockStarts(read: Queries, series: PackedSeries, { tenantId, id }: RowOwner, first: WindowPlace, last: WindowPlace): readonly WindowPlace[] {
  return read.sql(`SELECT first_day AS bucket, first_at AS at FROM ${rowBlockTable(series.definition.name)} WHERE tenant_id = ? AND entity_id = ? AND (last_day, last_at) >= (?, ?) AND (first_day, first_at) <= (?, ?) ORDER BY last_day, last_at`)
    .all(tenantId, id, first.bucket, first.at, last.bucket, last.at) as WindowPlace[]
}

/** The latest packed row of an entity before a place, and after another, that is so. */
export function latestPacked(read: Queries, series: PackedSeries, owner: RowOwner, before: WindowPlace, after: WindowPlace | null, is: (rows: OpenRows, index: number) => boolean): { readonly rows: OpenRows; readonly index: number } | null {
  // Mostly nothing is packed of what is later than a plain row: that is told by the index alone.
  if (after !== null && !endsAfter(read, series, owner, after)) return null
  for (let end = before; ;) {
    const block = blockBefore(read, series, owner, end, after ?? BEFORE_ALL)
    if (block === undefined) return null
    const rows = openRows(series, block)
    for (let index = rows.count - 1; index >= 0; index--) {
      const place = placeOf(rows, index)
      if (inTime(place, before) >= 0) continue
      if (after !== null && inTime(place, after) <= 0) return null
      if (is(rows, index)) return { rows, index }
    }
    end = firstOf(block)
  }
}

function endsAfter(read: Queries, series: PackedSeries, { tenantId, id }: RowOwner, place: WindowPlace): boolean {
  return read.sql(`SELECT 1 FROM ${rowBlockTable(series.definition.name)} b WHERE b.tenant_id = ? AND b.entity_id = ? AND (b.last_day, b.last_at) > (?, ?) LIMIT 1`).get(tenantId, id, place.bucket, place.at) !== undefined
}

/** Of an entity's blocks the first with a row after a place, and before another, that is so. */
export function blockAfter(read: Queries, series: PackedSeries, owner: RowOwner, after: WindowPlace, before: WindowPlace, is: (rows: OpenRows, index: number) => boolean): StoredRowBlock | null {
  for (let start = next(after); ;) {
    const block = blockFrom(read, series, owner, start)
    if (block === undefined || inTime(firstOf(block), before) >= 0) return null
    const rows = openRows(series, block)
    for (let index = 0; index < rows.count; index++) if (inTime(placeOf(rows, index), after) > 0 && is(rows, index)) return block
    start = next(lastOf(block))
  }
}

const next = ({ bucket, at }: WindowPlace): WindowPlace => ({ bucket, at: at + 1 })

export function placeOf(rows: OpenRows, index: number): WindowPlace {
  return { bucket: rows.head('bucket')[index] as number, at: rows.head('at')[index] as number }
}

/** How many rows of entities lie packed that begin before a day. */
export function packedBefore(read: Queries, series: PackedSeries, owner: RowOwner, before: number): number {
  return blocksOfDays(read, series, owner, Number.MIN_SAFE_INTEGER, before)
    .reduce((sum, block) => sum + (block.lastDay < before ? block.count : openRows(series, block).head('bucket').filter((bucket) => bucket < before).length), 0)
}

/** Rows of a series that lie packed, and the first of their days. */
export function packedStanding(read: Queries, series: string): { readonly rows: number; readonly oldest: number | null; readonly newest: number | null } {
  return read.sql(`SELECT coalesce(sum(count), 0) AS "rows", min(first_day) AS oldest, max(last_day) AS newest FROM ${rowBlockTable(series)}`).get() as { rows: number; oldest: number | null; newest: number | null }
}

/** Takes away the payloads that a packed row of an entity names from a set of numbers. */
export function withoutPacked(read: Queries, series: RowSeries, owner: RowOwner, ids: Set<number>): void {
  const place = series.layout.payload
  if (place === null) return
  for (const block of blocksOfDays(read, series, owner, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)) {
    if (ids.size === 0) return
    for (const id of openRows(series, block).states(place + 1)) if (typeof id === 'number') ids.delete(id)
  }
}
