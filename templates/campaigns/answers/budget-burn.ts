import { burnRate, type BurnRate, type Coverage, type Tidemark } from 'tidemark'
import { campaignMetrics } from '../tidemark.config.ts'

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

/** 5 · What was spent, what was to be spent, what will be, and the day on which the budget is used up. */
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
  return { ...made, allocated, coverage: whole?.coverage ?? { expected: 0, present: 0, reasons: {} } }
}
