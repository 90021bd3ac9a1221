/**
 * A history on a SQLite connection of your own: SQLite compiled to WebAssembly in a browser, or any synchronous driver
 * with a small adapter. The same store as under Node, with no Node built-in and no driver in it.
 */
export { type OpenOnOptions, openOn, PortableHistory } from './portable-history.ts'
export type { SqliteConnection, SqliteStatement } from './stores/sqlite/driver.ts'
export { type SqliteWasm, wasmConnection, type WasmDatabase, type WasmPrepared } from './stores/sqlite/wasm-connection.ts'
