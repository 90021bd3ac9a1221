import type { Coverage, Grain, Tidemark } from 'tidemark'
import { campaignMetrics } from '../tidemark.config.ts'

export interface ImpactRequest {
  readonly company: string
  readonly campaign: string
  readonly from: string
  readonly to: string
  /** Default `week`. */
  readonly grain?: Grain
}

/** Of one period; what was not captured is null. */
export interface ImpactRow {
  readonly period: string
  readonly sroi: string | null
  readonly vis: string | null
  readonly hours: string | null
  readonly sessions: number | null
  readonly coverage: Coverage
}

/** 3 · Social return, volunteer impact, hours and sessions over time. */
export async function impact(tm: Tidemark, { company, campaign, from, to, grain = 'week' }: ImpactRequest): Promise<{ readonly rows: readonly ImpactRow[] }> {
  const { rows } = await tm.query(campaignMetrics, {
    select: ['sroiScore.last', 'averageVisScore.last', 'hoursLogged.increase', 'sessionsCompleted.increase'], tenant: company, entity: campaign, from, to, grain,
  })
  return {
    rows: rows.map((row) => ({
      period: row.period, sroi: row['sroiScore.last'], vis: row['averageVisScore.last'], hours: row['hoursLogged.increase'],
      sessions: row['sessionsCompleted.increase'], coverage: row.coverage,
    })),
  }
}
