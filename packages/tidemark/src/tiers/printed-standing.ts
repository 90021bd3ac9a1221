import { formatDay } from '../calendar/civil.ts'
import type { SeriesStanding } from './status.ts'

/** A standing as documents tell it: days as `YYYY-MM-DD`. */
export function printedStanding({ tiers, held, ...rest }: SeriesStanding) {
  const day = (epochDay: number | null): string | null => (epochDay === null ? null : formatDay(epochDay))
  return {
    ...rest, held: held.map((step) => ({ ...step, boundary: formatDay(step.boundary) })),
    tiers: tiers.map((tier) => ({ ...tier, oldest: day(tier.oldest), newest: day(tier.newest) })),
  }
}
