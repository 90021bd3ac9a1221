import Database from 'better-sqlite3'
import { quote, type Raw, text } from './inventory-row.ts'

/** A column's name, and its value in each row. */
export interface PackedColumn {
  readonly name: string
  readonly values: readonly (bigint | string | null)[]
}

/** An empty table like one of captured rows, in memory: what it makes of some rows is what the other would. */
export class TwinTable {
  readonly #name: string
  readonly #connection = new Database(':memory:')
  readonly #plain: ReadonlySet<string>

  /** @param sql that makes the table */
  constructor(name: string, sql: string) {
    this.#name = quote(name)
    this.#connection.defaultSafeIntegers(true)
    this.#connection.exec(sql)
    this.#plain = new Set((this.#connection.prepare('SELECT name FROM pragma_table_xinfo(?) WHERE hidden = 0').all(name) as Raw[]).map((row) => text(row.name)))
  }

  /** Its rows, had these been written to it; of columns that it computes it takes none. */
  rows(columns: readonly PackedColumn[], count: number): readonly Raw[] {
    const own = columns.filter(({ name }) => this.#plain.has(name))
    const names = ['tenant_id', 'entity_id', 'digest', ...own.map(({ name }) => quote(name))]
    const insert = this.#connection.prepare(`INSERT INTO ${this.#name} (${names.join(', ')}) VALUES (0, 0, x''${', ?'.repeat(own.length)})`)
    this.#connection.exec('BEGIN')
    try {
      for (let row = 0; row < count; row++) insert.run(own.map(({ values }) => values[row]))
      return this.#connection.prepare(`SELECT * FROM ${this.#name} ORDER BY bucket, at, cell`).all() as Raw[]
    } finally {
      this.#connection.exec('ROLLBACK')
    }
  }
}
