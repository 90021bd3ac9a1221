import { parseInstant } from '../calendar/instant.ts'
import type { FieldDefinition } from '../definitions/field.ts'
import { nearest } from '../nearest.ts'
import type { FieldValue } from '../stores/contract/events.ts'
import type { Instant } from '../stores/contract/state.ts'

const MAX_TEXT_CHARACTERS = 4096

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
          return WHOLE.test(value.text) ? unsafe(name, value) : notAnInteger(name, value)
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
        const text = shortest(value)
        if (text.includes('e')) {
          const [code, why] = text.includes('e-') ? tooFine(scale) : tooLarge(scale)
          return new Refusal(code, `${name} is ${text}: ${why}`)
        }
        return read(text, values, index)
      }
    }
  }
}

export function readText(name: string, value: unknown): string | Refusal {
  if (typeof value !== 'string') return wrongType(name, value, 'text')
  // Surrogate pairs count once; nothing shorter needs the count.
  if (value.length > MAX_TEXT_CHARACTERS && (value.length > 2 * MAX_TEXT_CHARACTERS || [...value].length > MAX_TEXT_CHARACTERS)) {
    return new Refusal('text_too_long', `${name} has more than ${MAX_TEXT_CHARACTERS} characters: ${quoted(value)}`)
  }
  if (value.includes('\0')) return new Refusal('text_has_nul', `${name} contains a NUL character: ${quoted(value)}`)
  if (!value.isWellFormed()) return new Refusal('text_not_well_formed', `${name} contains half of a surrogate pair: ${quoted(value)}`)
  return value
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
const WHOLE = /^-?\d+$/
const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?$/
/** Longer than any number that is accepted, leading zeros included; keeps BigInt() off a megabyte of digits. */
const MAX_NUMBER_CHARACTERS = 64
const LEAST_BIGINT = -(2n ** 63n)
const MOST_BIGINT = 2n ** 63n - 1n

/** What is wrong with the text of a number: a code, and a sentence that follows the field's name and value. */
type NumberFault = readonly [code: string, why: string]

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

function readIntegerText(text: string): number | NumberFault {
  if (!WHOLE.test(text)) return numberFault(text, 'not_an_integer', 'a whole number is written in digits only')
  const value = Number(text)
  return Number.isSafeInteger(value) ? value + 0 : UNSAFE
}

function readBigintText(text: string): number | bigint | NumberFault {
  if (!WHOLE.test(text)) return numberFault(text, 'not_an_integer', 'a whole number is written in digits only')
  if (text.length > MAX_NUMBER_CHARACTERS) return OUT_OF_RANGE
  const value = Number(text)
  if (Number.isSafeInteger(value)) return value + 0
  const exact = BigInt(text)
  return exact < LEAST_BIGINT || exact > MOST_BIGINT ? OUT_OF_RANGE : exact
}

function readDecimalText(text: string, scale: number): number | bigint | NumberFault {
  const match = DECIMAL.exec(text)
  if (match === null) return numberFault(text, 'not_a_decimal', 'a decimal is written in digits with a point')
  // Trailing zeros past the scale change nothing.
  const fraction = match[3] === undefined ? '' : match[3].length > scale ? match[3].replace(/0+$/, '') : match[3]
  if (fraction.length > scale) return tooFine(scale)
  const digits = `${match[2]}${fraction.padEnd(scale, '0')}`.replace(/^0+(?=\d)/, '')
  if (digits.length > 18) return tooLarge(scale)
  const value = Number(digits)
  if (Number.isSafeInteger(value)) return match[1] === '-' && value !== 0 ? -value : value
  return match[1] === '-' ? -BigInt(digits) : BigInt(digits)
}

const UNSAFE: NumberFault = ['integer_unsafe', 'an integer goes to 2^53 − 1; a field that may pass it is declared bigint()']
const OUT_OF_RANGE: NumberFault = ['integer_out_of_range', 'it does not fit in 64 bits']

function tooFine(scale: number): NumberFault {
  return ['decimal_too_fine', `it has more than ${scale} digits after the point, and is never rounded`]
}

function tooLarge(scale: number): NumberFault {
  return ['decimal_too_large', `with ${scale} digits after the point it has more than 18 digits`]
}

/** NaN and the infinities are told apart from garbage: they come from arithmetic, not from a wrong column. */
function numberFault(text: string, code: string, why: string): NumberFault {
  return /^[+-]?(nan|inf|infinity)$/i.test(text) ? ['not_finite', 'NaN and infinities cannot be counted'] : [code, why]
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

/** The shortest decimal form of a double; without an exponent where it is a small one (`1e-7`). */
function shortest(value: number): string {
  const text = String(value)
  if (!text.includes('e-')) return text
  // No scale is finer than 9, so 20 digits decide.
  const plain = value.toFixed(20)
  return Number(plain) === value ? plain.replace(/0+$/, '') : text
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
