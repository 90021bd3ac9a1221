import { parseInstant } from '../calendar/instant.ts'
import type { FieldDefinition } from '../definitions/field.ts'
import {
  isWhole, type NumberFault, readBigintText, readDecimalNumber, readDecimalText, readIntegerText, shortest, UNSAFE,
} from '../measures/exact-number.ts'
import { textFault } from '../measures/exact-text.ts'
import { nearest } from '../nearest.ts'
import type { FieldValue } from '../stores/contract/events.ts'
import type { Instant } from '../stores/contract/state.ts'

/**
 * A number as it was written, where reading it as a double would have changed it: past 2^53, or with more digits than
 * a double holds. Bigints and decimals are still read from it exactly.
 */
export class NumberText {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/** Why a value is not accepted: the code of a rejection, and its sentence. */
export class Refusal {
  readonly code: string
  readonly reason: string

  constructor(code: string, reason: string) {
    this.code = code
    this.reason = reason
  }
}

/** Reads a present value into `values[index]` (and the next place for an offset), or says why not. */
export type ReadValue = (value: unknown, values: FieldValue[], index: number) => Refusal | undefined

/** Compiles one declared field, once, into a function that reads its values. */
export function valueReader(name: string, field: FieldDefinition, csv: boolean): ReadValue {
  switch (field.type) {
    case 'text':
      return (value, values, index) => {
        const read = readText(name, value)
        if (typeof read !== 'string') return read
        values[index] = read
        return undefined
      }
    case 'instant': {
      const kept = field.offset === 'kept'
      return (value, values, index) => {
        const read = readInstant(name, value)
        if (read instanceof Refusal) return read
        values[index] = read.instant
        if (kept) values[index + 1] = read.offsetMinutes
        return undefined
      }
    }
    case 'oneOf': {
      const known = new Map(field.values.map((value) => [value, value]))
      return (value, values, index) => {
        const read = typeof value === 'string' ? known.get(value) : undefined
        if (read === undefined) return typeof value === 'string' ? unknownValue(name, value, field.values) : wrongType(name, value, 'text')
        values[index] = read
        return undefined
      }
    }
    case 'boolean':
      return (value, values, index) => {
        const read = csv ? BOOLEANS.get(value) : value === true ? 1 : value === false ? 0 : undefined
        if (read === undefined) {
          return csv ? new Refusal('not_a_boolean', `${name} must be true, false, 1 or 0, not ${quoted(value)}`) : wrongType(name, value, 'true or false')
        }
        values[index] = read
        return undefined
      }
    case 'integer':
      return csv ? textual(name, readIntegerText) : (value, values, index) => {
        if (value instanceof NumberText) {
          return isWhole(value.text) ? unsafe(name, value) : notAnInteger(name, value)
        }
        if (typeof value !== 'number') return wrongType(name, value, 'a whole number')
        if (!Number.isFinite(value)) return notFinite(name, value)
        if (!Number.isInteger(value)) return notAnInteger(name, value)
        if (!Number.isSafeInteger(value)) return unsafe(name, value)
        values[index] = value === 0 ? 0 : value
        return undefined
      }
    case 'bigint': {
      const read = textual(name, readBigintText)
      return csv ? read : (value, values, index) => {
        if (typeof value === 'number') {
          if (!Number.isFinite(value)) return notFinite(name, value)
          if (!Number.isInteger(value)) return notAnInteger(name, value)
          // A number that is not safe has been rounded already, unless it comes with its text.
          if (!Number.isSafeInteger(value)) return unsafe(name, value)
        } else if (typeof value !== 'string' && typeof value !== 'bigint' && !(value instanceof NumberText)) {
          return wrongType(name, value, 'a whole number, as a string of digits')
        }
        return read(value instanceof NumberText ? value.text : typeof value === 'string' ? value : String(value), values, index)
      }
    }
    case 'decimal': {
      const { scale } = field
      const read = textual(name, (text) => readDecimalText(text, scale))
      return csv ? read : (value, values, index) => {
        if (value instanceof NumberText) return read(value.text, values, index)
        if (typeof value !== 'number') return typeof value === 'string' ? read(value, values, index) : wrongType(name, value, 'a decimal')
        if (!Number.isFinite(value)) return notFinite(name, value)
        const result = readDecimalNumber(value, scale)
        if (typeof result === 'object') {
          const text = shortest(value)
          return new Refusal(result[0], `${name} is ${text.includes('e') ? text : quoted(text)}: ${result[1]}`)
        }
        values[index] = result
        return undefined
      }
    }
  }
}

export function readText(name: string, value: unknown): string | Refusal {
  if (typeof value !== 'string') return wrongType(name, value, 'text')
  const fault = textFault(value)
  return fault === null ? value : new Refusal(fault[0], `${name} ${fault[1]}: ${quoted(value)}`)
}

export function readInstant(name: string, value: unknown): { readonly instant: Instant; readonly offsetMinutes: number } | Refusal {
  let text = value
  if (value instanceof Date) {
    if (Number.isNaN(value.getTime())) return new Refusal('not_an_instant', `${name} is an invalid Date`)
    text = value.toISOString()
  }
  if (typeof text !== 'string') return wrongType(name, value, 'an instant, written as text')
  const parsed = parseInstant(text)
  return 'code' in parsed ? new Refusal(parsed.code, `${name} is ${parsed.reason}`) : parsed
}

const BOOLEANS = new Map<unknown, 0 | 1>([['true', 1], ['1', 1], ['false', 0], ['0', 0]])

/** Reads numbers from text by `read`, which answers with the value or with what is wrong. */
function textual(name: string, read: (text: string) => number | bigint | NumberFault): ReadValue {
  return (value, values, index) => {
    if (typeof value !== 'string') return wrongType(name, value, 'a number')
    const result = read(value)
    if (typeof result === 'object') return new Refusal(result[0], `${name} is ${quoted(value)}: ${result[1]}`)
    values[index] = result
    return undefined
  }
}

function unsafe(name: string, value: unknown): Refusal {
  return new Refusal(UNSAFE[0], `${name} is ${quoted(value)}: ${UNSAFE[1]}${typeof value === 'number' ? ', and given as a string of digits' : ''}`)
}

function notAnInteger(name: string, value: unknown): Refusal {
  return new Refusal('not_an_integer', `${name} is ${quoted(value)}, which is not a whole number`)
}

function notFinite(name: string, value: unknown): Refusal {
  return new Refusal('not_finite', `${name} is ${quoted(value)}: NaN and infinities cannot be counted`)
}

function unknownValue(name: string, value: string, known: readonly string[]): Refusal {
  // Cut on both sides: the edit distance is quadratic, and a million rejections are all kept for the report.
  const hint = nearest(value.slice(0, 80), known)
  return new Refusal('unknown_value', `${name} is ${quoted(value)}, which is not one of its values. ${hint.length > 200 ? `${hint.slice(0, 200)}…` : hint}`)
}

/** How a value is shown in a reason: at most 80 characters of it, control characters escaped. */
export function quoted(value: unknown): string {
  if (value instanceof NumberText) return cut(value.text)
  if (typeof value === 'number' || typeof value === 'bigint') return cut(String(value))
  if (typeof value === 'string') return JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}…` : value)
  if (value instanceof Date) return 'an invalid Date'
  if (Array.isArray(value)) return 'an array'
  return typeof value === 'object' ? 'an object' : String(value)
}

function cut(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text
}

function wrongType(name: string, value: unknown, expected: string): Refusal {
  return new Refusal('wrong_type', `${name} must be ${expected}, not ${quoted(value)}${typeof value === 'object' ? '' : ` (a ${typeof value})`}`)
}
