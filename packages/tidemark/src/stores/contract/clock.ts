import { DAY_MS } from '../../calendar/day.ts'
import type { Instant } from './state.ts'

const MOST_DAYS_BACK = 1
const MOST_DAYS_AHEAD = 35

/** How far a clock stands from the instant that is believed, when it is further than a clock that is right would. */
export function clockJump(now: Instant, believed: Instant | null): { readonly ahead: boolean; readonly byMs: number } | null {
  if (believed === null) return null
  const byMs = now - believed
  if (byMs < -MOST_DAYS_BACK * DAY_MS) return { ahead: false, byMs: -byMs }
  return byMs > MOST_DAYS_AHEAD * DAY_MS ? { ahead: true, byMs } : null
}

/**
 * What is believed once something has happened at `now`. A clock that has jumped changes nothing, however much is
 * written by it: only a confirmed one leads over a jump, ahead or back.
 */
export function believedAfter(believed: Instant | null, now: Instant, confirmed: boolean): Instant {
  if (believed === null || confirmed) return now
  return clockJump(now, believed) === null ? Math.max(believed, now) : believed
}
