import { answer, type Coverage, type Reader } from 'tidemark'
import { campaignMetrics } from '../history/series.ts'
import { isOfAPart, NOTHING } from './coverage.ts'
import { type Amount, compareAmounts, times } from './decimal-text.ts'
import { usualRange } from './usual-range.ts'

export interface GaugesRequest {
  readonly company: string
  /** Left out: the company's campaigns together. */
  readonly campaign?: string
  /** First local day; the gauge shows the last value of the range. */
  readonly from: string
  /** The local day after the last. */
  readonly to: string
}

/** From exactly 80 % on a capacity is high, at 100 % it is full, above it is over. */
export type Level = 'low' | 'fair' | 'high' | 'full' | 'over'

export interface Gauge {
  readonly name: 'volunteers' | 'beneficiaries' | 'sessions' | 'budget'
  /** null also where only a part of it is left by itself, as `coverage` says; so for `target`. */
  readonly current: Amount | null
  readonly target: Amount | null
  /** Four digits; null where the target is 0 or unknown. */
  readonly utilization: string | null
  readonly level: Level | null
}

export interface Gauges {
  readonly gauges: readonly Gauge[]
  readonly thresholds: typeof THRESHOLDS
  readonly coverage: Coverage
}

export const THRESHOLDS = { fair: '0.5000', high: '0.8000', full: '1.0000' } as const

const GAUGES = [
  { name: 'volunteers', current: 'volunteersCurrent.last', target: 'volunteersTarget.last', utilization: 'volunteersUtilization.value' },
  { name: 'beneficiaries', current: 'beneficiariesCurrent.last', target: 'beneficiariesTarget.last', utilization: 'beneficiariesUtilization.value' },
  { name: 'sessions', current: 'sessionsCompleted.last', target: 'sessionsTarget.last', utilization: 'sessionsUtilization.value' },
  { name: 'budget', current: 'budgetSpent.last', target: 'budgetAllocated.last', utilization: 'budgetUtilization.value' },
] as const

/** 2 · How full a campaign, or a company's campaigns together, are. */
export async function capacityGauges(tm: Reader, { company, campaign, from, to }: GaugesRequest): Promise<Gauges> {
  const { rows: [row] } = await tm.query(campaignMetrics, {
    select: GAUGES.flatMap(({ current, target, utilization }) => [current, target, utilization]), tenant: company, grain: 'range', from, to,
    ...(campaign === undefined ? { total: true } : { entity: campaign }),
  })
  const coverage = row?.coverage ?? NOTHING
  const told = isOfAPart(coverage) ? undefined : row
  return {
    gauges: GAUGES.map(({ name, current, target, utilization }) => {
      const [is, of] = [told?.[current] ?? null, told?.[target] ?? null]
      return { name, current: is, target: of, utilization: told?.[utilization] ?? null, level: is === null || of === null ? null : levelOf(is, of) }
    }),
    thresholds: THRESHOLDS,
    coverage,
  }
}

/** Judged from the parts, so that 79.999 % is not taken for the 0.8000 that it is printed as. */
export function levelOf(current: Amount, target: Amount): Level | null {
  if (compareAmounts(target, 0) === 0) return null
  const toTarget = compareAmounts(current, target)
  if (toTarget > 0) return 'over'
  if (toTarget === 0) return 'full'
  if (atLeastShare(current, target, 8)) return 'high'
  return atLeastShare(current, target, 5) ? 'fair' : 'low'
}

/** Whether an amount is at least so many tenths of a target. */
export function atLeastShare(current: Amount, target: Amount, tenths: number): boolean {
  return compareAmounts(times(current, 10), times(target, tenths)) >= 0
}

export const gaugesAnswer = answer('gauges', {
  title: 'Capacity gauges', summary: "How full a campaign, or a company's campaigns together, are at the end of the range.",
  words: { tenant: 'required', entity: 'optional', from: 'optional', to: 'optional' }, place: { row: 1, column: 0, width: 'half' }, coverage: { path: 'coverage' },
  panel: {
    draw: 'gauges', rows: 'gauges', titles: { volunteers: 'Volunteers', beneficiaries: 'Beneficiaries', sessions: 'Sessions', budget: 'Budget' }, most: 1.2,
    levels: [
      { from: '0', word: 'low', tone: 'quiet' }, { from: THRESHOLDS.fair, word: 'fair', tone: 'good' }, { from: THRESHOLDS.high, word: 'high', tone: 'warn' },
      { from: THRESHOLDS.full, word: 'full', tone: 'bad' }, { from: '1.0001', word: 'over', tone: 'worse' },
    ],
    none: 'no target', opens: 'forecast',
  },
  ask: (reader, { tenant, entity, ...range }) => capacityGauges(reader, { company: tenant, ...(entity === undefined ? {} : { campaign: entity }), ...usualRange(reader, range) }),
})
