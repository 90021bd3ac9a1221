import type { Coverage, Grain, Tidemark } from 'tidemark'
import { campaignMetrics } from '../tidemark.config.ts'

export interface CapacityTrendRequest {
  readonly company: string
  /** Left out: the company's campaigns together. */
  readonly campaign?: string
  readonly from: string
  readonly to: string
  /** Default `week`. */
  readonly grain?: Grain
}

/** The layers of a stacked area at the end of a period, and their sum; null where nothing was captured. */
export interface CapacityTrendRow {
  readonly period: string
  readonly volunteers: number | null
  readonly beneficiaries: number | null
  readonly together: number | null
  readonly coverage: Coverage
}

/** 4 · Volunteers and beneficiaries over time. */
export async function capacityTrend(
  tm: Tidemark, { company, campaign, from, to, grain = 'week' }: CapacityTrendRequest,
): Promise<{ readonly rows: readonly CapacityTrendRow[] }> {
  const { rows } = await tm.query(campaignMetrics, {
    select: ['volunteersCurrent.last', 'beneficiariesCurrent.last'], tenant: company, from, to, grain,
    ...(campaign === undefined ? { total: true } : { entity: campaign }),
  })
  return {
    rows: rows.map((row) => {
      const [volunteers, beneficiaries] = [row['volunteersCurrent.last'], row['beneficiariesCurrent.last']]
      return { period: row.period, volunteers, beneficiaries, together: volunteers === null || beneficiaries === null ? null : volunteers + beneficiaries, coverage: row.coverage }
    }),
  }
}
