// One table of every snapshot in SQLite, with the indexes that its access paths ask for.
import Database from 'better-sqlite3'
import { join } from 'node:path'
import { handSqlite } from '../campaigns/answers.ts'
import type { Sqlite } from '../sqlite.ts'
import { sqlAsk, textOf } from './sql.ts'
import type { Place, System } from './system.ts'

export function sqliteByHand({ folder }: Place): System {
  let db: Sqlite | null = null
  const memory = new Database(':memory:')
  const version = String(memory.prepare('SELECT sqlite_version()').pluck().get())
  memory.close()
  return {
    name: 'SQLite by hand', version, coverage: false,
    async load({ snapshots }) {
      const made = handSqlite(join(folder, 'field-hand.db'), snapshots)
      db = made.db
      return { bytes: made.size.bytes, seconds: made.size.seconds, note: 'one transaction, then 8 indexes' }
    },
    question(question, words) {
      const statement = (db as Sqlite).prepare(textOf('bare-column', question, words)).raw()
      return sqlAsk(question, words, () => statement.all())
    },
    async close() {
      db?.close()
    },
  }
}
