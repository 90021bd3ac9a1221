/**
 * Civil days as whole numbers: days since 1970-01-01. `Date.UTC` is all the calendar the oracle needs, because a UTC
 * date is a civil date.
 */
export type Day = number

/** Half-open: `from` is in it, `to` is not. */
export interface Span {
  readonly from: Day
  readonly to: Day
}

export const DAY_MS = 86_400_000

export function dayOfText(text: string): Day {
  return Date.parse(`${text}T00:00:00Z`) / DAY_MS
}

const texts = new Map<Day, string>()

export function textOfDay(day: Day): string {
  let text = texts.get(day)
  if (text === undefined) texts.set(day, text = new Date(day * DAY_MS).toISOString().slice(0, 10))
  return text
}

const firstsOfMonths = new Map<number, Day>()

/** Months and days of the month may lie outside the usual, as for `Date.UTC`: day 0 is the last of the month before. */
export function dayOfDate(year: number, month: number, dayOfMonth: number): Day {
  const months = year * 12 + month - 1
  let first = firstsOfMonths.get(months)
  if (first === undefined) {
    const date = new Date(0)
    date.setUTCFullYear(year, month - 1, 1)
    firstsOfMonths.set(months, first = date.getTime() / DAY_MS)
  }
  return first + dayOfMonth - 1
}

interface CivilDate {
  readonly year: number
  readonly month: number
  readonly dayOfMonth: number
}

const dates = new Map<Day, CivilDate>()

export function dateOf(day: Day): CivilDate {
  let known = dates.get(day)
  if (known === undefined) {
    const date = new Date(day * DAY_MS)
    dates.set(day, known = { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, dayOfMonth: date.getUTCDate() })
  }
  return known
}

/** The same day of the month, or the month's last day where it has none such. */
export function addMonths(day: Day, months: number): Day {
  const { year, month, dayOfMonth } = dateOf(day)
  const lastOfMonth = dateOf(dayOfDate(year, month + months + 1, 0)).dayOfMonth
  return dayOfDate(year, month + months, Math.min(dayOfMonth, lastOfMonth))
}

/** Months first, clamped; then the days. */
export function addAge(day: Day, age: { readonly months: number; readonly days: number }): Day {
  return addMonths(day, age.months) + age.days
}

export function mondayOf(day: Day): Day {
  const weekday = (new Date(day * DAY_MS).getUTCDay() + 6) % 7
  return day - weekday
}

/** The ISO year of a week is the year of its Thursday; its number counts the Mondays since the week of 4 January. */
export function isoWeekOf(day: Day): { readonly year: number; readonly week: number } {
  const monday = mondayOf(day)
  const { year } = dateOf(monday + 3)
  return { year, week: (monday - mondayOf(dayOfDate(year, 1, 4))) / 7 + 1 }
}

/** The Monday of a week by its ISO number; null where that year has no such week. */
export function mondayOfIsoWeek(year: number, week: number): Day | null {
  const monday = mondayOf(dayOfDate(year, 1, 4)) + (week - 1) * 7
  return isoWeekOf(monday).year === year ? monday : null
}

export function monthOf(day: Day): Span {
  const { year, month } = dateOf(day)
  return { from: dayOfDate(year, month, 1), to: dayOfDate(year, month + 1, 1) }
}

export function quarterOf(day: Day): Span {
  const { year, month } = dateOf(day)
  const first = month - ((month - 1) % 3)
  return { from: dayOfDate(year, first, 1), to: dayOfDate(year, first + 3, 1) }
}

export function yearOf(day: Day): Span {
  const { year } = dateOf(day)
  return { from: dayOfDate(year, 1, 1), to: dayOfDate(year + 1, 1, 1) }
}

export function weekOf(day: Day): Span {
  const monday = mondayOf(day)
  return { from: monday, to: monday + 7 }
}

/** An ISO week cut where a month ends. */
export function weekFragmentOf(day: Day): Span {
  const week = weekOf(day)
  const month = monthOf(day)
  return { from: Math.max(week.from, month.from), to: Math.min(week.to, month.to) }
}
