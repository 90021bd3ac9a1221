import type { DayLine } from './day-line.ts'
import { DAY_MS, type EpochDay, type Instant } from './day.ts'

/** One entity's calendar: how its instants divide into local days, through every change of clock and zone. */
export interface LocalCalendar {
  /** The latest local date seen up to the instant: it never goes back, whatever the clock does. */
  dayOf(instant: Instant): EpochDay
  /** The first day that is not closed at `now`. */
  today(now: Instant): EpochDay
  dayExists(day: EpochDay): boolean
  /** The first instant of the day; of a day that does not exist, the first of the next one that does. */
  dayStart(day: EpochDay): Instant
  /** The first instant after the day: the start of the next one that exists. */
  dayEnd(day: EpochDay): Instant
  /** How many of the days in [from, to) do not exist. */
  missingDays(from: EpochDay, to: EpochDay): number
  /** The first instant of the next local day, always after `instant`: where a change of zone takes effect. */
  nextMidnight(instant: Instant): Instant
  /** What the wall clock is ahead of UTC. */
  offsetSeconds(instant: Instant): number
  /** Whole seconds since midnight on the wall clock: 0–86,399. */
  secondOfDay(instant: Instant): number
  /**
   * The first instant at which the wall clock shows at least this time of this date: the first of two where it is
   * shown twice, the end of the gap where it is not.
   */
  instantAt(date: EpochDay, secondOfDay: number): Instant
}

/** The calendar of one wall clock. */
export function calendarOn(line: DayLine): LocalCalendar {
  // A run asks hundreds of entities that share a calendar for today, all at one instant.
  let latest = { now: Number.NaN, day: 0 }
  return Object.freeze({
    dayOf: (instant: Instant) => line.dayOf(instant),
    today: (now: Instant) => {
      if (now !== latest.now) latest = { now, day: line.dayOf(now) }
      return latest.day
    },
    dayExists: (day: EpochDay) => line.dayExists(day),
    dayStart: (day: EpochDay) => line.dayStart(day),
    dayEnd: (day: EpochDay) => line.dayStart(day + 1),
    missingDays: (from: EpochDay, to: EpochDay) => line.countMissing(from, to),
    nextMidnight: (instant: Instant) => line.dayStart(line.dayOf(instant) + 1),
    offsetSeconds: (instant: Instant) => line.offsetMs(instant) / 1000,
    secondOfDay: (instant: Instant) => {
      const wallMs = instant + line.offsetMs(instant)
      return Math.floor((wallMs - Math.floor(wallMs / DAY_MS) * DAY_MS) / 1000)
    },
    instantAt: (date: EpochDay, secondOfDay: number) => line.firstInstantAt(date * DAY_MS + secondOfDay * 1000),
  })
}
