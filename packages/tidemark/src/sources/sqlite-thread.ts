import { existsSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'
import Database, { type Statement } from 'better-sqlite3'
import type { SourceAnswer, SourceData, SourceRequest } from './source-protocol.ts'

/** A source's thread: one connection that cannot write, its statements kept. */
const port = parentPort
if (port === null) throw new Error('a source is read on a worker thread')
const { path } = workerData as SourceData
const BUSY_TIMEOUT_MS = 5_000
const MOST_STATEMENTS = 100

let connection: Database.Database | null = null
const statements = new Map<string, Statement>()

port.on('message', ({ id, sql, parameters }: SourceRequest) => {
  let answer: SourceAnswer
  try {
    answer = { id, rows: all(sql, parameters) }
  } catch (error) {
    answer = { id, error: error instanceof Error ? error.message : String(error) }
  }
  port.postMessage(answer)
})

function all(sql: string, parameters: SourceRequest['parameters']): Record<string, unknown>[] {
  const statement = prepared(sql)
  const bound = Array.isArray(parameters) ? parameters.map(bindable) : [Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, bindable(value)]))]
  const rows: Record<string, unknown>[] = []
  // Row by row, because a thread that is to be ended ends between two rows and not within all of them.
  for (const row of statement.iterate(...bound) as Iterable<Record<string, unknown>>) {
    for (const column in row) {
      const value = row[column]
      if (typeof value === 'bigint' && value >= -9007199254740991n && value <= 9007199254740991n) row[column] = Number(value)
    }
    rows.push(row)
  }
  return rows
}

function prepared(sql: string): Statement {
  let statement = statements.get(sql)
  if (statement !== undefined) return statement
  statement = opened().prepare(sql).safeIntegers(true)
  if (!statement.reader) throw new Error('a source is only read, and this statement answers no rows')
  if (statements.size >= MOST_STATEMENTS) statements.clear()
  statements.set(sql, statement)
  return statement
}

function opened(): Database.Database {
  if (connection !== null) return connection
  if (!existsSync(path)) throw new Error(`there is no file ${path}`)
  const made = new Database(path, { readonly: true, fileMustExist: true, timeout: BUSY_TIMEOUT_MS })
  made.pragma('query_only = ON')
  connection = made
  return made
}

/** The driver binds every number as a float, by which `:now / 1000` would be one too. */
function bindable(value: unknown): unknown {
  return typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : value
}
