import { tenantOfRaw } from './stores/contract/quarantined-tenant.ts'
import { rawOf } from './adjustment.ts'
import type { StreamDefinition } from './definitions/stream.ts'
import { TidemarkError } from './errors.ts'
import { decoder, eventIdentity, isRejected } from './events/decode.ts'
import type { EventBatch } from './events/event-batch.ts'
import type { InputFormat } from './events/input-format.ts'
import type { DecodedEvent, Rejection, RejectedEvent, Retraction } from './stores/contract/events.ts'
import type { Store } from './stores/contract/store.ts'

/** What became of the events of one call. */
export interface EventReport {
  readonly accepted: number
  readonly duplicate: number
  readonly rejected: number
  /** In the order of the input; `line` is the place in it, from 1. The first 10,000: the quarantine has all of them. */
  readonly rejections: readonly Rejection[]
  /** How many rejections the list leaves out; absent when it has all. */
  readonly rejectionsLeftOut?: number
}

export interface IngestOptions {
  readonly now: number
  /** Where the events came from, for quarantine. */
  readonly source: string
  /** What happens to a known id with other content: quarantined (the default), or put in the old one's place. */
  readonly onConflict?: 'quarantine' | 'replace'
  /** Of a file; otherwise its name tells. */
  readonly format?: InputFormat
  /** Told after each piece how far the reading is. */
  readonly progress?: (events: number) => void
  /** Events of other tenants are rejected as `tenant_unknown`, and kept nowhere: not in quarantine either. Default: of all. */
  readonly tenants?: readonly string[]
}

export type Rows<T> = Iterable<T> | AsyncIterable<T>

/**
 * Rows of one batch share pages: 400,000 rows took 16.1 s of CPU time in batches of 2,000, 15.4 s in 5,000, 13.9 s in
 * 10,000 (single runs on a busy machine), the last with 13 MB more. 4,000 keep an ingest within 256 MiB on a busy machine, too.
 */
export const BATCH_ROWS = 4_000
const MOST_REJECTIONS = 10_000
/** A batch ends early when what was sent for it has this many characters together, so that large events do not fill the memory. */
const BATCH_CHARACTERS = 1 << 21

/** A row that was read from text: what it says, and how it was written. */
export class TextRow {
  /** The line it stood in, from 1. */
  readonly line: number
  readonly record: Readonly<Record<string, unknown>>
  readonly raw: string

  constructor(line: number, record: Readonly<Record<string, unknown>>, raw: string) {
    this.line = line
    this.record = record
    this.raw = raw
  }
}

/** A row that could not be read: it is rejected in its place. */
export class UnreadRow {
  /** The line it stood in, from 1. */
  readonly line: number
  readonly code: string
  readonly reason: string
  readonly raw: string

  constructor(line: number, code: string, reason: string, raw: string) {
    this.line = line
    this.code = code
    this.reason = reason
    this.raw = raw
  }
}

/** Takes in events given as objects. Each piece is durable before the next but one is read. */
export function ingestRows(store: Store, stream: StreamDefinition, rows: Rows<unknown>, options: IngestOptions): Promise<EventReport> {
  return appendBatches(store, stream, decodedRows(stream, rows, options.now), options)
}

/** Writes batches one after another, each while the next is read. */
export async function appendBatches(store: Store, stream: StreamDefinition, batches: AsyncIterable<EventBatch>, options: IngestOptions): Promise<EventReport> {
  const tally = new Tally()
  // One piece is written while the next is read.
  let writing: Promise<void> = Promise.resolve()
  const written = async (): Promise<void> => {
    await writing
    options.progress?.(tally.seen)
  }
  try {
    for await (const batch of batches) {
      await written()
      const { events, rejects, refused } = ownOf(batch, stream, options.tenants)
      tally.add({ accepted: 0, duplicate: 0, rejected: refused.length, rejections: refused })
      writing = store.append({
        stream: stream.name, events, rejects, now: options.now, onConflict: options.onConflict ?? 'quarantine', source: options.source,
      }).then((report) => tally.add(report))
      // Awaited before the next piece; until then its failure is not an unhandled one.
      writing.catch(() => {})
    }
    await written()
  } catch (error) {
    await writing.catch(() => {})
    throw error instanceof TidemarkError ? withCounts(error, tally) : error
  }
  return tally.report()
}

/** What of a batch is of these tenants; what is not is told as of a tenant that does not exist. */
function ownOf({ events, rejects }: EventBatch, stream: StreamDefinition, tenants: readonly string[] | undefined): EventBatch & { readonly refused: readonly Rejection[] } {
  if (tenants === undefined) return { events, rejects, refused: [] }
  const own = new Set(tenants)
  const refused = (line: number, tenant: string): Rejection => ({ line, code: 'tenant_unknown', reason: `there is no tenant ${JSON.stringify(tenant)}` })
  const tenantOf = ({ of, raw }: RejectedEvent): string | null => of?.tenant ?? tenantOfRaw(raw, stream.tenant)
  const isOwn = (tenant: string | null): boolean => tenant === null || own.has(tenant)
  return {
    events: events.filter(({ tenant }) => own.has(tenant)),
    rejects: rejects.filter((reject) => isOwn(tenantOf(reject))),
    refused: [
      ...events.flatMap(({ line, tenant }) => (own.has(tenant) ? [] : [refused(line, tenant)])),
      ...rejects.flatMap((reject) => (isOwn(tenantOf(reject)) ? [] : [refused(reject.line, tenantOf(reject) as string)])),
    ].sort((a, b) => a.line - b.line),
  }
}

function withCounts(error: TidemarkError, tally: Tally): TidemarkError {
  const { accepted, duplicate, rejected } = tally.report()
  if (error.exitCode === 2) return error
  return new TidemarkError(error.code, error.message, {
    why: `${error.why} Before it ${accepted} events were accepted, ${duplicate} were duplicates and ${rejected} were rejected; they are in the store.`,
    hint: error.hint, cause: error, ...(error.where === null ? {} : { where: error.where }),
  })
}

/** What became of the events so far. */
export class Tally {
  #accepted = 0
  #duplicate = 0
  #rejected = 0
  readonly #rejections: Rejection[] = []

  get seen(): number {
    return this.#accepted + this.#duplicate + this.#rejected
  }

  add({ accepted, duplicate, rejected, rejections }: Pick<EventReport, 'accepted' | 'duplicate' | 'rejected' | 'rejections'>): void {
    this.#accepted += accepted
    this.#duplicate += duplicate
    this.#rejected += rejected
    const room = MOST_REJECTIONS - this.#rejections.length
    if (room > 0) this.#rejections.push(...rejections.toSorted((a, b) => a.line - b.line).slice(0, room))
  }

  report(): EventReport {
    const leftOut = this.#rejected - this.#rejections.length
    return {
      accepted: this.#accepted, duplicate: this.#duplicate, rejected: this.#rejected, rejections: this.#rejections.toSorted((a, b) => a.line - b.line),
      ...(leftOut > 0 ? { rejectionsLeftOut: leftOut } : {}),
    }
  }
}

async function* decodedRows(stream: StreamDefinition, rows: Rows<unknown>, now: number): AsyncGenerator<EventBatch> {
  const decode = decoder(stream, { now, form: 'json' })
  let events: DecodedEvent[] = []
  let rejects: RejectedEvent[] = []
  let line = 0
  let characters = 0
  for await (const given of rows) {
    const text = given instanceof TextRow || given instanceof UnreadRow
    line = text ? given.line : line + 1
    const row = given instanceof TextRow ? given.record : given
    const raw = text ? given.raw : rawOf(row)
    characters += raw.length
    const decoded = given instanceof UnreadRow ? { line, code: given.code, reason: given.reason, raw } : typeof row === 'object' && row !== null && !Array.isArray(row)
      ? decode(row as Readonly<Record<string, unknown>>, line, raw)
      : { line, code: 'not_an_object', reason: `an event is an object, not ${row === null ? 'null' : Array.isArray(row) ? 'a list' : typeof row}`, raw }
    if (isRejected(decoded)) rejects.push(decoded)
    else events.push(decoded)
    if (events.length + rejects.length < BATCH_ROWS && characters < BATCH_CHARACTERS) continue
    yield { events, rejects }
    events = []
    rejects = []
    characters = 0
  }
  if (events.length + rejects.length > 0) yield { events, rejects }
}

/** An event to take back. */
export interface RetractionInput {
  readonly tenant: string
  readonly id: string
}

export function retractionsOf(ids: readonly RetractionInput[]): readonly Retraction[] {
  return ids.map(({ tenant, id }, index) => ({ line: index + 1, tenant, id, identity: eventIdentity(tenant, id) }))
}
