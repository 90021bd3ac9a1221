import type { DuckDBAppender, DuckDBInstance, DuckDBType, DuckDBValue } from '@duckdb/node-api'
import { groupOf } from '../definitions/cell.ts'
import type { DimensionsOf } from '../definitions/dimension.ts'
import type { State } from '../stores/contract/state.ts'
import { DESCRIPTION_KEY, type ArchivedColumn, type ArchiveDescription, descriptionText } from './description.ts'
import type { ArchivedRow } from './row.ts'

/** DuckDB's own vector size: a chunk holds no more. */
const CHUNK_ROWS = 2048
/** Small enough that a reader which wants one entity decodes little, large enough to compress. */
const GROUP_ROWS = 51_200

type Duckdb = typeof import('@duckdb/node-api')

/** One column of the file: its name, its type, and how a row's value is made. */
interface WrittenColumn {
  readonly name: string
  readonly type: DuckDBType
  readonly value: (row: ArchivedRow) => DuckDBValue
}

/**
 * Writes rows, which are in order of tenant, entity, from, cell, as one Parquet file at `path`, and syncs nothing.
 * Days are DATE, instants TIMESTAMP in UTC, integers BIGINT, a dimension its value (null for any): what R, pandas and
 * DuckDB show without help. Throws what DuckDB throws.
 *
 * @param dimensionsOf by which the cells of rows are told; left out, as they are declared
 */
export async function writeParquet(
  path: string, rows: readonly ArchivedRow[], description: ArchiveDescription, dimensionsOf: DimensionsOf = () => description.definition.dimensions,
): Promise<void> {
  // 70 ms of import, and only those who archive need it.
  const duckdb = await import('@duckdb/node-api')
  const columns = columnsOf(duckdb, description, dimensionsOf)
  const connection = await (await sharedInstance(duckdb)).connect()
  try {
    await connection.run(`CREATE TEMP TABLE archive (${columns.map(({ name, type }) => `${identifier(name)} ${type}`).join(', ')})`)
    const appender = await connection.createAppender('archive')
    for (let start = 0; start < rows.length; start += CHUNK_ROWS) {
      appendChunk(duckdb, appender, columns, rows.slice(start, start + CHUNK_ROWS))
      // A chunk takes some milliseconds; whatever else the process does goes on between two.
      await new Promise(setImmediate)
    }
    appender.closeSync()
    await connection.run(`COPY archive TO ${literal(path)} (FORMAT parquet, PARQUET_VERSION v2, COMPRESSION zstd, ROW_GROUP_SIZE ${GROUP_ROWS}, `
      + `KV_METADATA {${identifier(DESCRIPTION_KEY)}: ${literal(descriptionText(description))}})`)
  } finally {
    connection.closeSync()
  }
}

let instance: Promise<DuckDBInstance> | null = null

/**
 * One database in memory for all files of the process, since making one takes longer than writing a small file; each
 * file has a table of its own connection. One thread: the rows stay in order, and equal rows make equal bytes.
 */
function sharedInstance(duckdb: Duckdb): Promise<DuckDBInstance> {
  instance ??= duckdb.DuckDBInstance.create(':memory:', { threads: '1' })
  return instance
}

function appendChunk(duckdb: Duckdb, appender: DuckDBAppender, columns: readonly WrittenColumn[], rows: readonly ArchivedRow[]): void {
  const chunk = duckdb.DuckDBDataChunk.create(columns.map(({ type }) => type), rows.length)
  for (const [index, { value }] of columns.entries()) chunk.setColumnValues(index, rows.map(value))
  appender.appendDataChunk(chunk)
}

function columnsOf(duckdb: Duckdb, description: ArchiveDescription, dimensionsOf: DimensionsOf): WrittenColumn[] {
  const { BIGINT, BLOB, DATE, INTEGER, TIMESTAMPTZ, VARCHAR, DuckDBBlobValue, DuckDBDateValue, DuckDBTimestampTZValue } = duckdb
  return [
    { name: 'tenant', type: VARCHAR, value: (row) => row.tenant },
    { name: 'entity', type: VARCHAR, value: (row) => row.entity },
    { name: 'from_day', type: DATE, value: (row) => new DuckDBDateValue(row.from) },
    { name: 'to_day', type: DATE, value: (row) => new DuckDBDateValue(row.to) },
    // Beside the values, so that a file can be read back without the order in which they were declared.
    { name: 'cell', type: BIGINT, value: (row) => BigInt(row.cell) },
    ...description.dimensions.map(({ field, column }): WrittenColumn => ({
      name: column, type: VARCHAR, value: (row) => groupOf(dimensionsOf(row.tenant), row.cell)?.[field] ?? null,
    })),
    { name: 'facts', type: BIGINT, value: (row) => BigInt(row.facts) },
    { name: 'expected', type: INTEGER, value: (row) => row.expected },
    { name: 'present', type: INTEGER, value: (row) => row.present },
    ...description.columns.map(({ name, holds }, index): WrittenColumn => ({
      name, type: holds === 'integer' ? BIGINT : VARCHAR, value: (row) => stateValue(row.states[index] ?? null, holds, name),
    })),
    { name: 'txn', type: BIGINT, value: (row) => BigInt(row.transaction) },
    { name: 'believed_at', type: TIMESTAMPTZ, value: (row) => new DuckDBTimestampTZValue(BigInt(row.believedAt) * 1000n) },
    { name: 'version', type: INTEGER, value: (row) => row.version },
    { name: 'revision', type: INTEGER, value: (row) => row.revision },
    { name: 'digest', type: BLOB, value: (row) => new DuckDBBlobValue(row.digest) },
  ]
}

const MOST = 2n ** 63n - 1n
const LEAST = -(2n ** 63n)

/** A DataView would wrap what does not fit, and a proof over the wrapped sums could then pass. */
function stateValue(state: State, holds: ArchivedColumn['holds'], name: string): DuckDBValue {
  if (state === null) return null
  if (holds !== 'integer') {
    if (typeof state !== 'string') throw new TypeError(`${name} holds ${holds === 'days' ? 'a day set' : 'text'}, not ${String(state)}`)
    return state
  }
  if (typeof state === 'string') throw new TypeError(`${name} holds an integer, not ${JSON.stringify(state)}`)
  const integer = BigInt(state)
  if (integer > MOST || integer < LEAST) throw new RangeError(`${name} is ${integer}, beyond 64 bits`)
  return integer
}

function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
