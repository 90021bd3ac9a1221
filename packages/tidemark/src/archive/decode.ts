import { zstdDecompressSync } from 'node:zlib'
import type { AsyncBuffer, FileMetaData, ParquetParsers } from 'hyparquet'
import { DIGEST_BYTES } from '../canonical/row-digest.ts'
import type { State } from '../stores/contract/state.ts'
import { DecodedFile, type DecodedStates, type EntitySpan } from './decoded-file.ts'
import { type ArchiveDescription, DESCRIPTION_KEY, parseDescription } from './description.ts'

/** Why bytes are not an archive file. */
export class DecodeError extends Error {
  override readonly name = 'DecodeError'
}

/**
 * Reads a whole Parquet file of ours with hyparquet, never with the program that wrote it. Checks the form (columns,
 * types, lengths, order), not the content: bytes must be known to be undamaged before. Throws DecodeError, or what
 * hyparquet throws.
 */
export async function decodeParquet(bytes: Uint8Array): Promise<DecodedFile> {
  const { parquetMetadataAsync, parquetRead } = await import('hyparquet')
  const file = bufferOf(bytes)
  const metadata = await parquetMetadataAsync(file)
  const description = descriptionOf(metadata)
  const rows = Number(metadata.num_rows)
  const read = <Value>(name: string, column: Column<Value>): Promise<Value> => readColumn(parquetRead, file, metadata, rows, name, column)
  const tenants = await read('tenant', textColumn(rows))
  const entities = await read('entity', textColumn(rows))
  const columns = {
    from: await read('from_day', int32Column(rows)),
    to: await read('to_day', int32Column(rows)),
    cell: await read('cell', safeColumn(rows)),
    facts: await read('facts', safeColumn(rows)),
    expected: await read('expected', int32Column(rows)),
    present: await read('present', int32Column(rows)),
    transaction: await read('txn', safeColumn(rows)),
    believedAt: await read('believed_at', instantColumn(rows)),
    version: await read('version', int32Column(rows)),
    revision: await read('revision', int32Column(rows)),
    digests: await read('digest', digestColumn(rows)),
  }
  const dimensions: (readonly (string | null)[])[] = []
  for (const { column } of description.dimensions) dimensions.push(await read(column, nullableTextColumn(rows)))
  const states: DecodedStates[] = []
  for (const { name, holds } of description.columns) {
    states.push(await read(name, holds === 'integer' ? integerColumn(rows) : nullableTextColumn(rows)))
  }
  return new DecodedFile(description, { ...columns, spans: spansOf(tenants, entities, columns.from, columns.cell), dimensions, states })
}

/** What a file says of itself, without its rows. Throws DecodeError, or what hyparquet throws. */
export async function decodeDescription(bytes: Uint8Array): Promise<ArchiveDescription> {
  const { parquetMetadataAsync } = await import('hyparquet')
  return descriptionOf(await parquetMetadataAsync(bufferOf(bytes)))
}

function descriptionOf(metadata: FileMetaData): ArchiveDescription {
  const text = metadata.key_value_metadata?.find(({ key }) => key === DESCRIPTION_KEY)?.value
  if (text === undefined) throw new DecodeError('the file does not describe itself: it is no archive of Tidemark')
  return parseDescription(text)
}

/** Between two of these many values of a column, other work has its turn. */
const ROWS_AT_A_TIME = 8192

/** Collects the values of one column; `put` throws for a value it cannot hold. */
interface Column<Value> {
  readonly put: (row: number, value: unknown) => void
  readonly done: () => Value
}

/** hyparquet's own text decoder drops a leading U+FEFF and mends broken UTF-8; its dates and instants are Date objects. */
const decoder = new TextDecoder('utf-8', { ignoreBOM: true, fatal: true })
const PARSERS: Partial<ParquetParsers> = {
  stringFromBytes: (bytes) => decoder.decode(bytes),
  dateFromDays: (days) => days,
  timestampFromMicroseconds: (micros) => micros,
}

type ParquetRead = typeof import('hyparquet').parquetRead

async function readColumn<Value>(parquetRead: ParquetRead, file: AsyncBuffer, metadata: FileMetaData, rows: number, name: string, column: Column<Value>): Promise<Value> {
  if (!metadata.schema.some((element) => element.name === name)) throw new DecodeError(`the column ${name} is missing`)
  let groupStart = 0
  let seen = 0
  let yielded = 0
  for (const group of metadata.row_groups) {
    const groupEnd = groupStart + Number(group.num_rows)
    const pages: { readonly start: number; readonly values: ArrayLike<unknown> }[] = []
    await parquetRead({
      file, metadata, columns: [name], rowStart: groupStart, rowEnd: groupEnd, utf8: false, parsers: PARSERS,
      compressors: { ZSTD: (input) => zstdDecompressSync(input) },
      // Only collects: what is thrown in here, hyparquet cannot pass on.
      onChunk: ({ rowStart, columnData }) => void pages.push({ start: rowStart, values: columnData }),
    })
    for (const { start, values } of pages) {
      for (let index = 0; index < values.length; index++) {
        try {
          column.put(start + index, values[index] ?? null)
        } catch (cause) {
          throw new DecodeError(`${name} of row ${start + index}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
        }
      }
      seen += values.length
    }
    groupStart = groupEnd
    // A column of a full row group takes some milliseconds; the process goes on between two.
    if (seen - yielded >= ROWS_AT_A_TIME) {
      await new Promise(setImmediate)
      yielded = seen
    }
  }
  if (seen !== rows) throw new DecodeError(`the column ${name} has ${seen} values for ${rows} rows`)
  return column.done()
}

function bufferOf(bytes: Uint8Array): AsyncBuffer {
  const { buffer, byteOffset, byteLength } = bytes
  return { byteLength, slice: (start, end) => (buffer as ArrayBuffer).slice(byteOffset + start, byteOffset + (end ?? byteLength)) }
}

function textColumn(rows: number): Column<readonly string[]> {
  const values = new Array<string>(rows)
  return {
    put(row, value) {
      if (typeof value !== 'string') throw new Error(`expected text, found ${typeOf(value)}`)
      values[row] = value
    },
    done: () => values,
  }
}

function nullableTextColumn(rows: number): Column<readonly (string | null)[]> {
  const values = new Array<string | null>(rows)
  return {
    put(row, value) {
      if (value !== null && typeof value !== 'string') throw new Error(`expected text, found ${typeOf(value)}`)
      values[row] = value
    },
    done: () => values,
  }
}

function int32Column(rows: number): Column<Int32Array> {
  const values = new Int32Array(rows)
  return {
    put(row, value) {
      if (typeof value !== 'number' || value !== Math.trunc(value)) throw new Error(`expected an integer, found ${typeOf(value)}`)
      values[row] = value
    },
    done: () => values,
  }
}

function safeColumn(rows: number): Column<Float64Array> {
  const values = new Float64Array(rows)
  return {
    put(row, value) {
      const number = typeof value === 'bigint' ? Number(value) : NaN
      if (!Number.isSafeInteger(number)) throw new Error(`expected an integer below 2^53, found ${typeof value === 'bigint' ? value : typeOf(value)}`)
      values[row] = number
    },
    done: () => values,
  }
}

/** Parquet holds microseconds, Tidemark milliseconds. */
function instantColumn(rows: number): Column<Float64Array> {
  const values = new Float64Array(rows)
  return {
    put(row, value) {
      if (typeof value !== 'bigint' || value % 1000n !== 0n) throw new Error(`expected an instant in milliseconds, found ${typeof value === 'bigint' ? value : typeOf(value)}`)
      values[row] = Number(value / 1000n)
    },
    done: () => values,
  }
}

function digestColumn(rows: number): Column<Uint8Array> {
  const values = new Uint8Array(rows * DIGEST_BYTES)
  return {
    put(row, value) {
      if (!(value instanceof Uint8Array) || value.length !== DIGEST_BYTES) throw new Error(`expected ${DIGEST_BYTES} bytes, found ${value instanceof Uint8Array ? value.length : typeOf(value)}`)
      values.set(value, row * DIGEST_BYTES)
    },
    done: () => values,
  }
}

/** Doubles until the first value that they cannot hold. */
function integerColumn(rows: number): Column<DecodedStates> {
  const doubles = new Float64Array(rows)
  let exact: State[] | null = null
  return {
    put(row, value) {
      if (value !== null && typeof value !== 'bigint') throw new Error(`expected a 64-bit integer, found ${typeOf(value)}`)
      const number = value === null ? NaN : Number(value)
      const safe = value === null || Number.isSafeInteger(number)
      if (exact === null && !safe) exact = Array.from(doubles, (double) => (double !== double ? null : double))
      if (exact === null) doubles[row] = number
      else exact[row] = safe ? (value === null ? null : number) : value
    },
    done: () => exact ?? doubles,
  }
}

function typeOf(value: unknown): string {
  return value === null ? 'null' : typeof value
}

/** Where each entity's rows lie. Throws DecodeError unless keys ascend strictly: a row twice would be counted twice. */
function spansOf(tenants: readonly string[], entities: readonly string[], from: Int32Array, cell: Float64Array): EntitySpan[] {
  const spans: EntitySpan[] = []
  let start = 0
  for (let row = 0; row < tenants.length; row++) {
    const tenant = tenants[row] as string
    const entity = entities[row] as string
    if (row > 0) {
      const order = compareKeys(tenants[row - 1] as string, entities[row - 1] as string, from[row - 1] as number, cell[row - 1] as number, tenant, entity, from[row] as number, cell[row] as number)
      if (order >= 0) throw new DecodeError(`row ${row} (${JSON.stringify(tenant)}, ${JSON.stringify(entity)}) does not come after the row before it`)
    }
    const next = row + 1
    if (next === tenants.length || tenants[next] !== tenant || entities[next] !== entity) {
      spans.push({ tenant, entity, start, end: next })
      start = next
    }
  }
  return spans
}

function compareKeys(tenantA: string, entityA: string, fromA: number, cellA: number, tenantB: string, entityB: string, fromB: number, cellB: number): number {
  if (tenantA !== tenantB) return tenantA < tenantB ? -1 : 1
  if (entityA !== entityB) return entityA < entityB ? -1 : 1
  return fromA === fromB ? cellA - cellB : fromA - fromB
}
