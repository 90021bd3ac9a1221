import { DAY_MS } from '../../calendar/day.ts'
import type { LocalCalendar } from '../../calendar/local-calendar.ts'
import { countPieces } from '../../calendar/sub-day.ts'
import { type Frequency, FREQUENCY_HOURS } from '../../definitions/frequency.ts'
import type { EpochDay, Instant } from '../../stores/contract/state.ts'

const HOUR_MS = 3_600_000

/** Days that are looked at together. */
const PAGE_DAYS = 64

/** A day that does not last 24 hours; 0: it does not exist. */
interface OddDay {
  readonly day: EpochDay
  readonly lengthMs: number
}

/**
 * How many windows the days of one calendar are cut into. All days of 24 hours are alike, so only the others are looked
 * at; they are found once a page of days and kept.
 */
export class DayLengths {
  readonly calendar: LocalCalendar
  readonly #pages = new Map<number, readonly OddDay[]>()

  constructor(calendar: LocalCalendar) {
    this.calendar = calendar
  }

  /** Windows of [from, to); of a frequency of whole days, the days that exist. */
  windows(frequency: Frequency, from: EpochDay, to: EpochDay): number {
    if (from >= to) return 0
    const hours = FREQUENCY_HOURS[frequency]
    const usual = hours === null ? 1 : 24 / hours
    let total = (to - from) * usual
    for (let index = Math.floor(from / PAGE_DAYS); index * PAGE_DAYS < to; index++) {
      for (const { day, lengthMs } of this.#page(index)) {
        if (day >= from && day < to) total += pieces(lengthMs, hours) - usual
      }
    }
    return total
  }

  /** How many windows of a day are over by an instant. */
  overBy(frequency: Frequency, day: EpochDay, instant: Instant): number {
    const start = this.calendar.dayStart(day)
    const end = this.calendar.dayEnd(day)
    if (instant <= start) return 0
    const hours = FREQUENCY_HOURS[frequency]
    const count = pieces(end - start, hours)
    if (instant >= end) return count
    return hours === null ? 0 : Math.min(count - 1, Math.floor((instant - start) / (hours * HOUR_MS)))
  }

  #page(index: number): readonly OddDay[] {
    let page = this.#pages.get(index)
    if (page === undefined) {
      const found: OddDay[] = []
      let start = this.calendar.dayStart(index * PAGE_DAYS)
      for (let day = index * PAGE_DAYS; day < (index + 1) * PAGE_DAYS; day++) {
        // Of a day that does not exist, start and end are both the start of the next one that does.
        const end = this.calendar.dayStart(day + 1)
        if (end - start !== DAY_MS) found.push({ day, lengthMs: end - start })
        start = end
      }
      this.#pages.set(index, page = found)
    }
    return page
  }
}

function pieces(lengthMs: number, hours: number | null): number {
  if (hours !== null) return countPieces(lengthMs, hours * HOUR_MS)
  return lengthMs === 0 ? 0 : 1
}

const known = new WeakMap<LocalCalendar, DayLengths>()

/** Calendars are shared by all entities that live by them, and so is what is found out about them. */
export function dayLengthsOf(calendar: LocalCalendar): DayLengths {
  let lengths = known.get(calendar)
  if (lengths === undefined) known.set(calendar, lengths = new DayLengths(calendar))
  return lengths
}
