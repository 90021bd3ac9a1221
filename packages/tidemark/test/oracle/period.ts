import type { Comparison, Grain } from '../../src/query/request.ts'
import { addMonths, type Day, isoWeekOf, mondayOfIsoWeek, monthOf, quarterOf, type Span, weekOf, yearOf } from './civil.ts'

/** The whole calendar period of a grain that holds a day; for `range` the range. */
export function periodOf(grain: Grain, day: Day, range: Span): Span {
  switch (grain) {
    case 'captured':
    case 'day': return { from: day, to: day + 1 }
    case 'week': return weekOf(day)
    case 'month': return monthOf(day)
    case 'quarter': return quarterOf(day)
    case 'year': return yearOf(day)
    case 'range': return range
  }
}

export function periodsOf(grain: Grain, range: Span): readonly Span[] {
  const periods: Span[] = []
  for (let day = range.from; day < range.to; day = (periods.at(-1) as Span).to) periods.push(periodOf(grain, day, range))
  return periods
}

/** What a period is set beside; null where there is no such period. */
export function comparedWith(grain: Grain, period: Span, comparison: Comparison): Span | null {
  if (grain === 'range') {
    const length = period.to - period.from
    return comparison === 'previous'
      ? { from: period.from - length, to: period.from }
      : { from: addMonths(period.from, -12), to: addMonths(period.to, -12) }
  }
  if (comparison === 'previous') return periodOf(grain, period.from - 1, period)
  if (grain === 'week') {
    const { year, week } = isoWeekOf(period.from)
    const monday = mondayOfIsoWeek(year - 1, week)
    return monday === null ? null : weekOf(monday)
  }
  return periodOf(grain, addMonths(period.from, -12), period)
}
