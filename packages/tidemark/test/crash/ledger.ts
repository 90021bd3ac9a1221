import Database from 'better-sqlite3'
import type { ArchiveFile } from '../../src/stores/contract/series-state.ts'
import type { Place } from './place.ts'

/** How many facts were acknowledged, and how many the rows of all tiers and the archive's files count. */
export interface Ledger {
  readonly acknowledged: number
  readonly counted: number
  readonly files: readonly ArchiveFile[]
}

/**
 * Adds up, without the engine, where every acknowledged event and adjustment is: in a row of some tier or in a file
 * that the catalogue names. Only for a series that was there from the first event on; of a collected one, whose windows
 * nobody acknowledges but its captures, only what is counted is of use.
 */
export function ledgerOf(place: Place, series: string): Ledger {
  const connection = new Database(place.database, { readonly: true })
  try {
    return ledgerOn(connection, series)
  } finally {
    connection.close()
  }
}

/** As `ledgerOf`, of an open database. */
export function ledgerOn(connection: Database.Database, series: string): Ledger {
  const number = (sql: string, ...values: unknown[]): number => (connection.prepare(sql).pluck().get(...values) as number | null) ?? 0
  const there = new Set(connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all() as string[])
  if (!there.has(`tm_day_${series}`)) return { acknowledged: 0, counted: 0, files: [] }
  const id = number('SELECT id FROM tm_series WHERE name = ?', series)
  const stream = connection.prepare('SELECT t.name FROM tm_series s JOIN tm_stream t ON t.id = s.stream_id WHERE s.id = ?').pluck().get(id) as string | undefined
  const identities = stream === undefined ? 0 : number(`SELECT count(*) FROM (SELECT identity FROM "tm_identity_${stream}" WHERE retracted = 0${there.has(`tm_intake_${stream}`) ? ` UNION SELECT identity FROM "tm_intake_${stream}"` : ''})`)
  const acknowledged = identities + number('SELECT count(*) FROM tm_adjustment WHERE series_id = ?', id)
  const files = (connection.prepare('SELECT file FROM tm_archive WHERE series_id = ? AND current = 1').pluck().all(id) as string[]).map((file) => JSON.parse(file) as ArchiveFile)
  const rows = ['captured', 'day', 'week', 'month', 'quarter'].filter((tier) => there.has(`tm_${tier}_${series}`))
    .reduce((sum, tier) => sum + number(`SELECT sum(facts) FROM "tm_${tier}_${series}" WHERE cell = 0`), 0)
  return { acknowledged, counted: rows + files.reduce((sum, { facts }) => sum + facts, 0), files }
}
