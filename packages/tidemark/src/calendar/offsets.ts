import type { Instant } from './day.ts'

/** From this instant on (until the next span) the wall clock shows UTC plus this offset. */
export interface OffsetSpan {
  readonly from: Instant
  readonly offsetMs: number
}

/** The offsets in force in [from, to): ascending, the first begins at or before `from`. */
export type OffsetSource = (from: Instant, to: Instant) => OffsetSpan[]

/**
 * Between two samples the offset is taken to change at most once. The shortest excursion in the time zone database
 * (there and back: Freetown, September 1939) lasted 3.99 days, the shortest since 1970 6.96 (Recife 2000, Gaza 2040),
 * so half of the former finds all of them, and leaves room for shorter ones to come.
 */
const STEP_MS = 2 * 86_400_000

/** The database's first change is of 1844 (Manila); nothing before 1800 needs sampling. */
const FIRST_CHANGE: Instant = -5_364_662_400_000

export function fixedOffset(offsetMs: number): OffsetSource {
  const spans = [{ from: -Infinity, offsetMs }]
  return () => spans
}

/**
 * Offsets found by asking for the one at an instant: sampled every two days, each change then bisected to the second.
 *
 * @param offsetAt milliseconds east of UTC at an instant.
 */
export function sampledOffsets(offsetAt: (instant: Instant) => number): OffsetSource {
  return (from, to) => {
    let at = from < FIRST_CHANGE ? Math.min(to, FIRST_CHANGE) : Math.floor(from / 1000) * 1000
    let offsetMs = offsetAt(at)
    const spans: OffsetSpan[] = [{ from: Math.min(from, at), offsetMs }]
    while (at < to) {
      const next = at + STEP_MS
      const nextOffset = offsetAt(next)
      if (nextOffset === offsetMs) {
        at = next
        continue
      }
      let before = at / 1000
      let after = next / 1000
      while (after - before > 1) {
        const middle = Math.floor((before + after) / 2)
        if (offsetAt(middle * 1000) === offsetMs) before = middle
        else after = middle
      }
      at = after * 1000
      if (at >= to) break
      offsetMs = offsetAt(at)
      spans.push({ from: at, offsetMs })
    }
    return spans
  }
}
