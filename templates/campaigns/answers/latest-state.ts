import { answer, type Coverage, type InferState, type Reader } from 'tidemark'
import { campaignMetrics } from '../history/series.ts'
import { coverageAt, NOTHING } from './coverage.ts'

export interface LatestStateRequest {
  readonly company: string
  readonly campaign: string
}

/** What is known of a campaign at an instant: every measure, and the complete state. */
export type CampaignState = InferState<typeof campaignMetrics>

export interface LatestState {
  /** null: it was never captured. */
  readonly state: CampaignState | null
  /** Of the window that holds now. Where it is not present the state is an older one, and the reason says why. */
  readonly coverage: Coverage
}

/** The latest state of a campaign. */
export async function latestState(tm: Reader, { company, campaign }: LatestStateRequest): Promise<LatestState> {
  const [state, coverage] = await Promise.all([tm.latest(campaignMetrics, { tenant: company, entity: campaign }), coverageAt(tm, { company, campaign })])
  return { state, coverage: coverage.get(campaign) ?? NOTHING }
}

export const latestAnswer = answer('latest', {
  title: 'Latest state', summary: 'All that was known of a campaign at its latest capture.', words: { tenant: 'required', entity: 'required' }, coverage: { path: 'coverage' }, panel: null,
  ask: (reader, { tenant, entity }) => latestState(reader, { company: tenant, campaign: entity }),
})
