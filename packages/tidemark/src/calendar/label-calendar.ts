import { DAY_MS, type EpochDay, type Instant } from './day.ts'
import { calendarOn, type LocalCalendar } from './line-calendar.ts'
import { fixedLine } from './zone.ts'

/** The label day of an event: the date that its own offset writes. */
export function labelDay(instant: Instant, offsetMinutes: number): EpochDay {
  return Math.floor((instant + offsetMinutes * 60_000) / DAY_MS)
}

/**
 * The calendar of label days: every date exists, and the clock is UTC−12, the last on which a date can still be
 * written. So `today` is the first day not closed and `dayEnd` the instant of its closing; which day an event belongs
 * to is `labelDay`'s to say, never `dayOf`'s.
 */
export const labelCalendar: LocalCalendar = calendarOn(fixedLine(-12 * 3_600_000))
