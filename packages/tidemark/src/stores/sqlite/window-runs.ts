import { mergeStates } from '../../measures/merge.ts'
import type { State } from '../../measures/kind.ts'
import type { StateColumn } from '../../measures/layout.ts'
import type { MergedWindows, TierRowRead } from '../contract/collected.ts'

/** The day before which windows merge with one of this day: the next cut, and no further than windows are over. */
export function cutAfter({ before, cuts }: MergedWindows, day: number): number {
  let low = 0
  let high = cuts.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((cuts[middle] as number) <= day) low = middle + 1
    else high = middle
  }
  return Math.min(cuts[low] ?? Infinity, before)
}

/** Merges rows of one cell, in the order of time, as far as they may be; none of them is written to. */
export function joined(columns: readonly StateColumn[], rows: readonly TierRowRead[], merged: MergedWindows): readonly TierRowRead[] {
  const whole: TierRowRead[] = []
  for (let start = 0; start < rows.length;) {
    const first = rows[start] as TierRowRead
    const cut = cutAfter(merged, first.from)
    let end = start + 1
    while (end < rows.length && (rows[end] as TierRowRead).from < cut && (rows[end] as TierRowRead).from <= (rows[end - 1] as TierRowRead).to) end++
    if (end === start + 1) whole.push(first)
    else {
      const states = [...first.states]
      let facts = first.facts
      for (let index = start + 1; index < end; index++) {
        mergeStates(columns, states, (rows[index] as TierRowRead).states)
        facts += (rows[index] as TierRowRead).facts
      }
      const { to, at, until } = rows[end - 1] as TierRowRead
      whole.push({ ...first, to, at, until, facts, states })
    }
    start = end
  }
  return whole
}

/** Values of columns, row by row, and the merging of some of them: rows need not be put together first. */
export class ColumnRuns {
  readonly #columns: readonly StateColumn[]
  readonly #values: readonly (readonly State[])[]
  /** The places of what is not the first or the last of a run, and their columns. */
  readonly #added: readonly number[]
  readonly #addedColumns: readonly StateColumn[]

  constructor(columns: readonly StateColumn[], values: readonly (readonly State[])[]) {
    this.#columns = columns
    this.#values = values
    this.#added = columns.flatMap(({ merge }, place) => (merge === 'last' || merge === 'first' ? [] : [place]))
    this.#addedColumns = this.#added.map((place) => columns[place] as StateColumn)
  }

  /** The states of the rows at `indices[start]` up to before `indices[end]`, merged in that order. */
  states(indices: readonly number[], start: number, end: number): State[] {
    const states = this.#columns.map(({ merge }, place): State => {
      const values = this.#values[place] as readonly State[]
      if (merge === 'last') {
        for (let at = end - 1; at > start; at--) {
          const value = values[indices[at] as number] as State
          if (value !== null) return value
        }
      } else if (merge === 'first') {
        for (let at = start; at < end - 1; at++) {
          const value = values[indices[at] as number] as State
          if (value !== null) return value
        }
        return values[indices[end - 1] as number] as State
      }
      return values[indices[start] as number] as State
    })
    if (this.#added.length === 0 || end === start + 1) return states
    const into = this.#added.map((place) => states[place] as State)
    const from = new Array<State>(into.length)
    for (let at = start + 1; at < end; at++) {
      for (let place = 0; place < from.length; place++) from[place] = (this.#values[this.#added[place] as number] as readonly State[])[indices[at] as number] as State
      mergeStates(this.#addedColumns, into, from)
    }
    for (const [place, own] of this.#added.entries()) states[own] = into[place] as State
    return states
  }
}
