// The events that every case is made of: the same on every run, each made from its index alone.
import { eventId, mix } from './spike/workload.ts'

export { eventId, mix }
export const dayMs = 86_400_000
/** 2024-10-04 */
export const firstDay = 20_000
export const entities = 100_000
export const entitiesOfTenant = 1_000
export const kinds = ['view', 'fix', 'save', 'send', 'read', 'stop'] as const
export const fixKind = 1

export interface Workload {
  readonly count: number
  readonly entities: number
  /** Index of the first event; identities are made of it, so workloads that must not share events start apart. */
  readonly firstId: number
  readonly firstDay: number
  readonly spanDays: number
  /** Places from 1 on. */
  readonly entity: Int32Array
  readonly at: Float64Array
  readonly kind: Uint8Array
  readonly value: Int32Array
}

export interface WorkloadOptions {
  readonly count: number
  readonly spanDays: number
  readonly firstDay?: number
  readonly firstId?: number
  readonly entities?: number
  /** `time`: ascending; `random`: any day of the span at any time. */
  readonly order?: 'time' | 'random'
}

/** Entities are mildly skewed (u^1.3): the busiest tenth has a sixth of the events. */
export function makeWorkload(options: WorkloadOptions): Workload {
  const { count, spanDays, order = 'time' } = options
  const set = {
    count, spanDays, firstDay: options.firstDay ?? firstDay, firstId: options.firstId ?? 0, entities: options.entities ?? entities,
    entity: new Int32Array(count), at: new Float64Array(count), kind: new Uint8Array(count), value: new Int32Array(count),
  }
  const spanMs = spanDays * dayMs
  for (let k = 0; k < count; k++) {
    const i = set.firstId + k
    const b = mix(i * 4 + 1)
    set.entity[k] = 1 + Math.floor(set.entities * (mix(i * 4) / 2 ** 32) ** 1.3)
    set.at[k] = set.firstDay * dayMs + Math.floor(order === 'time' ? (k * spanMs) / count : (mix(i * 4 + 2) / 2 ** 32) * spanMs)
    set.kind[k] = (b >>> 8) % kinds.length
    set.value[k] = (b >>> 16) % 10_000
  }
  return set
}

export const dayOf = (at: number): number => Math.floor(at / dayMs)
export const idOf = (set: Workload, k: number): string => eventId(set.firstId + k)
export const tenantOf = (entity: number): number => Math.floor((entity - 1) / entitiesOfTenant)
export const tenantName = (tenant: number): string => `app-${String(tenant).padStart(3, '0')}`
export const entityName = (entity: number): string => `user-${String(entity).padStart(6, '0')}`
export const placeOfName = (name: string): number => Number(name.slice(5))
export const dayText = (day: number): string => new Date(day * dayMs).toISOString().slice(0, 10)

/** An event as an application has it. */
export interface PlainEvent {
  readonly app: string
  readonly user: string
  readonly id: string
  readonly at: string
  readonly kind: (typeof kinds)[number]
  readonly value: number
}

export function plainEvent(set: Workload, k: number): PlainEvent {
  const entity = set.entity[k]
  return {
    app: tenantName(tenantOf(entity)), user: entityName(entity), id: idOf(set, k), at: new Date(set.at[k]).toISOString(),
    kind: kinds[set.kind[k]] as PlainEvent['kind'], value: set.value[k],
  }
}

/** Indexes in the order of entity and time. */
export function byEntity(set: Workload): Int32Array {
  const keys = new Float64Array(set.count)
  for (let k = 0; k < set.count; k++) keys[k] = set.entity[k] * 2 ** 25 + k
  keys.sort()
  return Int32Array.from(keys, (key) => key % 2 ** 25)
}

export interface DayRow {
  tenant: number
  entity: number
  day: number
  n: number
  fixes: number
  amount: number
}

/** What the events of a workload in time order add up to by entity and day, in that order. The yielded object is reused. */
export function* dayRows(set: Workload, order: Int32Array): Generator<DayRow> {
  for (let k = 0; k < order.length;) {
    const entity = set.entity[order[k]]
    const day = dayOf(set.at[order[k]])
    const row = { tenant: tenantOf(entity), entity, day, n: 0, fixes: 0, amount: 0 }
    for (; k < order.length && set.entity[order[k]] === entity && dayOf(set.at[order[k]]) === day; k++) {
      row.n++
      if (set.kind[order[k]] === fixKind) row.fixes++
      row.amount += set.value[order[k]]
    }
    yield row
  }
}
