import { DAY_MS } from '../calendar/day.ts'
import { TidemarkError } from '../errors.ts'
import { clockJump } from '../stores/contract/clock.ts'
import type { Instant } from '../stores/contract/state.ts'
import type { Store } from '../stores/contract/store.ts'

/**
 * Stands before everything that deletes, and nothing else. Throws CLOCK_JUMPED.
 *
 * @param confirmed the time was given, not read from the machine
 */
export async function guardClock(store: Store, now: Instant, confirmed: boolean): Promise<void> {
  if (!confirmed) checkClock(now, await store.believedClock())
  // Also where nothing turns out to be due: a run that was confirmed is what ends the doubt.
  await store.believeClock(now, confirmed)
}

export function checkClock(now: Instant, believed: Instant | null): void {
  const jump = clockJump(now, believed)
  if (jump === null) return
  const text = (instant: Instant): string => new Date(instant).toISOString()
  throw new TidemarkError(
    'CLOCK_JUMPED',
    `it is ${text(now)}, ${Math.round(jump.byMs / DAY_MS)} days ${jump.ahead ? 'after' : 'before'} ${text(believed as Instant)}, when the store's clock was last believed; nothing was deleted`,
  )
}
