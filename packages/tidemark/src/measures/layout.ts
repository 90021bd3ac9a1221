import { type CollectedSeriesDefinition, PAYLOAD_COLUMNS } from '../definitions/collected.ts'
import type { EventSeriesDefinition } from '../definitions/series.ts'
import type { OfOne } from './kind.ts'
import { kindOf } from './kinds.ts'

/**
 * How two states of a column merge; null is neutral.
 * - `sum`, `min`, `max`: as named.
 * - `first`, `last`: of windows merged in the order of time.
 * - `weighted`: a sum of values by seconds. Merged for an answer it may pass 64 bits; a stored row never does.
 * - `days`: a day set (see day-set.ts); merges to the union.
 * - `dayCount`: the size of the `days` column that follows it. Over disjoint windows it adds up like a sum.
 * - `histogram`, `distinct`: buckets and words as text (see histogram.ts, distinct.ts).
 */
export type MergeRule = 'sum' | 'min' | 'max' | 'first' | 'last' | 'weighted' | 'dayCount' | 'days' | 'histogram' | 'distinct'

/** One column of a row's state. */
export interface StateColumn {
  /** `contributions_n`: the measure, an underscore, the part. */
  readonly name: string
  readonly measure: string
  readonly part: string
  readonly merge: MergeRule
  /** What a store keeps it as. */
  readonly holds: 'integer' | 'text'
  /** See `Part`; null: it does not follow from another column. */
  readonly ofOne?: OfOne
}

/** The state columns of a series, in declared order; every array of states follows it. */
export interface Layout {
  readonly columns: readonly StateColumn[]
  /** Where each stateful measure's columns start. */
  readonly offsets: Readonly<Record<string, number>>
  /** How many columns each has. */
  readonly sizes: Readonly<Record<string, number>>
  /** Where a collected series' payload stands: its version, then its canonical JSON. null: it keeps none. */
  readonly payload: number | null
}

type LaidOut = Pick<EventSeriesDefinition, 'measures'> & Partial<Pick<CollectedSeriesDefinition, 'payload'>>

const layouts = new WeakMap<LaidOut, Layout>()

/** The columns that hold the states of a series; a derived measure, such as a ratio, has none. Found once for each definition. */
export function layoutOf(series: LaidOut): Layout {
  let layout = layouts.get(series)
  if (layout === undefined) layouts.set(series, layout = laidOut(series))
  return layout
}

function laidOut(series: LaidOut): Layout {
  const columns: StateColumn[] = []
  const offsets: Record<string, number> = {}
  const sizes: Record<string, number> = {}
  for (const [measure, definition] of Object.entries(series.measures)) {
    const parts = kindOf(definition).parts(definition)
    if (parts.length === 0) continue
    offsets[measure] = columns.length
    sizes[measure] = parts.length
    for (const { merge, holds = 'integer', ...part } of parts) columns.push({ name: `${measure}_${part.part}`, measure, merge, holds, ...part })
  }
  if (series.payload == null) return { columns, offsets, sizes, payload: null }
  // Last, so that what reads numbers alone need not step over it.
  const payload = columns.length
  columns.push({ name: PAYLOAD_COLUMNS.version, measure: 'payload', part: 'version', merge: 'last', holds: 'integer' })
  columns.push({ name: PAYLOAD_COLUMNS.text, measure: 'payload', part: 'text', merge: 'last', holds: 'text' })
  return { columns, offsets, sizes, payload }
}
