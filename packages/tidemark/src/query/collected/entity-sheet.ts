import type { AnswerRef, TotalPart } from '../../measures/answers.ts'
import type { Printed } from '../../measures/kind.ts'
import { mergeStates } from '../../measures/merge.ts'
import type { DayRange } from '../../stores/contract/read.ts'
import type { EpochDay, Instant, State } from '../../stores/contract/state.ts'
import type { Cut } from '../combine.ts'
import { DayCounts } from '../coverage.ts'
import type { MeasuredCounts, Measuring } from './measuring.ts'
import { widenStates } from './narrow.ts'
import type { EntityPieces, Piece } from './piece.ts'
import type { AskedEntity } from './question.ts'
import type { Sheet } from './sheet.ts'

const NO_CUTS: readonly Cut[] = []

/** One entity's rows, merged into ranges of days: those that lie wholly inside, in the order of time. */
export class EntitySheet implements Sheet {
  readonly #measuring: Measuring
  readonly #entity: AskedEntity
  readonly #place: number
  readonly #pieces: EntityPieces
  readonly #ranges: readonly DayRange[]
  readonly #clock: Instant
  readonly #size: number
  /** The first slot of the whole, of which coverage is told. */
  readonly #whole: number
  /** By slot: cell by cell, range by range. */
  readonly #states: (readonly State[] | undefined)[]
  /** Windows that are merged in a slot. */
  readonly #facts: number[]
  /** Slots whose states are a copy: what the store and the archive's cache hold is never written to. */
  readonly #own: boolean[]
  readonly #cutSlots: boolean[]
  /** Captured windows of the whole that are not over yet, by range. */
  readonly #presentOpen: number[]
  /** Rolled-up rows of the whole that reach beyond the clock's day, by range. */
  readonly #beyond = new Map<number, Piece[]>()
  /** Cut rows of the whole. */
  readonly #cuts = new Map<number, Cut[]>()
  /** By part and slot, where parts were added: windows of rows that may begin before, and values in the others. */
  readonly #unmeasured: number[]
  readonly #measured: number[]
  readonly #counts: DayCounts[] = []
  /** The slot that was widened last: answers are asked for slot by slot. */
  #widened = -1
  #wideStates: readonly State[] | undefined
  /** Of that slot, by part: windows with a value; -1: not counted yet. */
  readonly #slotValued: number[]

  /**
   * @param place the entity's among those asked
   * @param cells the asked ones, by their places
   * @param clock the instant that windows are open at
   */
  constructor(
    measuring: Measuring, entity: AskedEntity, place: number, pieces: EntityPieces,
    ranges: readonly DayRange[], cells: ReadonlyMap<number, number>, clock: Instant,
  ) {
    this.#measuring = measuring
    this.#entity = entity
    this.#place = place
    this.#pieces = pieces
    this.#ranges = ranges
    this.#clock = clock
    // The whole stands behind the asked cells where it is none of them.
    const whole = cells.get(0) ?? cells.size
    const size = this.#size = (cells.size + (cells.has(0) ? 0 : 1)) * ranges.length
    this.#states = new Array<readonly State[] | undefined>(size)
    // Plain arrays: there is a sheet for each entity, mostly of few slots, and to make a typed one takes longer than to use it.
    this.#facts = new Array<number>(size).fill(0)
    this.#own = new Array<boolean>(size).fill(false)
    this.#cutSlots = new Array<boolean>(size).fill(false)
    this.#presentOpen = new Array<number>(ranges.length).fill(0)
    this.#unmeasured = measuring.late ? new Array<number>(measuring.parts.length * size).fill(0) : []
    this.#measured = measuring.late ? new Array<number>(measuring.parts.length * size).fill(0) : []
    this.#whole = whole * ranges.length
    this.#slotValued = new Array<number>(measuring.parts.length).fill(-1)

    let cell = -1
    let start = -1
    let range = 0
    for (const row of pieces.rows) {
      if (row.cell !== cell) {
        cell = row.cell
        start = cell === 0 ? this.#whole : (cells.get(cell) ?? -1) * ranges.length
        range = 0
      }
      if (start < 0) continue
      while (range < ranges.length && (ranges[range] as DayRange).to <= row.from) range++
      for (let at = range; at < ranges.length && (ranges[at] as DayRange).from < row.to; at++) {
        const { from, to } = ranges[at] as DayRange
        const whole = from <= row.from && row.to <= to
        if (whole) this.#merge(start + at, row)
        else this.#cut(start, at, row)
        if (cell !== 0) continue
        if (row.until === null) {
          if (whole && row.to > entity.expectation.today) push(this.#beyond, at, row)
        } else if (row.until > clock) (this.#presentOpen[at] as number)++
      }
    }
  }

  counts(range: number): DayCounts {
    return this.#counts[range] ??= this.#count(range)
  }

  losing(range: number): readonly Cut[] {
    return this.counts(range).retired > 0 ? (this.#cuts.get(range) ?? NO_CUTS) : NO_CUTS
  }

  filled(cell: number, range: number): boolean {
    return this.#states[cell * this.#ranges.length + range] !== undefined
  }

  cut(cell: number, range: number): boolean {
    return this.#cutSlots[cell * this.#ranges.length + range] === true
  }

  value(ref: AnswerRef, cell: number, range: number): Printed {
    const slot = cell * this.#ranges.length + range
    return this.#measuring.value(ref, this.#wide(slot) ?? null, (measure) => this.#valuedMeasure(measure, slot))
  }

  measured(selected: number, cell: number, range: number): MeasuredCounts {
    const { parts } = this.#measuring.selected[selected] as Measuring['selected'][number]
    const slot = cell * this.#ranges.length + range
    let valued = Infinity
    let unmeasured = 0
    for (const part of parts) {
      valued = Math.min(valued, this.#valued(part, slot))
      if (this.#measuring.late) unmeasured = Math.max(unmeasured, this.#unmeasured[part * this.#size + this.#whole + range] as number)
    }
    return { valued, unmeasured }
  }

  /** What a total takes of a slot; null when there is nothing in it. */
  partOf(cell: number, range: number): TotalPart | null {
    const slot = cell * this.#ranges.length + range
    const states = this.#wide(slot)
    return states === undefined ? null : { states, windows: (measure) => this.#valuedMeasure(measure, slot) }
  }

  #merge(slot: number, row: Piece): void {
    ;(this.#facts[slot] as number) += row.facts
    const before = this.#states[slot]
    if (before === undefined) {
      this.#states[slot] = row.states
    } else {
      const into = this.#own[slot] === true ? (before as State[]) : [...before]
      mergeStates(this.#measuring.layout.columns, into, row.states)
      this.#own[slot] = true
      this.#states[slot] = into
    }
    if (!this.#measuring.late) return
    const states = widenStates(this.#measuring.layout, row.states)
    for (let part = 0; part < this.#measuring.parts.length; part++) {
      const at = part * this.#size + slot
      // Of such a row all windows count as not measured, those with a value too.
      if (this.#measuring.early(part, row)) (this.#unmeasured[at] as number) += row.facts
      else (this.#measured[at] as number) += this.#measuring.valued(part, states, row.facts)
    }
  }

  #cut(start: number, range: number, { tier, from, to }: Piece): void {
    this.#cutSlots[start + range] = true
    if (start !== this.#whole) return
    push(this.#cuts, range, { entity: this.#place, tier, from, to })
  }

  #valuedMeasure(measure: string, slot: number): number {
    const part = this.#measuring.places.get(measure)
    return part === undefined ? 0 : this.#valued(part, slot)
  }

  /** The states of a slot, as answers are computed from them. */
  #wide(slot: number): readonly State[] | undefined {
    if (slot === this.#widened) return this.#wideStates
    const states = this.#states[slot]
    this.#widened = slot
    this.#slotValued.fill(-1)
    return this.#wideStates = states === undefined ? undefined : widenStates(this.#measuring.layout, states)
  }

  /** Windows of a slot in which a part has a value. */
  #valued(part: number, slot: number): number {
    const states = this.#wide(slot)
    if (states === undefined) return 0
    const known = this.#slotValued[part] as number
    if (known >= 0) return known
    return this.#slotValued[part] = this.#measuring.late
      ? this.#measured[part * this.#size + slot] as number
      : this.#measuring.valued(part, states, this.#facts[slot] as number)
  }

  #count(range: number): DayCounts {
    const { from, to } = this.#ranges[range] as DayRange
    const { expectation } = this.#entity
    const counts = new DayCounts(0)
    const all = expectation.count(from, to)
    counts.expected = all.expected
    counts.beforeEnrolment = all.beforeEnrolment
    counts.ended = all.ended
    counts.erased = all.erased
    counts.open = all.open
    let over = all.over
    const lost = this.#cuts.get(range) ?? NO_CUTS
    for (const cut of lost) {
      const windows = expectation.count(Math.max(from, cut.from), Math.min(to, cut.to)).over
      counts.retired += windows
      over -= windows
    }
    const { damaged, failures } = this.#pieces
    for (const days of damaged) {
      const windows = expectation.count(Math.max(from, days.from), Math.min(to, days.to)).over
      counts.damaged += windows
      over -= windows
    }
    counts.present = this.#facts[this.#whole + range] as number
    let presentOpen = this.#presentOpen[range] as number
    // A rolled-up row does not tell which of its windows were over at an earlier instant: they are taken as those over first.
    for (const row of this.#beyond.get(range) ?? []) presentOpen += Math.max(0, row.facts - this.#unfailed(row))
    let failedOpen = 0
    for (const failure of failures) {
      if (failure.day < from || failure.day >= to || holds(lost, failure.day) || holds(damaged, failure.day)) continue
      if (!expectation.expects(failure)) continue
      counts.failed++
      if (failure.to > this.#clock) failedOpen++
    }
    counts.notCaptured = over - (counts.present - presentOpen) - (counts.failed - failedOpen)
    counts.open -= presentOpen + failedOpen
    return counts
  }

  /** Windows of a row's days that are over and did not fail. */
  #unfailed({ from, to }: Piece): number {
    const { expectation } = this.#entity
    const failed = this.#pieces.failures.filter((failure) =>
      failure.day >= from && failure.day < to && failure.to <= this.#clock && expectation.expects(failure)).length
    return expectation.count(from, to).over - failed
  }
}

function push<T>(lists: Map<number, T[]>, range: number, one: T): void {
  const list = lists.get(range)
  if (list === undefined) lists.set(range, [one])
  else list.push(one)
}

function holds(ranges: readonly DayRange[], day: EpochDay): boolean {
  return ranges.some(({ from, to }) => from <= day && day < to)
}
