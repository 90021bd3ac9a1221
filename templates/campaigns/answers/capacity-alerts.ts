import { answer, type Coverage, type Reader } from 'tidemark'
import { campaignMetrics } from '../history/series.ts'
import { type Level, levelOf, THRESHOLDS } from './capacity-gauges.ts'
import { together } from './coverage.ts'
import { usualRange } from './usual-range.ts'

export interface CapacityAlertsRequest {
  /** Left out: every company's, for whoever may see them all. */
  readonly company?: string
  /** First local day to look at; of each campaign the last value of the range counts. */
  readonly from: string
  readonly to: string
}

export interface CapacityAlert {
  readonly company: string
  readonly campaign: string
  readonly capacity: 'volunteers' | 'beneficiaries'
  readonly current: number
  readonly target: number
  /** Four digits. */
  readonly utilization: string
  readonly level: Extract<Level, 'high' | 'full' | 'over'>
  readonly action: string
}

export interface CapacityAlerts {
  /** The fullest first. */
  readonly alerts: readonly CapacityAlert[]
  /** Of all campaigns that were looked at. */
  readonly coverage: Coverage
}

const CAPACITIES = [
  { name: 'volunteers', current: 'volunteersCurrent.last', target: 'volunteersTarget.last', utilization: 'volunteersUtilization.value' },
  { name: 'beneficiaries', current: 'beneficiariesCurrent.last', target: 'beneficiariesTarget.last', utilization: 'beneficiariesUtilization.value' },
] as const

/** What is to be done about it. */
export const ACTIONS: Readonly<Record<CapacityAlert['level'], string>> = {
  high: 'Upsell: offer the company more places before they run out',
  full: 'Upsell now: no place is left',
  over: 'Agree on a higher target, or stop taking people in',
}

/** In these nobody is taken in any more. */
const CLOSED = new Set(['completed', 'cancelled'])

/** 8 · Capacities used to 80 % or more, with the action to take. */
export async function capacityAlerts(tm: Reader, { company, from, to }: CapacityAlertsRequest): Promise<CapacityAlerts> {
  const { rows } = await tm.query(campaignMetrics, {
    select: ['status.last', ...CAPACITIES.flatMap(({ current, target, utilization }) => [current, target, utilization])], grain: 'range', from, to,
    ...(company === undefined ? { allTenants: true } : { tenant: company }),
  })
  const alerts: CapacityAlert[] = []
  for (const row of rows) {
    if (row['status.last'] === null || CLOSED.has(row['status.last'])) continue
    for (const { name, ...keys } of CAPACITIES) {
      const [current, target, utilization] = [row[keys.current], row[keys.target], row[keys.utilization]]
      if (current === null || target === null || utilization === null) continue
      const level = levelOf(current, target)
      if (level !== 'high' && level !== 'full' && level !== 'over') continue
      alerts.push({ company: row.tenant, campaign: row.entity as string, capacity: name, current, target, utilization, level, action: ACTIONS[level] })
    }
  }
  // By what they are printed as, then by name: the same in every engine.
  alerts.sort((a, b) => Number(b.utilization) - Number(a.utilization) || compareText(a.campaign, b.campaign) || compareText(b.capacity, a.capacity))
  return { alerts, coverage: together(rows.map(({ coverage }) => coverage)) }
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

export const alertsAnswer = answer('alerts', {
  title: 'Capacity alerts', summary: 'Capacities that are used to 80 % or more, the fullest first, with the action to take.',
  words: { tenant: 'optional', from: 'optional', to: 'optional' }, place: { row: 1, column: 1, width: 'half' }, coverage: { path: 'coverage' },
  panel: {
    draw: 'table', rows: 'alerts', order: { path: 'utilization', way: 'down' },
    columns: [
      { title: 'campaign', path: 'campaign', unit: null, entity: true }, { title: 'capacity', path: 'capacity', unit: null },
      { title: 'current', path: 'current', unit: 'people' }, { title: 'target', path: 'target', unit: 'people' },
      {
        title: 'used', path: 'utilization', unit: 'share', level: 'level',
        levels: [{ from: THRESHOLDS.high, word: 'high', tone: 'warn' }, { from: THRESHOLDS.full, word: 'full', tone: 'bad' }, { from: '1.0001', word: 'over', tone: 'worse' }],
      },
      { title: 'action', path: 'action', unit: null },
    ],
  },
  // The last value of the range counts: three days are enough to have one.
  ask: (reader, { tenant, ...range }) => capacityAlerts(reader, { ...(tenant === undefined ? {} : { company: tenant }), ...usualRange(reader, range, 3) }),
})
