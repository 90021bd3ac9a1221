import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import type { Store } from '../../src/stores/contract/store.ts'
import { openSqliteStore } from '../../src/stores/sqlite/open.ts'
import { scratchRoot } from '../histories/scratch.ts'

/** A store in a folder of its own. */
export class StoreFolder {
  readonly folder = mkdtempSync(join(scratchRoot(), 'tidemark-store-'))
  readonly path = join(this.folder, 'history.db')
  #store: Store | null = null

  async store(): Promise<Store> {
    this.#store ??= await openSqliteStore({ path: this.path, program: 'tidemark 0.1.0', thread: 'inline' })
    return this.#store
  }

  /** The file by plain SQL, as somebody else would open it. */
  sql<T>(work: (database: Database.Database) => T): T {
    const database = new Database(this.path)
    try {
      return work(database)
    } finally {
      database.close()
    }
  }

  async shut(): Promise<void> {
    await this.#store?.close()
    this.#store = null
  }

  async remove(): Promise<void> {
    await this.shut()
    rmSync(this.folder, { recursive: true, force: true })
  }
}
