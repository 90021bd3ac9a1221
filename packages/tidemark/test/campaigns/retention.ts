import { clockOf, DAY_MS } from '../../../../templates/campaigns/app/clock-face.ts'
import type { Snapshot } from './reenactment.ts'

export type TierName = 'captured' | 'day' | 'week' | 'month' | 'archive'

interface RunTimes {
  /** The last run of the tiers. */
  readonly lastRun: number
  /** Of campaigns under a hold, the last run before it. */
  readonly heldSince: (campaign: string) => number | null
}

/** How many rows each tier should hold: the retention table, applied to every snapshot there ever was by plain counting. */
export function rowsByTier(snapshots: readonly Snapshot[], { lastRun, heldSince }: RunTimes): Record<TierName, number> {
  const keys: Record<TierName, Set<string>> = { captured: new Set(), day: new Set(), week: new Set(), month: new Set(), archive: new Set() }
  for (const { life, day, at } of snapshots) {
    const today = clockOf(life.zone).dayOf(heldSince(life.id) ?? lastRun)
    const times = life.value === 'high' ? 2 : 1
    const { tier, period } = placeOf(day, today, times)
    keys[tier].add(`${life.number} ${tier === 'captured' ? at : period}`)
  }
  return Object.fromEntries(Object.entries(keys).map(([tier, rows]) => [tier, rows.size])) as Record<TierName, number>
}

/** Hot for 30 days, daily to 90, weekly to 365, monthly for three years, then quarterly in the archive. */
function placeOf(day: number, today: number, times: number): { readonly tier: TierName; readonly period: number } {
  if (day + 1 + 30 * times > today) return { tier: 'captured', period: day }
  const week = fragmentOf(day)
  if (week.end + 90 * times > today) return { tier: 'day', period: day }
  const month = monthOf(day, 1)
  if (month.end + 365 * times > today) return { tier: 'week', period: week.start }
  const quarter = monthOf(day, 3)
  if (laterMonths(quarter.end, 36 * times) > today) return { tier: 'month', period: month.start }
  return { tier: 'archive', period: quarter.start }
}

/** The ISO week of a day, cut where its month ends. */
function fragmentOf(day: number): { readonly start: number; readonly end: number } {
  const monday = day - (((day + 3) % 7) + 7) % 7
  const month = monthOf(day, 1)
  return { start: Math.max(monday, month.start), end: Math.min(monday + 7, month.end) }
}

function monthOf(day: number, months: 1 | 3): { readonly start: number; readonly end: number } {
  const date = new Date(day * DAY_MS)
  const first = Math.floor(date.getUTCMonth() / months) * months
  return { start: Date.UTC(date.getUTCFullYear(), first, 1) / DAY_MS, end: Date.UTC(date.getUTCFullYear(), first + months, 1) / DAY_MS }
}

/** The first of a month, so many months later. */
function laterMonths(first: number, months: number): number {
  const date = new Date(first * DAY_MS)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1) / DAY_MS
}

