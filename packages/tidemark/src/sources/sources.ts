import type { Source } from '../definitions/collector.ts'
import type { SourceLocation } from './source-url.ts'
import type { SqliteSource } from './sqlite.ts'

/** The named databases that collectors read: opened when first asked, closed together. */
export class Sources {
  readonly #locations: readonly SourceLocation[]
  readonly #opened = new Map<string, Promise<SqliteSource>>()

  constructor(locations: readonly SourceLocation[]) {
    this.#locations = locations
  }

  get names(): readonly string[] {
    return this.#locations.map(({ name }) => name)
  }

  /** The sources by name, for one call: what it asks is given up when its signal is aborted. */
  during(signal: AbortSignal): Readonly<Record<string, Source>> {
    return Object.fromEntries(this.#locations.map((location) => [location.name, {
      all: async (sql: string, parameters: Parameters<Source['all']>[1] = {}) => (await this.#open(location)).all(sql, parameters, signal),
    }]))
  }

  async close(): Promise<void> {
    for (const opened of this.#opened.values()) (await opened).close()
    this.#opened.clear()
  }

  #open(location: SourceLocation): Promise<SqliteSource> {
    let opened = this.#opened.get(location.name)
    if (opened === undefined) {
      opened = import('./sqlite.ts').then(({ SqliteSource }) => new SqliteSource(location))
      this.#opened.set(location.name, opened)
    }
    return opened
  }
}
