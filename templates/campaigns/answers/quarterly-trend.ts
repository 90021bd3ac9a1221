import type { Coverage, Tidemark } from 'tidemark'
import { campaignMetrics } from '../tidemark.config.ts'
import { isWhole } from './coverage.ts'

export interface QuarterlyTrendRequest {
  readonly company: string
  readonly from: string
  readonly to: string
}

export interface QuarterlyTrendRow {
  /** First day of the quarter. */
  readonly period: string
  readonly hours: string | null
  readonly sessions: number | null
  /** The mean over the quarter, weighted by time. */
  readonly volunteers: string | null
  readonly beneficiaries: string | null
  readonly budgetSpent: string | null
  /** Whether the quarter is over and wholly in the range. */
  readonly whole: boolean
  readonly coverage: Coverage
}

/** A company quarter by quarter, as far back as the archive goes. */
export async function quarterlyTrend(tm: Tidemark, { company, from, to }: QuarterlyTrendRequest): Promise<{ readonly rows: readonly QuarterlyTrendRow[] }> {
  const { rows } = await tm.query(campaignMetrics, {
    select: ['hoursLogged.increase', 'sessionsCompleted.increase', 'volunteersCurrent.mean', 'beneficiariesCurrent.mean', 'budgetSpent.last'],
    tenant: company, total: true, from, to, grain: 'quarter',
  })
  return {
    rows: rows.map((row) => ({
      period: row.period, hours: row['hoursLogged.increase'], sessions: row['sessionsCompleted.increase'], volunteers: row['volunteersCurrent.mean'],
      beneficiaries: row['beneficiariesCurrent.mean'], budgetSpent: row['budgetSpent.last'], whole: isWhole(row, { from, to, months: 3, now: tm.now }), coverage: row.coverage,
    })),
  }
}
