import type { Tier } from '../definitions/keep.ts'
import { addMonths, civilOf, dayOfCivil, isoWeekOf, mondayOf, mondayOfIsoWeek } from './civil.ts'
import type { DayRange, EpochDay } from './day.ts'

/** The calendar periods that an answer can have a row for; `week` is the whole ISO week. */
export type PeriodGrain = 'day' | 'week' | 'month' | 'quarter' | 'year'

/** A calendar period, by its first day, and the part of it that lies in the asked range. */
export interface Period extends DayRange {
  readonly start: EpochDay
}

const MONTHS = { month: 1, quarter: 3, year: 12 } as const

/** The first day of the period that a day lies in. */
export function periodStart(grain: PeriodGrain, day: EpochDay): EpochDay {
  if (grain === 'day') return day
  if (grain === 'week') return mondayOf(day)
  const { year, month } = civilOf(day)
  return dayOfCivil(year, month - ((month - 1) % MONTHS[grain]), 1)
}

/** The day after the last one of the period that a day lies in. */
export function periodEnd(grain: PeriodGrain, day: EpochDay): EpochDay {
  const start = periodStart(grain, day)
  if (grain === 'day') return start + 1
  if (grain === 'week') return start + 7
  return addMonths(start, MONTHS[grain])
}

/** The first day of the tier's window that a day lies in: of captured rows the day itself; a `week` is a fragment, cut where a month begins. */
export function tierStart(tier: Tier, day: EpochDay): EpochDay {
  if (tier === 'captured') return day
  return tier === 'week' ? Math.max(mondayOf(day), periodStart('month', day)) : periodStart(tier, day)
}

/** The day after the last one of the tier's window that a day lies in. */
export function tierEnd(tier: Tier, day: EpochDay): EpochDay {
  if (tier === 'captured') return day + 1
  return tier === 'week' ? Math.min(mondayOf(day) + 7, periodEnd('month', day)) : periodEnd(tier, day)
}

/** Every period that touches [from, to), in order; none when the range is empty. */
export function periodsBetween(grain: PeriodGrain, from: EpochDay, to: EpochDay): Period[] {
  const periods: Period[] = []
  for (let day = from; day < to;) {
    const end = periodEnd(grain, day)
    periods.push({ start: periodStart(grain, day), from: day, to: Math.min(end, to) })
    day = end
  }
  return periods
}

/** The whole period before the one that starts on `start`. */
export function previousPeriod(grain: PeriodGrain, start: EpochDay): DayRange {
  const to = periodStart(grain, start)
  return { from: periodStart(grain, to - 1), to }
}

/**
 * The period a year before the one that starts on `start`: a day is clamped (29 February: 28), a week is the one of
 * the same ISO number, null where that year has none (53).
 */
export function yearBefore(grain: PeriodGrain, start: EpochDay): DayRange | null {
  const first = periodStart(grain, start)
  if (grain === 'week') {
    const { year, week } = isoWeekOf(first)
    const monday = mondayOfIsoWeek(year - 1, week)
    return monday === null ? null : { from: monday, to: monday + 7 }
  }
  const from = addMonths(first, -12)
  return { from, to: periodEnd(grain, from) }
}
