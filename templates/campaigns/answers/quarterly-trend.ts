import { answer, type Coverage, type Reader } from 'tidemark'
import { campaignMetrics } from '../history/series.ts'
import { isOfAPart, isWhole } from './coverage.ts'
import { usualMonths } from './usual-range.ts'

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

/** A company quarter by quarter, as far back as the archive goes; null where only a part of a quarter is left by itself. */
export async function quarterlyTrend(tm: Reader, { company, from, to }: QuarterlyTrendRequest): Promise<{ readonly rows: readonly QuarterlyTrendRow[] }> {
  const { rows } = await tm.query(campaignMetrics, {
    select: ['hoursLogged.increase', 'sessionsCompleted.increase', 'volunteersCurrent.mean', 'beneficiariesCurrent.mean', 'budgetSpent.last'],
    tenant: company, total: true, from, to, grain: 'quarter',
  })
  return {
    rows: rows.map((row) => ({
      period: row.period,
      ...(isOfAPart(row.coverage) ? { hours: null, sessions: null, volunteers: null, beneficiaries: null, budgetSpent: null } : {
        hours: row['hoursLogged.increase'], sessions: row['sessionsCompleted.increase'], volunteers: row['volunteersCurrent.mean'],
        beneficiaries: row['beneficiariesCurrent.mean'], budgetSpent: row['budgetSpent.last'],
      }),
      whole: isWhole(row, { from, to, months: 3, now: tm.now }), coverage: row.coverage,
    })),
  }
}

export const quartersAnswer = answer('quarters', {
  title: 'Quarterly trend', summary: 'A company quarter by quarter, as far back as the archive goes.',
  words: { tenant: 'required', from: 'optional', to: 'optional' }, coverage: { rows: 'rows', path: 'coverage' },
  panel: {
    draw: 'chart', left: { title: 'people', unit: 'people' }, right: { title: 'hours', unit: 'h' },
    traces: [
      { title: 'hours', rows: 'rows', x: 'period', y: 'hours', as: 'bars', axis: 'right', tone: 'quiet' },
      { title: 'volunteers', rows: 'rows', x: 'period', y: 'volunteers', as: 'line', axis: 'left', tone: 'main' },
      { title: 'beneficiaries', rows: 'rows', x: 'period', y: 'beneficiaries', as: 'line', axis: 'left' },
    ],
    lines: [], marks: [], facts: [],
  },
  ask: (reader, { tenant, ...range }) => quarterlyTrend(reader, { company: tenant, ...usualMonths(reader, range, 41) }),
})
