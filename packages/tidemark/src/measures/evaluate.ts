import { TidemarkError } from '../errors.ts'
import type { PredicateExpression, ValueExpression } from '../definitions/expression.ts'
import type { FieldDefinition } from '../definitions/field.ts'
import { storedFields } from '../definitions/stored-fields.ts'
import type { StreamDefinition } from '../definitions/stream.ts'
import type { Int64 } from './int64.ts'

/** What an expression reads of one event: its time, and its stored values (see stored-fields.ts). */
export interface EventView {
  readonly at: number
  readonly offsetMinutes: number
  readonly values: readonly (string | number | bigint | null)[]
}

/** Seconds east of UTC on the entity's clock at an instant. */
export type OffsetAt = (instant: number) => number

export type ReadValue = (event: EventView, offsetAt: OffsetAt) => Int64 | null
export type Holds = (event: EventView, offsetAt: OffsetAt) => boolean

interface Place {
  readonly index: number
  readonly field: FieldDefinition
}

const AT = -1

function placeOf(stream: StreamDefinition, name: string): Place {
  if (name === stream.at) return { index: AT, field: stream.fields[name] as FieldDefinition }
  let index = 0
  for (const stored of storedFields(stream)) {
    if (stored.name === name) return { index, field: stored.field }
    index += stored.columns.length
  }
  throw new TidemarkError('FIELD_UNKNOWN', `a measure reads ${JSON.stringify(name)}, which is not a value of ${stream.name}`, {
    where: `stream(${JSON.stringify(stream.name)})`,
  })
}

/** Compiles a value expression into a function of one event. */
export function compileValue(stream: StreamDefinition, expression: ValueExpression): ReadValue {
  const { index, field } = placeOf(stream, expression.field)
  if (expression.op === 'field') return (event) => event.values[index] as Int64 | null
  const secondsOfDay = (instant: number, offsetSeconds: number): number => {
    const seconds = Math.floor(instant / 1000) + offsetSeconds
    return ((seconds % 86_400) + 86_400) % 86_400
  }
  if (stream.day === 'entityZone') {
    return (event, offsetAt) => {
      const instant = index === AT ? event.at : (event.values[index] as number | null)
      return instant === null ? null : secondsOfDay(instant, offsetAt(instant))
    }
  }
  const kept = field.type === 'instant' && field.offset === 'kept'
  return (event) => {
    if (index === AT) return secondsOfDay(event.at, event.offsetMinutes * 60)
    const instant = event.values[index] as number | null
    if (instant === null) return null
    return secondsOfDay(instant, (kept ? (event.values[index + 1] as number) : event.offsetMinutes) * 60)
  }
}

/** Compiles the reading of a text; null where the event has none. */
export function compileWord(stream: StreamDefinition, field: string): (event: EventView) => string | null {
  const { index } = placeOf(stream, field)
  return (event) => event.values[index] as string | null
}

/** Compiles a condition; an absent value satisfies no comparison. */
export function compilePredicate(stream: StreamDefinition, expression: PredicateExpression | null): Holds {
  if (expression === null) return () => true
  switch (expression.op) {
    case 'and': {
      const all = expression.all.map((part) => compilePredicate(stream, part))
      return (event, offsetAt) => all.every((holds) => holds(event, offsetAt))
    }
    case 'or': {
      const all = expression.all.map((part) => compilePredicate(stream, part))
      return (event, offsetAt) => all.some((holds) => holds(event, offsetAt))
    }
    case 'not': {
      const holds = compilePredicate(stream, expression.of)
      return (event, offsetAt) => !holds(event, offsetAt)
    }
    case 'present': {
      const { index } = placeOf(stream, expression.field)
      return index === AT ? () => true : (event) => event.values[index] !== null
    }
    case 'true': {
      const { index } = placeOf(stream, expression.field)
      return (event) => event.values[index] === 1
    }
    case 'in': {
      const { index } = placeOf(stream, expression.field)
      const only = expression.values.length === 1 ? expression.values[0] : undefined
      if (only !== undefined) return (event) => event.values[index] === only
      const values = new Set<unknown>(expression.values)
      return (event) => values.has(event.values[index])
    }
    case 'compare':
      return compileComparison(stream, expression)
  }
}

function compileComparison(stream: StreamDefinition, expression: Extract<PredicateExpression, { op: 'compare' }>): Holds {
  const { index, field } = placeOf(stream, expression.field)
  const bound = scaledBound(expression.value, field.type === 'decimal' ? field.scale : 0, expression.field)
  const read = (event: EventView): Int64 | null => event.values[index] as Int64 | null
  // A number and a bigint compare by value in JavaScript, so the two forms of Int64 need no conversion here.
  switch (expression.with) {
    case '<': return (event) => { const value = read(event); return value !== null && value < bound }
    case '<=': return (event) => { const value = read(event); return value !== null && value <= bound }
    case '>': return (event) => { const value = read(event); return value !== null && value > bound }
    case '>=': return (event) => { const value = read(event); return value !== null && value >= bound }
    case '=': return (event) => { const value = read(event); return value !== null && BigInt(value) === bound }
  }
}

/** A bound as declared ('12.50') at the field's scale. */
function scaledBound(text: string, scale: number, field: string): bigint {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text)
  const fraction = match?.[3] ?? ''
  if (match === null || fraction.length > scale) {
    throw new TidemarkError('DECLARATION_INVALID', `${field} cannot be compared with ${JSON.stringify(text)}: it has ${scale} digits after the point`)
  }
  const digits = BigInt((match[2] as string) + fraction.padEnd(scale, '0'))
  return match[1] === '-' ? -digits : digits
}
