import type { SeriesDefinition } from '../../src/definitions/series.ts'
import type { QueryAnswer, WindowAnswer } from '../../src/query/answer.ts'
import type { QueryRequest, WindowRequest } from '../../src/query/request.ts'

/** What the model and the engine both can do, in plain JSON, so that one history can be put to both. Instants are epoch milliseconds. */
export interface Subject {
  /** Makes these the declarations (new series, added measures), effective at `now`. */
  declare(series: readonly SeriesDefinition[], now: number): Promise<void>
  /** Gives an entity a zone from its next local midnight; an entity never heard of starts in it. */
  setZone(entity: EntityKey, zone: string, now: number): Promise<void>
  ingest(stream: string, events: readonly EventInput[], options: { now: number; onConflict?: 'quarantine' | 'replace' }): Promise<IngestReport>
  retract(stream: string, ids: readonly { tenant: string; id: string }[], now: number): Promise<IngestReport>
  adjust(series: string, adjustments: readonly AdjustmentInput[], now: number): Promise<IngestReport>
  /** `covered`: entities whose covered interval grew. */
  capture(series: string, now: number): Promise<{ covered: number }>
  runTiers(series: string, now: number): Promise<void>
  query(series: string, request: QueryRequest, now: number): Promise<QueryAnswer>
  window(series: string, request: WindowRequest, now: number): Promise<WindowAnswer>
  checkpoints(series: string, entity: EntityKey): Promise<readonly CheckpointState[]>
}

export interface EntityKey {
  readonly tenant: string
  readonly entity: string
}

/** An event by its declared field names; instants as ISO 8601 with an offset. */
export type EventInput = Readonly<Record<string, string | number | boolean | null>>

export interface AdjustmentInput {
  readonly tenant: string
  readonly entity: string
  readonly day: string
  readonly measure: string
  /** A whole number, or a decimal string at the measure's scale. */
  readonly by: number | string
  readonly id: string
  readonly reason: string
  /** A value for each dimension of the series; null when it has none. */
  readonly group: Readonly<Record<string, string>> | null
}

export interface IngestReport {
  readonly accepted: number
  readonly duplicate: number
  readonly rejected: number
  /** `line`: the place in the batch, from 1. */
  readonly rejections: readonly { readonly line: number; readonly code: string }[]
}

/** The lifetime state of each stateful measure after `count` accepted events. */
export interface CheckpointState {
  readonly every: number
  readonly count: number
  /** By measure: count {sum}, delta {sum, n}, extreme {min} or {max}, flag {count}; unscaled integers as strings of digits, or null. */
  readonly states: Readonly<Record<string, Readonly<Record<string, string | null>>>>
}
