import type { Instant } from './state.ts'

/** A field's value after reading: decimals are scaled integers, booleans 0 or 1, instants epoch milliseconds. */
export type FieldValue = string | number | bigint | null

/** An event that is well-formed; whether it is new is the store's to say. */
export interface DecodedEvent {
  /** Its place in the input, from 1. */
  readonly line: number
  readonly tenant: string
  readonly entity: string
  readonly id: string
  /** When it happened, and the offset it was written in, in minutes (0 when dropped). */
  readonly at: Instant
  readonly offsetMinutes: number
  /** In the order of the stream's declared fields, without tenant, entity, id and at; see `storedFields`. */
  readonly values: readonly FieldValue[]
  /** 16 bytes: SHA-256 over tenant and id. */
  readonly identity: Uint8Array
  /** 8 bytes: SHA-256 over everything else. */
  readonly content: Uint8Array
  /** As it was sent, for quarantine. */
  readonly raw: string
}

/** Why something sent was not accepted. */
export interface Rejection {
  readonly line: number
  readonly code: string
  readonly reason: string
}

/** Of an entity that does not exist, or that is none of whoever asks. */
export function nothingToAdjust({ line, entity }: Pick<Adjustment, 'line' | 'entity'>): Rejection {
  return { line, code: 'unknown_entity', reason: `${JSON.stringify(entity)} has no events to adjust` }
}

/** What could not be read as an event, on its way to quarantine. */
export interface RejectedEvent extends Rejection {
  readonly raw: string
  /** Whose event it says it is, as far as it could be read: of what was erased, nothing is kept. */
  readonly of?: { readonly tenant: string; readonly entity: string }
}

export interface AppendBatch {
  readonly stream: string
  readonly events: readonly DecodedEvent[]
  readonly rejects: readonly RejectedEvent[]
  readonly now: Instant
  readonly onConflict: 'quarantine' | 'replace'
  /** Where it came from, for quarantine: a file's name, `record`, `ingest`. */
  readonly source: string
}

/** An identity to take back. */
export interface Retraction {
  readonly line: number
  readonly tenant: string
  readonly id: string
  readonly identity: Uint8Array
}

/** A signed change of a sum or count on one day, at any age. */
export interface Adjustment {
  readonly line: number
  readonly tenant: string
  readonly entity: string
  readonly day: number
  readonly measure: string
  /** Scaled to the measure's scale. */
  readonly by: number | bigint
  readonly id: string
  readonly reason: string
  readonly cells: readonly number[]
  readonly identity: Uint8Array
  readonly content: Uint8Array
  readonly raw: string
}

export interface AppendReport {
  readonly accepted: number
  readonly duplicate: number
  readonly rejected: number
  readonly rejections: readonly Rejection[]
  /** The transaction it is durable in; null when nothing had to be written. */
  readonly transaction: number | null
}

/** Something sent that was not accepted, kept as it came until it is replayed. `line` is its place in its source, from 1. */
export interface QuarantinedEvent {
  readonly id: number
  readonly stream: string
  readonly source: string
  readonly line: number
  readonly code: string
  readonly reason: string
  readonly raw: string
  /** When it was first refused. */
  readonly at: Instant
}
