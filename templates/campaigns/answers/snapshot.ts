import type { Tidemark } from 'tidemark'
import { campaignMetrics } from '../tidemark.config.ts'
import { type CampaignState, latestState, type LatestStateRequest } from './latest-state.ts'

/**
 * Captures what is due now, as the worker would, and gives the campaign's snapshot. Within a window that has been
 * captured it gives the one there is: a window has one row. null: the campaign is not captured (a draft, or ended).
 */
export async function createSnapshot(tm: Tidemark, request: LatestStateRequest): Promise<CampaignState | null> {
  await tm.capture(campaignMetrics)
  return latestState(tm, request)
}

/** The latest snapshot of a campaign, without capturing. */
export function getLatestSnapshot(tm: Tidemark, request: LatestStateRequest): Promise<CampaignState | null> {
  return latestState(tm, request)
}
