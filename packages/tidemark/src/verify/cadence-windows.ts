import type { LocalCalendar } from '../calendar/local-calendar.ts'
import type { Cadence } from '../definitions/frequency.ts'

const HOUR_MS = 3_600_000

/**
 * The windows of a local day by its cadence, cut as the page says: into as many pieces as its length holds, rounded half
 * to even, the last taking the rest. Told here once more, since what captured them must not vouch for them.
 */
export function cadenceWindows(calendar: LocalCalendar, day: number, cadence: Cadence): readonly { readonly from: number; readonly to: number }[] {
  if (cadence === 'never' || !calendar.dayExists(day)) return []
  const [start, end] = [calendar.dayStart(day), calendar.dayEnd(day)]
  const size = cadence === 'hour' ? HOUR_MS : cadence === 'sixHours' ? 6 * HOUR_MS : end - start
  const [twice, rest] = [Math.floor((2 * (end - start)) / size), (2 * (end - start)) % size]
  // Twice the quotient: odd and without a rest is exactly a half, which goes to the even side.
  const half = twice % 2 === 1 && rest === 0
  const pieces = Math.max(1, half ? 2 * Math.round(twice / 4) : Math.floor((twice + 1) / 2))
  return Array.from({ length: pieces }, (_, piece) => ({ from: start + piece * size, to: piece === pieces - 1 ? end : start + (piece + 1) * size }))
}
