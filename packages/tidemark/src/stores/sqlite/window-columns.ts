import type { OfOne, State } from '../../measures/kind.ts'
import type { StateColumn } from '../../measures/layout.ts'
import { lastPlaces, toldOfOne } from './of-one.ts'

/**
 * Columns of captured windows, read by those of them that are written. The others SQLite would compute for each row, which
 * takes several times as long as to read it; here they are told by the same rule (see `tierColumn`).
 */
export class WindowColumns {
  /** What to read, in this order. */
  readonly written: readonly StateColumn[]
  readonly #told: readonly Told[]

  /**
   * @param asked of the layout's `columns`
   * @param late measures declared after the series: windows from before say nothing of them, and SQLite knows which these are
   */
  constructor(asked: readonly StateColumn[], columns: readonly StateColumn[], late: ReadonlySet<string>) {
    const written: StateColumn[] = []
    const placeOf = (column: StateColumn): number => {
      const known = written.indexOf(column)
      return known === -1 ? written.push(column) - 1 : known
    }
    const lasts = lastPlaces(columns)
    this.#told = asked.map((column) => (column.ofOne === undefined || late.has(column.measure)
      ? { place: placeOf(column), ofOne: null }
      : { place: placeOf(columns[lasts[columns.indexOf(column)] as number] as StateColumn), ofOne: column.ofOne }))
    this.written = written
  }

  /**
   * The states of a window, in the order that was asked for.
   * @param written its states, in the order of `written`
   */
  states(written: readonly State[], seconds: number, facts: number): State[] {
    const states = new Array<State>(this.#told.length)
    for (let index = 0; index < states.length; index++) {
      const { place, ofOne } = this.#told[index] as Told
      const value = written[place] as State
      states[index] = ofOne === null ? value : toldOfOne(ofOne, value, seconds, facts)
    }
    return states
  }
}

/** Where a state stands among those that are written, and how it follows from that; null: it is that. */
interface Told {
  readonly place: number
  readonly ofOne: OfOne | null
}
