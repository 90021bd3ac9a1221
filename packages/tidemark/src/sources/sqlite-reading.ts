import { existsSync } from 'node:fs'
import Database, { type Statement } from 'better-sqlite3'
import type { SourceRequest } from './source-protocol.ts'

const BUSY_TIMEOUT_MS = 5_000
const MOST_STATEMENTS = 100

type Row = Record<string, unknown>

/** One connection to a source, opened by the first question: it cannot write, and keeps its statements. */
export class SqliteReading {
  readonly #path: string
  #connection: Database.Database | null = null
  readonly #statements = new Map<string, Statement>()

  constructor(path: string) {
    this.#path = path
  }

  /** Rows by column; whole numbers past 2^53 as bigints. Throws an Error. */
  all(sql: string, parameters: SourceRequest['parameters']): Row[] {
    const rows = this.#prepared(sql).all(...bindable(parameters)) as Row[]
    for (const row of rows) safe(row)
    return rows
  }

  /** The same, row by row: a thread that is to be ended ends between two rows, and not within all of them. */
  stepped(sql: string, parameters: SourceRequest['parameters']): Row[] {
    const rows: Row[] = []
    for (const row of this.#prepared(sql).iterate(...bindable(parameters)) as Iterable<Row>) {
      safe(row)
      rows.push(row)
    }
    return rows
  }

  close(): void {
    this.#connection?.close()
    this.#connection = null
    this.#statements.clear()
  }

  #prepared(sql: string): Statement {
    let statement = this.#statements.get(sql)
    if (statement !== undefined) return statement
    statement = this.#opened().prepare(sql).safeIntegers(true)
    if (!statement.reader) throw new Error('a source is only read, and this statement answers no rows')
    if (this.#statements.size >= MOST_STATEMENTS) this.#statements.clear()
    this.#statements.set(sql, statement)
    return statement
  }

  #opened(): Database.Database {
    if (this.#connection !== null) return this.#connection
    if (!existsSync(this.#path)) throw new Error(`there is no file ${this.#path}`)
    const made = new Database(this.#path, { readonly: true, fileMustExist: true, timeout: BUSY_TIMEOUT_MS })
    made.pragma('query_only = ON')
    this.#connection = made
    return made
  }
}

/** The driver binds every number as a float, by which `:now / 1000` would be one too. */
function bindable(parameters: SourceRequest['parameters']): unknown[] {
  const whole = (value: unknown): unknown => (typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : value)
  return Array.isArray(parameters) ? parameters.map(whole) : [Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, whole(value)]))]
}

function safe(row: Row): void {
  for (const column in row) {
    const value = row[column]
    if (typeof value === 'bigint' && value >= -9007199254740991n && value <= 9007199254740991n) row[column] = Number(value)
  }
}
