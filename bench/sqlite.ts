// A hand-written SQLite database, with the settings that Tidemark's own has.
import Database from 'better-sqlite3'

export type Sqlite = Database.Database

export function openSqlite(path: string): Sqlite {
  const db = new Database(path)
  db.pragma('journal_mode = WAL')
  db.pragma('synchronous = FULL')
  db.pragma('wal_autocheckpoint = 25000')
  db.pragma('cache_size = -65536')
  db.pragma('temp_store = MEMORY')
  return db
}

/** Fills a new database in one transaction, and leaves nothing of it in the log: what is measured comes later. */
export function filling(db: Sqlite, fill: () => void): void {
  db.exec('BEGIN')
  fill()
  db.exec('COMMIT')
  db.pragma('wal_checkpoint(TRUNCATE)')
}

export function bytesByTable(path: string): Map<string, number> {
  const db = new Database(path, { readonly: true })
  const rows = db.prepare('SELECT name, pgsize FROM dbstat WHERE aggregate = 1 GROUP BY name').raw().all() as [string, number][]
  db.close()
  return new Map(rows)
}
