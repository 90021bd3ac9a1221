import type { FieldDefinition } from '../../definitions/field.ts'
import type { MeasureDefinition } from '../../definitions/measure.ts'
import { isCollected, type SeriesDefinition } from '../../definitions/series.ts'
import type { StreamDefinition } from '../../definitions/stream.ts'
import type { Finding } from '../contract/inventory.ts'
import type { SqliteConnection } from './driver.ts'

/**
 * The columns that every store has. Written down a second time on purpose: from tables.ts, which makes them, no check
 * could learn that it is wrong.
 */
const CATALOGUE: Readonly<Record<string, string>> = {
  tm_meta: 'key TEXT, value TEXT',
  tm_transaction: 'id INTEGER, at INTEGER, command TEXT',
  tm_migration: 'version INTEGER, at INTEGER, program TEXT, steps TEXT, series TEXT',
  tm_stream: 'id INTEGER, name TEXT, definition TEXT, next_seq INTEGER',
  tm_series: 'id INTEGER, name TEXT, stream_id INTEGER, version INTEGER, definition TEXT, tzdata TEXT, first_day INTEGER',
  tm_tenant: 'id INTEGER, name TEXT',
  tm_entity: 'id INTEGER, tenant_id INTEGER, kind TEXT, name TEXT',
  tm_zone: 'tenant_id INTEGER, entity_id INTEGER, from_at INTEGER, zone TEXT',
  tm_enrolment: 'tenant_id INTEGER, stream_id INTEGER, entity_id INTEGER, transaction_id INTEGER, day INTEGER',
  tm_boundary: 'tenant_id INTEGER, series_id INTEGER, entity_id INTEGER, anchor INTEGER, captured INTEGER, day INTEGER, week INTEGER, month INTEGER',
  tm_capture: 'series_id INTEGER, transaction_id INTEGER, at INTEGER',
  tm_since: 'series_id INTEGER, measure TEXT, day INTEGER',
  tm_archive: 'series_id INTEGER, period INTEGER, generation INTEGER, current INTEGER, file TEXT, transaction_id INTEGER',
  tm_alert: 'id INTEGER, tenant_id INTEGER, entity_id INTEGER, rule TEXT, opened_at INTEGER, value TEXT, period TEXT, acknowledged_at INTEGER, acknowledged_by TEXT, note TEXT, resolved_at INTEGER, resolved_value TEXT',
  tm_notification: 'tenant_id INTEGER, entity_id INTEGER, alert_id INTEGER, channel TEXT, attempts INTEGER, claimed_until INTEGER, retry_at INTEGER, sent_at INTEGER, error TEXT',
  tm_silence: 'tenant_id INTEGER, entity_id INTEGER, rule TEXT, until INTEGER, silenced_by TEXT, note TEXT, at INTEGER',
  tm_attribute: 'tenant_id INTEGER, series_id INTEGER, entity_id INTEGER, name TEXT, value TEXT',
  tm_rostered: 'tenant_id INTEGER, series_id INTEGER, entity_id INTEGER, transaction_id INTEGER, decided_day INTEGER, low_days INTEGER',
  tm_frequency: 'tenant_id INTEGER, series_id INTEGER, entity_id INTEGER, day INTEGER, at INTEGER, cadence TEXT, status TEXT, activity INTEGER, transaction_id INTEGER',
  tm_failure: 'tenant_id INTEGER, series_id INTEGER, entity_id INTEGER, day INTEGER, at INTEGER, seconds INTEGER, message TEXT, transaction_id INTEGER, resolved INTEGER',
  tm_dimension: 'tenant_id INTEGER, series_id INTEGER, field TEXT, place INTEGER, value TEXT',
  tm_token: 'id INTEGER, digest TEXT, name TEXT, role TEXT, tenants TEXT, created_at INTEGER, created_by TEXT, expires_at INTEGER, revoked_at INTEGER, revoked_by TEXT',
  tm_audit: 'id INTEGER, at INTEGER, actor TEXT, action TEXT, target TEXT, tenants TEXT, detail TEXT',
  tm_run: 'transaction_id INTEGER, series_id INTEGER, rows INTEGER, failed INTEGER',
  tm_touched: 'transaction_id INTEGER, series TEXT, tenants TEXT, from_day INTEGER, to_day INTEGER',
  tm_lease: 'name TEXT, holder TEXT, token INTEGER, expires_at INTEGER',
  tm_hold: 'id INTEGER, tenant TEXT, entity TEXT, reason TEXT, placed_by TEXT, placed_at INTEGER, lifted_by TEXT, lifted_at INTEGER, lifted_reason TEXT',
  tm_erasure: 'id INTEGER, at INTEGER, by TEXT, reason TEXT, override TEXT, subject TEXT, entity_id INTEGER, kind TEXT, tenant TEXT, entity TEXT, rows TEXT, files TEXT, completed_at INTEGER',
  tm_quarantine: 'id INTEGER, key BLOB, stream TEXT, source TEXT, line INTEGER, code TEXT, reason TEXT, raw TEXT, at INTEGER, tenant TEXT',
  tm_adjustment: 'tenant_id INTEGER, series_id INTEGER, entity_id INTEGER, day INTEGER, identity BLOB, content BLOB, id TEXT, measure TEXT, amount INTEGER, cells TEXT, reason TEXT, transaction_id INTEGER',
  tm_checkpoint: 'tenant_id INTEGER, series_id INTEGER, entity_id INTEGER, every INTEGER, count INTEGER, version INTEGER, transaction_id INTEGER, payload TEXT',
}

/** What enters things in the audit log, and what keeps them there. */
const AUDIT_TRIGGERS = ['no_update', 'no_delete', 'no_replace', 'hold_place', 'hold_lift', 'erase', 'token_create', 'token_revoke', 'migrate']

const EVENT = 'tenant_id INTEGER, entity_id INTEGER, day INTEGER, seq INTEGER, transaction_id INTEGER, removed INTEGER, at INTEGER, offset_minutes INTEGER, id TEXT'
const IDENTITY = 'identity BLOB, content BLOB, tenant_id INTEGER, entity_id INTEGER, day INTEGER, seq INTEGER, retracted INTEGER'
const INTAKE = 'seq INTEGER, identity BLOB, content BLOB, tenant_id INTEGER, entity_id INTEGER, day INTEGER, transaction_id INTEGER, at INTEGER, offset_minutes INTEGER, id TEXT'
const ROW_KEY = 'tenant_id INTEGER, entity_id INTEGER, bucket INTEGER, cell INTEGER'
const ROW_HEAD = 'transaction_id INTEGER, version INTEGER, revision INTEGER, facts INTEGER'

/** Compares the tables of a store with what its declarations ask for. Counts tables. */
export function checkSchema(connection: SqliteConnection, streams: readonly StreamDefinition[], series: readonly SeriesDefinition[]): Finding {
  const expected = new Map<string, string[]>()
  const expect = (table: string, ...columns: readonly string[]): void => {
    expected.set(table, columns.flatMap((list) => list.split(', ')).filter((column) => column !== ''))
  }
  for (const [table, columns] of Object.entries(CATALOGUE)) expect(table, columns)
  for (const stream of streams) {
    expect(`tm_event_${stream.name}`, EVENT, ...fieldColumns(stream))
    expect(`tm_identity_${stream.name}`, IDENTITY)
    expect(`tm_intake_${stream.name}`, INTAKE, ...fieldColumns(stream))
  }
  for (const one of series) {
    const states = stateColumns(one)
    const everyState = states.map(({ name, text }) => `${name} ${text ? 'TEXT' : 'INTEGER'}`)
    for (const { tier } of one.keep.tiers) {
      if (tier === 'captured') expect(`tm_captured_${one.name}`, ROW_KEY, 'at INTEGER', 'seconds INTEGER', 'digest BLOB', ROW_HEAD, ...everyState)
      else if (tier === 'day' && !isCollected(one)) expect(`tm_day_${one.name}`, ROW_KEY, ROW_HEAD, ...states.flatMap(({ told }, index) => (told ? [everyState[index] as string] : [])))
      else expect(`tm_${tier}_${one.name}`, ROW_KEY, 'days INTEGER', 'digest BLOB', ROW_HEAD, ...everyState)
    }
    const window = isCollected(one) ? ['at INTEGER', 'seconds INTEGER'] : []
    expect(`tm_superseded_${one.name}`, 'tier TEXT', ROW_KEY, ...window, 'days INTEGER', 'until INTEGER', ROW_HEAD, ...everyState)
    if (isCollected(one)) {
      expect(`tm_rowblock_${one.name}`, 'id INTEGER', 'tenant_id INTEGER', 'entity_id INTEGER', 'last_day INTEGER', 'last_at INTEGER', 'first_day INTEGER', 'first_at INTEGER', 'count INTEGER', 'digest BLOB', 'body BLOB')
      if (one.payload !== null) {
        expect(`tm_payload_${one.name}`, 'id INTEGER', 'tenant_id INTEGER', 'entity_id INTEGER', 'text ANY')
        expect(`tm_packed_${one.name}`, 'id INTEGER', 'tenant_id INTEGER', 'entity_id INTEGER', 'payloads INTEGER', 'digest BLOB', 'body BLOB')
      }
      const counters = Object.entries(one.measures).flatMap(([name, { kind }]) => (kind === 'counter' ? [`${name}_last INTEGER`] : []))
      expect(`tm_latest_${one.name}`, 'tenant_id INTEGER', 'entity_id INTEGER', 'cell INTEGER', 'place INTEGER', 'at INTEGER', ...counters)
    } else {
      expect(`tm_lifetime_${one.name}`, 'tenant_id INTEGER', 'entity_id INTEGER', 'count INTEGER', ...everyState)
    }
  }
  const triggers = new Set(connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'").pluck().all() as string[])
  const missing = AUDIT_TRIGGERS.filter((name) => !triggers.has(`tm_audit_${name}`)).map((name) => `the trigger tm_audit_${name} is missing: the audit log can be incomplete`)
  return { checked: expected.size, problems: [...compare(connection, expected), ...missing] }
}

function fieldColumns(stream: StreamDefinition): string[] {
  const key = [stream.tenant, stream.entity, stream.id, stream.at]
  return Object.entries(stream.fields).filter(([name]) => !key.includes(name)).flatMap(([name, field]) => [
    `f_${name} ${isText(field) ? 'TEXT' : 'INTEGER'}`,
    ...(field.type === 'instant' && field.offset === 'kept' ? [`o_${name} INTEGER`] : []),
  ])
}

const isText = (field: FieldDefinition): boolean => field.type === 'text' || field.type === 'oneOf'

/** The state columns of each measure, as semantics.md lists the states. `told`: a day row of events has it; of a flag's days it is the day. */
export function stateColumns(series: SeriesDefinition): { name: string; text: boolean; told?: boolean }[] {
  const columns = Object.entries(series.measures).flatMap(([name, measure]) =>
    partsOf(measure).map(({ part, text = false }) => ({ name: `${name}_${part}`, text, told: measure.kind !== 'flag' || part !== 'days' })))
  return isCollected(series) && series.payload !== null ? [...columns, { name: 'payload_version', text: false }, { name: 'payload', text: false }] : columns
}

function partsOf(measure: MeasureDefinition): readonly { readonly part: string; readonly text?: boolean }[] {
  switch (measure.kind) {
    case 'count': return [{ part: 'n' }]
    case 'delta': return [{ part: 'sum' }, { part: 'n' }]
    case 'extreme': return [{ part: measure.side }]
    case 'flag': return [{ part: 'n' }, { part: 'days', text: true }]
    case 'sampledFlag': return [{ part: 'true' }, { part: 'n' }]
    case 'gauge': return [{ part: 'first' }, { part: 'last' }, { part: 'min' }, { part: 'max' }, { part: 'weighted' }, { part: 'seconds' }, { part: 'n' }]
    case 'counter': return [{ part: 'first' }, { part: 'last' }, { part: 'increase' }, { part: 'n' }]
    case 'state': return [{ part: 'last', text: true }, { part: 'n' }, ...measure.values.map((_, place) => ({ part: `seconds_${place}` }))]
    case 'histogram': return [{ part: 'buckets', text: true }]
    case 'distinct': return [{ part: 'words', text: true }]
    case 'ratio': return []
  }
}

function compare(connection: SqliteConnection, expected: ReadonlyMap<string, readonly string[]>): string[] {
  const problems: string[] = []
  const tables = connection.prepare("SELECT name, strict FROM pragma_table_list WHERE schema = 'main' AND type = 'table'").all() as { name: string; strict: number | bigint }[]
  const there = new Map(tables.map(({ name, strict }) => [name, Number(strict) === 1]))
  for (const [table, columns] of expected) {
    const strict = there.get(table)
    if (strict === undefined) {
      problems.push(`the table ${table} is missing`)
      continue
    }
    if (!strict) problems.push(`the table ${table} is not STRICT`)
    const found = (connection.prepare('SELECT name, type FROM pragma_table_xinfo(?)').all(table) as { name: string; type: string }[]).map(({ name, type }) => `${name} ${type}`)
    for (const column of columns) if (!found.includes(column)) problems.push(`the table ${table} has no column ${column}`)
    for (const column of found) if (!columns.includes(column)) problems.push(`the table ${table} has a column ${column}, which no declaration asks for`)
  }
  return problems
}
