import { addMonths, civilOf } from './civil.ts'
import type { EpochDay } from './day.ts'

/**
 * The first day of window k of `months` (≥ 1) months from the anchor. Computed from the anchor itself, so that a
 * window clamped to a short month does not shorten those after it: 31 October, 28 February, 30 June, 31 October.
 */
export function windowStart(anchor: EpochDay, months: number, k: number): EpochDay {
  return addMonths(anchor, k * months)
}

/** The k of the window that a day lies in; negative before the anchor. */
export function windowIndex(anchor: EpochDay, months: number, day: EpochDay): number {
  const origin = civilOf(anchor)
  const date = civilOf(day)
  const elapsed = (date.year - origin.year) * 12 + date.month - origin.month
  const k = Math.floor(elapsed / months)
  // The window that starts in the day's own month may start after the day.
  return windowStart(anchor, months, k) <= day ? k : k - 1
}

/** The window starts that lie strictly inside (from, to), ascending. */
export function boundariesIn(anchor: EpochDay, months: number, from: EpochDay, to: EpochDay): EpochDay[] {
  const boundaries: EpochDay[] = []
  let k = windowIndex(anchor, months, from) + 1
  for (let start = windowStart(anchor, months, k); start < to; start = windowStart(anchor, months, ++k)) boundaries.push(start)
  return boundaries
}
