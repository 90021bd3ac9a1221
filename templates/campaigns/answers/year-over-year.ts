import { answer, type Coverage, type Reader } from 'tidemark'
import { campaignMetrics } from '../history/series.ts'
import { isOfAPart, isWhole, NOTHING } from './coverage.ts'
import { type Amount, minus, over } from './decimal-text.ts'
import { usualMonths } from './usual-range.ts'

export interface YearOverYearRequest {
  readonly company: string
  readonly from: string
  readonly to: string
}

export interface Beside {
  /** null also where only a part of it is left by itself, as `coverage` says; so for `yearBefore`. */
  readonly value: Amount | null
  readonly yearBefore: Amount | null
  /** null also where the month is not whole: it does not compare with a whole one. */
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
  /** Whether the month is over and wholly in the range. */
  readonly whole: boolean
  readonly coverage: Coverage
  readonly coverageYearBefore: Coverage
}

/** Each month of a company beside the same month a year before. */
export async function yearOverYear(tm: Reader, { company, from, to }: YearOverYearRequest): Promise<{ readonly rows: readonly YearOverYearRow[] }> {
  const { rows } = await tm.query(campaignMetrics, {
    select: ['hoursLogged.increase', 'sessionsCompleted.increase', 'volunteersCurrent.last', 'budgetSpent.last'], tenant: company, total: true, from, to, grain: 'month', compare: ['year'],
  })
  return {
    rows: rows.map((row) => {
      const whole = isWhole(row, { from, to, months: 1, now: tm.now })
      const coverageYearBefore = row['coverage@year'] ?? NOTHING
      const [part, partBefore] = [isOfAPart(row.coverage), isOfAPart(coverageYearBefore)]
      const beside = (value: Amount | null, before: Amount | null): Beside => setBeside(whole, part ? null : value, partBefore ? null : before)
      return {
        period: row.period,
        hours: beside(row['hoursLogged.increase'], row['hoursLogged.increase@year']),
        sessions: beside(row['sessionsCompleted.increase'], row['sessionsCompleted.increase@year']),
        volunteers: beside(row['volunteersCurrent.last'], row['volunteersCurrent.last@year']),
        budgetSpent: beside(row['budgetSpent.last'], row['budgetSpent.last@year']),
        whole, coverage: row.coverage, coverageYearBefore,
      }
    }),
  }
}

function setBeside(whole: boolean, value: Amount | null, yearBefore: Amount | null): Beside {
  const change = !whole || value === null || yearBefore === null ? null : minus(value, yearBefore)
  return { value, yearBefore, change, changeShare: change === null || yearBefore === null ? null : over(change, yearBefore) }
}

const besideYear = (title: string, name: 'hours' | 'sessions' | 'volunteers' | 'budgetSpent', unit: string) => [
  { title, path: `${name}.value`, unit }, { title: `${title}, year before`, path: `${name}.yearBefore`, unit }, { title: `${title}, change`, path: `${name}.changeShare`, unit: 'share' },
]

export const yearsAnswer = answer('years', {
  title: 'Year over year', summary: 'Each month of a company beside the same month a year before.',
  words: { tenant: 'required', from: 'optional', to: 'optional' }, coverage: { rows: 'rows', path: 'coverage' },
  panel: {
    draw: 'table', rows: 'rows', order: { path: 'period', way: 'down' },
    columns: [
      { title: 'month', path: 'period', unit: null }, ...besideYear('hours', 'hours', 'h'), ...besideYear('sessions', 'sessions', 'sessions'),
      ...besideYear('volunteers', 'volunteers', 'people'), ...besideYear('spent', 'budgetSpent', 'EUR'),
    ],
  },
  ask: (reader, { tenant, ...range }) => yearOverYear(reader, { company: tenant, ...usualMonths(reader, range, 5) }),
})
