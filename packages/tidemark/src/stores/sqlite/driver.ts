/**
 * What the store asks of a SQLite driver: a synchronous connection, as better-sqlite3 has it. Whatever is like it in shape
 * is a driver, and may be handed to `openSqliteStoreOn`.
 *
 * A number is bound as a float, of which a column of integers makes an integer; a bigint as an integer of 64 bits; a `Uint8Array`
 * as a blob. One plain object as the only value binds names. An integer comes back as a number, rounded past 2^53; a blob as
 * a `Uint8Array`. What goes wrong is thrown as an `Error` whose `code` is SQLite's name of it: `SQLITE_FULL`.
 */
export interface SqliteConnection {
  prepare(sql: string): SqliteStatement
  /** Runs statements, and gives nothing back. */
  exec(sql: string): unknown
  /** The rows of a pragma, or with `simple` the first value of the first. */
  pragma(text: string, options?: { readonly simple?: boolean }): unknown
  readonly inTransaction: boolean
  close(): unknown
}

/** A prepared statement; run again and again. `pluck` and `raw` stay set, and each takes the other back. */
export interface SqliteStatement {
  run(...values: readonly unknown[]): { readonly changes: number; readonly lastInsertRowid: number | bigint }
  /** The first row; undefined when there is none. */
  get(...values: readonly unknown[]): unknown
  all(...values: readonly unknown[]): unknown[]
  /** Rows one by one. Until it has ended, or was returned from, the statement is not run again. */
  iterate(...values: readonly unknown[]): IterableIterator<unknown>
  /** A row is its first value. */
  pluck(): SqliteStatement
  /** A row is the list of its values. */
  raw(): SqliteStatement
  /** Whether integers come as bigints from now on, none of them rounded. */
  safeIntegers(on: boolean): SqliteStatement
}
