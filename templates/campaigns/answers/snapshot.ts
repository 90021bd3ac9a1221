import type { Tidemark } from 'tidemark'
import { campaignMetrics } from '../history/series.ts'
import type { CampaignState, LatestStateRequest } from './latest-state.ts'

export interface CreatedSnapshot {
  /** Whether there is a window now that was not there before. */
  readonly created: boolean
  /** The latest there is, however old: `at` and `window` say of when. null: it was never captured. */
  readonly state: CampaignState | null
}

/**
 * Captures what is due now, as the worker would. A window has one row: within one that has been captured, before 23:00 of
 * a day that is captured once, and of a campaign that is not captured any more nothing is created, and the latest
 * snapshot is given as what it is.
 */
export async function createSnapshot(tm: Tidemark, request: LatestStateRequest): Promise<CreatedSnapshot> {
  const before = await getLatestSnapshot(tm, request)
  await tm.capture(campaignMetrics)
  const state = await getLatestSnapshot(tm, request)
  return { created: state !== null && state.window.from !== before?.window.from, state }
}

/** The latest snapshot of a campaign, without capturing; null: it was never captured. */
export function getLatestSnapshot(tm: Tidemark, { company, campaign }: LatestStateRequest): Promise<CampaignState | null> {
  return tm.latest(campaignMetrics, { tenant: company, entity: campaign })
}
