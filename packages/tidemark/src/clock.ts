import type { Instant } from './stores/contract/state.ts'

/** Says what time it is. Everything that needs the time is given one of these, or the instant itself. */
export type Clock = () => Instant

/** The machine's wall clock. Nothing else in this package reads it, so that years can be simulated in minutes. */
export const wallClock: Clock = () => Date.now()

/** A clock that was set to an instant, and goes on from there. */
export function clockFrom(instant: Instant): Clock {
  const started = monotonicMs()
  return () => Math.floor(instant + monotonicMs() - started)
}

/** Milliseconds on a clock that only goes on: for durations, never for dates. */
export function monotonicMs(): number {
  return performance.now()
}
