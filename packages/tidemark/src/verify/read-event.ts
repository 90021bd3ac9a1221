import type { PredicateExpression, ValueExpression } from '../definitions/expression.ts'
import type { StreamDefinition } from '../definitions/stream.ts'
import type { HeldEvent } from '../stores/contract/inventory.ts'
import type { State } from '../stores/contract/state.ts'

/** Seconds east of UTC on the entity's clock. */
export type OffsetAt = (instant: number) => number

/**
 * What an expression says of an event, read straight from its columns: the second opinion beside measures/evaluate.ts,
 * with which it shares nothing but the expressions.
 */
export function valueOf(stream: StreamDefinition, event: HeldEvent, expression: ValueExpression, offsetAt: OffsetAt): bigint | null {
  const field = fieldOf(stream, event, expression.field)
  if (field === null) return null
  if (expression.op === 'field') return BigInt(field)
  const instant = Number(field)
  return BigInt(modulo(Math.floor(instant / 1000) + offsetOf(stream, event, expression.field, instant, offsetAt), 86_400))
}

/** Label days read the clock that the instant was written by, or the event's where it has none of its own. */
function offsetOf(stream: StreamDefinition, event: HeldEvent, name: string, instant: number, offsetAt: OffsetAt): number {
  if (stream.day === 'entityZone') return offsetAt(instant)
  const own = name === stream.at ? null : event.values[`o_${name}`] ?? null
  return 60 * (own === null ? event.offsetMinutes : Number(own))
}

/** A text of an event; null where it has none, or the measure reads none. */
export function wordOf(event: HeldEvent, field: string | null): string | null {
  const word = event.values[`f_${field}`] ?? null
  return word === null ? null : String(word)
}

export function holds(stream: StreamDefinition, event: HeldEvent, expression: PredicateExpression | null): boolean {
  if (expression === null) return true
  switch (expression.op) {
    case 'and': return expression.all.every((one) => holds(stream, event, one))
    case 'or': return expression.all.some((one) => holds(stream, event, one))
    case 'not': return !holds(stream, event, expression.of)
    case 'present': return fieldOf(stream, event, expression.field) !== null
    case 'true': return Number(fieldOf(stream, event, expression.field)) === 1
    case 'in': {
      const value = fieldOf(stream, event, expression.field)
      return value !== null && expression.values.includes(String(value))
    }
    case 'compare': {
      const value = fieldOf(stream, event, expression.field)
      if (value === null) return false
      const field = stream.fields[expression.field]
      const difference = BigInt(value) - scaled(expression.value, field?.type === 'decimal' ? field.scale : 0)
      switch (expression.with) {
        case '<': return difference < 0n
        case '<=': return difference <= 0n
        case '>': return difference > 0n
        case '>=': return difference >= 0n
        case '=': return difference === 0n
      }
    }
  }
}

function fieldOf(stream: StreamDefinition, event: HeldEvent, name: string): State {
  return name === stream.at ? event.at : event.values[`f_${name}`] ?? null
}

/** `-1.5` at scale 2 is -150. */
function scaled(text: string, scale: number): bigint {
  const [whole = '0', fraction = ''] = text.split('.')
  return BigInt(whole + fraction.padEnd(scale, '0'))
}

function modulo(value: number, by: number): number {
  return ((value % by) + by) % by
}
