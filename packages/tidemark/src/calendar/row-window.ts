import type { KeepDefinition, Tier } from '../definitions/keep.ts'
import type { WindowDefinition } from '../definitions/series.ts'
import { windowIndex, windowStart } from './anchor.ts'
import { tierEnd, tierStart } from './period.ts'

/**
 * The window of a tier's row that holds a day: the calendar window, cut where a declared window of the entity begins,
 * so that the window's answer stays exact whatever tier its days have reached.
 */
export function rowWindow(
  tier: Tier, day: number, windows: Readonly<Record<string, WindowDefinition>>, anchor: number | null,
): { from: number; to: number } {
  let from = tierStart(tier, day)
  let to = tierEnd(tier, day)
  if (anchor === null || tier === 'day' || tier === 'captured') return { from, to }
  for (const { months } of Object.values(windows)) {
    const k = windowIndex(anchor, months, day)
    from = Math.max(from, windowStart(anchor, months, k))
    to = Math.min(to, windowStart(anchor, months, k + 1))
  }
  return { from, to }
}

/** The finest tier that still holds a day: the first whose boundary the day is not before, else the coarsest. */
export function tierOfDay(keep: KeepDefinition, boundaries: Readonly<Partial<Record<Tier, number>>>, day: number): Tier {
  for (const { tier } of keep.tiers) {
    const boundary = boundaries[tier]
    if (boundary === undefined || day >= boundary) return tier
  }
  return (keep.tiers.at(-1) as { tier: Tier }).tier
}
