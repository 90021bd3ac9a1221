import type { OffsetAt } from '../../measures/evaluate.ts'
import { mergeStates } from '../../measures/merge.ts'
import type { State } from '../../measures/kind.ts'
import { addInt64, type Int64 } from '../../measures/int64.ts'
import { storedFields } from '../../definitions/stored-fields.ts'
import type { FieldValue } from '../contract/events.ts'
import type { StoredEntity, StoredSeries, StoredStream } from './catalogue.ts'
import { eventTable, exact, quoted } from './names.ts'
import type { WriteSession } from './session.ts'

/** A stored event. */
export interface EventRow {
  readonly seq: number
  readonly transaction: number
  /** The transaction that took it back; null while it counts. */
  readonly removed: number | null
  readonly at: number
  readonly offsetMinutes: number
  readonly id: string
  readonly values: readonly FieldValue[]
}

/** An adjustment, as far as a row needs it. */
export interface AdjustmentRow {
  readonly transaction: number
  readonly measure: string
  readonly amount: Int64
  readonly cells: readonly number[]
}

/** What the facts of one day add up to, in one cell. */
export interface DayState {
  facts: number
  states: State[]
}

type Queries = Pick<WriteSession, 'sql'>

/** The events that have settled; see `allEventsOfDay`. */
export function eventsOfDay(session: Queries, stream: StoredStream, tenantId: number, entityId: number, day: number): EventRow[] {
  const rows = session.sql(`SELECT ${eventSelection(stream, 'removed')} FROM ${eventTable(stream.definition.name)} WHERE tenant_id = ? AND entity_id = ? AND day = ? ORDER BY seq`)
    .raw().all(tenantId, entityId, day) as unknown[][]
  return rows.map((row) => eventRowOf(stream, row))
}

/** The columns to select, in the order that `eventRowOf` takes them. */
export function eventSelection(stream: StoredStream, removed: string): string {
  return ['seq', 'transaction_id', removed, 'at', 'offset_minutes', 'id', ...columnsOf(stream).map(({ name, type }) => (type === 'text' ? quoted(name) : exact(quoted(name))))].join(', ')
}

export function eventRowOf(stream: StoredStream, row: readonly unknown[]): EventRow {
  const columns = columnsOf(stream)
  const [seq, transaction, removed, at, offsetMinutes, id, ...values] = row as [number, number, number | null, number, number, string, ...FieldValue[]]
  return {
    seq, transaction, removed, at, offsetMinutes, id,
    values: values.map((value, index) => (typeof value === 'string' && columns[index]?.type === 'integer' ? BigInt(value) : value)),
  }
}

function columnsOf({ definition }: StoredStream) {
  return storedFields(definition).flatMap((field) => field.columns)
}

export function adjustmentsOfDay(session: Queries, series: StoredSeries, tenantId: number, entityId: number, day: number): AdjustmentRow[] {
  const rows = session.sql(`SELECT transaction_id AS "transaction", measure, ${exact('amount')} AS amount, cells FROM tm_adjustment WHERE tenant_id = ? AND series_id = ? AND entity_id = ? AND day = ?`)
    .all(tenantId, series.id, entityId, day) as { transaction: number; measure: string; amount: number | string; cells: string }[]
  return rows.map((row) => ({
    transaction: row.transaction, measure: row.measure, amount: typeof row.amount === 'string' ? BigInt(row.amount) : row.amount, cells: JSON.parse(row.cells) as number[],
  }))
}

/** Adds facts up by cell: the one way by which rows are recomputed, believed as of, and verified. */
export function foldDay(
  series: StoredSeries, day: number, offsetAt: OffsetAt, events: readonly EventRow[], adjustments: readonly AdjustmentRow[],
): Map<number, DayState> {
  const cells = new Map<number, DayState>()
  const at = (cell: number): DayState => {
    let state = cells.get(cell)
    if (state === undefined) {
      state = { facts: 0, states: series.fold.zero(day, series.since) }
      cells.set(cell, state)
    }
    return state
  }
  for (const event of events) {
    for (const cell of series.fold.cells(event)) {
      const state = at(cell)
      series.fold.add(state.states, event, day, offsetAt, series.since)
      state.facts++
    }
  }
  for (const adjustment of adjustments) {
    for (const cell of adjustment.cells) adjust(series, at(cell), adjustment)
  }
  return cells
}

/** An adjustment moves the first part of its measure: a count's n, a delta's sum. */
export function adjust(series: StoredSeries, state: DayState, adjustment: Pick<AdjustmentRow, 'measure' | 'amount'>): void {
  const offset = series.fold.layout.offsets[adjustment.measure] as number
  state.states[offset] = addInt64((state.states[offset] ?? 0) as Int64, adjustment.amount)
  state.facts++
}

/** Merges what facts add up to into another such sum. */
export function mergeDayState(series: StoredSeries, into: DayState, from: DayState): void {
  mergeStates(series.fold.layout.columns, into.states, from.states)
  into.facts += from.facts
}

/** Seconds east of UTC on an entity's clock. */
export function offsetOf(entity: Pick<StoredEntity, 'calendar'>): OffsetAt {
  return (instant) => entity.calendar.offsetSeconds(instant)
}
