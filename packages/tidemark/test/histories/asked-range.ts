import type { Grain } from '../../src/query/request.ts'
import type { Random } from './random.ts'

export const DAY_MS = 86_400_000

/** The most days that a question of a grain asks for. */
const LONGEST: Readonly<Record<Grain, number>> = { captured: 9, day: 40, week: 150, month: 600, quarter: 900, year: 1500, range: 900 }

/** Somewhere in the history's time, a little before it or after, cut anywhere or on the first of a month. */
export function askedRange(random: Random, startMs: number, nowMs: number, grain: Grain, oneEnd: boolean): { readonly from?: string; readonly to?: string } {
  const spanDays = Math.floor((nowMs - startMs) / DAY_MS)
  let fromMs = startMs + random.whole(-40, spanDays + 10) * DAY_MS
  let toMs = fromMs + random.whole(1, LONGEST[grain]) * DAY_MS
  if (random.chance(0.4) && grain !== 'captured') {
    fromMs = firstOfMonth(fromMs, 0)
    toMs = firstOfMonth(toMs, 1)
  }
  const [from, to] = [dayText(fromMs), dayText(toMs)]
  if (oneEnd) return random.chance(0.5) ? { from } : { to }
  return { from, to }
}

export function dayText(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}

function firstOfMonth(ms: number, later: number): number {
  const date = new Date(ms)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + later, 1)
}
