import type { SeriesDefinition } from '../../src/definitions/series.ts'
import type { AnswerScalar, QueryAnswer, WindowAnswer } from '../../src/query/answer.ts'
import type { QueryRequest, WindowRequest } from '../../src/query/request.ts'
import type { SourceChange } from './source-table.ts'

/** What the model and the engine both can do, in plain JSON, so that one history can be put to both. Instants are epoch milliseconds. */
export interface Subject {
  /** Makes these the declarations (new series, added measures), effective at `now`. */
  declare(series: readonly SeriesDefinition[], now: number): Promise<void>
  /** Gives an entity a zone from its next local midnight; an entity never heard of starts in it. */
  setZone(entity: EntityKey, zone: string, now: number): Promise<void>
  ingest(stream: string, events: readonly EventInput[], options: { now: number; onConflict?: 'quarantine' | 'replace' }): Promise<IngestReport>
  retract(stream: string, ids: readonly { tenant: string; id: string }[], now: number): Promise<IngestReport>
  adjust(series: string, adjustments: readonly AdjustmentInput[], now: number): Promise<IngestReport>
  /** Of an event-fed series `covered`: entities whose covered interval grew. Of a collected one what became of its due windows. */
  capture(series: string, now: number): Promise<{ covered: number } | CaptureCounts>
  runTiers(series: string, now: number): Promise<void>
  query(series: string, request: QueryRequest, now: number): Promise<QueryAnswer>
  window(series: string, request: WindowRequest, now: number): Promise<WindowAnswer>
  checkpoints(series: string, entity: EntityKey): Promise<readonly CheckpointState[]>
  /** What the simulated source of a collected series says from now on. */
  setSource(series: string, change: SourceChange): Promise<void>
  /** Asks again for the windows of the local days [from, to). */
  backfill(series: string, from: string, to: string, now: number): Promise<CaptureCounts>
  /** The state of an entity at an instant, as the latest window tells it that begins at or before; null when there is none. */
  stateAt(series: string, entity: EntityKey, instantMs: number, now: number): Promise<StateAt | null>
  /** Places a hold, which `name` tells from others. */
  hold(name: string, hold: HoldInput, now: number): Promise<void>
  liftHold(name: string, now: number): Promise<void>
  /** Erases an entity of a kind; `override`: also where a hold covers it. */
  forget(kind: string, entity: EntityKey, override: boolean, now: number): Promise<void>
  /** The application deletes its rows of these entities in one statement; how many erasures that enters. The next run of tiers finishes them. */
  cascade(kind: string, entities: readonly EntityKey[]): Promise<number>
}

/** In windows. */
export interface CaptureCounts {
  readonly created: number
  readonly unchanged: number
  readonly restated: number
  readonly failed: number
}

/** What a hold covers: an entity, or with null the whole tenant. */
export interface HoldInput {
  readonly tenant: string
  readonly entity: string | null
}

/** The row that holds a state, by the instants of its start and end; `at` is the start of the captured window, null when it has been rolled up. */
export interface StateAt {
  readonly at: string | null
  readonly from: string
  readonly to: string
  /** By measure. */
  readonly values: Readonly<Record<string, AnswerScalar>>
  readonly payload: unknown
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
