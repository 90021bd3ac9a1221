import type { FieldDefinition } from '../../definitions/field.ts'
import type { StreamDefinition } from '../../definitions/stream.ts'
import type { MigrationStep } from '../contract/schema.ts'
import { appended, checkCase, incompatible, same } from './change.ts'

/** What a changed stream asks for: steps of its own, and sentences for the series that it feeds. */
export interface StreamChange {
  readonly steps: readonly MigrationStep[]
  readonly texts: readonly string[]
}

const NEW_STREAM = 'Declare a stream of a new name beside it; this one keeps its history.'

/** Throws MIGRATION_INCOMPATIBLE where stored events would be read as something else. */
export function streamChange(stored: StreamDefinition, declared: StreamDefinition): StreamChange {
  const { name } = stored
  if (stored.of.name !== declared.of.name) throw incompatible(name, `the stream ${name} is of ${stored.of.name}, not ${declared.of.name}`, NEW_STREAM)
  if (stored.of.zone !== declared.of.zone) {
    throw incompatible(`${name}.of`, `the zone of ${stored.of.name} is ${stored.of.zone}, by which its days were cut; ${declared.of.zone} would move them`,
      'Leave the default zone, and give each entity that moves a zone of its own.')
  }
  for (const role of ['tenant', 'entity', 'id', 'at', 'day'] as const) {
    if (stored[role] === declared[role]) continue
    throw incompatible(`${name}.${role}`, `${role} of the stream ${name} is ${stored[role]}, not ${declared[role]}`, NEW_STREAM)
  }
  checkCase('the field', Object.keys(stored.fields), Object.keys(declared.fields), name)
  const steps: MigrationStep[] = []
  const texts: string[] = stored.of.tenant === declared.of.tenant ? [] : [`calls the tenant ${declared.of.tenant} (was ${stored.of.tenant})`]
  for (const field of Object.keys(stored.fields)) {
    if (Object.hasOwn(declared.fields, field)) continue
    steps.push({ kind: 'drop-field', stream: name, field, loses: `${name}.${field}`, text: `drops the field ${name}.${field} and what the retained events say of it` })
  }
  for (const [field, definition] of Object.entries(declared.fields)) {
    const before = Object.hasOwn(stored.fields, field) ? stored.fields[field] : undefined
    if (before !== undefined) texts.push(...fieldChange(`${name}.${field}`, before, definition))
    else steps.push(addField(name, field, definition))
  }
  return { steps, texts }
}

function addField(stream: string, field: string, definition: FieldDefinition): MigrationStep {
  if (!definition.optional) {
    throw incompatible(`${stream}.${field}`, `the events of ${stream} so far have no ${field}, which is declared as always there`,
      `Declare ${field} with .optional().`)
  }
  return { kind: 'add-field', stream, field, loses: null, text: `adds the field ${stream}.${field}; events so far have none` }
}

function fieldChange(where: string, stored: FieldDefinition, declared: FieldDefinition): string[] {
  const changed = (): never => {
    throw incompatible(where, `the field ${where} is stored as ${typeText(stored)}, not ${typeText(declared)}`, 'Declare a field of a new name, with .optional().')
  }
  const texts: string[] = []
  if (stored.type === 'oneOf' && declared.type === 'oneOf') {
    const values = appended(stored.values, declared.values)
    if ('broken' in values) {
      throw incompatible(where, `the field ${where} ${values.broken}, and stored events are counted by the values' places`,
        'Leave the values as they were; new ones go to the end.')
    }
    if (values.added.length > 0) texts.push(`takes ${values.added.join(', ')} for ${where}, too`)
  } else if (!same({ ...stored, optional: false }, { ...declared, optional: false })) {
    changed()
  }
  if (stored.optional !== declared.optional) {
    texts.push(declared.optional ? `takes events without ${where}` : `no longer takes events without ${where}; those so far stay`)
  }
  return texts
}

function typeText(field: FieldDefinition): string {
  if (field.type === 'decimal') return `decimal(${field.scale})`
  if (field.type === 'instant') return `an instant whose offset is ${field.offset}`
  return field.type
}
