import type { GateOptions } from '../access/gate.ts'
import type { Principal } from '../access/principal.ts'
import { type ErrorDocument, TidemarkError } from '../errors.ts'
import type { QuestionPlace } from '../question-place.ts'
import type { AuditRecord } from '../stores/contract/access.ts'
import type { Extent } from '../stores/contract/extent.ts'
import type { Call } from './route.ts'
import { StatusError } from './status-error.ts'

/** What a reading thread is started with. */
export interface ReadingData {
  readonly place: QuestionPlace
  readonly gate: GateOptions
  /** Whoever waits for the thread can wait: it gives way to the others of the machine. */
  readonly patient: boolean
}

/** One question, its words checked: the call of a route, with whom it is for in place of the gate. */
export interface Order extends Pick<Call, 'path' | 'query' | 'limits' | 'question'> {
  /** The route's id. */
  readonly route: string
  readonly principal: Principal
  /** Epoch milliseconds. */
  readonly now: number
}

/** A document, ready to be sent. */
export interface ReadDocument {
  readonly kind: 'document'
  readonly body: Uint8Array
  readonly etag: string
  readonly closed: boolean
  readonly about: Extent | null
  readonly next: string | null
}

/** A table: CSV comes in pieces that are asked for, Parquet is a file that whoever reads it removes. */
export type ReadTable = { readonly kind: 'csv'; readonly name: string } | { readonly kind: 'parquet'; readonly name: string; readonly path: string }

/** An error that crosses from one thread to another; `text` is the stack of one that nobody foresaw. */
export type SentError = { readonly document: ErrorDocument; readonly status: number | null } | { readonly text: string }

/** To the thread; `id` is the order's. `more` asks for the next piece of a table, `stop` for none any more. */
export type ToReader = { readonly id: number } & (
  | { readonly kind: 'order'; readonly order: Order }
  | { readonly kind: 'more' | 'stop' | 'close' }
  | { readonly kind: 'audited'; readonly error: SentError | null }
)

/** From the thread. An order is answered once; then come a table's pieces, the last of which is null. `audit` is to be entered before rows leave. */
export type FromReader = { readonly id: number } & (
  | { readonly kind: 'answer'; readonly answer: ReadDocument | ReadTable | null }
  | { readonly kind: 'piece'; readonly bytes: Uint8Array | null }
  | { readonly kind: 'audit'; readonly record: AuditRecord }
  | { readonly kind: 'error'; readonly error: SentError }
)

export function sentError(error: unknown): SentError {
  if (error instanceof TidemarkError && error.code !== 'UNEXPECTED') return { document: error.toDocument(), status: error instanceof StatusError ? error.status : null }
  return { text: String(error instanceof Error ? error.stack : error) }
}

export function receivedError(sent: SentError): Error {
  if ('text' in sent) return new Error(sent.text)
  const { code, message, where, why, hint } = sent.document
  const details = { why, hint, ...(where === null ? {} : { where }) }
  return sent.status === null ? new TidemarkError(code, message, details) : new StatusError(sent.status, code, message, details)
}
