import type { Coverage, Tidemark } from 'tidemark'
import { campaignMetrics } from '../tidemark.config.ts'

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

/** 12 · Retention, dropout and average sessions of each campaign, and of all together first. */
export async function engagement(tm: Tidemark, { company, from, to }: EngagementRequest): Promise<{ readonly rows: readonly EngagementRow[] }> {
  const request = {
    select: ['volunteerRetention.value', 'beneficiaryDropout.value', 'averageSessions.value', 'volunteersEver.last'], tenant: company, from, to, grain: 'range',
  } as const
  const [total, each] = await Promise.all([tm.query(campaignMetrics, { ...request, total: true }), tm.query(campaignMetrics, request)])
  return {
    rows: [...total.rows, ...each.rows].filter((row) => row['volunteersEver.last'] !== null).map((row) => ({
      campaign: row.entity, volunteerRetention: row['volunteerRetention.value'], beneficiaryDropout: row['beneficiaryDropout.value'],
      averageSessions: row['averageSessions.value'], coverage: row.coverage,
    })),
  }
}
