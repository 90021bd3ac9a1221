import type { SeriesDefinition } from '../definitions/series.ts'
import { kindOf } from './kinds.ts'

/**
 * How two states of a column merge.
 * - `sum`, `min`, `max`: as named; null is neutral.
 * - `days`: a day set (see day-set.ts); merges to the union.
 * - `dayCount`: the size of the `days` column that follows it. Over disjoint windows it adds up like a sum.
 */
export type MergeRule = 'sum' | 'min' | 'max' | 'dayCount' | 'days'

/** One column of a row's state. */
export interface StateColumn {
  /** `contributions_n`: the measure, an underscore, the part. */
  readonly name: string
  readonly measure: string
  readonly part: string
  readonly merge: MergeRule
}

/** The state columns of a series, in declared order; every array of states follows it. */
export interface Layout {
  readonly columns: readonly StateColumn[]
  /** Where each stateful measure's columns start. */
  readonly offsets: Readonly<Record<string, number>>
}

/** The columns that hold the states of a series; a derived measure, such as a ratio, has none. */
export function layoutOf(series: Pick<SeriesDefinition, 'measures'>): Layout {
  const columns: StateColumn[] = []
  const offsets: Record<string, number> = {}
  for (const [measure, definition] of Object.entries(series.measures)) {
    const parts = kindOf(definition).parts(definition)
    if (parts.length === 0) continue
    offsets[measure] = columns.length
    for (const { part, merge } of parts) columns.push({ name: `${measure}_${part}`, measure, part, merge })
  }
  return { columns, offsets }
}
