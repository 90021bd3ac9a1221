import { deflateRawSync } from 'node:zlib'
import Database from 'better-sqlite3'
import type { EventSeriesDefinition } from '../../src/definitions/series.ts'
import { packedIn } from './packed.ts'

/** What a store of format 1 had; its other tables came later, and so did `captured` in `tm_boundary`. */
const CATALOGUE = [
  'tm_meta', 'tm_transaction', 'tm_migration', 'tm_stream', 'tm_series', 'tm_tenant', 'tm_entity', 'tm_zone', 'tm_enrolment', 'tm_boundary', 'tm_capture', 'tm_since',
  'tm_archive', 'tm_quarantine', 'tm_adjustment', 'tm_checkpoint',
]

/** What is of a tenant was not found by it before format 3. */
const NOT_BY_TENANT = 'DROP INDEX tm_quarantine_tenant; ALTER TABLE tm_quarantine DROP COLUMN tenant'

/** Makes of a store what the program before collected series would have left of this one event-fed series. */
export function toFormat1(database: string, { name, stream }: EventSeriesDefinition): void {
  const connection = new Database(database)
  try {
    const kept = new Set([...CATALOGUE, `tm_event_${stream.name}`, `tm_identity_${stream.name}`, ...['day', 'week', 'month', 'quarter', 'superseded', 'lifetime'].map((kind) => `tm_${kind}_${name}`)])
    const views = connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'view'").pluck().all() as string[]
    for (const view of views) connection.exec(`DROP VIEW "${view}"`)
    const id = connection.prepare('SELECT id FROM tm_series WHERE name = ?').pluck().get(name) as number
    for (const table of ['tm_boundary', 'tm_capture', 'tm_since', 'tm_archive']) connection.prepare(`DELETE FROM ${table} WHERE series_id <> ?`).run(id)
    const tables = connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE 'tm\\_%' ESCAPE '\\'").pluck().all() as string[]
    // The only trigger of the audit log that stands on a table which format 1 had.
    connection.exec('DROP TRIGGER tm_audit_migrate')
    connection.exec(settled(connection))
    for (const table of tables) if (!kept.has(table)) connection.exec(`DROP TABLE IF EXISTS "${table}"`)
    connection.exec(`
      DELETE FROM tm_entity WHERE kind NOT IN ('${stream.of.name}');
      DELETE FROM tm_zone WHERE entity_id NOT IN (SELECT id FROM tm_entity);
      ALTER TABLE tm_boundary DROP COLUMN captured;
      CREATE TABLE old (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE COLLATE NOCASE, stream_id INTEGER NOT NULL REFERENCES tm_stream (id), version INTEGER NOT NULL, definition TEXT NOT NULL, tzdata TEXT NOT NULL, first_day INTEGER) STRICT;
      INSERT INTO old SELECT id, name, stream_id, version, definition, tzdata, first_day FROM tm_series WHERE id = ${id};
      DROP TABLE tm_series;
      ALTER TABLE old RENAME TO tm_series;
      UPDATE tm_transaction SET command = 'zone' WHERE command IN ('roster', 'collect', 'hold') OR command LIKE 'erase%';
      DELETE FROM tm_meta WHERE key = 'erasure_key';
      ${NOT_BY_TENANT};
      UPDATE tm_meta SET value = '1' WHERE key = 'format'`)
    const migrations = connection.prepare('SELECT version, series FROM tm_migration').all() as { version: number; series: string }[]
    for (const { version, series } of migrations) {
      connection.prepare('UPDATE tm_migration SET series = ? WHERE version = ?').run(JSON.stringify((JSON.parse(series) as { name: string }[]).filter((one) => one.name === name)), version)
    }
  } finally {
    connection.close()
  }
}

/** Payloads were never packed before format 4: what is gets rows of its own. Rows of these stores are never packed. */
function notPacked(connection: Database.Database): string {
  const tables = connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE 'tm\\_packed\\_%' ESCAPE '\\'").pluck().all() as string[]
  for (const series of tables.map((table) => table.slice('tm_packed_'.length))) {
    const insert = connection.prepare(`INSERT INTO "tm_payload_${series}" (id, tenant_id, entity_id, text) VALUES (?, ?, ?, ?)`)
    for (const { id, tenant, entity, text, deflated } of packedIn(connection, series)) insert.run(id, tenant, entity, deflated ? deflateRawSync(text) : text)
  }
  const rows = connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE 'tm\\_rowblock\\_%' ESCAPE '\\'").pluck().all() as string[]
  return [...tables, ...rows].map((table) => `DROP TABLE "${table}"; `).join('')
}

/** Every event was in its own place before format 4. */
function settled(connection: Database.Database): string {
  const tables = connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE 'tm\\_intake\\_%' ESCAPE '\\'").pluck().all() as string[]
  return tables.map((table) => `${settle(connection, table.slice('tm_intake_'.length))} DROP TABLE "${table}"; `).join('')
}

/** Puts what lies in an intake into its own places, by hand. */
function settle(connection: Database.Database, stream: string): string {
  const columns = (connection.prepare('SELECT name FROM pragma_table_info(?)').pluck().all(`tm_event_${stream}`) as string[]).filter((name) => name !== 'removed').map((name) => `"${name}"`).join(', ')
  const identity = 'identity, content, tenant_id, entity_id, day, seq'
  return `INSERT OR IGNORE INTO "tm_event_${stream}" (${columns}) SELECT ${columns} FROM "tm_intake_${stream}"; INSERT OR IGNORE INTO "tm_identity_${stream}" (${identity}, retracted) SELECT ${identity}, 0 FROM "tm_intake_${stream}";`
}

/** Makes of a store what the program before tokens and the audit log would have left of it. */
export function toFormat2(database: string): void {
  const connection = new Database(database)
  try {
    const triggers = connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'").pluck().all() as string[]
    for (const trigger of triggers) connection.exec(`DROP TRIGGER ${trigger}`)
    connection.exec(`DROP TABLE tm_audit; DROP TABLE tm_token; DROP TABLE tm_run; DROP TABLE tm_touched; DROP INDEX tm_hold_tenant; ${NOT_BY_TENANT}; ${notPacked(connection)} ${settled(connection)} UPDATE tm_meta SET value = '2' WHERE key = 'format'`)
  } finally {
    connection.close()
  }
}
