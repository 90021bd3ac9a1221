import { answer, type Coverage, type Reader } from 'tidemark'
import { campaignMetrics } from '../history/series.ts'
import { type Amount, compareAmounts, over } from './decimal-text.ts'
import { usualRange } from './usual-range.ts'

export interface ComparisonRequest {
  readonly company: string
  readonly from: string
  readonly to: string
}

const COMPARED = {
  volunteersUtilization: 'volunteersUtilization.value', beneficiariesUtilization: 'beneficiariesUtilization.value', budgetUtilization: 'budgetUtilization.value',
  sroi: 'sroiScore.last', vis: 'averageVisScore.last', hours: 'hoursLogged.increase', sessions: 'sessionsCompleted.increase',
} as const
type Compared = keyof typeof COMPARED

/** What a campaign has, and its place among the company's others, 0 (least) to 1 (most). */
export interface ComparisonRow {
  readonly campaign: string
  readonly status: string | null
  readonly values: Readonly<Record<Compared, Amount | null>>
  readonly ranks: Readonly<Record<Compared, string | null>>
  readonly coverage: Coverage
}

/** 10 · A company's campaigns beside each other; those of which nothing is known in the range are left out. */
export async function comparison(tm: Reader, { company, from, to }: ComparisonRequest): Promise<{ readonly rows: readonly ComparisonRow[] }> {
  const { rows } = await tm.query(campaignMetrics, { select: ['status.last', ...Object.values(COMPARED)], tenant: company, from, to, grain: 'range' })
  const known = rows.filter((row) => row['status.last'] !== null)
  const names = Object.keys(COMPARED) as Compared[]
  const values = known.map((row) => Object.fromEntries(names.map((name) => [name, row[COMPARED[name]]])) as ComparisonRow['values'])
  const ranks = Object.fromEntries(names.map((name) => [name, percentRanks(values.map((one) => one[name]))])) as Record<Compared, readonly (string | null)[]>
  return {
    rows: known.map((row, place) => ({
      campaign: row.entity as string, status: row['status.last'], values: values[place] as ComparisonRow['values'],
      ranks: Object.fromEntries(names.map((name) => [name, ranks[name][place] ?? null])) as ComparisonRow['ranks'], coverage: row.coverage,
    })),
  }
}

/**
 * Of the others that have a value, the share that have less, and half of those that have as much: four digits, rounded
 * half to even, as `rank` of Reader. null for what has no value, and where there is nobody to compare with.
 */
export function percentRanks(values: readonly (Amount | null)[]): readonly (string | null)[] {
  const sorted = values.filter((value): value is Amount => value !== null).sort(compareAmounts)
  return values.map((value) => {
    if (value === null || sorted.length < 2) return null
    const less = sorted.findIndex((other) => compareAmounts(other, value) === 0)
    const equal = sorted.findLastIndex((other) => compareAmounts(other, value) === 0) - less
    return over(2 * less + equal, 2 * (sorted.length - 1))
  })
}

/** A campaign's value, and its place among the others beside it. */
const beside = (title: string, name: Compared, unit: string) => [
  { title, path: `values.${name}`, unit },
  {
    title: `${title}, rank`, path: `ranks.${name}`, unit: null,
    levels: [{ from: '0', word: 'low', tone: 'bad' }, { from: '0.2500', word: 'middle', tone: 'quiet' }, { from: '0.7501', word: 'high', tone: 'good' }],
  },
] as const

export const comparisonAnswer = answer('comparison', {
  title: 'Comparison', summary: "A company's campaigns beside each other, each with its place among the others, from 0 (least) to 1 (most).",
  words: { tenant: 'required', from: 'optional', to: 'optional' }, place: { row: 5, column: 1, width: 'third' }, coverage: { rows: 'rows', path: 'coverage' },
  panel: {
    draw: 'table', rows: 'rows', order: { path: 'ranks.volunteersUtilization', way: 'down' },
    columns: [
      { title: 'campaign', path: 'campaign', unit: null, entity: true }, { title: 'status', path: 'status', unit: null },
      ...beside('volunteers', 'volunteersUtilization', 'share'), ...beside('beneficiaries', 'beneficiariesUtilization', 'share'), ...beside('budget', 'budgetUtilization', 'share'),
      ...beside('SROI', 'sroi', 'score'), ...beside('VIS', 'vis', 'score'), ...beside('hours', 'hours', 'h'), ...beside('sessions', 'sessions', 'sessions'),
    ],
  },
  ask: (reader, { tenant, ...range }) => comparison(reader, { company: tenant, ...usualRange(reader, range) }),
})
