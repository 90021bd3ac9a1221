import type { Coverage, Reader } from 'tidemark'
import { campaignMetrics } from '../history/series.ts'
import { addDays, dayAt } from './day-text.ts'

export const NOTHING: Coverage = { expected: 0, present: 0, reasons: {} }

/** Of several rows together. */
export function together(coverages: Iterable<Coverage>): Coverage {
  const sum = { expected: 0, present: 0, reasons: {} as Record<string, number> }
  for (const { expected, present, reasons } of coverages) {
    sum.expected += expected
    sum.present += present
    for (const [reason, count] of Object.entries(reasons)) sum.reasons[reason] = (sum.reasons[reason] ?? 0) + count
  }
  return sum
}

/**
 * Whether some of what a number would be of lies in rows that reach beyond it, or in a damaged file: what is left is of
 * some campaigns or days alone, and looks like the whole.
 */
export function isOfAPart({ reasons }: Coverage): boolean {
  return (reasons.finer_detail_retired ?? 0) + (reasons.archive_damaged ?? 0) > 0
}

/** Whether a period of so many months is over, for every campaign, and lies wholly in the range that was asked for. */
export function isWhole(
  { period, coverage }: { readonly period: string; readonly coverage: Coverage }, { from, to, months, now }: { readonly from: string; readonly to: string; readonly months: number; readonly now: number },
): boolean {
  const start = new Date(period)
  const end = Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + months, 1)
  return from <= period && end <= Date.parse(to) && end <= now && (coverage.reasons.open ?? 0) === 0
}

/**
 * Of each campaign, how complete that is which its state at an instant stands for: the one window that holds the instant
 * or, where it has been rolled up, all windows of the row that it lies in. A state from before a missing window says so
 * by the reason here.
 */
export async function coverageAt(
  tm: Reader, { company, campaign, at = new Date(tm.now).toISOString() }: { readonly company: string; readonly campaign?: string; readonly at?: string },
): Promise<ReadonlyMap<string, Coverage>> {
  const instant = Date.parse(at)
  const whose = { select: ['status.last'], tenant: company, ...(campaign === undefined ? {} : { entity: campaign }) } as const
  // A local day lies up to 14 hours from the day of UTC.
  const { rows } = await tm.query(campaignMetrics, { ...whose, grain: 'captured', from: addDays(dayAt(instant), -1), to: addDays(dayAt(instant), 2) })
  const holding = new Map(rows.filter(({ period }) => Date.parse(period) <= instant).map((row) => [row.entity as string, row]))
  const found = new Map([...holding].map(([entity, { coverage }]) => [entity, coverage]))
  const rolledUp = Map.groupBy([...holding].filter(([, { widened }]) => widened !== undefined), ([, { widened }]) => `${widened?.from} ${widened?.to}`)
  for (const group of rolledUp.values()) {
    const { widened } = (group[0] as (typeof group)[number])[1]
    const { rows: whole } = await tm.query(campaignMetrics, { ...whose, entity: group.map(([entity]) => entity), grain: 'range', ...widened })
    for (const { entity, coverage } of whole) found.set(entity as string, coverage)
  }
  return found
}
