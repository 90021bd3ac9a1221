import { answer, type Coverage, type Grain, type Reader } from 'tidemark'
import { campaignMetrics } from '../history/series.ts'
import { usualWeeks } from './usual-range.ts'

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
export async function impact(tm: Reader, { company, campaign, from, to, grain = 'week' }: ImpactRequest): Promise<{ readonly rows: readonly ImpactRow[] }> {
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

export const impactAnswer = answer('impact', {
  title: 'Impact over time', summary: 'Social return, volunteer impact, hours and sessions of a campaign, period by period.',
  words: { tenant: 'required', entity: 'required', from: 'optional', to: 'optional', grain: 'optional' }, place: { row: 2, column: 0, width: 'half' }, coverage: { rows: 'rows', path: 'coverage' },
  panel: {
    draw: 'chart', left: { title: 'score', unit: 'score' }, right: { title: 'hours and sessions', unit: null },
    traces: [
      { title: 'hours', rows: 'rows', x: 'period', y: 'hours', as: 'bars', axis: 'right', tone: 'quiet' },
      { title: 'sessions', rows: 'rows', x: 'period', y: 'sessions', as: 'line', axis: 'right', tone: 'quiet' },
      { title: 'SROI', rows: 'rows', x: 'period', y: 'sroi', as: 'line', axis: 'left', tone: 'main' },
      { title: 'VIS', rows: 'rows', x: 'period', y: 'vis', as: 'line', axis: 'left' },
    ],
    lines: [], marks: [], facts: [],
  },
  ask: (reader, { tenant, entity, grain, ...range }) => impact(reader, { company: tenant, campaign: entity, ...usualWeeks(reader, range, 12), ...(grain === undefined ? {} : { grain }) }),
})
