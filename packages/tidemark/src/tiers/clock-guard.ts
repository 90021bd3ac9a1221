import { DAY_MS } from '../calendar/day.ts'
import { TidemarkError } from '../errors.ts'
import type { Instant } from '../stores/contract/state.ts'

const MOST_DAYS_BACK = 1
const MOST_DAYS_AHEAD = 35

/** How far the clock stands from the store's latest transaction, when it is further than a clock that is right would. */
export function clockJump(now: Instant, highWater: Instant | null): { readonly ahead: boolean; readonly byMs: number } | null {
  if (highWater === null) return null
  const byMs = now - highWater
  if (byMs < -MOST_DAYS_BACK * DAY_MS) return { ahead: false, byMs: -byMs }
  return byMs > MOST_DAYS_AHEAD * DAY_MS ? { ahead: true, byMs } : null
}

/**
 * Stands before everything that deletes, and nothing else. Throws CLOCK_JUMPED.
 *
 * @param confirmed the time was given, not read from the machine
 */
export function guardClock(now: Instant, highWater: Instant | null, confirmed: boolean): void {
  if (confirmed || highWater === null) return
  const jump = clockJump(now, highWater)
  if (jump === null) return
  const text = (instant: Instant): string => new Date(instant).toISOString()
  throw new TidemarkError(
    'CLOCK_JUMPED',
    `it is ${text(now)}, ${Math.round(jump.byMs / DAY_MS)} days ${jump.ahead ? 'after' : 'before'} the store's last transaction at ${text(highWater)}; nothing was deleted`,
  )
}
