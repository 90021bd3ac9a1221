import type { EpochDay, Instant } from './day.ts'
import type { LocalCalendar } from './line-calendar.ts'

/** Seconds since midnight of `HH:MM` (00:00–23:59), or null. */
export function parseTimeOfDay(text: string): number | null {
  const match = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text)
  return match === null ? null : Number(match[1]) * 3600 + Number(match[2]) * 60
}

/**
 * When something scheduled at `HH:MM` of a local day runs: the first occurrence where the time is repeated, the first
 * instant after the gap where it is skipped. Null where the whole day is skipped: there is no window then, and none is
 * expected. Throws RangeError for a time that is not `HH:MM`.
 */
export function scheduledInstant(calendar: LocalCalendar, day: EpochDay, time: string): Instant | null {
  const secondOfDay = parseTimeOfDay(time)
  if (secondOfDay === null) throw new RangeError(`${JSON.stringify(time)} is not a time of day such as 09:30`)
  return calendar.dayExists(day) ? calendar.instantAt(day, secondOfDay) : null
}
