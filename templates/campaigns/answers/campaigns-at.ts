import type { Coverage, Tidemark } from 'tidemark'
import { campaignMetrics } from '../tidemark.config.ts'
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
export async function campaignsAt(tm: Tidemark, { company, at }: CampaignsAtRequest): Promise<CampaignsAt> {
  const when = at === undefined ? {} : { at }
  const [states, coverage] = await Promise.all([tm.latestAll(campaignMetrics, { tenant: company, ...when }), coverageAt(tm, { company, ...when })])
  return { states, coverage: together(coverage.values()) }
}
