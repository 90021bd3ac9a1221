import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import Database from 'better-sqlite3'
import type { Place } from './place.ts'

/** Everything that a store holds: every row of every table as text, by table; the schema under an empty name. */
export type Dump = ReadonlyMap<string, string>

/** Of some tables, what does not depend on chance, on the machine's clock, or on how often something was tried. */
const COLUMNS: Readonly<Record<string, string>> = {
  tm_meta: "key, iif(key = 'id', length(value), value)",
  tm_lease: 'name',
  tm_notification: 'tenant_id, entity_id, alert_id, channel, retry_at, sent_at, error',
}

/** Opens the files as a program after a crash would: the log is played back. Empty when there is no database yet. */
export function dumpOf(place: Place, { check = false } = {}): Dump {
  if (!existsSync(place.database)) return new Map()
  const connection = new Database(place.database)
  try {
    return dumpOn(connection, { check })
  } finally {
    connection.close()
  }
}

/** As `dumpOf`, of an open database. */
export function dumpOn(connection: Database.Database, { check = false } = {}): Dump {
  const tables = connection.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'table' ORDER BY name").all() as { name: string; sql: string }[]
  const dump = new Map<string, string>()
  if (tables.length > 0) dump.set('', JSON.stringify(tables.map(({ sql }) => sql)))
  for (const { name } of tables) {
    if (name.startsWith('tm_intake_')) continue
    const columns = COLUMNS[name] ?? '*'
    const rows = connection.prepare(`SELECT ${columns} FROM "${name}"`).safeIntegers(true).raw().all() as unknown[][]
    if (/^tm_(event|identity)_/.test(name)) addUnsettled(connection, name, rows)
    dump.set(name, `[${rows.map((row) => `[${row.map(textOf).join(',')}]`).join(',')}]`)
  }
  if (check) {
    const integrity = connection.pragma('integrity_check', { simple: true })
    if (integrity !== 'ok') throw new Error(`the database is damaged: ${String(integrity)}`)
    if ((connection.pragma('foreign_key_check') as unknown[]).length > 0) throw new Error('a foreign key leads nowhere')
  }
  return dump
}

/** An event and its identity count wherever they lie: in their own places, or in the intake until they settle. */
function addUnsettled(connection: Database.Database, table: string, rows: unknown[][]): void {
  const [kind, stream] = table.startsWith('tm_event_') ? ['event', table.slice('tm_event_'.length)] : ['identity', table.slice('tm_identity_'.length)]
  if (connection.prepare('SELECT 1 FROM sqlite_schema WHERE name = ?').get(`tm_intake_${stream}`) === undefined) return
  const columns = (connection.prepare('SELECT name FROM pragma_table_info(?)').pluck().all(table) as string[]).map((name) => (name === 'removed' ? 'NULL' : name === 'retracted' ? '0' : `"${name}"`))
  const keyOf = (row: unknown[]): string => (kind === 'event' ? row.slice(0, 4).map((part) => String(part)).join(' ') : (row[0] as Buffer).toString('hex'))
  const known = new Set(rows.map(keyOf))
  for (const row of connection.prepare(`SELECT ${columns.join(', ')} FROM "tm_intake_${stream}"`).safeIntegers(true).raw().all() as unknown[][]) if (!known.has(keyOf(row))) rows.push(row)
  const order = (row: unknown[]): readonly (bigint | string)[] => (kind === 'event' ? row.slice(0, 4) as bigint[] : [keyOf(row)])
  rows.sort((a, b) => compareKeys(order(a), order(b)))
}

function compareKeys(a: readonly (bigint | string)[], b: readonly (bigint | string)[]): number {
  for (const [place, part] of a.entries()) {
    const other = b[place] as bigint | string
    if (part !== other) return part < other ? -1 : 1
  }
  return 0
}

/** A value as JSON; integers and bytes as text, so that none is rounded. */
function textOf(value: unknown): string {
  if (value === null) return 'null'
  if (typeof value === 'bigint') return `"${value}"`
  return Buffer.isBuffer(value) ? `"${value.toString('hex')}"` : JSON.stringify(value)
}

/** What differs, a line a table; empty when nothing does. */
export function differences(expected: Dump, found: Dump, ignored: readonly string[] = []): string[] {
  const lines: string[] = []
  for (const table of new Set([...expected.keys(), ...found.keys()])) {
    if (ignored.includes(table) || expected.get(table) === found.get(table)) continue
    lines.push(`${table || 'schema'}: ${firstDifference(expected.get(table), found.get(table))}`)
  }
  return lines
}

function firstDifference(expected: string | undefined, found: string | undefined): string {
  if (expected === undefined) return 'is there, and should not be'
  if (found === undefined) return 'is not there, and should be'
  const rows = (text: string): string[] => (JSON.parse(text) as unknown[]).map((row) => JSON.stringify(row))
  const [wanted, given] = [new Set(rows(expected)), new Set(rows(found))]
  const missing = [...wanted].filter((row) => !given.has(row))
  const extra = [...given].filter((row) => !wanted.has(row))
  return `${missing.length} rows missing (${missing[0] ?? 'none'}), ${extra.length} too many (${extra[0] ?? 'none'})`
}

/** SHA-256 of every file of the archive folder, by path. */
export function archiveFiles(place: Place): ReadonlyMap<string, string> {
  const files = new Map<string, string>()
  if (!existsSync(place.archive)) return files
  for (const entry of readdirSync(place.archive, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    files.set(relative(place.archive, path), createHash('sha256').update(readFileSync(path)).digest('hex'))
  }
  return files
}
