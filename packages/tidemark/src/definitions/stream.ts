import { TidemarkError } from '../errors.ts'
import type { EntityDefinition } from './entity.ts'
import type { FieldDefinition, Fields, FieldsOf, FieldType } from './field.ts'
import { checkDistinct, checkName } from './name.ts'
import { checkOptions } from './options.ts'

/** Whose calendar an event's day is read from. */
export type DayMode = 'entityZone' | 'eventOffset'

/** The plain form of a stream: what is stored and hashed. */
export interface StreamDefinition {
  readonly name: string
  readonly of: EntityDefinition
  readonly tenant: string
  readonly entity: string
  readonly id: string
  readonly at: string
  readonly day: DayMode
  readonly fields: Readonly<Record<string, FieldDefinition>>
}

/** A declared stream of events. */
export interface Stream<F extends Fields = Fields> {
  readonly definition: StreamDefinition
  readonly '~fields'?: F
}

export interface StreamOptions<F extends Fields> {
  readonly of: EntityDefinition
  /** The field that names the tenant. */
  readonly tenant: FieldsOf<F, 'text'>
  /** The field that names the entity within its tenant. */
  readonly entity: FieldsOf<F, 'text'>
  /** The field that identifies the event within its tenant: the same id twice is the same event. */
  readonly id: FieldsOf<F, 'text'>
  /** The field that says when it happened. */
  readonly at: FieldsOf<F, 'instant'>
  /**
   * `entityZone` (the default): the local day in the entity's zone.
   * `eventOffset`: the date written in the event's own offset; the instant must be declared `{ offset: 'kept' }`.
   */
  readonly day?: DayMode
  readonly fields: F
}

/** Declares a stream of immutable events, each with an identity and a time. */
export function stream<const F extends Fields>(name: string, options: StreamOptions<F>): Stream<F> {
  const where = `stream(${JSON.stringify(name)})`
  checkName('a stream', name, where)
  checkOptions(options, ['of', 'tenant', 'entity', 'id', 'at', 'day', 'fields'], where)
  for (const field of Object.keys(options.fields)) checkFieldName(field, where)
  checkDistinct('fields', Object.keys(options.fields), where)
  const fields = Object.fromEntries(Object.entries(options.fields).map(([field, declared]) => [field, declared.definition]))
  const part = (role: 'tenant' | 'entity' | 'id' | 'at', type: FieldType): string => {
    const field = options[role] as string
    const declared = Object.hasOwn(fields, field) ? fields[field] : undefined
    if (declared === undefined) {
      throw new TidemarkError('FIELD_UNKNOWN', `${role} names the field ${JSON.stringify(field)}, which is not declared`, {
        where, hint: `Declared fields: ${Object.keys(fields).join(', ')}.`,
      })
    }
    if (declared.type !== type || declared.optional) {
      throw new TidemarkError('FIELD_UNFIT', `${role} must be a field of type ${type} that is always there; ${field} is ${declared.optional ? 'optional ' : ''}${declared.type}`, { where })
    }
    return field
  }
  const at = part('at', 'instant')
  const day = options.day ?? 'entityZone'
  if (day !== 'entityZone' && day !== 'eventOffset') {
    throw new TidemarkError('DECLARATION_INVALID', `day is 'entityZone' or 'eventOffset', not ${JSON.stringify(day)}`, { where })
  }
  const atField = fields[at]
  if (day === 'eventOffset' && atField?.type === 'instant' && atField.offset !== 'kept') {
    throw new TidemarkError('FIELD_UNFIT', `days by eventOffset need the offset of ${at}, which is dropped`, {
      where, hint: `Declare ${at}: instant({ offset: 'kept' }).`,
    })
  }
  for (const [field, declared] of Object.entries(fields)) checkField(declared, `${where}.${field}`)
  return {
    definition: Object.freeze({
      name, of: options.of, tenant: part('tenant', 'text'), entity: part('entity', 'text'), id: part('id', 'text'), at, day, fields,
    }),
  }
}

/** Fields are columns of the event table only, so fewer words are reserved than for measures. */
function checkFieldName(field: string, where: string): void {
  if (/^[A-Za-z][A-Za-z0-9_]{0,47}$/.test(field) && !/^(tm_|sqlite_)/i.test(field)) return
  throw new TidemarkError('NAME_UNUSABLE', `a field cannot be named ${JSON.stringify(field)}`, { where })
}

function checkField(field: FieldDefinition, where: string): void {
  if (field.type === 'decimal' && !(Number.isInteger(field.scale) && field.scale >= 0 && field.scale <= 9)) {
    throw new TidemarkError('DECLARATION_INVALID', `a decimal's scale is 0 to 9, not ${String(field.scale)}`, { where })
  }
  if (field.type === 'oneOf') {
    if (field.values.length === 0) throw new TidemarkError('DECLARATION_INVALID', 'oneOf needs at least one value', { where })
    checkDistinct('values', field.values, where)
  }
}
