import type { SqliteStatement } from './driver.ts'
import type { WasmConnection } from './wasm-connection.ts'

const ROW = 100
const DONE = 101
const INTEGER = 1
const FLOAT = 2
const TEXT = 3
const BLOB = 4

type Read = (column: number) => unknown
type Shape = 'object' | 'first' | 'list'

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** A statement as the store runs it, by the C interface: what is bound and read is as better-sqlite3 has it, to the bit. */
export class WasmStatement implements SqliteStatement {
  readonly #connection: WasmConnection
  readonly #pointer: number
  readonly #count: number
  /** By place, from 1; null: not known yet. */
  #parameters: readonly (string | null)[] | null = null
  #names: string[] = []
  #shape: Shape = 'object'
  #integer: Read

  constructor(connection: WasmConnection, pointer: number) {
    this.#connection = connection
    this.#pointer = pointer
    this.#count = connection.sqlite3.capi.sqlite3_bind_parameter_count(pointer)
    this.#integer = this.#asNumber
  }

  pluck(): this {
    this.#shape = 'first'
    return this
  }

  raw(): this {
    this.#shape = 'list'
    return this
  }

  safeIntegers(on: boolean): this {
    this.#integer = on ? this.#asBigint : this.#asNumber
    return this
  }

  run(...values: readonly unknown[]): { readonly changes: number; readonly lastInsertRowid: number } {
    const { sqlite3: { capi }, pointer } = this.#connection
    const before = capi.sqlite3_total_changes(pointer)
    this.#bind(values)
    try {
      while (this.#step()) { /* What a statement returns is not asked for. */ }
    } finally {
      this.#reset()
    }
    return { changes: capi.sqlite3_total_changes(pointer) === before ? 0 : capi.sqlite3_changes(pointer), lastInsertRowid: Number(capi.sqlite3_last_insert_rowid(pointer)) }
  }

  get(...values: readonly unknown[]): unknown {
    this.#bind(values)
    try {
      return this.#step() ? this.#row(this.#columns()) : undefined
    } finally {
      this.#reset()
    }
  }

  all(...values: readonly unknown[]): unknown[] {
    return [...this.iterate(...values)]
  }

  *iterate(...values: readonly unknown[]): IterableIterator<unknown> {
    this.#bind(values)
    try {
      if (!this.#step()) return
      const columns = this.#columns()
      do yield this.#row(columns)
      while (this.#step())
    } finally {
      this.#reset()
    }
  }

  #step(): boolean {
    const code = this.#connection.sqlite3.capi.sqlite3_step(this.#pointer)
    if (code === ROW) return true
    if (code === DONE) return false
    throw this.#connection.failure(code)
  }

  /** Not checked: it says again what the last step has said. */
  #reset(): void {
    this.#connection.sqlite3.capi.sqlite3_reset(this.#pointer)
  }

  #bind(values: readonly unknown[]): void {
    const [only] = values
    if (values.length === 1 && typeof only === 'object' && only !== null && !(only instanceof Uint8Array)) {
      this.#bindNames(only as Readonly<Record<string, unknown>>)
      return
    }
    if (values.length !== this.#count) throw new RangeError(`the statement has ${this.#count} parameters, not ${values.length}`)
    for (let place = 1; place <= values.length; place++) this.#bindValue(place, values[place - 1])
  }

  #bindNames(values: Readonly<Record<string, unknown>>): void {
    this.#parameters ??= Array.from({ length: this.#count }, (_, place) => this.#connection.sqlite3.capi.sqlite3_bind_parameter_name(this.#pointer, place + 1)?.slice(1) ?? null)
    for (const [place, name] of this.#parameters.entries()) {
      if (name === null || !Object.hasOwn(values, name)) throw new RangeError(`the parameter ${name ?? place + 1} has no value`)
      this.#bindValue(place + 1, values[name])
    }
  }

  #bindValue(place: number, value: unknown): void {
    const { capi } = this.#connection.sqlite3
    const statement = this.#pointer
    if (value === null || value === undefined) {
      capi.sqlite3_bind_null(statement, place)
      return
    }
    const bound = (): number => {
      if (typeof value === 'number') return capi.sqlite3_bind_double(statement, place, value)
      if (typeof value === 'string') {
        // As bytes: of the module's own ways to bind a string one fails, and another ends it at a NUL.
        const bytes = encoder.encode(value)
        return capi.sqlite3_bind_text(statement, place, this.#copied(bytes), bytes.length, capi.SQLITE_WASM_DEALLOC)
      }
      if (typeof value === 'bigint') return capi.sqlite3_bind_int64(statement, place, whole(value))
      if (value instanceof Uint8Array) return capi.sqlite3_bind_blob(statement, place, this.#copied(value), value.length, capi.SQLITE_WASM_DEALLOC)
      throw new TypeError(`SQLite has numbers, strings, bigints, bytes and null, not ${typeof value}`)
    }
    this.#connection.check(bound())
  }

  /** Bytes in memory that SQLite reads, and lets go of. */
  #copied(bytes: Uint8Array): number {
    const { wasm } = this.#connection.sqlite3
    const place = wasm.alloc(Math.max(1, bytes.length))
    wasm.heap8u().set(bytes, place)
    return place
  }

  /** How many columns a row has. Asked for once a run: a changed table changes what `*` is. */
  #columns(): number {
    const { capi } = this.#connection.sqlite3
    const count = capi.sqlite3_column_count(this.#pointer)
    if (this.#shape === 'object' && this.#names.length !== count) this.#names = Array.from({ length: count }, (_, column) => capi.sqlite3_column_name(this.#pointer, column))
    return count
  }

  #row(columns: number): unknown {
    if (this.#shape === 'first') return this.#value(0)
    if (this.#shape === 'list') {
      const list = new Array<unknown>(columns)
      for (let column = 0; column < columns; column++) list[column] = this.#value(column)
      return list
    }
    const row: Record<string, unknown> = {}
    for (let column = 0; column < columns; column++) row[this.#names[column] as string] = this.#value(column)
    return row
  }

  #value(column: number): unknown {
    const { capi } = this.#connection.sqlite3
    switch (capi.sqlite3_column_type(this.#pointer, column)) {
      case INTEGER: return this.#integer(column)
      case FLOAT: return capi.sqlite3_column_double(this.#pointer, column)
      // Not by the module's own way to a string, which ends at a NUL.
      case TEXT: return decoder.decode(this.#bytes(column))
      case BLOB: return this.#bytes(column).slice()
      default: return null
    }
  }

  /** Where they lie now: the next call may move them. */
  #bytes(column: number): Uint8Array {
    const { capi, wasm } = this.#connection.sqlite3
    const from = capi.sqlite3_column_blob(this.#pointer, column)
    return wasm.heap8u().subarray(from, from + capi.sqlite3_column_bytes(this.#pointer, column))
  }

  readonly #asNumber: Read = (column) => this.#connection.sqlite3.capi.sqlite3_column_double(this.#pointer, column)
  readonly #asBigint: Read = (column) => this.#connection.sqlite3.capi.sqlite3_column_int64(this.#pointer, column)
}

function whole(value: bigint): bigint {
  if (value !== BigInt.asIntN(64, value)) throw new RangeError(`the integer ${value} does not fit in 64 bits`)
  return value
}
