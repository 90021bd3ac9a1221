import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import type { RosterEntry } from '../../src/definitions/collector.ts'
import { open, type OpenOptions, type Tidemark } from '../../src/index.ts'
import { scratchRoot } from '../histories/scratch.ts'

/** An application's own database, and a history beside it; real files, both. */
export class Application {
  readonly folder = mkdtempSync(join(scratchRoot(), 'tidemark-capture-'))
  readonly database: Database.Database
  readonly store = join(this.folder, 'history.db')
  now = Date.parse('2026-03-10T09:30:00Z')
  readonly #open: Tidemark[] = []

  constructor() {
    this.database = new Database(join(this.folder, 'app.db'))
    this.database.exec(`
      PRAGMA journal_mode = WAL;
      CREATE TABLE campaigns (company TEXT NOT NULL, name TEXT NOT NULL, zone TEXT, status TEXT, volunteers INTEGER, budget_cents INTEGER, sessions INTEGER, state TEXT, PRIMARY KEY (company, name))`)
  }

  campaign(name: string, values: { company?: string; zone?: string | null; status?: string | null; volunteers?: unknown; budget_cents?: unknown; sessions?: unknown; state?: string | null } = {}): void {
    const row = { company: 'acme', zone: null, status: 'active', volunteers: 1, budget_cents: 100, sessions: 0, state: null, ...values }
    this.database.prepare('INSERT OR REPLACE INTO campaigns VALUES (:company, :name, :zone, :status, :volunteers, :budget_cents, :sessions, :state)').run({ ...row, name })
  }

  remove(name: string): void {
    this.database.prepare('DELETE FROM campaigns WHERE name = ?').run(name)
  }

  /** What a roster function gives, without a source. */
  listed(): RosterEntry[] {
    const rows = this.database.prepare('SELECT company, name, zone, status FROM campaigns').all() as { company: string; name: string; zone: string | null; status: string | null }[]
    return rows.map(({ company, name, zone, status }) => ({ tenant: company, entity: name, ...(zone === null ? {} : { zone }), attributes: { status } }))
  }

  async open(series: OpenOptions['series']): Promise<Tidemark> {
    const tidemark = await open({ store: `sqlite:${this.store}`, series, sources: { app: `sqlite:${join(this.folder, 'app.db')}` }, now: () => this.now })
    this.#open.push(tidemark)
    return tidemark
  }

  /** The stored rows by plain SQL, as somebody else would read them. */
  rows<T>(sql: string): T[] {
    const database = new Database(this.store, { readonly: true })
    try {
      return database.prepare(sql).all() as T[]
    } finally {
      database.close()
    }
  }

  async close(): Promise<void> {
    for (const tidemark of this.#open.splice(0)) await tidemark.close()
    this.database.close()
    rmSync(this.folder, { recursive: true, force: true })
  }
}
