import { answer, type Coverage, type Reader } from 'tidemark'
import { campaignMetrics } from '../history/series.ts'
import { isOfAPart } from './coverage.ts'
import { usualRange } from './usual-range.ts'

export interface EngagementRequest {
  readonly company: string
  readonly from: string
  readonly to: string
}

/** How those who came stay, at the end of the range. */
export interface EngagementRow {
  /** null: the company's campaigns together. */
  readonly campaign: string | null
  /** Volunteers there of all who ever joined, four digits. */
  readonly volunteerRetention: string | null
  /** Beneficiaries who left, of all who ever joined, four digits. */
  readonly beneficiaryDropout: string | null
  /** Sessions so far for each volunteer who ever joined, two digits. */
  readonly averageSessions: string | null
  readonly coverage: Coverage
}

/** 12 · Retention, dropout and average sessions of each campaign, and of all together first: null there where some of them are not left by themselves. */
export async function engagement(tm: Reader, { company, from, to }: EngagementRequest): Promise<{ readonly rows: readonly EngagementRow[] }> {
  const request = {
    select: ['volunteerRetention.value', 'beneficiaryDropout.value', 'averageSessions.value', 'volunteersEver.last'], tenant: company, from, to, grain: 'range',
  } as const
  const [total, each] = await Promise.all([tm.query(campaignMetrics, { ...request, total: true }), tm.query(campaignMetrics, request)])
  return {
    rows: [...total.rows, ...each.rows].filter((row) => row['volunteersEver.last'] !== null).map((row) => ({
      campaign: row.entity,
      ...(row.entity === null && isOfAPart(row.coverage) ? { volunteerRetention: null, beneficiaryDropout: null, averageSessions: null } : {
        volunteerRetention: row['volunteerRetention.value'], beneficiaryDropout: row['beneficiaryDropout.value'], averageSessions: row['averageSessions.value'],
      }),
      coverage: row.coverage,
    })),
  }
}

export const engagementAnswer = answer('engagement', {
  title: 'Engagement', summary: 'How many of those who ever came have stayed, by campaign and of all together.',
  words: { tenant: 'required', from: 'optional', to: 'optional' }, place: { row: 5, column: 0, width: 'third' }, coverage: { rows: 'rows', path: 'coverage' },
  panel: {
    draw: 'table', rows: 'rows', order: null,
    columns: [
      { title: 'campaign', path: 'campaign', unit: null, entity: true },
      { title: 'retention', path: 'volunteerRetention', unit: 'share', levels: [{ from: '0', word: 'low', tone: 'warn' }, { from: '0.7000', word: 'fair', tone: 'quiet' }] },
      { title: 'dropout', path: 'beneficiaryDropout', unit: 'share', levels: [{ from: '0', word: 'fair', tone: 'quiet' }, { from: '0.3001', word: 'high', tone: 'warn' }] },
      { title: 'sessions each', path: 'averageSessions', unit: 'sessions' },
    ],
  },
  ask: (reader, { tenant, ...range }) => engagement(reader, { company: tenant, ...usualRange(reader, range) }),
})
