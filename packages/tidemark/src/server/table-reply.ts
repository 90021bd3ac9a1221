import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import type { Columns } from './columns.ts'
import { csvLine } from './csv.ts'
import { removeTable, writeTable } from './parquet.ts'
import type { Told } from './route.ts'

const LINES = 500

type Table = Extract<Told, { readonly kind: 'table' }>

/** Sends a table as a file. The rows leave as fast as the client takes them. */
export async function sendTable(reply: FastifyReply, { format, name, columns, rows }: Table): Promise<FastifyReply> {
  return format === 'csv' ? sendCsv(reply, name, Readable.from(csvPieces(columns, rows), { objectMode: false, highWaterMark: 1 << 16 })) : sendParquet(reply, name, await writeTable(columns, rows))
}

export function sendCsv(reply: FastifyReply, name: string, bytes: Readable): FastifyReply {
  // The header parameter says that the first line is one (RFC 7111 readers ask).
  return asFile(reply, name, 'csv').type('text/csv; charset=utf-8; header=present').send(bytes)
}

/** Sends a file, and removes it. */
export async function sendParquet(reply: FastifyReply, name: string, path: string): Promise<FastifyReply> {
  const { size } = await stat(path)
  const stream = createReadStream(path)
  // Closed when it was read, and when the client went away.
  stream.once('close', () => { void removeTable(path) })
  return asFile(reply, name, 'parquet').type('application/vnd.apache.parquet').header('content-length', size).send(stream)
}

function asFile(reply: FastifyReply, name: string, extension: string): FastifyReply {
  return reply.header('content-disposition', `attachment; filename="${name.replaceAll(/[^\w.-]/g, '_')}.${extension}"`)
}

/** The table as CSV, some lines at a time. */
export function* csvPieces(columns: Columns, rows: readonly object[]): Generator<string> {
  yield csvLine(columns.map(({ name }) => ({ kind: 'text', value: name })))
  for (let start = 0; start < rows.length; start += LINES) {
    let piece = ''
    for (const row of rows.slice(start, start + LINES)) piece += csvLine(columns.map((column) => cellOf(column, row as Readonly<Record<string, unknown>>)))
    yield piece
  }
}

function cellOf({ type, value }: Columns[number], row: Readonly<Record<string, unknown>>): Parameters<typeof csvLine>[0][number] {
  const told = value(row)
  return type === 'text' || type === 'boolean' || typeof told === 'boolean' ? { kind: 'text', value: told === null ? null : typeof told === 'number' ? String(told) : told } : { kind: 'number', value: told }
}
