import type { RunFilter, StoredRun } from '../contract/run.ts'
import type { Writing, WriteSession } from './session.ts'

export const RUN_TABLES: readonly string[] = [
  'CREATE TABLE tm_run (transaction_id INTEGER PRIMARY KEY, series_id INTEGER NOT NULL, rows INTEGER NOT NULL, failed INTEGER NOT NULL) STRICT',
]

/** Enters what a transaction did, in that transaction; one that changed nothing is none. */
export function enterRun(session: WriteSession, writing: Writing, series: { readonly id: number }, { rows, failed = 0 }: { readonly rows: number; readonly failed?: number }): void {
  if (!writing.changed) return
  session.touching.series(series.id)
  session.sql('INSERT INTO tm_run (transaction_id, series_id, rows, failed) VALUES (?, ?, ?, ?)').run(writing.id, series.id, rows, failed)
}

/** One command at one instant is one run: it may have been written in pieces, between those of others. */
export function listRuns(read: Pick<WriteSession, 'sql'>, { series, after, limit }: RunFilter): readonly StoredRun[] {
  return read.sql(`
    SELECT s.name AS series, t.command, t.at, count(*) AS transactions, sum(r.rows) AS rows, sum(r.failed) AS failed, max(t.id) AS last
    FROM tm_run r JOIN tm_transaction t ON t.id = r.transaction_id JOIN tm_series s ON s.id = r.series_id
    WHERE ${series === null ? '' : 's.name = :series AND'} ${after === null ? 'TRUE' : 't.at <= :at'}
    GROUP BY t.at, t.command, r.series_id HAVING ${after === null ? 'TRUE' : 't.at < :at OR max(t.id) < :last'}
    ORDER BY t.at DESC, last DESC LIMIT :limit`).all({ limit, ...(series === null ? {} : { series }), ...(after === null ? {} : after) }) as StoredRun[]
}
