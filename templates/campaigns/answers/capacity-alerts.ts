import type { Coverage, Tidemark } from 'tidemark'
import { campaignMetrics } from '../tidemark.config.ts'
import { type Level, levelOf } from './capacity-gauges.ts'
import { together } from './coverage.ts'

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
export async function capacityAlerts(tm: Tidemark, { company, from, to }: CapacityAlertsRequest): Promise<CapacityAlerts> {
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
