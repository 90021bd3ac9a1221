import type { Tidemark } from 'tidemark'
import { campaignMetrics } from '../tidemark.config.ts'
import type { CampaignState } from './latest-state.ts'

export interface CampaignsAtRequest {
  readonly company: string
  /** The instant, ISO 8601; left out: now. */
  readonly at?: string
}

/** All campaigns of a company as they were at an instant, those captured by then. */
export function campaignsAt(tm: Tidemark, { company, at }: CampaignsAtRequest): Promise<readonly CampaignState[]> {
  return tm.latestAll(campaignMetrics, { tenant: company, ...(at === undefined ? {} : { at }) })
}
