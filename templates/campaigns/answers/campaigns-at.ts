import { answer, type Coverage, type Reader } from 'tidemark'
import { campaignMetrics } from '../history/series.ts'
import { coverageAt, together } from './coverage.ts'
import type { CampaignState } from './latest-state.ts'

export interface CampaignsAtRequest {
  readonly company: string
  /** The instant, ISO 8601; left out: now. */
  readonly at?: string
}

export interface CampaignsAt {
  /** Those captured by then, by id. */
  readonly states: readonly CampaignState[]
  /** Of the windows that hold the instant, of every campaign of the company that was ever captured. */
  readonly coverage: Coverage
}

/** All campaigns of a company as they were at an instant. */
export async function campaignsAt(tm: Reader, { company, at }: CampaignsAtRequest): Promise<CampaignsAt> {
  const when = at === undefined ? {} : { at }
  const [states, coverage] = await Promise.all([tm.latestAll(campaignMetrics, { tenant: company, ...when }), coverageAt(tm, { company, ...when })])
  return { states, coverage: together(coverage.values()) }
}

export const allAnswer = answer('all', {
  title: 'All campaigns at an instant', summary: 'The state of every campaign of a company as it was at an instant.', words: { tenant: 'required', at: 'optional' }, coverage: { path: 'coverage' },
  panel: {
    draw: 'table', rows: 'states', order: null,
    columns: [
      { title: 'campaign', path: 'entity', unit: null, entity: true }, { title: 'from', path: 'window.from', unit: null }, { title: 'to', path: 'window.to', unit: null },
      { title: 'status', path: 'values.status', unit: null }, { title: 'volunteers', path: 'values.volunteersCurrent', unit: 'people' }, { title: 'spent', path: 'values.budgetSpent', unit: 'EUR' },
    ],
  },
  ask: (reader, { tenant, at }) => campaignsAt(reader, { company: tenant, ...(at === undefined ? {} : { at }) }),
})
