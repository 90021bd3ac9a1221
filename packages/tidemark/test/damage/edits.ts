import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type Database from 'better-sqlite3'
import { LEVELS } from '../crash/collected-world.ts'

/** Numbers below a bound, by chance. */
export type Int = (below: number) => number

/** One way to change what a store holds of a collected series, by somebody who knows SQL: does it, and says what to. */
export type Edit = (connection: Database.Database, int: Int) => string

type Row = Record<string, unknown>

const KEY = ['tenant_id', 'entity_id', 'bucket', 'at', 'cell']
const KEYS: Readonly<Record<string, readonly string[]>> = {
  [`tm_captured_${LEVELS}`]: KEY,
  ...Object.fromEntries(['day', 'week', 'month'].map((tier) => [`tm_${tier}_${LEVELS}`, KEY.filter((name) => name !== 'at')])),
  [`tm_superseded_${LEVELS}`]: [...KEY, 'tier', 'transaction_id'],
  [`tm_payload_${LEVELS}`]: ['id'],
  [`tm_packed_${LEVELS}`]: ['id'],
  [`tm_rowblock_${LEVELS}`]: ['id'],
  [`tm_latest_${LEVELS}`]: ['tenant_id', 'entity_id', 'cell', 'place'],
  tm_frequency: ['tenant_id', 'series_id', 'entity_id', 'day'],
  tm_failure: ['tenant_id', 'series_id', 'entity_id', 'day', 'at'],
  tm_boundary: ['tenant_id', 'series_id', 'entity_id'],
}

const STATES = ['level_first', 'level_last', 'level_min', 'level_max', 'level_weighted', 'level_seconds', 'level_n', 'total_first', 'total_last', 'total_increase', 'total_n', 'payload_version']
/** Of a captured window the others are computed from these. */
const CAPTURED_STATES = ['level_last', 'total_last', 'total_increase', 'payload_version']
const OF_SERIES = `series_id = (SELECT id FROM tm_series WHERE name = '${LEVELS}')`

/** Rows were captured by a decision, or rolled up from such. */
const FOLLOWED = `EXISTS (SELECT 1 FROM "tm_captured_${LEVELS}" r WHERE r.entity_id = tm_frequency.entity_id AND r.bucket >= tm_frequency.day AND r.bucket < tm_frequency.day + 40)`
/** The newest row of a counter's latest values is a captured one. */
const HAS_CAPTURED = `place = 0 AND EXISTS (SELECT 1 FROM "tm_captured_${LEVELS}" r WHERE r.entity_id = "tm_latest_${LEVELS}".entity_id)`

function pick<Value>(list: readonly Value[], int: Int): Value {
  return list[int(list.length)] as Value
}

/** A row by chance, and a condition that only it meets. */
function one(connection: Database.Database, table: string, int: Int, where = 'TRUE'): { readonly row: Row; readonly only: string } {
  const rows = connection.prepare(`SELECT * FROM "${table}" WHERE ${where}`).all() as Row[]
  if (rows.length === 0) throw new Error(`${table} has no row where ${where}`)
  const row = pick(rows, int)
  return { row, only: (KEYS[table] as readonly string[]).map((name) => `${name} = ${typeof row[name] === 'string' ? `'${row[name]}'` : String(row[name])}`).join(' AND ') }
}

function change(table: string, column: string | readonly string[], to: (value: number, int: Int) => number, where?: string): Edit {
  return (connection, int) => {
    const name = typeof column === 'string' ? column : pick(column, int)
    const { row, only } = one(connection, table, int, `${where ?? 'TRUE'} AND ${name} IS NOT NULL`)
    const value = to(row[name] as number, int)
    connection.prepare(`UPDATE "${table}" SET ${name} = ? WHERE ${only}`).run(value)
    return `${table} where ${only}: ${name} is ${value} instead of ${String(row[name])}`
  }
}

function byteOf(table: string): Edit {
  return (connection, int) => {
    const { row, only } = one(connection, table, int)
    const bytes = Buffer.from(row['body'] as Buffer)
    const at = int(bytes.length)
    bytes[at] = (bytes[at] as number) ^ (1 << int(8))
    connection.prepare(`UPDATE "${table}" SET body = ? WHERE ${only}`).run(bytes)
    return `${table} where ${only}: another byte ${at} of ${bytes.length}`
  }
}

function remove(table: string, where?: string): Edit {
  return (connection, int) => {
    const { only } = one(connection, table, int, where)
    connection.prepare(`DELETE FROM "${table}" WHERE ${only}`).run()
    return `${table} where ${only}: gone`
  }
}

/** A bit that does not make the number another sign or too large to be believed. */
const flipBit = (value: number, int: Int): number => Number(BigInt(value) ^ (1n << BigInt(int(20))))

function rowEdits(tier: string): Record<string, Edit> {
  const table = `tm_${tier}_${LEVELS}`
  return {
    [`a bit of a ${tier} row`]: change(table, tier === 'captured' ? CAPTURED_STATES : STATES, flipBit),
    [`a ${tier} row gone`]: remove(table),
    [`a bit of the digest of a ${tier} row`]: (connection, int) => {
      const { row, only } = one(connection, table, int)
      const digest = Buffer.from(row['digest'] as Buffer)
      const at = int(digest.length)
      digest[at] = (digest[at] as number) ^ (1 << int(8))
      connection.prepare(`UPDATE "${table}" SET digest = ? WHERE ${only}`).run(digest)
      return `${table} where ${only}: another digest`
    },
    [`a ${tier} row that counts another number of windows`]: change(table, 'facts', (value, int) => value + 1 + int(3)),
    [`a ${tier} row of another version`]: change(table, 'version', (value) => value + 1),
    [`a ${tier} row that names another payload`]: (connection, int) => {
      const { row, only } = one(connection, table, int, 'payload IS NOT NULL')
      // Of another text: that of the window before is often the same.
      const { row: other } = one(connection, `tm_payload_${LEVELS}`, int, `text <> coalesce((SELECT text FROM "tm_payload_${LEVELS}" WHERE id = ${String(row['payload'])}), '')`)
      connection.prepare(`UPDATE "${table}" SET payload = ? WHERE ${only}`).run(other['id'])
      return `${table} where ${only}: payload ${String(other['id'])} instead of ${String(row['payload'])}`
    },
    [`a ${tier} row without its payload`]: (connection, int) => {
      const { only } = one(connection, table, int, 'payload IS NOT NULL')
      connection.prepare(`UPDATE "${table}" SET payload = NULL, payload_version = NULL WHERE ${only}`).run()
      return `${table} where ${only}: no payload`
    },
  }
}

/** Each must be found by `verify --deep`. */
export const EDITS: Readonly<Record<string, Edit>> = {
  ...rowEdits('captured'), ...rowEdits('day'), ...rowEdits('week'),
  'a captured window that begins an hour later': change(`tm_captured_${LEVELS}`, 'at', (value) => value + 3_600_000),
  'a captured window of another length': change(`tm_captured_${LEVELS}`, 'seconds', (value, int) => value + 60 * (1 + int(9))),
  'a captured window of another day': change(`tm_captured_${LEVELS}`, 'bucket', (value) => value + 1),
  'a captured window that was retired already': change(`tm_captured_${LEVELS}`, 'bucket', (value) => value - 40),
  'a row of another transaction, which never was': change(`tm_captured_${LEVELS}`, 'transaction_id', (value) => value + 9_000),
  'a day row over two days': change(`tm_day_${LEVELS}`, 'days', (value) => value + 1),
  'a week row a day later': change(`tm_week_${LEVELS}`, 'bucket', (value) => value + 1, 'days > 2'),
  'a word of a payload': (connection, int) => {
    const { row, only } = one(connection, `tm_payload_${LEVELS}`, int)
    const stored = row['text'] as string | Buffer
    const text = typeof stored === 'string' ? stored : inflateRawSync(stored).toString('utf8')
    const changed = text.replace('kept', 'lost')
    connection.prepare(`UPDATE "tm_payload_${LEVELS}" SET text = ? WHERE ${only}`).run(typeof stored === 'string' ? changed : deflateRawSync(changed))
    return `payload ${String(row['id'])}: ${changed}`
  },
  'a byte of a deflated payload': (connection, int) => {
    const { row, only } = one(connection, `tm_payload_${LEVELS}`, int, "typeof(text) = 'blob'")
    const bytes = Buffer.from(row['text'] as Buffer)
    const at = int(bytes.length)
    bytes[at] = (bytes[at] as number) ^ (1 << int(8))
    connection.prepare(`UPDATE "tm_payload_${LEVELS}" SET text = ? WHERE ${only}`).run(bytes)
    return `payload ${String(row['id'])}: another byte ${at} of ${bytes.length}`
  },
  'a byte of packed payloads': byteOf(`tm_packed_${LEVELS}`),
  'a byte of packed rows': byteOf(`tm_rowblock_${LEVELS}`),
  'how many rows are packed': change(`tm_rowblock_${LEVELS}`, 'count', (value) => value + 1),
  'the first and the last window of packed rows': change(`tm_rowblock_${LEVELS}`, ['first_day', 'last_day'], (value) => value + 400),
  'when packed rows begin and end': change(`tm_rowblock_${LEVELS}`, ['first_at', 'last_at'], (value) => value + 1),
  'packed rows gone': remove(`tm_rowblock_${LEVELS}`),
  'packed rows of another entity': (connection, int) => {
    const { row, only } = one(connection, `tm_rowblock_${LEVELS}`, int)
    const other = connection.prepare("SELECT id, tenant_id FROM tm_entity WHERE kind = 'site' AND id <> ? LIMIT 1").get(row['entity_id']) as Row
    connection.prepare(`UPDATE OR REPLACE "tm_rowblock_${LEVELS}" SET entity_id = ?, tenant_id = ? WHERE ${only}`).run(other['id'], other['tenant_id'])
    return `packed rows of entity ${String(row['entity_id'])} now of ${String(other['id'])}`
  },
  'a byte of the digest of packed payloads': (connection, int) => {
    const { row, only } = one(connection, `tm_packed_${LEVELS}`, int)
    const bytes = Buffer.from(row['digest'] as Buffer)
    bytes[int(32)] = 0
    bytes[int(32)] = 1
    connection.prepare(`UPDATE "tm_packed_${LEVELS}" SET digest = ? WHERE ${only}`).run(bytes)
    return `packed payloads up to ${String(row['id'])}: another digest`
  },
  'how many payloads are packed': change(`tm_packed_${LEVELS}`, 'payloads', (value) => value + 1),
  'packed payloads gone': remove(`tm_packed_${LEVELS}`),
  'packed payloads of another entity': (connection, int) => {
    const { row, only } = one(connection, `tm_packed_${LEVELS}`, int)
    const other = connection.prepare("SELECT id, tenant_id FROM tm_entity WHERE kind = 'site' AND id <> ? LIMIT 1").get(row['entity_id']) as Row
    connection.prepare(`UPDATE "tm_packed_${LEVELS}" SET entity_id = ?, tenant_id = ? WHERE ${only}`).run(other['id'], other['tenant_id'])
    return `packed payloads up to ${String(row['id'])} of entity ${String(other['id'])}`
  },
  'a payload gone': remove(`tm_payload_${LEVELS}`),
  'a payload that no row names': (connection) => {
    connection.exec(`INSERT INTO "tm_payload_${LEVELS}" (tenant_id, entity_id, text) SELECT tenant_id, entity_id, '{"of":"nobody"}' FROM "tm_payload_${LEVELS}" LIMIT 1`)
    return 'a payload more'
  },
  'a payload of another entity': (connection, int) => {
    const { row, only } = one(connection, `tm_payload_${LEVELS}`, int)
    const other = connection.prepare(`SELECT entity_id, tenant_id FROM "tm_payload_${LEVELS}" WHERE entity_id <> ? LIMIT 1`).get(row['entity_id']) as Row
    connection.prepare(`UPDATE "tm_payload_${LEVELS}" SET entity_id = ?, tenant_id = ? WHERE ${only}`).run(other['entity_id'], other['tenant_id'])
    return `payload ${String(row['id'])} of entity ${String(other['entity_id'])}`
  },
  'another cadence decided': (connection, int) => {
    // A coarser one than that of its rows: of a finer one the rest could have been missed.
    const { only } = one(connection, 'tm_frequency', int, `${OF_SERIES} AND cadence = 'sixHours' AND ${FOLLOWED}`)
    connection.prepare(`UPDATE tm_frequency SET cadence = 'day' WHERE ${only}`).run()
    return `tm_frequency where ${only}: day instead of sixHours`
  },
  'a decision made for a later day': change('tm_frequency', 'day', (value) => value + 40, `${OF_SERIES} AND ${FOLLOWED}`),
  'a decision gone': remove('tm_frequency', `${OF_SERIES} AND ${FOLLOWED}`),
  'a decision of no transaction': change('tm_frequency', 'transaction_id', (value) => value + 9_000, OF_SERIES),
  'a failure of a window that was captured': (connection, int) => {
    const { only } = one(connection, 'tm_failure', int, `resolved IS NOT NULL AND (EXISTS (SELECT 1 FROM "tm_captured_${LEVELS}" r WHERE r.entity_id = tm_failure.entity_id AND r.at = tm_failure.at)
      OR EXISTS (SELECT 1 FROM "tm_rowblock_${LEVELS}" b WHERE b.entity_id = tm_failure.entity_id AND tm_failure.at BETWEEN b.first_at AND b.last_at))`)
    connection.prepare(`UPDATE tm_failure SET resolved = NULL WHERE ${only}`).run()
    return `tm_failure where ${only}: open`
  },
  'a failure of no window': change('tm_failure', 'at', (value) => value + 60_000, 'resolved IS NULL'),
  'a failure resolved by no transaction': change('tm_failure', 'resolved', (value) => value + 9_000),
  'a failure resolved, and no row': (connection, int) => {
    const { only } = one(connection, 'tm_failure', int, `resolved IS NULL AND day >= (SELECT max(captured) FROM tm_boundary b WHERE b.series_id = tm_failure.series_id)`)
    connection.prepare(`UPDATE tm_failure SET resolved = transaction_id WHERE ${only}`).run()
    return `tm_failure where ${only}: resolved`
  },
  'a total that was reached': change(`tm_latest_${LEVELS}`, 'total_last', (value, int) => value + 1 + int(9), 'place = 0'),
  'an instant that was reached': change(`tm_latest_${LEVELS}`, 'at', (value) => value - 21_600_000, HAS_CAPTURED),
  'nothing reached': remove(`tm_latest_${LEVELS}`, HAS_CAPTURED),
  'a boundary a week later': change('tm_boundary', 'captured', (value) => value + 7, `${OF_SERIES} AND EXISTS (SELECT 1 FROM "tm_captured_${LEVELS}" r WHERE r.entity_id = tm_boundary.entity_id AND r.bucket < tm_boundary.captured + 7)`),
  'an earlier belief that ended in no transaction': change(`tm_superseded_${LEVELS}`, 'until', (value) => value + 9_000),
}
