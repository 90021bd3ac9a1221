import type { StreamDefinition } from '../definitions/stream.ts'
import { TidemarkError } from '../errors.ts'
import type { DecodedEvent, RejectedEvent } from '../stores/contract/events.ts'
import type { Instant } from '../stores/contract/state.ts'
import { csvRows, headerColumns } from './csv.ts'
import { type Decoded, decoder, isRejected, type ValuesDecoder, valuesDecoder } from './decode.ts'
import type { EventBatch } from './event-batch.ts'
import { jsonRows } from './ndjson.ts'
import type { EventInput } from './open-input.ts'

export interface ReadOptions {
  readonly now: Instant
  /** How far ahead of now an event may lie. Default: one day. */
  readonly aheadMs?: number
  /** The most records, events and rejects together, in a batch. Default 2,000. */
  readonly batchRows?: number
}

/** A batch ends early when its records have this many characters together, so that long lines do not fill the memory. */
const BATCH_CHARACTERS = 1 << 21

/**
 * Reads a file of events in batches, in the order of the file. Memory is bounded whatever the file. The
 * input is closed at the end, and when the reading is given up.
 *
 * Throws the error of the file (FILE_…) at its place, after a batch with everything before it; the error says how many
 * records that was. Throws FILE_EMPTY when there is nothing but blank lines; a header alone is a file of no events.
 */
export async function* readEvents(input: EventInput, stream: StreamDefinition, options: ReadOptions): AsyncGenerator<EventBatch> {
  const batchRows = options.batchRows ?? 2000
  let events: DecodedEvent[] = []
  let rejects: RejectedEvent[] = []
  let characters = 0
  let read = 0
  let rejected = 0
  let failure: unknown = null
  try {
    for await (const decoded of input.format === 'csv' ? decodedCsv(input, stream, options) : decodedJson(input, stream, options)) {
      for (const one of decoded) {
        if (isRejected(one)) rejects.push(one)
        else events.push(one)
        characters += one.raw.length
        if (events.length + rejects.length < batchRows && characters < BATCH_CHARACTERS) continue
        read += events.length
        rejected += rejects.length
        yield { events, rejects }
        events = []
        rejects = []
        characters = 0
      }
    }
  } catch (error) {
    failure = error
  } finally {
    input.close()
  }
  read += events.length
  rejected += rejects.length
  if (events.length + rejects.length > 0) yield { events, rejects }
  if (failure !== null) throw failure instanceof TidemarkError ? counted(failure, read, rejected) : failure
}

function counted(error: TidemarkError, read: number, rejected: number): TidemarkError {
  const before = read + rejected === 0 ? 'Nothing was read before it.' : `Before it ${read} events were read and ${rejected} records rejected.`
  return new TidemarkError(error.code, error.message, {
    why: `${error.why} ${before}`, hint: error.hint, cause: error.cause, ...(error.where === null ? {} : { where: error.where }),
  })
}

async function* decodedCsv(input: EventInput, stream: StreamDefinition, options: ReadOptions): AsyncGenerator<Iterable<Decoded>> {
  let decode: ValuesDecoder | null = null
  for await (const { rows, rejects } of csvRows(input.text, input.name)) {
    let first = 0
    const header = rows[0]
    if (decode === null) {
      if (header === undefined) continue
      decode = valuesDecoder(stream, { ...options, form: 'csv' }, headerColumns(header, stream, input.name))
      first = 1
    }
    yield inOrder(rows, first, rejects, (row) => (decode as ValuesDecoder)(row.cells, row.line, row.raw))
  }
  if (decode === null) throw empty(input)
}

async function* decodedJson(input: EventInput, stream: StreamDefinition, options: ReadOptions): AsyncGenerator<Iterable<Decoded>> {
  const decode = decoder(stream, { ...options, form: 'json' })
  let any = false
  for await (const { rows, rejects } of jsonRows(input.text)) {
    any ||= rows.length + rejects.length > 0
    yield inOrder(rows, 0, rejects, (row) => decode(row.record, row.line, row.raw))
  }
  if (!any) throw empty(input)
}

/** Rows and rejects of a piece, by line, decoded as they are asked for: a batch holds no more than it must. */
function* inOrder<Row extends { readonly line: number }>(
  rows: readonly Row[], first: number, rejects: readonly RejectedEvent[], decode: (row: Row) => Decoded,
): Generator<Decoded> {
  let next = 0
  for (let i = first; i < rows.length; i++) {
    const row = rows[i] as Row
    for (let reject = rejects[next]; reject !== undefined && reject.line < row.line; reject = rejects[++next]) yield reject
    yield decode(row)
  }
  for (; next < rejects.length; next++) yield rejects[next] as RejectedEvent
}

function empty(input: EventInput): TidemarkError {
  return new TidemarkError('FILE_EMPTY', `${input.name} is empty`, { where: input.name })
}
