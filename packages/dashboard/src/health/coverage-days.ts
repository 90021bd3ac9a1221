import type { Coverage } from '../format/coverage.ts'
import { addDays, addMonths } from '../format/period.ts'

/** What is known of a day: all that could be, what is not over, kept in coarser rows only, a gap somebody should look at, nothing to know, or not yet. */
export const DAY_STATES = ['whole', 'open', 'coarser', 'gap', 'none', 'hidden', 'later'] as const
export type DayState = (typeof DAY_STATES)[number]

export const DAY_WORDS: Readonly<Record<DayState, string>> = {
  whole: 'complete', open: 'not over yet', coarser: 'kept in coarser rows', gap: 'has gaps', none: 'nothing expected', hidden: 'too few to be shown to your role', later: 'still to come',
}

export interface CoverageDay {
  readonly day: string
  readonly state: DayState
  readonly coverage: Coverage | null
}

const FAULTS = ['source_failed', 'not_captured', 'archive_damaged'] as const
const COARSER = ['finer_detail_retired', 'erased', 'frequency_changed'] as const

export function dayState(day: string, today: string, coverage: Coverage | null): DayState {
  if (day > today) return 'later'
  if (coverage === null || coverage.expected === 0) return 'none'
  const has = (reasons: readonly string[]): boolean => reasons.some((reason) => (coverage.reasons[reason] ?? 0) > 0)
  if (has(FAULTS)) return 'gap'
  if (has(['open'])) return 'open'
  if (coverage.present > 0) return has(COARSER) && coverage.present * 2 < coverage.expected ? 'coarser' : 'whole'
  return has(COARSER) ? 'coarser' : 'none'
}

/** Twelve months up to the end of this one, half-open. */
export function calendarRange(today: string): { readonly from: string; readonly to: string } {
  const month = `${today.slice(0, 8)}01`
  return { from: addMonths(month, -11), to: addMonths(month, 1) }
}

/** Every day of the calendar, in order, with what the rows of an answer by day say of it. */
export function coverageDays(rows: readonly { readonly period: string; readonly coverage: Coverage | null; readonly suppressed?: boolean }[], today: string): readonly CoverageDay[] {
  const known = new Map(rows.map((row) => [row.period, row]))
  const { from, to } = calendarRange(today)
  const days: CoverageDay[] = []
  for (let day = from; day < to; day = addDays(day, 1)) {
    const { coverage = null, suppressed = false } = known.get(day) ?? {}
    days.push({ day, state: suppressed && day <= today ? 'hidden' : dayState(day, today, coverage), coverage })
  }
  return days
}

/** Monday is 0. */
export function weekdayOf(day: string): number {
  return (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7
}

/** The weeks of a month, each with its days. */
export function weeksOf(days: readonly CoverageDay[]): readonly (readonly CoverageDay[])[] {
  const weeks: CoverageDay[][] = []
  for (const one of days) {
    if (weeks.length === 0 || weekdayOf(one.day) === 0) weeks.push([])
    weeks.at(-1)?.push(one)
  }
  return weeks
}

/** Where a key leads from a day, by its place among all; null: the key means nothing here. */
export function placeAfterKey(key: string, place: number, days: readonly CoverageDay[]): number | null {
  const day = days[place]?.day
  if (day === undefined) return null
  const steps: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 }
  const found = (wanted: string): number => days.findIndex((one) => one.day === wanted)
  const within = (wanted: number): number => Math.min(Math.max(wanted, 0), days.length - 1)
  switch (key) {
    case 'ArrowLeft': case 'ArrowRight': case 'ArrowUp': case 'ArrowDown': return within(place + (steps[key] ?? 0))
    case 'Home': return found(`${day.slice(0, 8)}01`)
    case 'End': return within(found(`${addMonths(day, 1).slice(0, 8)}01`) === -1 ? days.length - 1 : found(`${addMonths(day, 1).slice(0, 8)}01`) - 1)
    case 'PageUp': return within(found(addMonths(day, -1)))
    case 'PageDown': return found(addMonths(day, 1)) === -1 ? days.length - 1 : found(addMonths(day, 1))
    default: return null
  }
}
