import type { Tier } from '../../definitions/keep.ts'
import type { SeriesDefinition } from '../../definitions/series.ts'
import { storedFields } from '../../definitions/stored-fields.ts'
import type { StreamDefinition } from '../../definitions/stream.ts'
import { layoutOf, type StateColumn } from '../../measures/layout.ts'
import { eventTable, identityTable, lifetimeTable, quoted, rowTable, supersededTable } from './names.ts'

/** Version of the physical layout that this program reads and writes. */
export const FORMAT = 1

/** The tables that every store has. All are STRICT: a float can never slip in where an integer belongs. */
export const CATALOGUE_TABLES: readonly string[] = [
  'CREATE TABLE tm_meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID',
  'CREATE TABLE tm_transaction (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, command TEXT NOT NULL) STRICT',
  'CREATE INDEX tm_transaction_at ON tm_transaction (at)',
  'CREATE TABLE tm_migration (version INTEGER PRIMARY KEY, at INTEGER NOT NULL, program TEXT NOT NULL, steps TEXT NOT NULL, series TEXT NOT NULL) STRICT',
  'CREATE TABLE tm_stream (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE COLLATE NOCASE, definition TEXT NOT NULL, next_seq INTEGER NOT NULL DEFAULT 1) STRICT',
  'CREATE TABLE tm_series (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE COLLATE NOCASE, stream_id INTEGER NOT NULL REFERENCES tm_stream (id), version INTEGER NOT NULL, definition TEXT NOT NULL, tzdata TEXT NOT NULL, first_day INTEGER) STRICT',
  'CREATE TABLE tm_tenant (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT',
  'CREATE TABLE tm_entity (id INTEGER PRIMARY KEY, tenant_id INTEGER NOT NULL REFERENCES tm_tenant (id), kind TEXT NOT NULL, name TEXT NOT NULL, UNIQUE (tenant_id, kind, name)) STRICT',
  'CREATE TABLE tm_zone (tenant_id INTEGER NOT NULL, entity_id INTEGER NOT NULL, from_at INTEGER NOT NULL, zone TEXT NOT NULL, PRIMARY KEY (tenant_id, entity_id, from_at)) STRICT, WITHOUT ROWID',
  'CREATE TABLE tm_enrolment (tenant_id INTEGER NOT NULL, stream_id INTEGER NOT NULL, entity_id INTEGER NOT NULL, transaction_id INTEGER NOT NULL, day INTEGER NOT NULL, PRIMARY KEY (tenant_id, stream_id, entity_id, transaction_id)) STRICT, WITHOUT ROWID',
  'CREATE TABLE tm_boundary (tenant_id INTEGER NOT NULL, series_id INTEGER NOT NULL, entity_id INTEGER NOT NULL, anchor INTEGER NOT NULL, day INTEGER, week INTEGER, month INTEGER, PRIMARY KEY (tenant_id, series_id, entity_id)) STRICT, WITHOUT ROWID',
  'CREATE TABLE tm_capture (series_id INTEGER NOT NULL, transaction_id INTEGER NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (series_id, transaction_id)) STRICT, WITHOUT ROWID',
  'CREATE TABLE tm_since (series_id INTEGER NOT NULL, measure TEXT NOT NULL, day INTEGER NOT NULL, PRIMARY KEY (series_id, measure)) STRICT, WITHOUT ROWID',
  'CREATE TABLE tm_archive (series_id INTEGER NOT NULL, period INTEGER NOT NULL, generation INTEGER NOT NULL, current INTEGER NOT NULL, file TEXT NOT NULL, transaction_id INTEGER NOT NULL, PRIMARY KEY (series_id, period, generation)) STRICT, WITHOUT ROWID',
  'CREATE TABLE tm_quarantine (id INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE, stream TEXT NOT NULL, source TEXT NOT NULL, line INTEGER NOT NULL, code TEXT NOT NULL, reason TEXT NOT NULL, raw TEXT NOT NULL, at INTEGER NOT NULL) STRICT',
  'CREATE TABLE tm_adjustment (tenant_id INTEGER NOT NULL, series_id INTEGER NOT NULL, entity_id INTEGER NOT NULL, day INTEGER NOT NULL, identity BLOB NOT NULL, content BLOB NOT NULL, id TEXT NOT NULL, measure TEXT NOT NULL, amount INTEGER NOT NULL, cells TEXT NOT NULL, reason TEXT NOT NULL, transaction_id INTEGER NOT NULL, PRIMARY KEY (tenant_id, series_id, entity_id, day, identity)) STRICT, WITHOUT ROWID',
  'CREATE UNIQUE INDEX tm_adjustment_identity ON tm_adjustment (series_id, identity)',
  'CREATE TABLE tm_checkpoint (tenant_id INTEGER NOT NULL, series_id INTEGER NOT NULL, entity_id INTEGER NOT NULL, every INTEGER NOT NULL, count INTEGER NOT NULL, version INTEGER NOT NULL, transaction_id INTEGER NOT NULL, payload TEXT NOT NULL, PRIMARY KEY (tenant_id, series_id, entity_id, every, count)) STRICT, WITHOUT ROWID',
]

/** Events of a stream, together by entity and day; `removed` is the transaction that took one back. */
export function streamTables(stream: StreamDefinition): readonly string[] {
  const fields = storedFields(stream).flatMap((field) => field.columns)
    .map((column) => `, ${quoted(column.name)} ${column.type === 'text' ? 'TEXT' : 'INTEGER'}`)
  return [
    `CREATE TABLE ${eventTable(stream.name)} (tenant_id INTEGER NOT NULL, entity_id INTEGER NOT NULL, day INTEGER NOT NULL, seq INTEGER NOT NULL, transaction_id INTEGER NOT NULL, removed INTEGER, at INTEGER NOT NULL, offset_minutes INTEGER NOT NULL, id TEXT NOT NULL${fields.join('')}, PRIMARY KEY (tenant_id, entity_id, day, seq)) STRICT, WITHOUT ROWID`,
    `CREATE TABLE ${identityTable(stream.name)} (identity BLOB PRIMARY KEY, content BLOB NOT NULL, tenant_id INTEGER NOT NULL, entity_id INTEGER NOT NULL, day INTEGER NOT NULL, seq INTEGER NOT NULL, retracted INTEGER NOT NULL) STRICT, WITHOUT ROWID`,
  ]
}

const KEY = 'tenant_id INTEGER NOT NULL, entity_id INTEGER NOT NULL, bucket INTEGER NOT NULL, cell INTEGER NOT NULL'
const HEAD = 'transaction_id INTEGER NOT NULL, version INTEGER NOT NULL, revision INTEGER NOT NULL, facts INTEGER NOT NULL'

/** The state columns that a tier's table has: a day row's day set is the day itself, so it is not stored. */
export function storedColumns(columns: readonly StateColumn[], tier: Tier): readonly StateColumn[] {
  return tier === 'day' ? columns.filter((column) => column.merge !== 'days') : columns
}

export const columnType = (column: StateColumn): string => (column.merge === 'days' ? 'TEXT' : 'INTEGER')

function stateColumns(columns: readonly StateColumn[]): string {
  return columns.map((column) => `, ${quoted(column.name)} ${columnType(column)}`).join('')
}

/** One tier's rows: one current row a (tenant, entity, bucket, cell); bucket is the row's first day. */
export function tierTable(series: SeriesDefinition, tier: Tier): string {
  const columns = storedColumns(layoutOf(series).columns, tier)
  const span = tier === 'day' ? '' : ', days INTEGER NOT NULL, digest BLOB NOT NULL'
  return `CREATE TABLE ${rowTable(series.name, tier)} (${KEY}${span}, ${HEAD}${stateColumns(columns)}, PRIMARY KEY (tenant_id, entity_id, bucket, cell)) STRICT, WITHOUT ROWID`
}

export function seriesTables(series: SeriesDefinition): readonly string[] {
  const { columns } = layoutOf(series)
  return [
    ...series.keep.tiers.map(({ tier }) => tierTable(series, tier)),
    `CREATE TABLE ${supersededTable(series.name)} (tier TEXT NOT NULL, ${KEY}, days INTEGER NOT NULL, until INTEGER NOT NULL, ${HEAD}${stateColumns(columns)}, PRIMARY KEY (tenant_id, entity_id, tier, bucket, cell, transaction_id)) STRICT, WITHOUT ROWID`,
    `CREATE TABLE ${lifetimeTable(series.name)} (tenant_id INTEGER NOT NULL, entity_id INTEGER NOT NULL, count INTEGER NOT NULL${stateColumns(columns)}, PRIMARY KEY (tenant_id, entity_id)) STRICT, WITHOUT ROWID`,
  ]
}
