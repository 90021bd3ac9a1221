import { answer, type Coverage, type Reader } from 'tidemark'
import { type Outcome, OUTCOMES } from '../history/full-snapshot.ts'
import { campaignMetrics } from '../history/series.ts'
import { coverageAt, NOTHING } from './coverage.ts'
import { addDays } from './day-text.ts'
import { type Amount, minus } from './decimal-text.ts'
import { usualRange } from './usual-range.ts'

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
export async function outcomes(tm: Reader, { company, campaign, at, before }: OutcomesRequest): Promise<Outcomes> {
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

export const outcomesAnswer = answer('outcomes', {
  title: 'Outcome scores', summary: 'How the outcomes of a campaign stand at the end of the range, beside its beginning.',
  words: { tenant: 'required', entity: 'required', from: 'optional', to: 'optional', at: 'optional', before: 'optional' }, place: { row: 4, column: 1, width: 'half' }, coverage: { path: 'coverage' },
  panel: { draw: 'radar', rows: 'axes', axis: 'outcome', value: 'value', before: 'before', least: 0, most: 100 },
  ask(reader, { tenant, entity, at, before, ...range }) {
    const { from, to } = usualRange(reader, range)
    return outcomes(reader, { company: tenant, campaign: entity, at: at ?? `${addDays(to, -1)}T23:59:59Z`, before: before ?? `${from}T00:00:00Z` })
  },
})
