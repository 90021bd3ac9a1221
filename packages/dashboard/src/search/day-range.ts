import { addDays, addMonths, daysBetween, periodStart } from '../format/period.ts'
import type { Grain, RangeWord, SharedSearch } from './shared-search.ts'

/** Local days, half-open. */
export interface DayRange {
  readonly from: string
  readonly to: string
}

export const RANGE_TITLES: Readonly<Record<RangeWord, string>> = {
  '7d': 'Last 7 days', '28d': 'Last 28 days', '12w': 'Last 12 weeks', '6m': 'Last 6 months', '12m': 'Last 12 months', '3y': 'Last 3 years',
}

/** The range that an address names: up to the end of today. Null where it names none. */
export function namedRange({ range, from, to }: SharedSearch, today: string): DayRange | null {
  if (from !== undefined && to !== undefined) return { from, to }
  return range === undefined ? null : rangeBack(range, today)
}

export function rangeBack(range: RangeWord, today: string): DayRange {
  const to = addDays(today, 1)
  const count = Number.parseInt(range, 10)
  switch (range.at(-1)) {
    case 'd': return { from: addDays(to, -count), to }
    case 'w': return { from: addDays(to, -7 * count), to }
    case 'm': return { from: addMonths(to, -count), to }
    default: return { from: addMonths(to, -12 * count), to }
  }
}

/** As many periods as can be read beside each other: the finest grain that has at most this many. */
const MOST_PERIODS = 100
const DAYS_OF: readonly (readonly [Grain, number])[] = [['day', 1], ['week', 7], ['month', 30], ['quarter', 91], ['year', 365]]

/** The grain that suits a range, of those that a series has. */
export function suitedGrain({ from, to }: DayRange, grains: readonly Grain[]): Grain {
  const days = daysBetween(from, to)
  // Up to six weeks by day, up to two years by week: finer is noise to somebody who looks at the whole.
  const wanted: Grain = days <= 42 ? 'day' : days <= 200 ? 'week' : 'month'
  const order = DAYS_OF.map(([grain]) => grain)
  const fits = DAYS_OF.filter(([grain, length]) => grains.includes(grain) && order.indexOf(grain) >= order.indexOf(wanted) && days / length <= MOST_PERIODS)
  return fits[0]?.[0] ?? grains.find((grain) => grain !== 'captured') ?? 'range'
}

/** The range in whole periods, so that no row is cut: it begins no later. */
export function wholePeriods({ from, to }: DayRange, grain: Grain): DayRange {
  return { from: periodStart(from, grain), to }
}

/** What somebody is answered who gets totals alone: whole periods that nest, to their ends. Weeks they have as days. */
export function summaryPeriods({ from, to }: DayRange, grain: Grain): DayRange & { readonly grain: Grain } {
  const nested: Grain = grain === 'week' ? 'day' : grain
  const last = periodStart(addDays(to, -1), nested)
  const lengths: Partial<Record<Grain, number>> = { month: 1, quarter: 3, year: 12 }
  const months = lengths[nested]
  return { grain: nested, from: periodStart(from, nested), to: months === undefined ? to : addMonths(last, months) }
}
