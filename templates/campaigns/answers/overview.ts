import { answer, type Coverage, type Reader } from 'tidemark'
import { campaignMetrics } from '../history/series.ts'
import { isOfAPart, NOTHING } from './coverage.ts'
import { type Amount, minus, over } from './decimal-text.ts'
import { usualRange } from './usual-range.ts'

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
  /** null also where only a part of it is left by itself, as `coverage` says; so for `previous`. */
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
export async function overview(tm: Reader, { company, from, to }: OverviewRequest): Promise<Overview> {
  const { rows: [row] } = await tm.query(campaignMetrics, {
    select: CARDS.map(({ key }) => key), tenant: company, total: true, grain: 'range', from, to, compare: ['previous'],
  })
  const [coverage, coveragePrevious] = [row?.coverage ?? NOTHING, row?.['coverage@previous'] ?? NOTHING]
  return {
    cards: CARDS.map(({ name, key }) => {
      const value = isOfAPart(coverage) ? null : row?.[key] ?? null
      const previous = isOfAPart(coveragePrevious) ? null : row?.[`${key}@previous`] ?? null
      const change = value === null || previous === null ? null : minus(value, previous)
      return { name, value, previous, change, changeShare: change === null || previous === null ? null : over(change, previous) }
    }),
    coverage, coveragePrevious,
  }
}

export const overviewAnswer = answer('overview', {
  title: 'Overview', summary: "A company's key numbers over a range of days, each beside as many days before.",
  words: { tenant: 'required', from: 'optional', to: 'optional' }, place: { row: 0, column: 0, width: 'whole' }, coverage: { path: 'coverage' },
  panel: {
    draw: 'cards', rows: 'cards',
    cards: [
      { name: 'activeCampaigns', title: 'Active campaigns', unit: 'campaigns', better: 'more', opens: 'comparison' },
      { name: 'volunteers', title: 'Volunteers', unit: 'people', better: 'more', opens: 'capacity' },
      { name: 'beneficiaries', title: 'Beneficiaries', unit: 'people', better: 'more', opens: 'capacity' },
      { name: 'sessions', title: 'Sessions', unit: 'sessions', better: 'more', opens: 'impact' },
      { name: 'hours', title: 'Hours', unit: 'h', better: 'more', opens: 'impact' },
      { name: 'volunteersUtilization', title: 'Volunteer places used', unit: 'share', better: 'more', opens: 'gauges' },
      { name: 'budgetSpent', title: 'Budget spent', unit: 'EUR', better: null, opens: 'budget' },
      { name: 'budgetUtilization', title: 'Budget used', unit: 'share', better: null, opens: 'budget' },
    ],
  },
  ask: (reader, { tenant, ...range }) => overview(reader, { company: tenant, ...usualRange(reader, range) }),
})
