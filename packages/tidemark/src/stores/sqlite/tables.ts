import type { Tier } from '../../definitions/keep.ts'
import { PAYLOAD_COLUMNS } from '../../definitions/collected.ts'
import { isCollected, type SeriesDefinition } from '../../definitions/series.ts'
import { storedFields } from '../../definitions/stored-fields.ts'
import type { StreamDefinition } from '../../definitions/stream.ts'
import type { OfOne } from '../../measures/kind.ts'
import { layoutOf, type StateColumn } from '../../measures/layout.ts'
import { ACCESS_TABLES } from './access.ts'
import { ALERT_TABLES } from './alerts.ts'
import { ERASURE_TABLES } from './erasure.ts'
import { HOLD_TABLES } from './holds.ts'
import { JOB_TABLES } from './jobs.ts'
import { LEASE_TABLES } from './leases.ts'
import { QUARANTINE_BY_TENANT } from './quarantine.ts'
import { RUN_TABLES } from './runs.ts'
import { TOUCHED_TABLES } from './touched.ts'
import { eventTable, identityTable, intakeTable, latestTable, lifetimeTable, packedTable, payloadTable, quoted, rowBlockTable, rowTable, supersededTable } from './names.ts'

/** Of collected series: who is rostered, how often each is captured, and which windows could not be. */
const COLLECTED_TABLES: readonly string[] = [
  'CREATE TABLE tm_attribute (tenant_id INTEGER NOT NULL, series_id INTEGER NOT NULL, entity_id INTEGER NOT NULL, name TEXT NOT NULL, value TEXT, PRIMARY KEY (tenant_id, series_id, entity_id, name)) STRICT, WITHOUT ROWID',
  'CREATE TABLE tm_rostered (tenant_id INTEGER NOT NULL, series_id INTEGER NOT NULL, entity_id INTEGER NOT NULL, transaction_id INTEGER NOT NULL, decided_day INTEGER, low_days INTEGER NOT NULL, PRIMARY KEY (tenant_id, series_id, entity_id)) STRICT, WITHOUT ROWID',
  'CREATE TABLE tm_frequency (tenant_id INTEGER NOT NULL, series_id INTEGER NOT NULL, entity_id INTEGER NOT NULL, day INTEGER NOT NULL, at INTEGER NOT NULL, cadence TEXT NOT NULL, status TEXT, activity INTEGER, transaction_id INTEGER NOT NULL, PRIMARY KEY (tenant_id, series_id, entity_id, day)) STRICT, WITHOUT ROWID',
  'CREATE TABLE tm_failure (tenant_id INTEGER NOT NULL, series_id INTEGER NOT NULL, entity_id INTEGER NOT NULL, day INTEGER NOT NULL, at INTEGER NOT NULL, seconds INTEGER NOT NULL, message TEXT NOT NULL, transaction_id INTEGER NOT NULL, resolved INTEGER, PRIMARY KEY (tenant_id, series_id, entity_id, day, at)) STRICT, WITHOUT ROWID',
  'CREATE TABLE tm_dimension (tenant_id INTEGER NOT NULL, series_id INTEGER NOT NULL, field TEXT NOT NULL, place INTEGER NOT NULL, value TEXT NOT NULL, PRIMARY KEY (tenant_id, series_id, field, place), UNIQUE (tenant_id, series_id, field, value)) STRICT, WITHOUT ROWID',
]

/** What came with each layout after the first, in the order of their making. */
export const TABLES_BY_FORMAT: ReadonlyMap<number, readonly string[]> = new Map([
  [2, [...COLLECTED_TABLES, ...LEASE_TABLES, ...JOB_TABLES, ...HOLD_TABLES, ...ERASURE_TABLES, ...ALERT_TABLES]],
  [3, [...ACCESS_TABLES, ...RUN_TABLES, ...TOUCHED_TABLES, ...QUARANTINE_BY_TENANT, 'CREATE INDEX tm_audit_tenants ON tm_audit (tenants, id)', 'CREATE INDEX tm_hold_tenant ON tm_hold (tenant)']],
])

/** `stream_id` is null for a collected series. */
export const SERIES_TABLE = 'CREATE TABLE tm_series (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE COLLATE NOCASE, stream_id INTEGER REFERENCES tm_stream (id), version INTEGER NOT NULL, definition TEXT NOT NULL, tzdata TEXT NOT NULL, first_day INTEGER) STRICT'

/** The tables that every store has. All are STRICT: a float can never slip in where an integer belongs. */
export const CATALOGUE_TABLES: readonly string[] = [
  'CREATE TABLE tm_meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID',
  'CREATE TABLE tm_transaction (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, command TEXT NOT NULL) STRICT',
  'CREATE INDEX tm_transaction_at ON tm_transaction (at)',
  'CREATE TABLE tm_migration (version INTEGER PRIMARY KEY, at INTEGER NOT NULL, program TEXT NOT NULL, steps TEXT NOT NULL, series TEXT NOT NULL) STRICT',
  'CREATE TABLE tm_stream (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE COLLATE NOCASE, definition TEXT NOT NULL, next_seq INTEGER NOT NULL DEFAULT 1) STRICT',
  SERIES_TABLE,
  'CREATE TABLE tm_tenant (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT',
  'CREATE TABLE tm_entity (id INTEGER PRIMARY KEY, tenant_id INTEGER NOT NULL REFERENCES tm_tenant (id), kind TEXT NOT NULL, name TEXT NOT NULL, UNIQUE (tenant_id, kind, name)) STRICT',
  'CREATE TABLE tm_zone (tenant_id INTEGER NOT NULL, entity_id INTEGER NOT NULL, from_at INTEGER NOT NULL, zone TEXT NOT NULL, PRIMARY KEY (tenant_id, entity_id, from_at)) STRICT, WITHOUT ROWID',
  'CREATE TABLE tm_enrolment (tenant_id INTEGER NOT NULL, stream_id INTEGER NOT NULL, entity_id INTEGER NOT NULL, transaction_id INTEGER NOT NULL, day INTEGER NOT NULL, PRIMARY KEY (tenant_id, stream_id, entity_id, transaction_id)) STRICT, WITHOUT ROWID',
  'CREATE TABLE tm_boundary (tenant_id INTEGER NOT NULL, series_id INTEGER NOT NULL, entity_id INTEGER NOT NULL, anchor INTEGER NOT NULL, captured INTEGER, day INTEGER, week INTEGER, month INTEGER, PRIMARY KEY (tenant_id, series_id, entity_id)) STRICT, WITHOUT ROWID',
  'CREATE TABLE tm_capture (series_id INTEGER NOT NULL, transaction_id INTEGER NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (series_id, transaction_id)) STRICT, WITHOUT ROWID',
  'CREATE TABLE tm_since (series_id INTEGER NOT NULL, measure TEXT NOT NULL, day INTEGER NOT NULL, PRIMARY KEY (series_id, measure)) STRICT, WITHOUT ROWID',
  'CREATE TABLE tm_archive (series_id INTEGER NOT NULL, period INTEGER NOT NULL, generation INTEGER NOT NULL, current INTEGER NOT NULL, file TEXT NOT NULL, transaction_id INTEGER NOT NULL, PRIMARY KEY (series_id, period, generation)) STRICT, WITHOUT ROWID',
  'CREATE TABLE tm_quarantine (id INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE, stream TEXT NOT NULL, source TEXT NOT NULL, line INTEGER NOT NULL, code TEXT NOT NULL, reason TEXT NOT NULL, raw TEXT NOT NULL, at INTEGER NOT NULL) STRICT',
  'CREATE TABLE tm_adjustment (tenant_id INTEGER NOT NULL, series_id INTEGER NOT NULL, entity_id INTEGER NOT NULL, day INTEGER NOT NULL, identity BLOB NOT NULL, content BLOB NOT NULL, id TEXT NOT NULL, measure TEXT NOT NULL, amount INTEGER NOT NULL, cells TEXT NOT NULL, reason TEXT NOT NULL, transaction_id INTEGER NOT NULL, PRIMARY KEY (tenant_id, series_id, entity_id, day, identity)) STRICT, WITHOUT ROWID',
  'CREATE UNIQUE INDEX tm_adjustment_identity ON tm_adjustment (series_id, identity)',
  'CREATE TABLE tm_checkpoint (tenant_id INTEGER NOT NULL, series_id INTEGER NOT NULL, entity_id INTEGER NOT NULL, every INTEGER NOT NULL, count INTEGER NOT NULL, version INTEGER NOT NULL, transaction_id INTEGER NOT NULL, payload TEXT NOT NULL, PRIMARY KEY (tenant_id, series_id, entity_id, every, count)) STRICT, WITHOUT ROWID',
  ...[...TABLES_BY_FORMAT.values()].flat(),
]

/** Events of a stream in the order in which they came, each with its identity. */
export function intakeTableOf(stream: StreamDefinition): string {
  return `CREATE TABLE ${intakeTable(stream.name)} (seq INTEGER PRIMARY KEY, identity BLOB NOT NULL, content BLOB NOT NULL, tenant_id INTEGER NOT NULL, entity_id INTEGER NOT NULL, day INTEGER NOT NULL, transaction_id INTEGER NOT NULL, at INTEGER NOT NULL, offset_minutes INTEGER NOT NULL, id TEXT NOT NULL${fieldColumns(stream)}) STRICT`
}

function fieldColumns(stream: StreamDefinition): string {
  return storedFields(stream).flatMap((field) => field.columns).map((column) => `, ${quoted(column.name)} ${column.type === 'text' ? 'TEXT' : 'INTEGER'}`).join('')
}

/** Events of a stream, together by entity and day; `removed` is the transaction that took one back. And those that have not settled. */
export function streamTables(stream: StreamDefinition): readonly string[] {
  return [
    `CREATE TABLE ${eventTable(stream.name)} (tenant_id INTEGER NOT NULL, entity_id INTEGER NOT NULL, day INTEGER NOT NULL, seq INTEGER NOT NULL, transaction_id INTEGER NOT NULL, removed INTEGER, at INTEGER NOT NULL, offset_minutes INTEGER NOT NULL, id TEXT NOT NULL${fieldColumns(stream)}, PRIMARY KEY (tenant_id, entity_id, day, seq)) STRICT, WITHOUT ROWID`,
    `CREATE TABLE ${identityTable(stream.name)} (identity BLOB PRIMARY KEY, content BLOB NOT NULL, tenant_id INTEGER NOT NULL, entity_id INTEGER NOT NULL, day INTEGER NOT NULL, seq INTEGER NOT NULL, retracted INTEGER NOT NULL) STRICT, WITHOUT ROWID`,
    intakeTableOf(stream),
  ]
}

const KEY = 'tenant_id INTEGER NOT NULL, entity_id INTEGER NOT NULL, bucket INTEGER NOT NULL, cell INTEGER NOT NULL'
const HEAD = 'transaction_id INTEGER NOT NULL, version INTEGER NOT NULL, revision INTEGER NOT NULL, facts INTEGER NOT NULL'

/**
 * What a tier's rows are. `told`: days of an event-fed series, told from their events; they hold no digest and no day
 * sets. `captured`: windows of a collected series, each with its start and length. `merged`: rows of whole days, rolled up.
 */
export type RowForm = 'told' | 'captured' | 'merged'

export function formOf(series: SeriesDefinition, tier: Tier): RowForm {
  if (tier === 'captured') return 'captured'
  return tier === 'day' && !isCollected(series) ? 'told' : 'merged'
}

/** The state columns that rows of a form have: the day set of a told day is the day itself, so it is not stored. */
export function storedColumns(columns: readonly StateColumn[], form: RowForm): readonly StateColumn[] {
  return form === 'told' ? columns.filter((column) => column.merge !== 'days') : columns
}

/** The text of a payload lies in a table of its own; in a row's table its number stands for it. */
export const isPayload = (column: StateColumn): boolean => column.name === PAYLOAD_COLUMNS.text

export const isText = (column: StateColumn): boolean => (column.holds === 'text' || column.merge === 'days') && !isPayload(column)

export const columnType = (column: StateColumn): string => (isText(column) ? 'TEXT' : 'INTEGER')

function stateColumns(columns: readonly StateColumn[]): string {
  return columns.map((column) => `, ${quoted(column.name)} ${columnType(column)}`).join('')
}

/**
 * A state column of a tier's table. What follows from another column of a captured window is computed when it is read,
 * and takes no room.
 * @param since the series' version that declares the measure: rows of earlier ones have nothing of it
 */
export function tierColumn(column: StateColumn, form: RowForm, since: number): string {
  const plain = `${quoted(column.name)} ${columnType(column)}`
  return form !== 'captured' || column.ofOne === undefined ? plain : `${plain} GENERATED ALWAYS AS (${told(column.ofOne, quoted(`${column.measure}_last`), since)}) VIRTUAL`
}

function told(ofOne: OfOne, last: string, since: number): string {
  if (ofOne === 'value') return last
  if (ofOne === 'weighted') return `${last} * seconds`
  // A row without facts says nothing at all.
  const said = since === 1 ? 'facts > 0' : `facts > 0 AND version >= ${since}`
  if (ofOne === 'n') return `CASE WHEN ${said} THEN ${last} IS NOT NULL END`
  if (ofOne === 'seconds') return `CASE WHEN ${said} THEN iif(${last} IS NULL, 0, seconds) END`
  return `CASE WHEN ${said} THEN iif(${last} IS '${ofOne.word.replaceAll("'", "''")}', seconds, 0) END`
}

/** Columns between the key and the head, by form. */
export const SPANS: Readonly<Record<RowForm, readonly string[]>> = { told: [], captured: ['at', 'seconds', 'digest'], merged: ['days', 'digest'] }

/** One tier's rows: one current row a (tenant, entity, bucket, cell), of captured ones a window; bucket is the row's first day. */
export function tierTable(series: SeriesDefinition, tier: Tier): string {
  const form = formOf(series, tier)
  const columns = storedColumns(layoutOf(series).columns, form).map((column) => `, ${tierColumn(column, form, 1)}`).join('')
  const span = SPANS[form].map((name) => `, ${name} ${name === 'digest' ? 'BLOB' : 'INTEGER'} NOT NULL`).join('')
  // The window before the cell: the rows of one window lie together, and an entity's in the order of time.
  const key = form === 'captured' ? 'tenant_id, entity_id, bucket, at, cell' : 'tenant_id, entity_id, bucket, cell'
  return `CREATE TABLE ${rowTable(series.name, tier)} (${KEY}${span}, ${HEAD}${columns}, PRIMARY KEY (${key})) STRICT, WITHOUT ROWID`
}

export function seriesTables(series: SeriesDefinition): readonly string[] {
  const { columns, payload } = layoutOf(series)
  const collected = isCollected(series)
  // Of a captured window its start and length, 0 in rows of whole days.
  const window = collected ? ', at INTEGER NOT NULL, seconds INTEGER NOT NULL' : ''
  return [
    ...series.keep.tiers.map(({ tier }) => tierTable(series, tier)),
    `CREATE TABLE ${supersededTable(series.name)} (tier TEXT NOT NULL, ${KEY}${window}, days INTEGER NOT NULL, until INTEGER NOT NULL, ${HEAD}${stateColumns(columns)}, PRIMARY KEY (tenant_id, entity_id, tier, bucket, ${collected ? 'at, ' : ''}cell, transaction_id)) STRICT, WITHOUT ROWID`,
    collected
      ? `CREATE TABLE ${latestTable(series.name)} (tenant_id INTEGER NOT NULL, entity_id INTEGER NOT NULL, cell INTEGER NOT NULL, place INTEGER NOT NULL, at INTEGER NOT NULL${stateColumns(counterColumns(columns))}, PRIMARY KEY (tenant_id, entity_id, cell, place)) STRICT, WITHOUT ROWID`
      : `CREATE TABLE ${lifetimeTable(series.name)} (tenant_id INTEGER NOT NULL, entity_id INTEGER NOT NULL, count INTEGER NOT NULL${stateColumns(columns)}, PRIMARY KEY (tenant_id, entity_id)) STRICT, WITHOUT ROWID`,
    ...(collected ? rowBlockTables(series.name) : []),
    ...(payload === null ? [] : payloadTables(series.name)),
  ]
}

/** With a row number: they are found by it alone, and written one after another. Text as captured, deflated later, packed at last. */
export function payloadTables(series: string): readonly string[] {
  return [
    `CREATE TABLE ${payloadTable(series)} (id INTEGER PRIMARY KEY, tenant_id INTEGER NOT NULL, entity_id INTEGER NOT NULL, text ANY NOT NULL) STRICT`,
    ...packedTables(series),
  ]
}

/**
 * Blocks of packed captured rows: of an entity's the first that ends at a window or after it has it. With a row number, so
 * that they fill their pages one after another; in the order of their key half of each would stay empty.
 */
export function rowBlockTables(series: string): readonly string[] {
  return [
    `CREATE TABLE ${rowBlockTable(series)} (id INTEGER PRIMARY KEY, tenant_id INTEGER NOT NULL, entity_id INTEGER NOT NULL, last_day INTEGER NOT NULL, last_at INTEGER NOT NULL, first_day INTEGER NOT NULL, first_at INTEGER NOT NULL, count INTEGER NOT NULL, digest BLOB NOT NULL, body BLOB NOT NULL) STRICT`,
    `CREATE UNIQUE INDEX ${quoted(`tm_by_window_rowblock_${series}`)} ON ${rowBlockTable(series)} (tenant_id, entity_id, last_day, last_at)`,
  ]
}

/** Blocks of packed payloads, each with the number of its last payload: so the next number is told from both tables' ends. */
export function packedTables(series: string): readonly string[] {
  return [
    `CREATE TABLE ${packedTable(series)} (id INTEGER PRIMARY KEY, tenant_id INTEGER NOT NULL, entity_id INTEGER NOT NULL, payloads INTEGER NOT NULL, digest BLOB NOT NULL, body BLOB NOT NULL) STRICT`,
    `CREATE INDEX ${quoted(`tm_by_entity_packed_${series}`)} ON ${packedTable(series)} (tenant_id, entity_id)`,
  ]
}

/** The columns with the values that counters had reached: what the next window's increase is counted from. */
export function counterColumns(columns: readonly StateColumn[]): readonly StateColumn[] {
  const counters = new Set(columns.filter(({ part }) => part === 'increase').map(({ measure }) => measure))
  return columns.filter(({ measure, part }) => part === 'last' && counters.has(measure))
}
