import type { CollectOptions, Collect, CollectSql } from '../../src/definitions/collector.ts'
import type { CollectedSeriesDefinition } from '../../src/definitions/collected.ts'
import type { Cadence } from '../../src/definitions/frequency.ts'
import { decimal, entity, integer, series } from '../../src/index.ts'
import type { CollectedEntity, FrequencyDecision } from '../../src/stores/contract/collected.ts'
import { day } from '../tiers/sample.ts'

export const campaign = entity('campaign', { tenant: 'company', zone: 'UTC' })

/** The rules of requirements/campaigns.md; the activity is a total that runs on. */
export const RULES = {
  status: 'status', activity: 'sessions',
  rules: [
    { when: ['active'], every: 'day', busy: [{ atLeast: 25, every: 'sixHours' }, { moreThan: 100, every: 'hour' }] },
    { when: ['planned', 'recruiting', 'paused'], every: 'day' },
    { when: ['completed', 'cancelled'], every: 'final' },
    { when: ['draft'], every: 'never' },
  ],
} as const

export const snapshots = () => series('snapshots', { of: campaign, grain: 'hour' })
  .measures(({ gauge, counter }) => ({
    volunteers: gauge(integer()), budget: gauge(decimal(2)), sessions: counter(integer()),
  }))

type Values = { volunteers: number | bigint | string | null; budget: number | bigint | string | null; sessions: number | bigint | string | null }

export const nobody = async () => []
export const rules = (options: Partial<CollectOptions> = {}, collect: Collect<Values, undefined> | CollectSql = nobody) =>
  snapshots().frequency(RULES).collect(collect, { entities: nobody, ...options })

export function definitionOf(options: Partial<CollectOptions> = {}): CollectedSeriesDefinition {
  return rules(options).definition
}

export function decision(from: string, cadence: Cadence, status: string | null = 'active', activity = 0): FrequencyDecision {
  return { day: day(from), at: Date.parse(`${from}T00:10:00Z`), cadence, status, activity }
}

export function entityOf(change: Partial<CollectedEntity> = {}): CollectedEntity {
  return {
    id: 1, tenant: 'acme', entity: 'spring', zones: [{ zone: 'UTC', from: 0 }], attributes: { status: 'active' }, decisions: [], decidedDay: null,
    lowDays: 0, latestAt: null, activity: null, capturedFrom: null, boundaries: {}, ...change,
  }
}
