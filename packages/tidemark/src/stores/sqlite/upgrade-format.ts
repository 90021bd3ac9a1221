import { STORE_FORMAT } from '../contract/schema.ts'
import type { WriteSession } from './session.ts'
import { SERIES_TABLE, TABLES_SINCE_FORMAT_1 } from './tables.ts'

/**
 * Brings the tables of a store of format 1 to the present one: a series may have no stream, entities a boundary of
 * captured rows, and what collected series need is there. What lies in the store stays as it is.
 */
export function upgradeFormat(session: WriteSession, run: (sql: string) => void): void {
  // A column's NOT NULL cannot be taken back in place.
  run(SERIES_TABLE.replace('tm_series', 'tm_series_upgraded'))
  run('INSERT INTO tm_series_upgraded (id, name, stream_id, version, definition, tzdata, first_day) SELECT id, name, stream_id, version, definition, tzdata, first_day FROM tm_series')
  run('DROP TABLE tm_series')
  run('ALTER TABLE tm_series_upgraded RENAME TO tm_series')
  run('ALTER TABLE tm_boundary ADD COLUMN captured INTEGER')
  for (const sql of TABLES_SINCE_FORMAT_1) run(sql)
  session.sql("UPDATE tm_meta SET value = ? WHERE key = 'format'").run(String(STORE_FORMAT))
}
