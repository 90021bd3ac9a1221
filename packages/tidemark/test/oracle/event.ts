import type { PredicateExpression } from '../../src/definitions/expression.ts'
import type { FieldDefinition } from '../../src/definitions/field.ts'
import type { StreamDefinition } from '../../src/definitions/stream.ts'
import { DAY_MS, type Day } from './civil.ts'
import { keyText } from './entity-key.ts'
import { scaled } from './exact.ts'
import type { ZoneHistory } from './local-day.ts'
import type { EventInput } from './subject.ts'

interface Instant {
  readonly ms: number
  readonly offsetMinutes: number
}

type FieldValue = string | boolean | bigint | Instant | null

/** An event as it was read: everything a measure may ask of it. */
export interface Event {
  readonly tenant: string
  readonly id: string
  readonly entity: string
  /** The entity, as `keyText` has it. */
  readonly key: string
  readonly atMs: number
  readonly day: Day
  readonly fields: Readonly<Record<string, FieldValue>>
  readonly definitions: StreamDefinition['fields']
  /** Seconds since midnight, by instant field. */
  readonly timesOfDay: Readonly<Record<string, number>>
  /** Two events of one identity have the same content when these are equal. */
  readonly content: string
}

function readInstant(text: string): Instant {
  const match = /(Z|[+-]\d\d:\d\d)$/.exec(text)
  if (match === null) throw new Error(`an instant without offset: ${text}`)
  const offset = match[1] as string
  const minutes = offset === 'Z' ? 0 : (Number(offset.slice(1, 3)) * 60 + Number(offset.slice(4))) * (offset.startsWith('-') ? -1 : 1)
  return { ms: Date.parse(text), offsetMinutes: minutes }
}

function readField(value: EventInput[string] | undefined, definition: FieldDefinition): FieldValue {
  if (value === undefined || value === null) return null
  switch (definition.type) {
    case 'integer':
    case 'bigint': return BigInt(String(value))
    case 'decimal': return scaled(String(value), definition.scale)
    case 'boolean': return value === true || value === 'true'
    case 'instant': return readInstant(String(value))
    case 'text':
    case 'oneOf': return String(value)
  }
}

function contentOf(value: FieldValue, definition: FieldDefinition | undefined): string | boolean | null {
  if (typeof value === 'bigint') return value.toString()
  if (value === null || typeof value !== 'object') return value
  return definition?.type === 'instant' && definition.offset === 'kept' ? `${value.ms} ${value.offsetMinutes}` : String(value.ms)
}

/** Reads an event; `zones` gives the zone history of the entity that it names. */
export function readEvent(input: EventInput, stream: StreamDefinition, zones: (tenant: string, entity: string) => ZoneHistory): Event {
  const fields: Record<string, FieldValue> = {}
  for (const [name, definition] of Object.entries(stream.fields)) fields[name] = readField(input[name], definition)
  const tenant = fields[stream.tenant] as string
  const entity = fields[stream.entity] as string
  const at = fields[stream.at] as Instant
  const own = (instant: Instant): number => instant.ms + at.offsetMinutes * 60_000
  const zone = zones(tenant, entity)
  const labelled = stream.day === 'eventOffset'
  const timesOfDay: Record<string, number> = {}
  for (const [name, value] of Object.entries(fields)) {
    if (stream.fields[name]?.type !== 'instant' || value === null) continue
    const instant = value as Instant
    timesOfDay[name] = labelled ? Math.floor((((own(instant) % DAY_MS) + DAY_MS) % DAY_MS) / 1000) : zone.timeOfDay(instant.ms)
  }
  const compared = Object.keys(stream.fields).filter((name) => name !== stream.tenant && name !== stream.id)
  return {
    tenant, entity, key: keyText({ tenant, entity }), id: fields[stream.id] as string, atMs: at.ms,
    day: labelled ? Math.floor(own(at) / DAY_MS) : zone.dayAt(at.ms),
    fields, definitions: stream.fields, timesOfDay,
    content: JSON.stringify(compared.map((name) => contentOf(fields[name] ?? null, stream.fields[name]))),
  }
}

/** Two-valued: a condition on an absent value does not hold, and its `not` does. */
export function holds(expression: PredicateExpression, event: Event): boolean {
  switch (expression.op) {
    case 'in': return expression.values.includes(event.fields[expression.field] as string)
    case 'true': return event.fields[expression.field] === true
    case 'present': return event.fields[expression.field] !== null
    case 'and': return expression.all.every((each) => holds(each, event))
    case 'or': return expression.all.some((each) => holds(each, event))
    case 'not': return !holds(expression.of, event)
    case 'compare': return compare(expression, event)
  }
}

function compare(expression: PredicateExpression & { op: 'compare' }, event: Event): boolean {
  const value = event.fields[expression.field]
  if (typeof value !== 'bigint') return false
  const definition = event.definitions[expression.field]
  const scale = definition?.type === 'decimal' ? definition.scale : 0
  // Both at twelve digits, so that a bound may be finer than the field.
  const left = value * 10n ** BigInt(12 - scale)
  const right = scaled(expression.value, 12)
  switch (expression.with) {
    case '<': return left < right
    case '<=': return left <= right
    case '>': return left > right
    case '>=': return left >= right
    case '=': return left === right
  }
}
