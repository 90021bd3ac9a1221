import { formatDay, parseDay } from '../calendar/civil.ts'
import type { PeriodGrain } from '../calendar/period.ts'
import { isClosed } from '../query/closed.ts'
import { calendarPeriods } from '../query/ranges.ts'
import type { DayRange } from '../stores/contract/read.ts'
import type { Stale } from './answers.ts'

/** A row as JSON has it. */
export interface ToldRow {
  readonly tenant: string
  readonly entity: string | null
  readonly group: unknown
  readonly period: string
  readonly coverage: Parameters<typeof isClosed>[0]['coverage']
}

/** The periods of an answer that are told anew, by their places among all, and as the words of a question. */
export interface Part {
  readonly first: number
  readonly end: number
  readonly periods: number
  readonly from: string
  readonly to: string
}

/** Words of a question whose answer can be mended: a row for each calendar period of a range with both ends, told by the days of the period alone. */
export interface MendableWords {
  readonly grain: PeriodGrain
  readonly from: string
  readonly to: string
}

/** The words of a question by calendar periods, where each row of its answer is told by the days of its period alone; else null. */
export function mendable({ grain = 'day', from, to, by, asOf, compare }: Readonly<Record<string, unknown>>): MendableWords | null {
  // Which groups there are is told by the whole range.
  if (by !== undefined || asOf !== undefined || compare !== undefined || grain === 'captured' || grain === 'range') return null
  return typeof from === 'string' && typeof to === 'string' ? { grain: grain as PeriodGrain, from, to } : null
}

/**
 * The part of a kept answer that has to be told anew: the periods with days that were touched and, where time has gone on,
 * those that are not closed. null where that is more than half of them, or the rows are not those of the periods.
 */
export function partOf(rows: readonly ToldRow[], { grain, from, to }: MendableWords, { touched, later }: Stale): Part | null {
  const periods = calendarPeriods(grain, { from: parseDay(from) as number, to: parseDay(to) as number })
  const count = periods.length
  if (count === 0 || rows.length === 0 || rows.length % count !== 0) return null
  let first = Infinity
  let end = -Infinity
  const add = (place: number): void => {
    first = Math.min(first, place)
    end = Math.max(end, place + 1)
  }
  for (const [place, row] of rows.entries()) {
    const period = periods[place % count] as (typeof periods)[number]
    if (row.period !== period.startText || !isOneRun(rows[place - place % count] as ToldRow, row)) return null
    if (meets(touched, period) || (later && !isClosed(row))) add(place % count)
  }
  if (first >= end || 2 * (end - first) > count) return null
  return { first, end, periods: count, from: formatDay((periods[first] as DayRange).from), to: formatDay((periods[end - 1] as DayRange).to) }
}

/** The kept rows with those of the part in their places; null when they are of others. */
export function mended(kept: readonly ToldRow[], told: readonly ToldRow[], { first, end, periods }: Part): ToldRow[] | null {
  const width = end - first
  if (told.length * periods !== kept.length * width) return null
  const rows = [...kept]
  for (const [place, row] of told.entries()) {
    const at = Math.floor(place / width) * periods + first + place % width
    const before = kept[at] as ToldRow
    if (before.period !== row.period || !isOneRun(before, row)) return null
    rows[at] = row
  }
  return rows
}

function isOneRun(a: ToldRow, b: ToldRow): boolean {
  return a === b || (a.tenant === b.tenant && a.entity === b.entity && JSON.stringify(a.group) === JSON.stringify(b.group))
}

function meets(days: DayRange | null, { from, to }: DayRange): boolean {
  return days !== null && days.from < to && from < days.to
}
