import { storedFields } from '../../definitions/stored-fields.ts'
import type { StreamDefinition } from '../../definitions/stream.ts'
import { eventTable, identityTable, intakeTable, quoted } from './names.ts'

/** Where the keys of what has not settled lie, in memory. */
export interface IntakeKeys {
  readonly events: string
  readonly identities: string
}

/** How a piece of one kind settles; each takes the key before its first and that of its last. */
interface SettlingTexts {
  /** The key of the piece's last row; takes the key before its first, and how many there are before the last. */
  readonly end: string
  readonly move: string
  readonly forget: string
}

export interface IntakeTexts {
  readonly insert: string
  readonly events: SettlingTexts
  readonly identities: SettlingTexts
}

export const EVENT_KEY = 'tenant_id, entity_id, day, seq'

/** The columns of an event that its table and the intake share, without `removed`. */
export function eventColumns(stream: StreamDefinition): readonly string[] {
  return ['tenant_id', 'entity_id', 'day', 'seq', 'transaction_id', 'at', 'offset_minutes', 'id', ...storedFields(stream).flatMap((field) => field.columns).map(({ name }) => quoted(name))]
}

export function intakeTexts(stream: StreamDefinition, keys: IntakeKeys): IntakeTexts {
  const table = `main.${intakeTable(stream.name)}`
  const own = eventColumns(stream).filter((column) => !['seq', 'tenant_id', 'entity_id', 'day', 'transaction_id', 'at', 'offset_minutes', 'id'].includes(column))
  const columns = ['seq', 'identity', 'content', 'tenant_id', 'entity_id', 'day', 'transaction_id', 'at', 'offset_minutes', 'id', ...own]
  const texts = (from: string, key: string, into: string, moved: readonly string[], more: readonly [name: string, value: string]): SettlingTexts => {
    const of = (alias: string): string => key.replaceAll(/\w+/g, `${alias}$&`)
    const marks = `(${key.replaceAll(/\w+/g, '?')})`
    const within = (alias: string): string => `(${of(alias)}) > ${marks} AND (${of(alias)}) <= ${marks}`
    return {
      end: `SELECT ${key} FROM ${from} WHERE (${key}) > ${marks} ORDER BY ${key} LIMIT 1 OFFSET ?`,
      // One that is there has settled before: by a sweep that was cut short, or by another process.
      move: `INSERT OR IGNORE INTO ${into} (${[...moved, more[0]].join(', ')}) SELECT ${[...moved.map((column) => `l.${column}`), more[1]].join(', ')} FROM ${from} k CROSS JOIN ${table} l ON l.seq = k.seq WHERE ${within('k.')} ORDER BY ${of('k.')}`,
      forget: `DELETE FROM ${from} WHERE ${within('')}`,
    }
  }
  return {
    insert: `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
    events: texts(keys.events, EVENT_KEY, `main.${eventTable(stream.name)}`, eventColumns(stream), ['removed', 'NULL']),
    identities: texts(keys.identities, 'identity', `main.${identityTable(stream.name)}`, ['identity', 'content', 'tenant_id', 'entity_id', 'day', 'seq'], ['retracted', '0']),
  }
}
