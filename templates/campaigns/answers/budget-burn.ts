import { answer, burnRate, type BurnRate, type Coverage, type Reader } from 'tidemark'
import { campaignMetrics } from '../history/series.ts'
import { NOTHING } from './coverage.ts'
import { exhaustedSince } from './exhausted-since.ts'
import { usualRange } from './usual-range.ts'

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
export async function budgetBurn(tm: Reader, { company, campaign, from, to, horizon = 90 }: BudgetBurnRequest): Promise<BudgetBurn> {
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

export const budgetAnswer = answer('budget', {
  title: 'Budget burn-rate', summary: 'What a campaign has spent, was to spend and will spend, and the day on which its budget is used up.',
  words: { tenant: 'required', entity: 'required', from: 'optional', to: 'optional', horizon: 'optional' }, place: { row: 3, column: 0, width: 'half' }, coverage: { path: 'coverage' },
  panel: {
    draw: 'chart', left: { title: 'EUR', unit: 'EUR' }, right: null,
    traces: [
      { title: '80 % of what is likely', rows: 'rows', x: 'day', y: 'high80', low: 'low80', as: 'band', axis: 'left', tone: 'quiet' },
      { title: 'planned', rows: 'rows', x: 'day', y: 'planned', as: 'line', axis: 'left', tone: 'quiet' },
      { title: 'spent', rows: 'rows', x: 'day', y: 'spent', as: 'line', axis: 'left', tone: 'main' },
      { title: 'projected', rows: 'rows', x: 'day', y: 'projected', as: 'dashes', axis: 'left', tone: 'main' },
    ],
    lines: [{ title: 'allocated', at: { path: 'allocated' }, tone: 'bad' }], marks: [{ title: 'used up', path: 'exhaustion' }],
    facts: [
      { title: 'state', path: 'state', unit: null }, { title: 'as of', path: 'asOf', unit: null }, { title: 'spent', path: 'spent', unit: 'EUR' }, { title: 'remaining', path: 'remaining', unit: 'EUR' },
      { title: 'over plan', path: 'overPlan', unit: 'EUR' }, { title: 'used up on', path: 'exhaustion', unit: null }, { title: 'at the earliest', path: 'earliest', unit: null }, { title: 'at the latest', path: 'latest', unit: null },
    ],
  },
  ask: (reader, { tenant, entity, horizon, ...range }) => budgetBurn(reader, { company: tenant, campaign: entity, ...usualRange(reader, range, 60), ...(horizon === undefined ? {} : { horizon }) }),
})
