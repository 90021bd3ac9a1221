import type { Source } from '../definitions/collector.ts'
import type { SourceLocation } from './source-url.ts'
import type { InlineSqliteSource } from './inline-sqlite.ts'
import type { SqliteSource } from './sqlite.ts'

/** Where sources are read: on a thread of each one's own, or in the one that asks. */
export type SourceThread = 'worker' | 'inline'

type OpenSource = SqliteSource | InlineSqliteSource

/** The named databases that collectors read: opened when first asked, closed together. */
export class Sources {
  readonly #locations: readonly SourceLocation[]
  readonly #opened = new Map<string, Promise<OpenSource>>()
  readonly #thread: SourceThread

  constructor(locations: readonly SourceLocation[], thread: SourceThread = 'worker') {
    this.#locations = locations
    this.#thread = thread
  }

  get names(): readonly string[] {
    return this.#locations.map(({ name }) => name)
  }

  /** The same sources, read in the thread that asks. */
  inline(): Sources {
    return new Sources(this.#locations, 'inline')
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

  #open(location: SourceLocation): Promise<OpenSource> {
    let opened = this.#opened.get(location.name)
    if (opened === undefined) {
      opened = this.#thread === 'inline'
        ? import('./inline-sqlite.ts').then(({ InlineSqliteSource }) => new InlineSqliteSource(location))
        : import('./sqlite.ts').then(({ SqliteSource }) => new SqliteSource(location))
      this.#opened.set(location.name, opened)
    }
    return opened
  }
}
