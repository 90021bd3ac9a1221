import { formatDay } from '../calendar/civil.ts'
import type { SeriesStanding } from './status.ts'

/** A standing as documents tell it: days as `YYYY-MM-DD`. */
export function printedStanding({ tiers, due, held, ...rest }: SeriesStanding) {
  const moved = <T extends { readonly boundary: number }>(step: T) => ({ ...step, boundary: formatDay(step.boundary) })
  const day = (epochDay: number | null): string | null => (epochDay === null ? null : formatDay(epochDay))
  return {
    ...rest, due: due.map(moved), held: held.map(moved),
    tiers: tiers.map((tier) => ({ ...tier, oldest: day(tier.oldest), newest: day(tier.newest) })),
  }
}
