import type { Coverage, Reader } from 'tidemark'
import { campaignMetrics } from '../history/series.ts'
import { addDays, dayAt } from './day-text.ts'
import { compareAmounts } from './decimal-text.ts'

export interface ExhaustedSinceRequest {
  readonly company: string
  readonly campaign: string
  readonly allocated: string
  /** A local day on which the budget was used up, and since which it has been. */
  readonly latest: string
}

/** The first and the last local day on which the budget may have been used up. */
export interface ExhaustedSince {
  /** null: nothing is known of a day on which it was not. */
  readonly earliest: string | null
  readonly latest: string
}

const COARSE_TO_FINE = ['quarter', 'month', 'week', 'day'] as const
type Grain = (typeof COARSE_TO_FINE)[number]

/** What is known of the days of one row. */
interface Stretch {
  readonly from: string
  /** The day after its last. */
  readonly to: string
  /** Not used up in one of its windows; of a day by its last window alone. */
  readonly unused: boolean
  readonly usedAtEnd: boolean
  /** Every window is there, so that its first and its last day are known. */
  readonly complete: boolean
}

/**
 * Looks back as far as the history goes for the day on which a budget was used up: first by quarters, which are answered
 * from every tier, then ever finer about the change, as far as rows of that size are still kept.
 */
export async function exhaustedSince(tm: Reader, { company, campaign, allocated, latest }: ExhaustedSinceRequest): Promise<ExhaustedSince> {
  let known: ExhaustedSince = { earliest: null, latest }
  let span: { readonly from?: string; readonly to: string } = { to: after('quarter', latest) }
  for (const grain of COARSE_TO_FINE) {
    const { rows } = await tm.query(campaignMetrics, { select: ['budgetSpent.min', 'budgetSpent.last'], tenant: company, entity: campaign, grain, ...span })
    if (rows.some(({ coverage }) => lost(coverage))) return known
    const stretches = rows.flatMap((row): readonly Stretch[] => {
      const [least, last] = [grain === 'day' ? row['budgetSpent.last'] : row['budgetSpent.min'], row['budgetSpent.last']]
      if (least === null || last === null) return []
      return [{
        from: later(row.period, span.from ?? row.period), to: earlier(after(grain, row.period), span.to), unused: compareAmounts(least, allocated) < 0,
        usedAtEnd: compareAmounts(last, allocated) >= 0, complete: row.coverage.present === row.coverage.expected,
      }]
    })
    const place = stretches.findLastIndex(({ unused }) => unused)
    const [before, next] = [stretches[place], stretches[place + 1]]
    known = narrowed(known, before, next)
    // Nothing says that it was ever not used up: a finer look at the same rows says no more.
    if (before === undefined) return known
    span = { from: before.from, to: before.usedAtEnd || next === undefined ? before.to : next.to }
  }
  return known
}

function narrowed({ earliest, latest }: ExhaustedSince, before: Stretch | undefined, next: Stretch | undefined): ExhaustedSince {
  const since = (day: string): string => (earliest === null ? day : later(earliest, day))
  if (before?.usedAtEnd === true) return { earliest: since(before.from), latest: earlier(latest, addDays(before.to, -1)) }
  return {
    earliest: before === undefined ? earliest : since(before.complete ? before.to : addDays(before.from, 1)),
    latest: next === undefined ? latest : earlier(latest, next.complete ? next.from : addDays(next.to, -1)),
  }
}

/** Rows of this size are gone, or cannot be read. */
function lost({ reasons }: Coverage): boolean {
  return (reasons.finer_detail_retired ?? 0) + (reasons.archive_damaged ?? 0) > 0
}

const earlier = (a: string, b: string): string => (a < b ? a : b)
const later = (a: string, b: string): string => (a > b ? a : b)

/** The first day after the period that holds a day. */
function after(grain: Grain, day: string): string {
  const date = new Date(day)
  if (grain === 'day') return addDays(day, 1)
  if (grain === 'week') return addDays(day, 7 - ((date.getUTCDay() + 6) % 7))
  const months = grain === 'month' ? 1 : 3
  return dayAt(Date.UTC(date.getUTCFullYear(), (Math.floor(date.getUTCMonth() / months) + 1) * months, 1))
}
