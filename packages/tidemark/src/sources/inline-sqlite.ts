import type { SourceRequest } from './source-protocol.ts'
import { sourceFailure } from './source-failure.ts'
import type { SourceLocation } from './source-url.ts'
import { SqliteReading } from './sqlite-reading.ts'

/**
 * A SQLite database that is only read, in this very thread: for whoever has nothing else to do meanwhile. A question
 * that takes long cannot be given up.
 */
export class InlineSqliteSource {
  readonly #location: SourceLocation
  readonly #reading: SqliteReading

  constructor(location: SourceLocation) {
    this.#location = location
    this.#reading = new SqliteReading(location.path)
  }

  /** Throws SOURCE_FAILED. */
  async all(sql: string, parameters: SourceRequest['parameters']): Promise<readonly Readonly<Record<string, unknown>>[]> {
    try {
      return this.#reading.all(sql, parameters)
    } catch (error) {
      throw sourceFailure(this.#location, error instanceof Error ? error.message : String(error), sql)
    }
  }

  close(): void {
    this.#reading.close()
  }
}
