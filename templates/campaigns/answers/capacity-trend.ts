import { answer, type Coverage, type Grain, type Reader } from 'tidemark'
import { campaignMetrics } from '../history/series.ts'
import { isOfAPart } from './coverage.ts'
import { usualWeeks } from './usual-range.ts'

export interface CapacityTrendRequest {
  readonly company: string
  /** Left out: the company's campaigns together. */
  readonly campaign?: string
  readonly from: string
  readonly to: string
  /** Default `week`. */
  readonly grain?: Grain
}

/** The layers of a stacked area at the end of a period, and their sum; null where nothing was captured, or only a part is left by itself. */
export interface CapacityTrendRow {
  readonly period: string
  readonly volunteers: number | null
  readonly beneficiaries: number | null
  readonly together: number | null
  readonly coverage: Coverage
}

export interface CapacityTrend {
  readonly rows: readonly CapacityTrendRow[]
  /** Both targets together, at the end of the last period that knows them; null where none does. */
  readonly target: number | null
}

/** 4 · Volunteers and beneficiaries over time. */
export async function capacityTrend(tm: Reader, { company, campaign, from, to, grain = 'week' }: CapacityTrendRequest): Promise<CapacityTrend> {
  const { rows } = await tm.query(campaignMetrics, {
    select: ['volunteersCurrent.last', 'beneficiariesCurrent.last', 'volunteersTarget.last', 'beneficiariesTarget.last'], tenant: company, from, to, grain,
    ...(campaign === undefined ? { total: true } : { entity: campaign }),
  })
  const known = rows.findLast((row) => !isOfAPart(row.coverage) && row['volunteersTarget.last'] !== null && row['beneficiariesTarget.last'] !== null)
  return {
    rows: rows.map((row) => {
      const [volunteers, beneficiaries] = isOfAPart(row.coverage) ? [null, null] : [row['volunteersCurrent.last'], row['beneficiariesCurrent.last']]
      return { period: row.period, volunteers, beneficiaries, together: volunteers === null || beneficiaries === null ? null : volunteers + beneficiaries, coverage: row.coverage }
    }),
    target: known === undefined ? null : (known['volunteersTarget.last'] as number) + (known['beneficiariesTarget.last'] as number),
  }
}

export const capacityAnswer = answer('capacity', {
  title: 'Capacity trend', summary: "Volunteers and beneficiaries of a campaign, or of a company's campaigns together, one upon the other.",
  words: { tenant: 'required', entity: 'optional', from: 'optional', to: 'optional', grain: 'optional' }, place: { row: 2, column: 1, width: 'half' }, coverage: { rows: 'rows', path: 'coverage' },
  panel: {
    draw: 'chart', left: { title: 'people', unit: 'people' }, right: null,
    traces: [
      { title: 'volunteers', rows: 'rows', x: 'period', y: 'volunteers', as: 'area', axis: 'left', stack: 'people', tone: 'main' },
      { title: 'beneficiaries', rows: 'rows', x: 'period', y: 'beneficiaries', as: 'area', axis: 'left', stack: 'people' },
    ],
    lines: [{ title: 'targets together', at: { path: 'target' }, tone: 'warn' }], marks: [], facts: [{ title: 'targets together', path: 'target', unit: 'people' }],
  },
  ask: (reader, { tenant, entity, grain, ...range }) => capacityTrend(reader, {
    company: tenant, ...(entity === undefined ? {} : { campaign: entity }), ...usualWeeks(reader, range, 12), ...(grain === undefined ? {} : { grain }),
  }),
})
