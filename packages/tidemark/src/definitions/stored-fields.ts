import type { FieldDefinition } from './field.ts'
import type { StreamDefinition } from './stream.ts'

/** One value of an event beside its key: a column of the event table. */
export interface StoredColumn {
  readonly name: string
  readonly type: 'integer' | 'text'
}

/** A declared field that an event carries beside tenant, entity, id and time. */
export interface StoredField {
  readonly name: string
  readonly field: FieldDefinition
  /** One, or two for an instant that keeps its offset (milliseconds, offset in minutes). */
  readonly columns: readonly StoredColumn[]
}

/** The fields that are values of an event, in declared order; the values of all their columns stand in one flat array. */
export function storedFields(stream: StreamDefinition): readonly StoredField[] {
  const key = new Set([stream.tenant, stream.entity, stream.id, stream.at])
  return Object.entries(stream.fields).flatMap(([name, field]) =>
    key.has(name) ? [] : [{ name, field, columns: columnsOf(name, field) }])
}

function columnsOf(name: string, field: FieldDefinition): readonly StoredColumn[] {
  if (field.type === 'text' || field.type === 'oneOf') return [{ name: `f_${name}`, type: 'text' }]
  const value: StoredColumn = { name: `f_${name}`, type: 'integer' }
  return field.type === 'instant' && field.offset === 'kept' ? [value, { name: `o_${name}`, type: 'integer' }] : [value]
}
