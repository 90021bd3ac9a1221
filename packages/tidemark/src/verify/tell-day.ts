import { cellOf, type Group } from '../definitions/cell.ts'
import type { MeasureDefinition } from '../definitions/measure.ts'
import { isCollected } from '../definitions/series.ts'
import type { StreamDefinition } from '../definitions/stream.ts'
import type { HeldAdjustment, HeldEvent } from '../stores/contract/inventory.ts'
import type { State } from '../stores/contract/state.ts'
import type { EventSeries } from './subject.ts'
import { holds, type OffsetAt, valueOf, wordOf } from './read-event.ts'
import { tellBuckets, tellDistinct } from './tell-words.ts'

/** What a day row should say. */
export interface ToldRow {
  facts: number
  /** By column; of integers bigints throughout. Without day sets, which day rows do not store. */
  readonly states: Record<string, Told>
}

type Told = bigint | string | null

/** What the facts of one day say in each cell, told measure by measure from all of them: slow, and hard to get wrong. */
export function tellDay(series: EventSeries, day: number, events: readonly HeldEvent[], adjustments: readonly HeldAdjustment[], offsetAt: OffsetAt): Map<number, ToldRow> {
  const rows = new Map<number, ToldRow>()
  for (const [cell, own] of eventsByCell(series, events)) rows.set(cell, { facts: own.length, states: statesOf(series, day, own, offsetAt) })
  for (const { measure, amount, cells } of adjustments) {
    for (const cell of cells) {
      let row = rows.get(cell)
      if (row === undefined) rows.set(cell, row = { facts: 0, states: statesOf(series, day, [], offsetAt) })
      const column = `${measure}_${series.definition.measures[measure]?.kind === 'delta' ? 'sum' : 'n'}`
      row.states[column] = BigInt(row.states[column] ?? 0n) + BigInt(amount)
      row.facts++
    }
  }
  return rows
}

/** Each event in the whole and in the cell of every subset of its dimensions. */
function eventsByCell({ definition }: EventSeries, events: readonly HeldEvent[]): Map<number, HeldEvent[]> {
  const cells = new Map<number, HeldEvent[]>()
  for (const event of events) {
    for (let subset = 0; subset < 2 ** definition.dimensions.length; subset++) {
      const group: Group = Object.fromEntries(definition.dimensions.filter((_, place) => (subset & (1 << place)) !== 0).map(({ field }) => [field, String(event.values[`f_${field}`])]))
      const cell = cellOf(definition.dimensions, group)
      // A value that the dimension does not have belongs to no cell, and the row of its cell will be missed.
      if (cell === undefined) continue
      const known = cells.get(cell)
      if (known === undefined) cells.set(cell, [event])
      else known.push(event)
    }
  }
  return cells
}

function statesOf(series: EventSeries, day: number, events: readonly HeldEvent[], offsetAt: OffsetAt): Record<string, Told> {
  const states: Record<string, Told> = {}
  const { definition } = series
  if (isCollected(definition)) throw new Error(`${series.name} has no events`)
  for (const [name, measure] of Object.entries(definition.measures)) {
    const since = series.since[name]
    const parts = partsOf(definition.stream, measure, since !== undefined && day < since ? null : events, offsetAt)
    for (const [part, value] of Object.entries(parts)) states[`${name}_${part}`] = value
  }
  return states
}

/** The parts of one measure's state; nulls for a day on which it did not count yet (`events` null). */
function partsOf(stream: StreamDefinition, measure: MeasureDefinition, events: readonly HeldEvent[] | null, offsetAt: OffsetAt): Record<string, Told> {
  if (!('where' in measure)) return {}
  const counted = events?.filter((event) => holds(stream, event, measure.where)) ?? null
  switch (measure.kind) {
    case 'count': return { n: counted === null ? null : BigInt(counted.length) }
    case 'flag': return { n: counted === null ? null : counted.length > 0 ? 1n : 0n }
    case 'distinct': return { words: counted === null ? null : tellDistinct(counted.map((event) => wordOf(event, measure.field)).filter((word) => word !== null), measure.exact) }
  }
  const { value: expression } = measure
  if (expression === null) return {}
  const values = counted?.map((event) => valueOf(stream, event, expression, offsetAt)).filter((value) => value !== null) ?? null
  switch (measure.kind) {
    case 'delta': return { sum: values === null ? null : values.reduce((a, b) => a + b, 0n), n: values === null ? null : BigInt(values.length) }
    case 'histogram': return { buckets: values === null ? null : tellBuckets(values) }
    case 'extreme': {
      const best = (a: bigint, b: bigint): bigint => ((measure.side === 'min') === (a < b) ? a : b)
      return { [measure.side]: values === null || values.length === 0 ? null : values.reduce(best) }
    }
  }
}

/** Two states by value, whatever form their integers have. */
export function sameState(a: State | undefined, b: State | undefined): boolean {
  return String(a ?? null) === String(b ?? null)
}
