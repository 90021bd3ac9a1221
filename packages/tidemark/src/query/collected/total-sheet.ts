import { type AnswerRef, answerAcross, type TotalPart } from '../../measures/answers.ts'
import type { Printed } from '../../measures/kind.ts'
import { measuresBehind, hasPart, type Standing } from '../behind.ts'
import type { Cut } from '../combine.ts'
import { DayCounts } from '../coverage.ts'
import type { EntitySheet } from './entity-sheet.ts'
import type { MeasuredCounts, Measuring } from './measuring.ts'
import type { Sheet } from './sheet.ts'

const NOBODY: readonly TotalPart[] = []
const NO_CUTS: readonly Cut[] = []

/** Several entities' sheets of one grid: values across them, each merged over its own time first; their coverage summed. */
export class TotalSheet implements Sheet {
  readonly #measuring: Measuring
  readonly #cells: number
  readonly #ranges: number
  readonly #parts: (TotalPart[] | undefined)[]
  readonly #cutSlots: Uint8Array
  readonly #counts: readonly DayCounts[]
  readonly #losing = new Map<number, Cut[]>()
  /** By selected measure and slot. */
  readonly #valued: Float64Array
  readonly #unmeasured: Float64Array
  /** By range: entities of which something is known. */
  readonly #among: Int32Array

  constructor(measuring: Measuring, cells: number, ranges: number) {
    this.#measuring = measuring
    this.#cells = cells
    this.#ranges = ranges
    this.#parts = new Array<TotalPart[] | undefined>(cells * ranges)
    this.#cutSlots = new Uint8Array(cells * ranges)
    this.#counts = Array.from({ length: ranges }, () => new DayCounts(0))
    this.#valued = new Float64Array(measuring.selected.length * cells * ranges)
    this.#unmeasured = new Float64Array(measuring.selected.length * cells * ranges)
    this.#among = new Int32Array(ranges)
  }

  add(sheet: EntitySheet): void {
    for (let range = 0; range < this.#ranges; range++) {
      if (sheet.counts(range).present > 0) (this.#among[range] as number)++
      ;(this.#counts[range] as DayCounts).add(sheet.counts(range))
      const losing = sheet.losing(range)
      if (losing.length > 0) this.#losing.set(range, [...(this.#losing.get(range) ?? NO_CUTS), ...losing])
      for (let cell = 0; cell < this.#cells; cell++) {
        const slot = cell * this.#ranges + range
        if (sheet.cut(cell, range)) this.#cutSlots[slot] = 1
        const part = sheet.partOf(cell, range)
        // One without the group may still have windows from before a measure was declared.
        if (part === null && !this.#measuring.late) continue
        const parts = this.#parts[slot]
        if (part !== null && parts === undefined) this.#parts[slot] = [part]
        else if (part !== null) parts?.push(part)
        for (let selected = 0; selected < this.#measuring.selected.length; selected++) {
          const { valued, unmeasured } = sheet.measured(selected, cell, range)
          const at = selected * this.#cells * this.#ranges + slot
          ;(this.#valued[at] as number) += valued
          ;(this.#unmeasured[at] as number) += unmeasured
        }
      }
    }
  }

  counts(range: number): DayCounts {
    return this.#counts[range] as DayCounts
  }

  losing(range: number): readonly Cut[] {
    return this.#losing.get(range) ?? NO_CUTS
  }

  filled(cell: number, range: number): boolean {
    return this.#parts[cell * this.#ranges + range] !== undefined
  }

  cut(cell: number, range: number): boolean {
    return this.#cutSlots[cell * this.#ranges + range] === 1
  }

  value(ref: AnswerRef, cell: number, range: number): Printed {
    const { series, layout } = this.#measuring
    return answerAcross(series, layout.answered, ref, this.#parts[cell * this.#ranges + range] ?? NOBODY)
  }

  standing(cell: number, range: number): Standing {
    const { series, layout, answers } = this.#measuring
    const parts = this.#parts[cell * this.#ranges + range] ?? NOBODY
    const measures = measuresBehind(series, layout.answered, answers)
    return { behind: measures.map((measure) => parts.filter(({ states }) => hasPart(measure, states)).length), among: this.#among[range] as number }
  }

  measured(selected: number, cell: number, range: number): MeasuredCounts {
    const at = selected * this.#cells * this.#ranges + cell * this.#ranges + range
    return { valued: this.#valued[at] as number, unmeasured: this.#unmeasured[at] as number }
  }
}
