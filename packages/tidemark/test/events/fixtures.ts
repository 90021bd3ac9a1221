import { entity } from '../../src/definitions/entity.ts'
import { bigint, boolean, decimal, type Field, type FieldType, instant, integer, oneOf, text } from '../../src/definitions/field.ts'
import { stream, type StreamDefinition } from '../../src/definitions/stream.ts'
import type { EventBatch } from '../../src/events/event-batch.ts'
import type { InputFormat } from '../../src/events/input-format.ts'
import type { EventInput } from '../../src/events/open-input.ts'
import { decodeUtf8 } from '../../src/events/open-input.ts'
import { readEvents, type ReadOptions } from '../../src/events/read-events.ts'
import type { DecodedEvent, RejectedEvent } from '../../src/stores/contract/events.ts'

export const NOW = Date.UTC(2025, 0, 1)

const shop = entity('shop', { tenant: 'client', zone: 'UTC' })

/** A field of every type, required and optional. */
export const sales: StreamDefinition = stream('sales', {
  of: shop, tenant: 'client', entity: 'shop', id: 'sale', at: 'sold_at', day: 'eventOffset',
  fields: {
    client: text(), shop: text(), sale: text(), sold_at: instant({ offset: 'kept' }),
    note: text().optional(), units: integer().optional(), cents: bigint().optional(), price: decimal(2).optional(),
    paid: boolean().optional(), kind: oneOf(['card', 'cash', 'voucher']).optional(),
    shipped_at: instant({ offset: 'kept' }).optional(), booked_at: instant().optional(),
  },
}).definition

/** Only what an event must have. */
export const visits: StreamDefinition = stream('visits', {
  of: shop, tenant: 'client', entity: 'shop', id: 'visit', at: 'at', fields: { client: text(), shop: text(), visit: text(), at: instant() },
}).definition

/** A stream with one more field, `value`. */
export function withValue(value: Field<FieldType>): StreamDefinition {
  return stream('values', {
    of: shop, tenant: 'client', entity: 'shop', id: 'id', at: 'at', fields: { client: text(), shop: text(), id: text(), at: instant(), value },
  }).definition
}

/** An input of text that comes in the given pieces. */
export function pieces(format: InputFormat, ...texts: readonly string[]): EventInput {
  return bytes(format, ...texts.map((each) => new TextEncoder().encode(each)))
}

export function bytes(format: InputFormat, ...parts: readonly Uint8Array[]): EventInput {
  return { name: `test.${format}`, format, text: decodeUtf8(iterable(parts), `test.${format}`), close: () => {} }
}

export async function* iterable<T>(items: Iterable<T>): AsyncGenerator<T> {
  yield* items
}

export interface WholeFile {
  readonly events: readonly DecodedEvent[]
  readonly rejects: readonly RejectedEvent[]
  readonly batches: readonly EventBatch[]
  /** What the reading ended in; null for the end of the file. */
  readonly error: unknown
}

/** Reads to the end, or to the error. */
export async function readAll(input: EventInput, declared: StreamDefinition, options: Partial<ReadOptions> = {}): Promise<WholeFile> {
  const batches: EventBatch[] = []
  let error: unknown = null
  try {
    for await (const batch of readEvents(input, declared, { now: NOW, ...options })) batches.push(batch)
  } catch (thrown) {
    error = thrown
  }
  return { events: batches.flatMap((batch) => batch.events), rejects: batches.flatMap((batch) => batch.rejects), batches, error }
}

/** As a spreadsheet would write it. */
export function csvLine(cells: readonly string[]): string {
  return cells.map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',')
}

export function visitRow(i: number): string {
  return `kysely,shop ${i % 7},v${i},2024-03-0${1 + (i % 9)}T09:30:00+01:00`
}

export const VISIT_HEADER = 'client,shop,visit,at'

