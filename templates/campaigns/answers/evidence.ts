import { answer, type Coverage, type Reader } from 'tidemark'
import type { Evidence } from '../history/full-snapshot.ts'
import { campaignMetrics } from '../history/series.ts'
import { coverageAt, together } from './coverage.ts'
import { compareAmounts } from './decimal-text.ts'

export interface EvidenceRequest {
  readonly company: string
  /** Left out: of all its campaigns. */
  readonly campaign?: string
  /** The instant to show, ISO 8601; left out: now. */
  readonly at?: string
  /** Default 10; of each campaign three are kept. */
  readonly most?: number
}

export interface EvidenceRow extends Evidence {
  readonly campaign: string
  readonly campaignName: string
}

export interface EvidenceAnswer {
  /** The best first. */
  readonly rows: readonly EvidenceRow[]
  /** Campaigns that had been captured by then, and those of them whose complete state is there. */
  readonly campaigns: { readonly captured: number; readonly known: number }
  /** Of the windows that hold the instant, of all campaigns that are asked for. */
  readonly coverage: Coverage
}

/** 9 · The best evidence, with links to its source. */
export async function evidence(tm: Reader, { company, campaign, at, most = 10 }: EvidenceRequest): Promise<EvidenceAnswer> {
  const when = at === undefined ? {} : { at }
  const [states, coverages] = await Promise.all([
    statesOf(tm, { company, campaign, at }), coverageAt(tm, { company, ...(campaign === undefined ? {} : { campaign }), ...when }),
  ])
  const rows = states.flatMap(({ entity, payload }) => (payload?.evidence ?? []).map((one): EvidenceRow => ({ ...one, campaign: entity, campaignName: payload?.campaignName ?? '' })))
  return {
    rows: rows.sort((a, b) => compareAmounts(b.score, a.score) || a.id - b.id).slice(0, most),
    campaigns: { captured: states.length, known: states.filter(({ payload }) => payload !== null).length },
    coverage: together(coverages.values()),
  }
}

/** The states of those that are asked for: of one campaign, only its own. */
async function statesOf(tm: Reader, { company, campaign, at }: { readonly company: string; readonly campaign: string | undefined; readonly at: string | undefined }) {
  if (campaign === undefined) return tm.latestAll(campaignMetrics, { tenant: company, ...(at === undefined ? {} : { at }) })
  const one = { tenant: company, entity: campaign }
  const state = at === undefined ? await tm.latest(campaignMetrics, one) : await tm.stateAt(campaignMetrics, { ...one, at })
  return state === null ? [] : [state]
}

export const evidenceAnswer = answer('evidence', {
  title: 'Top evidence', summary: 'The best of what people said and wrote, with links to the source.',
  words: { tenant: 'required', entity: 'optional', at: 'optional', most: 'optional' }, place: { row: 5, column: 2, width: 'third' }, coverage: { path: 'coverage' },
  panel: { draw: 'links', rows: 'rows', text: 'text', url: 'url', score: { path: 'score', title: 'score' }, facts: [{ title: 'campaign', path: 'campaignName' }] },
  ask: (reader, { tenant, entity, at, most }) => evidence(reader, {
    company: tenant, ...(entity === undefined ? {} : { campaign: entity }), ...(at === undefined ? {} : { at }), ...(most === undefined ? {} : { most }),
  }),
})
