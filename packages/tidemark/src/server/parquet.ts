import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { DuckDBAppender, DuckDBInstance, DuckDBType, DuckDBValue } from '@duckdb/node-api'
import type { AnswerType } from './answer-type.ts'
import type { Columns } from './columns.ts'

type Duckdb = typeof import('@duckdb/node-api')

/** DuckDB's own vector size: a chunk holds no more. */
const CHUNK_ROWS = 2048

/**
 * Writes rows as a Parquet file of their own, and gives its path; whoever reads it removes it. Values are exact: integers are BIGINT, decimals and bigints the text that
 * JSON has, since many readers turn DECIMAL into doubles; nothing is rounded on the way.
 */
export async function writeTable(columns: Columns, rows: readonly object[]): Promise<string> {
  const duckdb = await import('@duckdb/node-api')
  const folder = await mkdtemp(join(tmpdir(), 'tidemark-table-'))
  const path = join(folder, 'table.parquet')
  try {
    const types = columns.map(({ type }) => typeOf(duckdb, type))
    const connection = await (await sharedInstance(duckdb)).connect()
    try {
      await connection.run(`CREATE TEMP TABLE told (${columns.map(({ name }, index) => `${identifier(name)} ${types[index]}`).join(', ')})`)
      const appender = await connection.createAppender('told')
      for (let start = 0; start < rows.length; start += CHUNK_ROWS) {
        appendChunk(duckdb, appender, columns, types, rows.slice(start, start + CHUNK_ROWS))
        // A chunk takes some milliseconds; other requests go on between two.
        await new Promise(setImmediate)
      }
      appender.closeSync()
      await connection.run(`COPY told TO '${path.replaceAll("'", "''")}' (FORMAT parquet, PARQUET_VERSION v2, COMPRESSION zstd)`)
    } finally {
      connection.closeSync()
    }
    return path
  } catch (error) {
    await removeTable(path)
    throw error
  }
}

/** Removes a file that was written for one reader, and its folder. */
export function removeTable(path: string): Promise<void> {
  return rm(dirname(path), { recursive: true, force: true })
}

let instance: Promise<DuckDBInstance> | null = null

function sharedInstance(duckdb: Duckdb): Promise<DuckDBInstance> {
  instance ??= duckdb.DuckDBInstance.create(':memory:', { threads: '1' })
  return instance
}

function appendChunk(duckdb: Duckdb, appender: DuckDBAppender, columns: Columns, types: DuckDBType[], rows: readonly object[]): void {
  const chunk = duckdb.DuckDBDataChunk.create(types, rows.length)
  for (const [index, { type, value }] of columns.entries()) {
    chunk.setColumnValues(index, rows.map((row): DuckDBValue => {
      const told = value(row as Readonly<Record<string, unknown>>)
      if (told === null) return null
      return type === 'integer' ? BigInt(told) : type === 'boolean' ? told === true : String(told)
    }))
  }
  appender.appendDataChunk(chunk)
}

function typeOf({ BIGINT, BOOLEAN, VARCHAR }: Duckdb, type: AnswerType): DuckDBType {
  return type === 'integer' ? BIGINT : type === 'boolean' ? BOOLEAN : VARCHAR
}

function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
