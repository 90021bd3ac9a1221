import type { EpochDay } from '../stores/contract/state.ts'

/** Rows of one run share few days; the table is started anew before it could grow without bound. */
const MOST_REMEMBERED = 8192
const remembered = new Map<EpochDay, string>()

/** A day as `YYYY-MM-DD`; the day after year 9999, which half-open ranges need, as `+010000-01-01`. */
export function dayText(day: EpochDay): string {
  const known = remembered.get(day)
  if (known !== undefined) return known
  const text = new Date(day * 86_400_000).toISOString()
  const written = text.slice(0, text.indexOf('T'))
  if (remembered.size >= MOST_REMEMBERED) remembered.clear()
  remembered.set(day, written)
  return written
}
