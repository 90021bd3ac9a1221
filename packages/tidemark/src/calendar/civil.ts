import type { EpochDay } from './day.ts'

export interface CivilDate {
  readonly year: number
  /** 1–12. */
  readonly month: number
  /** 1–31. */
  readonly day: number
}

export interface IsoWeek {
  /** The year that the week's Thursday lies in. */
  readonly year: number
  /** 1–53. */
  readonly week: number
}

const MONTH_LENGTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const

/** How many days a month (1–12) has. */
export function daysInMonth(year: number, month: number): number {
  if (month !== 2) return MONTH_LENGTHS[month - 1] as number
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28
}

// Both conversions count years from 1 March, so that the leap day is the last of its year, and in eras of 400 years
// (146,097 days), after which the Gregorian calendar repeats. `Date.UTC` reads the years 0–99 as 1900–1999.

/** The day of a date that exists; the date is not checked. */
export function dayOfCivil(year: number, month: number, day: number): EpochDay {
  const marchYear = month <= 2 ? year - 1 : year
  const era = Math.floor(marchYear / 400)
  const yearOfEra = marchYear - era * 400
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return era * 146_097 + dayOfEra - 719_468
}

export function civilOf(day: EpochDay): CivilDate {
  const shifted = day + 719_468
  const era = Math.floor(shifted / 146_097)
  const dayOfEra = shifted - era * 146_097
  const yearOfEra = Math.floor((dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365)
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153)
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1,
  }
}

/** The day of `YYYY-MM-DD`, or null when it is written otherwise, does not exist or lies outside the years 1–9999. */
export function parseDay(text: string): EpochDay | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return null
  const year = Number(text.slice(0, 4))
  const month = Number(text.slice(5, 7))
  const day = Number(text.slice(8))
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return null
  return dayOfCivil(year, month, day)
}

/** `YYYY-MM-DD`, for the years 0–9999. */
export function formatDay(day: EpochDay): string {
  const { year, month, day: dayOfMonth } = civilOf(day)
  return `${String(year).padStart(4, '0')}-${month < 10 ? '0' : ''}${month}-${dayOfMonth < 10 ? '0' : ''}${dayOfMonth}`
}

/** The same day of the month `months` later (or earlier), or that month's last day where it has no such day. */
export function addMonths(day: EpochDay, months: number): EpochDay {
  const date = civilOf(day)
  const index = date.year * 12 + date.month - 1 + months
  const year = Math.floor(index / 12)
  const month = index - year * 12 + 1
  return dayOfCivil(year, month, Math.min(date.day, daysInMonth(year, month)))
}

/** 1 = Monday … 7 = Sunday. */
export function weekdayOf(day: EpochDay): number {
  // Day 0, 1970-01-01, was a Thursday.
  return day + 4 - Math.floor((day + 3) / 7) * 7
}

export function mondayOf(day: EpochDay): EpochDay {
  return Math.floor((day + 3) / 7) * 7 - 3
}

export function isoWeekOf(day: EpochDay): IsoWeek {
  const thursday = mondayOf(day) + 3
  const { year } = civilOf(thursday)
  return { year, week: Math.floor((thursday - dayOfCivil(year, 1, 1)) / 7) + 1 }
}

/** The Monday of a week by its ISO number, or null when the year has no such week. */
export function mondayOfIsoWeek(year: number, week: number): EpochDay | null {
  // 4 January always lies in week 1.
  const monday = mondayOf(dayOfCivil(year, 1, 4)) + (week - 1) * 7
  const found = isoWeekOf(monday)
  return found.year === year && found.week === week ? monday : null
}
