import { burnRate, type BurnRate, type Coverage, type Tidemark } from 'tidemark'
import { campaignMetrics } from '../tidemark.config.ts'
import { NOTHING } from './coverage.ts'
import { exhaustedSince } from './exhausted-since.ts'

export interface BudgetBurnRequest {
  readonly company: string
  readonly campaign: string
  /** At most 90 days back: older days have been rolled up. */
  readonly from: string
  readonly to: string
  /** Days to project; default 90. */
  readonly horizon?: number
}

export interface BudgetBurn extends BurnRate {
  readonly allocated: string | null
  readonly coverage: Coverage
}

/**
 * 5 · What was spent, what was to be spent, what will be, and the day on which the budget is used up. Where that lies
 * before the range it is looked for in older rows, which tell it as exactly as they are fine: `earliest` to `latest`.
 */
export async function budgetBurn(tm: Tidemark, { company, campaign, from, to, horizon = 90 }: BudgetBurnRequest): Promise<BudgetBurn> {
  const request = { tenant: company, entity: campaign, from, to } as const
  const [{ rows }, { rows: [whole] }] = await Promise.all([
    tm.query(campaignMetrics, { ...request, select: ['budgetSpent.last', 'budgetPlanned.last'], grain: 'day' }),
    tm.query(campaignMetrics, { ...request, select: ['budgetAllocated.last'], grain: 'range' }),
  ])
  const allocated = whole?.['budgetAllocated.last'] ?? null
  const made = burnRate({
    allocated, horizon,
    spent: rows.map((row) => ({ day: row.period, amount: row['budgetSpent.last'] })),
    planned: rows.map((row) => ({ day: row.period, amount: row['budgetPlanned.last'] })),
  })
  const coverage = whole?.coverage ?? NOTHING
  // Used up before the range: the answer lies in older rows, of whatever size they are by now.
  if (made.state !== 'exhausted' || made.earliest !== null || made.latest === null || allocated === null) return { ...made, allocated, coverage }
  const { earliest, latest } = await exhaustedSince(tm, { company, campaign, allocated, latest: made.latest })
  return { ...made, exhaustion: earliest === latest ? latest : null, earliest, latest, allocated, coverage }
}
