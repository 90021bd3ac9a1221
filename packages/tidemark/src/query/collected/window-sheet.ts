import { subDayWindows } from '../../calendar/sub-day.ts'
import { formatLocal } from '../../calendar/wall-time.ts'
import { FREQUENCY_HOURS } from '../../definitions/frequency.ts'
import type { AnswerRef } from '../../measures/answers.ts'
import type { Printed } from '../../measures/kind.ts'
import type { DayRange } from '../../stores/contract/read.ts'
import type { EpochDay, Instant, State } from '../../stores/contract/state.ts'
import type { Cut } from '../combine.ts'
import { DayCounts } from '../coverage.ts'
import type { Period } from '../ranges.ts'
import { frequencyOf } from './expectation.ts'
import type { MeasuredCounts, Measuring } from './measuring.ts'
import { widenStates } from './narrow.ts'
import type { EntityPieces, Piece } from './piece.ts'
import type { AskedEntity } from './question.ts'
import type { Sheet } from './sheet.ts'

/** One window that an entity should have, or a day in which it should have none. */
export interface CapturedPeriod extends Period {
  readonly at: Instant
  /** What it counts as where it is neither present nor failed. */
  readonly otherwise: 'beforeEnrolment' | 'ended' | 'erased' | 'open' | 'notCaptured'
}

/** The windows of the cadence in force on each existing day of the range, in order. */
export function capturedWindows(
  { enrolment, lengths: { calendar }, expectation, known }: AskedEntity, { from, to }: DayRange, { past, clock }: { readonly past: boolean; readonly clock: Instant },
): readonly CapturedPeriod[] {
  const windows: CapturedPeriod[] = []
  const add = (day: EpochDay, at: Instant, startText: string, otherwise: CapturedPeriod['otherwise']): void => {
    windows.push({ start: day, end: day + 1, from: day, to: day + 1, startText, endText: null, at, otherwise })
  }
  for (let day = from; day < to; day++) {
    if (!calendar.dayExists(day)) continue
    const cadence = expectation.cadenceOf(day)
    const at = calendar.dayStart(day)
    if (cadence === null || cadence === 'never') {
      const erased = expectation.count(day, day + 1).erased > 0
      add(day, at, formatLocal(calendar, at), erased ? 'erased' : cadence === null ? 'beforeEnrolment' : 'ended')
      continue
    }
    const hours = FREQUENCY_HOURS[frequencyOf(cadence)]
    const pieces = hours === null ? [{ from: at, to: calendar.dayEnd(day), key: formatLocal(calendar, at) }] : subDayWindows(calendar, day, hours)
    for (const piece of pieces) {
      const before = !past && day === enrolment && piece.to <= (known.decisions[0]?.at as Instant)
      add(day, piece.from, piece.key, before ? 'beforeEnrolment' : piece.to > clock ? 'open' : 'notCaptured')
    }
  }
  return windows
}

/** One entity's captured windows, each for itself. */
export class WindowSheet implements Sheet {
  readonly #measuring: Measuring
  readonly #windows: readonly CapturedPeriod[]
  readonly #place: number
  /** By cell and window, captured rows and rows that a window lies in. */
  readonly #rows: (Piece | undefined)[]
  readonly #whole: number
  readonly #failed: Uint8Array
  readonly #damaged: readonly DayRange[]
  /** The row that was widened last: answers are asked for window by window. */
  #widened: Piece | null = null
  #wideStates: readonly State[] = []

  constructor(measuring: Measuring, place: number, { rows, failures, damaged }: EntityPieces, windows: readonly CapturedPeriod[], cells: ReadonlyMap<number, number>) {
    this.#measuring = measuring
    this.#windows = windows
    this.#place = place
    this.#whole = (cells.get(0) ?? cells.size) * windows.length
    this.#rows = new Array<Piece | undefined>((cells.size + 1) * windows.length)
    this.#failed = new Uint8Array(windows.length)
    this.#damaged = damaged
    const starts = new Map(windows.map(({ at }, window) => [at, window]))
    for (const row of rows) {
      const start = row.cell === 0 ? this.#whole : (cells.get(row.cell) ?? -1) * windows.length
      if (start < 0) continue
      if (row.at !== null) {
        const window = starts.get(row.at)
        if (window !== undefined) this.#rows[start + window] = row
        continue
      }
      for (let window = firstOn(windows, row.from); window < windows.length && (windows[window] as CapturedPeriod).from < row.to; window++) this.#rows[start + window] = row
    }
    for (const { at } of failures) {
      const window = starts.get(at)
      if (window !== undefined) this.#failed[window] = 1
    }
  }

  counts(range: number): DayCounts {
    const counts = new DayCounts(0)
    const { otherwise, from } = this.#windows[range] as CapturedPeriod
    const row = this.#rows[this.#whole + range]
    counts.expected = 1
    if (otherwise === 'ended' || otherwise === 'erased' || (otherwise === 'beforeEnrolment' && row?.at == null)) counts[otherwise] = 1
    else if (row !== undefined && row.at !== null) counts.present = 1
    else if (row !== undefined && otherwise !== 'open') counts.retired = 1
    else if (otherwise !== 'open' && this.#damaged.some((days) => days.from <= from && from < days.to)) counts.damaged = 1
    else if (this.#failed[range] === 1) counts.failed = 1
    else counts[otherwise] = 1
    return counts
  }

  losing(range: number): readonly Cut[] {
    const row = this.#rows[this.#whole + range]
    return row === undefined || row.at !== null ? [] : [{ entity: this.#place, tier: row.tier, from: row.from, to: row.to }]
  }

  filled(cell: number, range: number): boolean {
    return this.#captured(cell, range) !== undefined
  }

  cut(cell: number, range: number): boolean {
    return this.#rows[cell * this.#windows.length + range]?.at === null
  }

  value(ref: AnswerRef, cell: number, range: number): Printed {
    const { places } = this.#measuring
    const row = this.#captured(cell, range)
    return this.#measuring.value(ref, row === undefined ? null : this.#wide(row), (measure) => {
      const part = places.get(measure)
      return part === undefined ? 0 : this.#valued(part, cell, range)
    })
  }

  measured(selected: number, cell: number, range: number): MeasuredCounts {
    const { parts } = this.#measuring.selected[selected] as Measuring['selected'][number]
    const unmeasured = parts.some((part) => this.#measuring.early(part, this.#windows[range] as CapturedPeriod)) ? 1 : 0
    return { valued: Math.min(...parts.map((part) => this.#valued(part, cell, range))), unmeasured }
  }

  #captured(cell: number, range: number): Piece | undefined {
    const row = this.#rows[cell * this.#windows.length + range]
    return row === undefined || row.at === null ? undefined : row
  }

  #valued(part: number, cell: number, range: number): number {
    const row = this.#captured(cell, range)
    if (row === undefined || this.#measuring.early(part, row)) return 0
    return this.#measuring.valued(part, this.#wide(row), row.facts)
  }

  /** As answers are computed from them. */
  #wide(row: Piece): readonly State[] {
    if (row !== this.#widened) {
      this.#widened = row
      this.#wideStates = widenStates(this.#measuring.layout, row.states)
    }
    return this.#wideStates
  }
}

/** The place of the first window of a day or later. */
function firstOn(windows: readonly CapturedPeriod[], day: EpochDay): number {
  let low = 0
  let high = windows.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((windows[middle] as CapturedPeriod).from < day) low = middle + 1
    else high = middle
  }
  return low
}
