import type { Cadence } from '../../src/definitions/frequency.ts'
import type { Day } from './civil.ts'
import type { ZoneHistory } from './local-day.ts'

/** A half-open stretch of instants. */
export interface Stretch {
  readonly fromMs: number
  readonly toMs: number
}

const HOUR_MS = 3_600_000

/** The windows that a day is cut into: one for `day` and `final`, else pieces of one or six hours. None of a day that does not exist. */
export function windowsOf(days: ZoneHistory, day: Day, cadence: Exclude<Cadence, 'never'>): readonly Stretch[] {
  if (!days.exists(day)) return []
  const { fromMs, toMs } = days.boundsOf(day)
  if (cadence === 'day' || cadence === 'final') return [{ fromMs, toMs }]
  const size = cadence === 'hour' ? HOUR_MS : 6 * HOUR_MS
  const count = Math.max(1, roundHalfEven(toMs - fromMs, size))
  return Array.from({ length: count }, (_, index) => ({
    fromMs: fromMs + index * size, toMs: index === count - 1 ? toMs : fromMs + (index + 1) * size,
  }))
}

function roundHalfEven(length: number, size: number): number {
  const whole = Math.floor(length / size)
  const twice = (length - whole * size) * 2
  return twice > size || (twice === size && whole % 2 === 1) ? whole + 1 : whole
}
