import type { Coverage, Tidemark } from 'tidemark'
import { type Outcome, OUTCOMES } from '../history/full-snapshot.ts'
import { campaignMetrics } from '../tidemark.config.ts'
import { coverageAt, NOTHING } from './coverage.ts'
import { type Amount, minus } from './decimal-text.ts'

export interface OutcomesRequest {
  readonly company: string
  readonly campaign: string
  /** The instant to show, ISO 8601; left out: now. */
  readonly at?: string
  /** The instant to show beside it. */
  readonly before: string
}

/** One axis of a radar: the mean of all sessions so far, 0 to 100; null before the first. */
export interface OutcomeAxis {
  readonly outcome: Outcome
  readonly value: string | null
  readonly before: string | null
  readonly change: Amount | null
}

export interface Outcomes {
  readonly axes: readonly OutcomeAxis[]
  /** The windows that the two states are of; null: it had not been captured yet. */
  readonly window: { readonly from: string; readonly to: string } | null
  readonly windowBefore: { readonly from: string; readonly to: string } | null
  /** Of the window that holds each instant. Where it is not present the state is an older one, and the reason says why. */
  readonly coverage: Coverage
  readonly coverageBefore: Coverage
}

/** 7 · How outcomes stand, beside how they stood, from the complete states kept at each capture. */
export async function outcomes(tm: Tidemark, { company, campaign, at, before }: OutcomesRequest): Promise<Outcomes> {
  const whose = { tenant: company, entity: campaign }
  const when = at === undefined ? {} : { at }
  const [now, then, coverage, coverageBefore] = await Promise.all([
    at === undefined ? tm.latest(campaignMetrics, whose) : tm.stateAt(campaignMetrics, { ...whose, at }), tm.stateAt(campaignMetrics, { ...whose, at: before }),
    coverageAt(tm, { company, campaign, ...when }), coverageAt(tm, { company, campaign, at: before }),
  ])
  return {
    axes: OUTCOMES.map((outcome) => {
      const [value, earlier] = [now?.payload?.outcomeScores[outcome] ?? null, then?.payload?.outcomeScores[outcome] ?? null]
      return { outcome, value, before: earlier, change: value === null || earlier === null ? null : minus(value, earlier) }
    }),
    window: now?.window ?? null, windowBefore: then?.window ?? null,
    coverage: coverage.get(campaign) ?? NOTHING, coverageBefore: coverageBefore.get(campaign) ?? NOTHING,
  }
}
