import type { Coverage, Tidemark } from 'tidemark'
import { campaignMetrics } from '../tidemark.config.ts'
import { NOTHING } from './coverage.ts'
import { type Amount, minus, over } from './decimal-text.ts'

export interface OverviewRequest {
  readonly company: string
  /** First local day, `YYYY-MM-DD`. */
  readonly from: string
  /** The local day after the last. */
  readonly to: string
}

const CARDS = [
  { name: 'activeCampaigns', key: 'status.count:active' },
  { name: 'volunteers', key: 'volunteersCurrent.last' },
  { name: 'beneficiaries', key: 'beneficiariesCurrent.last' },
  { name: 'sessions', key: 'sessionsCompleted.increase' },
  { name: 'hours', key: 'hoursLogged.increase' },
  { name: 'volunteersUtilization', key: 'volunteersUtilization.value' },
  { name: 'budgetSpent', key: 'budgetSpent.last' },
  { name: 'budgetUtilization', key: 'budgetUtilization.value' },
] as const

/** One number of the head of a dashboard, beside that of as many days before. */
export interface Card {
  readonly name: (typeof CARDS)[number]['name']
  readonly value: Amount | null
  readonly previous: Amount | null
  readonly change: Amount | null
  /** The change as a share of the previous value, four digits; null from nothing. */
  readonly changeShare: string | null
}

export interface Overview {
  readonly cards: readonly Card[]
  readonly coverage: Coverage
  /** Of the days before, which `previous` is of. */
  readonly coveragePrevious: Coverage
}

/** 1 · A company's key numbers over a range of days, each beside the days before. */
export async function overview(tm: Tidemark, { company, from, to }: OverviewRequest): Promise<Overview> {
  const { rows: [row] } = await tm.query(campaignMetrics, {
    select: CARDS.map(({ key }) => key), tenant: company, total: true, grain: 'range', from, to, compare: ['previous'],
  })
  return {
    cards: CARDS.map(({ name, key }) => {
      const value = row?.[key] ?? null
      const previous = row?.[`${key}@previous`] ?? null
      const change = value === null || previous === null ? null : minus(value, previous)
      return { name, value, previous, change, changeShare: change === null || previous === null ? null : over(change, previous) }
    }),
    coverage: row?.coverage ?? NOTHING, coveragePrevious: row?.['coverage@previous'] ?? NOTHING,
  }
}
