import { isCollected, type SeriesDefinition } from '../../definitions/series.ts'
import type { StreamDefinition } from '../../definitions/stream.ts'
import { STORE_FORMAT } from '../contract/schema.ts'
import { nameTenants } from './quarantine.ts'
import type { WriteSession } from './session.ts'
import { intakeTableOf, packedTables, rowBlockTables, SERIES_TABLE, TABLES_BY_FORMAT } from './tables.ts'

/**
 * Brings the tables of a store of an earlier format to the present one. What lies in the store stays as it is; the audit
 * log begins with this migration, and says nothing of holds, erasures and migrations that were before it.
 */
export function upgradeFormat(session: WriteSession, format: number, run: (sql: string) => void): void {
  if (format < 2) allowCollected(run)
  for (const [brought, tables] of TABLES_BY_FORMAT) if (brought > format) for (const sql of tables) run(sql)
  if (format < 3) nameTenants(session)
  if (format < 4) {
    allowPacked(session, run)
    allowIntake(session, run)
  }
  session.sql("UPDATE tm_meta SET value = ? WHERE key = 'format'").run(String(STORE_FORMAT))
}

/** Each collected series may pack its rows, and its payloads. */
function allowPacked(session: WriteSession, run: (sql: string) => void): void {
  const series = (session.sql('SELECT definition FROM tm_series ORDER BY id').pluck().all() as string[]).map((text) => JSON.parse(text) as SeriesDefinition)
  for (const one of series) if (isCollected(one)) for (const table of [...rowBlockTables(one.name), ...(one.payload === null ? [] : packedTables(one.name))]) run(table)
}

/** Each stream's events may settle later. */
function allowIntake(session: WriteSession, run: (sql: string) => void): void {
  const streams = (session.sql('SELECT definition FROM tm_stream ORDER BY id').pluck().all() as string[]).map((text) => JSON.parse(text) as StreamDefinition)
  for (const stream of streams) run(intakeTableOf(stream))
}

/** A series may have no stream, and entities a boundary of captured rows. */
function allowCollected(run: (sql: string) => void): void {
  // A column's NOT NULL cannot be taken back in place.
  run(SERIES_TABLE.replace('tm_series', 'tm_series_upgraded'))
  run('INSERT INTO tm_series_upgraded (id, name, stream_id, version, definition, tzdata, first_day) SELECT id, name, stream_id, version, definition, tzdata, first_day FROM tm_series')
  run('DROP TABLE tm_series')
  run('ALTER TABLE tm_series_upgraded RENAME TO tm_series')
  run('ALTER TABLE tm_boundary ADD COLUMN captured INTEGER')
}
