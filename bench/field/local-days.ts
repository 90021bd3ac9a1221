// Spans of local days for servers that know no zones: as many requests as there are lengths of days in a row.
import { clockOf } from '../../templates/campaigns/app/clock-face.ts'

export interface Stretch {
  /** The first local day. */
  readonly day: number
  readonly days: number
  /** Of the first day, in epoch milliseconds. */
  readonly start: number
  /** Of each day: 23 or 25 hours where clocks change. */
  readonly lengthMs: number
}

/** The local days [from, to) of a zone, those of equal length in a row together. */
export function stretches(zone: string, from: number, to: number): readonly Stretch[] {
  const clock = clockOf(zone)
  const found: { day: number; days: number; start: number; lengthMs: number }[] = []
  for (let day = from; day < to; day++) {
    const start = clock.instantOf(day, 0)
    const lengthMs = clock.instantOf(day + 1, 0) - start
    const last = found.at(-1)
    if (last?.lengthMs === lengthMs) last.days++
    else found.push({ day, days: 1, start, lengthMs })
  }
  return found
}
