// The events of the spike: in order of arrival, the same on every run.
import { hash } from 'node:crypto'

export const dayMs = 86_400_000
export const spanDays = 180
export const firstDay = 20_000 // 2024-10-04
export const tenantId = 1
export const windowDays = 120

export interface Events {
  count: number
  entity: Int32Array
  day: Int32Array
  at: Float64Array
  kind: Uint8Array
  value: Int32Array
}

/** A 32-bit mixing function: no state, so that any event can be made from its index. */
export function mix(n: number): number {
  let h = (n + 0x9e3779b9) | 0
  h = Math.imul(h ^ (h >>> 16), 0x21f0aaad)
  h = Math.imul(h ^ (h >>> 15), 0x735a2d97)
  return (h ^ (h >>> 15)) >>> 0
}

/**
 * `perSpan` events cover 180 days; later ones go on at the same pace. Entities are mildly skewed
 * (u^1.3); 2 % of the events arrive up to 10 days late.
 */
export function makeEvents(count: number, perSpan: number, entities: number): Events {
  const events: Events = {
    count,
    entity: new Int32Array(count),
    day: new Int32Array(count),
    at: new Float64Array(count),
    kind: new Uint8Array(count),
    value: new Int32Array(count),
  }
  const stepMs = (spanDays * dayMs) / perSpan
  for (let i = 0; i < count; i++) {
    const a = mix(i * 4)
    const b = mix(i * 4 + 1)
    const lateMs = b % 50 === 0 ? Math.min(i * stepMs, (mix(i * 4 + 2) / 2 ** 32) * 10 * dayMs) : 0
    const at = Math.floor(firstDay * dayMs + i * stepMs - lateMs)
    events.entity[i] = 1 + Math.floor(entities * (a / 2 ** 32) ** 1.3)
    events.at[i] = at
    events.day[i] = Math.floor(at / dayMs)
    events.kind[i] = (b >>> 8) % 6
    events.value[i] = (b >>> 16) % 10_000
  }
  return events
}

export function eventId(i: number): string {
  return 'e' + mix(i).toString(16).padStart(8, '0') + i.toString(16).padStart(8, '0')
}

/** First 16 bytes of SHA-256 over the identity. */
export function identity(i: number): Buffer {
  return hash('sha256', `${tenantId}|actions|${eventId(i)}`, 'buffer').subarray(0, 16)
}

/** First 8 bytes of SHA-256 over what the event says. */
export function content(e: Events, i: number): Buffer {
  return hash('sha256', `{"at":${e.at[i]},"entity":${e.entity[i]},"kind":${e.kind[i]},"value":${e.value[i]}}`, 'buffer').subarray(0, 8)
}

/** Where an entity's own window of 120 days starts. */
export function windowStart(entity: number): number {
  return firstDay + (mix(entity + 7_000_000) % (spanDays - windowDays))
}

/** Indexes into `positions`, in the order of (entity, day, index). */
export function orderByEntity(e: Events, positions: Int32Array | number[]): Int32Array {
  const keys = new Float64Array(positions.length)
  for (let k = 0; k < positions.length; k++) {
    const i = positions[k]
    keys[k] = (e.entity[i] * 2 ** 12 + (e.day[i] - firstDay + 32)) * 2 ** 21 + k
  }
  keys.sort()
  return Int32Array.from(keys, key => key % 2 ** 21)
}

/** Order of identities by their first 32 bits: enough for locality. */
export function orderByIdentity(ids: Buffer[]): Int32Array {
  const keys = new Float64Array(ids.length)
  for (let k = 0; k < ids.length; k++) keys[k] = ids[k].readUInt32BE(0) * 2 ** 21 + k
  keys.sort()
  return Int32Array.from(keys, key => key % 2 ** 21)
}

export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[sorted.length >> 1]
}

export function round(value: number, digits = 0): number {
  return Math.round(value * 10 ** digits) / 10 ** digits
}

export function medianMs(times: number, work: () => void): number {
  const taken: number[] = []
  for (let n = 0; n < times; n++) {
    const t = performance.now()
    work()
    taken.push(performance.now() - t)
  }
  return median(taken)
}

export function log(text: string): void {
  process.stderr.write(`${text}\n`)
}
