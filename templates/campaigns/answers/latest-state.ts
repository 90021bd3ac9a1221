import type { InferState, Tidemark } from 'tidemark'
import { campaignMetrics } from '../tidemark.config.ts'

export interface LatestStateRequest {
  readonly company: string
  readonly campaign: string
}

/** What is known of a campaign at an instant: every measure, and the complete state. */
export type CampaignState = InferState<typeof campaignMetrics>

/** The latest state of a campaign; null: it was never captured. */
export function latestState(tm: Tidemark, { company, campaign }: LatestStateRequest): Promise<CampaignState | null> {
  return tm.latest(campaignMetrics, { tenant: company, entity: campaign })
}
