import { addDays, addMonths } from '../format/period.ts'
import type { Grain } from '../search/shared-search.ts'

/** The day after the last of a period. */
export function periodEnd(period: string, grain: Grain): string {
  switch (grain) {
    case 'week': return addDays(period, 7)
    case 'month': return addMonths(period, 1)
    case 'quarter': return addMonths(period, 3)
    case 'year': return addMonths(period, 12)
    default: return addDays(period.slice(0, 10), 1)
  }
}
