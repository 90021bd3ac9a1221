import { windowIndex, windowStart } from '../calendar/anchor.ts'
import { addMonths, formatDay } from '../calendar/civil.ts'
import { periodEnd, periodsBetween, periodStart, previousPeriod, yearBefore } from '../calendar/period.ts'
import type { DayRange } from '../stores/contract/read.ts'
import type { EpochDay } from '../stores/contract/state.ts'
import type { Comparison, Grain } from './request.ts'

/** A grain whose periods are the same for every entity. */
export type CalendarGrain = Exclude<Grain, 'captured'>

/** A period to answer: its part of the asked range, and the whole of it as days and as text. */
export interface Period extends DayRange {
  readonly start: EpochDay
  readonly end: EpochDay
  readonly startText: string
  /** Only of windows. */
  readonly endText: string | null
}

/** The range that is asked for when one end or both were left out; null when nobody has a day in it. */
export function spanOf(
  asked: { readonly from: EpochDay | null; readonly to: EpochDay | null },
  earliestEnrolment: EpochDay | null, defaultEnd: () => EpochDay,
): DayRange | null {
  if (asked.from !== null && asked.to !== null) return { from: asked.from, to: asked.to }
  if (earliestEnrolment === null) return null
  // A year begins where every tier's rows begin, so the range cuts none of them.
  const from = asked.from ?? periodStart('year', earliestEnrolment)
  const to = asked.to ?? defaultEnd()
  return from < to ? { from, to } : null
}

/** The day after the period that holds `today`. */
export function endOfPeriod(grain: CalendarGrain, today: EpochDay): EpochDay {
  return grain === 'range' ? today + 1 : periodEnd(grain, today)
}

/** The calendar periods that touch the range, in order; for `range` the range itself. */
export function calendarPeriods(grain: CalendarGrain, { from, to }: DayRange): readonly Period[] {
  if (grain === 'range') return [{ start: from, end: to, from, to, startText: formatDay(from), endText: null }]
  return periodsBetween(grain, from, to).map((period) => ({
    start: period.start, end: periodEnd(grain, period.start), from: period.from, to: period.to, startText: formatDay(period.start), endText: null,
  }))
}

/** The windows of an anchor that touch the range, in order. Each end is computed from the anchor itself. */
export function anchoredPeriods(anchor: EpochDay, months: number, { from, to }: DayRange): readonly Period[] {
  const periods: Period[] = []
  let k = windowIndex(anchor, months, from)
  let start = windowStart(anchor, months, k)
  while (start < to) {
    const end = windowStart(anchor, months, ++k)
    periods.push({ start, end, from: Math.max(start, from), to: Math.min(end, to), startText: formatDay(start), endText: formatDay(end) })
    start = end
  }
  return periods
}

/** The ranges that the periods are set beside, each once and in order. */
export interface ComparedRanges {
  readonly ranges: readonly DayRange[]
  /** For each period the place of its range; -1 where there is none. */
  readonly places: Int32Array
}

export function comparedRanges(kind: Comparison, grain: CalendarGrain, periods: readonly Period[]): ComparedRanges {
  const ranges: DayRange[] = []
  const places = new Int32Array(periods.length)
  for (const [index, period] of periods.entries()) {
    const range = grain === 'range' ? shifted(kind, period) : kind === 'previous' ? previousPeriod(grain, period.start) : yearBefore(grain, period.start)
    const last = ranges.at(-1)
    // 28 and 29 February of a leap year are compared with one and the same day.
    if (range === null) places[index] = -1
    else if (last !== undefined && last.from === range.from && last.to === range.to) places[index] = ranges.length - 1
    else places[index] = ranges.push(range) - 1
  }
  return { ranges, places }
}

function shifted(kind: Comparison, { from, to }: DayRange): DayRange | null {
  const range = kind === 'previous' ? { from: from - (to - from), to: from } : { from: addMonths(from, -12), to: addMonths(to, -12) }
  // The year before [28 February, 29 February) is clamped to nothing.
  return range.from < range.to ? range : null
}
