import { tooManyRows } from '../query/row-bound.ts'
import { type Position, readCursor, writeCursor } from './cursor.ts'
import type { Limits } from './limits.ts'

/** What tells one row of an answer from another, and where it stands in it. */
export interface KeyedRow {
  readonly tenant: string
  readonly entity: string | null
  readonly group?: Readonly<Record<string, string>> | null
  readonly period?: string
  readonly from?: string
}

export interface Page<Row> {
  readonly rows: readonly Row[]
  readonly next: string | null
}

/**
 * The rows behind the cursor's, as many as asked for. A cursor names the last row that was told; should history have gone
 * on without that row, the page goes on with the first that would stand behind it.
 */
export function pageOf<Row extends KeyedRow>(rows: readonly Row[], asked: { readonly after: string | undefined; readonly limit: number | undefined }, question: string, limits: Limits): Page<Row> {
  if (rows.length > limits.answerRows) throw tooManyRows(rows.length, limits.answerRows)
  const limit = Math.min(asked.limit ?? limits.defaultPageRows, limits.pageRows)
  const start = asked.after === undefined ? 0 : placeAfter(rows, readCursor(asked.after, question))
  const page = rows.slice(start, start + limit)
  const last = page.at(-1)
  return { rows: page, next: last === undefined || start + limit >= rows.length ? null : writeCursor(keyOf(last), question) }
}

function keyOf({ tenant, entity, group, period, from }: KeyedRow): Position {
  return [tenant, entity, groupText(group), period ?? from ?? null]
}

function groupText(group: KeyedRow['group']): string | null {
  return group === null || group === undefined ? null : JSON.stringify(group)
}

function placeAfter(rows: readonly KeyedRow[], [tenant, entity, group, span]: Position): number {
  const found = rows.findIndex((row) => row.tenant === tenant && row.entity === entity && groupText(row.group) === group && (row.period ?? row.from ?? null) === span)
  if (found >= 0) return found + 1
  const sameGroup = rows.findLastIndex((row) => row.tenant === tenant && row.entity === entity && groupText(row.group) === group && String(row.period ?? row.from) <= String(span))
  if (sameGroup >= 0) return sameGroup + 1
  const behind = rows.findIndex((row) => isBehind(row, String(tenant), entity === null ? null : String(entity)))
  return behind < 0 ? rows.length : behind
}

function isBehind(row: KeyedRow, tenant: string, entity: string | null): boolean {
  if (row.tenant !== tenant) return row.tenant > tenant
  return entity !== null && row.entity !== null && row.entity > entity
}
