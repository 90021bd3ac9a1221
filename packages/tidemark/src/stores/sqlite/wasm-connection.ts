import type { SqliteConnection, SqliteStatement } from './driver.ts'
import { WasmStatement } from './wasm-statement.ts'

/**
 * What is used of SQLite compiled to WebAssembly (`@sqlite.org/sqlite-wasm`): the module, once it is initialised. Named here by
 * its shape, so that nothing is loaded for it.
 */
export interface SqliteWasm {
  readonly capi: {
    sqlite3_exec(db: number, sql: string, callback: 0, argument: 0, message: 0): number
    sqlite3_step(statement: number): number
    sqlite3_reset(statement: number): number
    sqlite3_bind_null(statement: number, place: number): void
    sqlite3_bind_int64(statement: number, place: number, value: bigint): number
    sqlite3_bind_double(statement: number, place: number, value: number): number
    sqlite3_bind_text(statement: number, place: number, from: number, bytes: number, destroy: number): number
    sqlite3_bind_blob(statement: number, place: number, from: number, bytes: number, destroy: number): number
    /** Says of memory of `wasm` that SQLite lets go of it. */
    readonly SQLITE_WASM_DEALLOC: number
    sqlite3_bind_parameter_count(statement: number): number
    sqlite3_bind_parameter_name(statement: number, place: number): string | null
    sqlite3_column_count(statement: number): number
    sqlite3_column_name(statement: number, column: number): string
    sqlite3_column_type(statement: number, column: number): number
    sqlite3_column_double(statement: number, column: number): number
    sqlite3_column_int64(statement: number, column: number): bigint
    sqlite3_column_blob(statement: number, column: number): number
    sqlite3_column_bytes(statement: number, column: number): number
    sqlite3_total_changes(db: number): number
    sqlite3_changes(db: number): number
    sqlite3_last_insert_rowid(db: number): bigint
    sqlite3_get_autocommit(db: number): number
    sqlite3_extended_errcode(db: number): number
    sqlite3_errmsg(db: number): string
    sqlite3_js_rc_str(code: number): string | undefined
  }
  readonly wasm: {
    heap8u(): Uint8Array
    alloc(bytes: number): number
  }
}

/** A database that the module has opened: `new sqlite3.oo1.DB(':memory:')`, or one of a pool of files. */
export interface WasmDatabase {
  readonly pointer?: number | undefined
  prepare(sql: string): WasmPrepared
  close(): void
}

/** A statement that the database has prepared. */
export interface WasmPrepared {
  readonly pointer?: number | undefined
  finalize(): unknown
}

/** A database of SQLite's WebAssembly build as a driver: the one connection that the store then has for itself. */
export function wasmConnection(sqlite3: SqliteWasm, database: WasmDatabase): SqliteConnection {
  return new WasmConnection(sqlite3, database)
}

/** The connection behind a statement: what it calls, and how it tells what went wrong. */
export class WasmConnection implements SqliteConnection {
  readonly sqlite3: SqliteWasm
  readonly #database: WasmDatabase
  /** A statement that nobody can reach any more is finalised; the module would keep it for as long as the database is open. */
  readonly #unreached = new FinalizationRegistry<WasmPrepared>((prepared) => {
    if (this.#database.pointer !== undefined) prepared.finalize()
  })

  constructor(sqlite3: SqliteWasm, database: WasmDatabase) {
    this.sqlite3 = sqlite3
    this.#database = database
  }

  get pointer(): number {
    const { pointer } = this.#database
    if (pointer === undefined) throw new TypeError('The database connection is not open')
    return pointer
  }

  get inTransaction(): boolean {
    return this.#database.pointer !== undefined && this.sqlite3.capi.sqlite3_get_autocommit(this.pointer) === 0
  }

  prepare(sql: string): SqliteStatement {
    const prepared = this.#prepared(sql)
    const statement = new WasmStatement(this, prepared.pointer as number)
    this.#unreached.register(statement, prepared)
    return statement
  }

  exec(sql: string): void {
    this.check(this.sqlite3.capi.sqlite3_exec(this.pointer, sql, 0, 0, 0))
  }

  pragma(text: string, { simple = false }: { readonly simple?: boolean } = {}): unknown {
    const statement = this.prepare(`PRAGMA ${text}`)
    return simple ? statement.pluck().get() : statement.all()
  }

  close(): void {
    this.#database.close()
  }

  /** Throws what went wrong, named as SQLite names it; 0 is that nothing did. */
  check(code: number): void {
    if (code !== 0) throw this.failure(code)
  }

  failure(code: number): Error {
    const { capi } = this.sqlite3
    const extended = capi.sqlite3_extended_errcode(this.pointer)
    return failureOf(capi.sqlite3_errmsg(this.pointer), capi.sqlite3_js_rc_str((extended & 0xff) === (code & 0xff) ? extended : code))
  }

  #prepared(sql: string): WasmPrepared {
    try {
      return this.#database.prepare(sql)
    } catch (error) {
      // The module's own error has a number in place of a name.
      if (!(error instanceof Error) || !('resultCode' in error) || typeof error.resultCode !== 'number') throw error
      throw failureOf(error.message, this.sqlite3.capi.sqlite3_js_rc_str(error.resultCode))
    }
  }
}

function failureOf(message: string, code: string | undefined): Error {
  return Object.assign(new Error(message), { code: code ?? 'SQLITE_ERROR' })
}
