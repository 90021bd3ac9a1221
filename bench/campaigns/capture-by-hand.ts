// The same 500 campaigns, written by hand in one durable commit: rows ready made, into the table with its indexes.
import type { Snapshot } from '../../packages/tidemark/test/campaigns/reenactment.ts'
import { openSqlite } from '../sqlite.ts'
import { COLUMNS, createTable, handRows, INDEXES } from './by-hand.ts'

const HOUR_MS = 3_600_000

/** Milliseconds of each commit but the first, in a new file: one after another as Tidemark's are. */
export function captureByHand(path: string, snapshots: readonly Snapshot[], captures: number): number[] {
  const latest = [...new Map(snapshots.map((one) => [one.life.id, one])).values()]
  const db = openSqlite(path)
  db.exec(createTable({ text: 'TEXT', integer: 'INTEGER', decimal: 'REAL' }))
  for (const columns of INDEXES) db.exec(`CREATE INDEX "by ${columns}" ON campaign_metrics_snapshots (${columns})`)
  const put = db.prepare(`INSERT INTO campaign_metrics_snapshots VALUES (${COLUMNS.map(() => '?').join(', ')})`)
  const taken: number[] = []
  for (let n = 0; n < captures; n++) {
    const later = latest.map((one) => ({ ...one, at: one.at + n * HOUR_MS, capturedAt: one.capturedAt + n * HOUR_MS }))
    const rows = [...handRows(later)].map(([id, ...row]) => [`${n} ${id}`, ...row.map((cell, place) => (COLUMNS[place + 1]?.[1] === 'decimal' && cell !== null ? Number(cell) : cell))])
    const started = performance.now()
    db.exec('BEGIN IMMEDIATE')
    for (const row of rows) put.run(...row)
    db.exec('COMMIT')
    taken.push(performance.now() - started)
  }
  db.close()
  return taken.slice(1)
}
