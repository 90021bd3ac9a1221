import type { Coverage, Tidemark } from 'tidemark'
import { campaignMetrics } from '../tidemark.config.ts'
import { type Amount, minus, over } from './decimal-text.ts'

export interface YearOverYearRequest {
  readonly company: string
  readonly from: string
  readonly to: string
}

export interface Beside {
  readonly value: Amount | null
  readonly yearBefore: Amount | null
  readonly change: Amount | null
  readonly changeShare: string | null
}

export interface YearOverYearRow {
  /** First day of the month. */
  readonly period: string
  readonly hours: Beside
  readonly sessions: Beside
  readonly volunteers: Beside
  readonly budgetSpent: Beside
  readonly coverage: Coverage
}

/** Each month of a company beside the same month a year before. */
export async function yearOverYear(tm: Tidemark, { company, from, to }: YearOverYearRequest): Promise<{ readonly rows: readonly YearOverYearRow[] }> {
  const { rows } = await tm.query(campaignMetrics, {
    select: ['hoursLogged.increase', 'sessionsCompleted.increase', 'volunteersCurrent.last', 'budgetSpent.last'], tenant: company, total: true, from, to, grain: 'month', compare: ['year'],
  })
  return {
    rows: rows.map((row) => ({
      period: row.period,
      hours: beside(row['hoursLogged.increase'], row['hoursLogged.increase@year']),
      sessions: beside(row['sessionsCompleted.increase'], row['sessionsCompleted.increase@year']),
      volunteers: beside(row['volunteersCurrent.last'], row['volunteersCurrent.last@year']),
      budgetSpent: beside(row['budgetSpent.last'], row['budgetSpent.last@year']),
      coverage: row.coverage,
    })),
  }
}

function beside(value: Amount | null, yearBefore: Amount | null): Beside {
  const change = value === null || yearBefore === null ? null : minus(value, yearBefore)
  return { value, yearBefore, change, changeShare: change === null || yearBefore === null ? null : over(change, yearBefore) }
}
