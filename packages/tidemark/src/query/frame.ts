import type { DayRange } from '../stores/contract/read.ts'

/** Where one slot stands: places of the subject, the cell, and the range among the subject's own. */
export interface Place {
  readonly subject: number
  readonly cell: number
  readonly range: number
}

/**
 * Numbers every row that an answer can have, in the order in which rows are answered: by subject (an entity, or a
 * tenant in a total), by cell, by range. Ranges of one subject are ascending and apart.
 */
export class Frame {
  readonly subjects: number
  readonly cells: readonly number[]
  readonly size: number
  /** The most ranges that a subject has. */
  readonly longest: number
  readonly #rangesOf: (subject: number) => readonly DayRange[]
  /** Where each subject's ranges start in the read plan; null when all subjects share one grid. */
  readonly #starts: Int32Array | null
  readonly #owners: Int32Array | null
  readonly #cellPlaces: ReadonlyMap<number, number>

  private constructor(subjects: number, cells: readonly number[], rangesOf: (subject: number) => readonly DayRange[], own: boolean) {
    this.subjects = subjects
    this.cells = cells
    this.#rangesOf = rangesOf
    this.#cellPlaces = new Map(cells.map((cell, place) => [cell, place]))
    if (!own) {
      this.longest = subjects === 0 ? 0 : rangesOf(0).length
      this.size = subjects * cells.length * this.longest
      this.#starts = this.#owners = null
      return
    }
    this.#starts = new Int32Array(subjects + 1)
    let total = 0
    let longest = 0
    for (let subject = 0; subject < subjects; subject++) {
      const { length } = rangesOf(subject)
      longest = Math.max(longest, length)
      total += length
      this.#starts[subject + 1] = total
    }
    this.#owners = new Int32Array(total)
    for (let subject = 0; subject < subjects; subject++) this.#owners.fill(subject, this.#starts[subject], this.#starts[subject + 1])
    this.longest = longest
    this.size = total * cells.length
  }

  /** The same ranges for every subject. */
  static grid(subjects: number, cells: readonly number[], ranges: readonly DayRange[]): Frame {
    return new Frame(subjects, cells, () => ranges, false)
  }

  /** Each subject's own ranges; the read plan lists them subject by subject. */
  static own(subjects: number, cells: readonly number[], rangesOf: (subject: number) => readonly DayRange[]): Frame {
    return new Frame(subjects, cells, rangesOf, true)
  }

  rangesOf(subject: number): readonly DayRange[] {
    return this.#rangesOf(subject)
  }

  /** The place of a cell; undefined when it was not asked for. */
  placeOfCell(cell: number): number | undefined {
    return this.#cellPlaces.get(cell)
  }

  slot(subject: number, cell: number, range: number): number {
    if (this.#starts === null) return (subject * this.cells.length + cell) * this.longest + range
    const start = this.#starts[subject] as number
    return start * this.cells.length + cell * ((this.#starts[subject + 1] as number) - start) + range
  }

  /** The subject whose range stands at this place of the read plan; undefined in a grid, where it is everybody's. */
  ownerOf(planned: number): number | undefined {
    return this.#owners?.[planned]
  }

  /** From a place in the read plan to the place among the subject's own ranges. */
  localRange(subject: number, planned: number): number {
    return this.#starts === null ? planned : planned - (this.#starts[subject] as number)
  }

  placeOf(slot: number): Place {
    const cells = this.cells.length
    if (this.#starts === null) {
      const range = slot % this.longest
      const rest = (slot - range) / this.longest
      return { subject: Math.floor(rest / cells), cell: rest % cells, range }
    }
    const subject = (this.#owners as Int32Array)[Math.floor(slot / cells)] as number
    const start = this.#starts[subject] as number
    const length = (this.#starts[subject + 1] as number) - start
    const within = slot - start * cells
    return { subject, cell: Math.floor(within / length), range: within % length }
  }

  /** Calls back with the place of each of the subject's ranges that shares a day with [from, to). */
  touching(subject: number, from: number, to: number, each: (range: number, days: DayRange) => void): void {
    const ranges = this.#rangesOf(subject)
    let low = 0
    let high = ranges.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((ranges[middle] as DayRange).to <= from) low = middle + 1
      else high = middle
    }
    for (let place = low; place < ranges.length; place++) {
      const range = ranges[place] as DayRange
      if (range.from >= to) return
      each(place, range)
    }
  }
}
