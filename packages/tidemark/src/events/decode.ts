import { hash } from 'node:crypto'
import { parseInstant } from '../calendar/instant.ts'
import type { FieldDefinition } from '../definitions/field.ts'
import { storedFields } from '../definitions/stored-fields.ts'
import type { StreamDefinition } from '../definitions/stream.ts'
import { nearest } from '../nearest.ts'
import type { DecodedEvent, FieldValue, RejectedEvent } from '../stores/contract/events.ts'
import type { Instant } from '../stores/contract/state.ts'

/** How far ahead of now an event may lie; one exactly at the bound is accepted. */
export const DEFAULT_AHEAD_MS = 86_400_000

export const MAX_TEXT_CHARACTERS = 4096

/** Values as CSV has them (all strings, an empty one is absent) or as JSON has them (typed). */
export type ValueForm = 'csv' | 'json'

export interface DecodeOptions {
  readonly now: Instant
  /** Default: one day. */
  readonly aheadMs?: number
  /** Default: `json`, which is also the form of events given to the library. */
  readonly form?: ValueForm
}

export type Decoded = DecodedEvent | RejectedEvent

/** Validates one record; fields that the stream does not declare are ignored. */
export type RecordDecoder = (input: Readonly<Record<string, unknown>>, line: number, raw: string) => Decoded

/** The same over values by position, `undefined` where absent. */
export type ValuesDecoder = (values: readonly unknown[], line: number, raw: string) => Decoded

export function isRejected(decoded: Decoded): decoded is RejectedEvent {
  return 'code' in decoded
}

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

/**
 * Compiles the declaration of a stream, once, into a function that validates a record.
 * Only the record's own properties count, so `__proto__` and `constructor` have no meaning.
 */
export function decoder(stream: StreamDefinition, options: DecodeOptions): RecordDecoder {
  const names = Object.keys(stream.fields)
  const decodeValues = valuesDecoder(stream, options, names.map((_, i) => i))
  return (input, line, raw) => {
    const values = new Array<unknown>(names.length)
    for (let i = 0; i < names.length; i++) {
      const name = names[i] as string
      values[i] = Object.hasOwn(input, name) ? input[name] : undefined
    }
    return decodeValues(values, line, raw)
  }
}

/** As `decoder`, for rows: the i-th declared field stands at `columns[i]` of the values, −1 where the file has no such column. */
export function valuesDecoder(stream: StreamDefinition, options: DecodeOptions, columns: readonly number[]): ValuesDecoder {
  const csv = options.form === 'csv'
  const latest = options.now + (options.aheadMs ?? DEFAULT_AHEAD_MS)
  const columnOf = new Map(Object.keys(stream.fields).map((name, i) => [name, columns[i] as number]))
  const place = (name: string): number => columnOf.get(name) as number
  const tenantAt = place(stream.tenant)
  const entityAt = place(stream.entity)
  const idAt = place(stream.id)
  const atAt = place(stream.at)
  const atDefinition = stream.fields[stream.at] as FieldDefinition
  const offsetKept = atDefinition.type === 'instant' && atDefinition.offset === 'kept'
  const readTenant = keyReader(stream.tenant)
  const readEntity = keyReader(stream.entity)
  const readId = keyReader(stream.id)
  const tenants = new Interned()
  const entities = new Interned()

  let width = 0
  const steps: Step[] = storedFields(stream).map((stored) => {
    const index = width
    width += stored.columns.length
    return {
      name: stored.name, column: place(stored.name), index, optional: stored.field.optional, double: stored.columns.length === 2,
      emptyIsAbsent: csv && (stored.field.optional || stored.field.type !== 'text'), read: valueReader(stored.name, stored.field, csv),
    }
  })
  const hashed = steps.toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map((step) => ({ prefix: `\0${step.name}\0`, index: step.index, double: step.double }))

  return (cells, line, raw) => {
    const tenant = readTenant(cells[tenantAt])
    if (typeof tenant !== 'string') return rejected(line, raw, tenant)
    const entity = readEntity(cells[entityAt])
    if (typeof entity !== 'string') return rejected(line, raw, entity)
    const id = readId(cells[idAt])
    if (typeof id !== 'string') return rejected(line, raw, id)
    const when = cells[atAt]
    if (when === undefined || when === null || (csv && when === '')) return rejected(line, raw, missing(stream.at))
    const parsed = readInstant(stream.at, when)
    if (parsed instanceof Refusal) return rejected(line, raw, parsed)

    const values = new Array<FieldValue>(width)
    for (let i = 0; i < steps.length; i++) {
      const step = steps[i] as Step
      // −1 as an index would be a lookup by name.
      const cell = step.column < 0 ? undefined : cells[step.column]
      if (cell === undefined || cell === null || (cell === '' && step.emptyIsAbsent)) {
        if (!step.optional) return rejected(line, raw, missing(step.name))
        values[step.index] = null
        if (step.double) values[step.index + 1] = null
        continue
      }
      const refusal = step.read(cell, values, step.index)
      if (refusal !== undefined) return rejected(line, raw, refusal)
    }
    // Judged last: what is malformed as well will not become right by waiting.
    const at = parsed.instant
    if (at > latest) {
      return rejected(line, raw, new Refusal('from_the_future',
        `${stream.at} is ${quoted(when)}, later than ${new Date(latest).toISOString()}, the latest that is accepted now`))
    }
    const offsetMinutes = offsetKept ? parsed.offsetMinutes : 0

    // NUL separates, since no text can contain it. Fields go by name and absent ones are left out, so that neither
    // reordering the declaration nor adding an optional field turns a redelivery into a conflict.
    let canonical = `${entity}\0${at}\0${offsetMinutes}`
    for (let i = 0; i < hashed.length; i++) {
      const { prefix, index, double } = hashed[i] as (typeof hashed)[number]
      const value = values[index]
      if (value === null) continue
      canonical += double ? `${prefix}${value}\0${values[index + 1]}` : prefix + value
    }
    return {
      line, tenant: tenants.of(tenant), entity: entities.of(entity), id, at, offsetMinutes, values,
      identity: eventIdentity(tenant, id), content: digest(canonical, 8), raw,
    }
  }
}

/** The 16 bytes by which a stream remembers that it has seen an event. */
export function eventIdentity(tenant: string, id: string): Uint8Array {
  return digest(`${tenant}\0${id}`, 16)
}

/**
 * The first bytes of SHA-256 over the UTF-8 form of `text`. `crypto.hash` to a string costs 0.4 µs; to a Buffer 1.1,
 * `createHash` 2.6, @noble/hashes 2.6 (Node 24; bench of the day it was written).
 */
function digest(text: string, bytes: number): Uint8Array {
  const buffer = Buffer.allocUnsafe(bytes)
  buffer.write(hash('sha256', text, 'binary'), 0, bytes, 'latin1')
  return buffer
}

interface Step {
  readonly name: string
  readonly column: number
  readonly index: number
  readonly optional: boolean
  /** An instant with its offset: two values. */
  readonly double: boolean
  readonly emptyIsAbsent: boolean
  readonly read: ReadValue
}

/** Reads a present value into `values[index]` (and the next place for an offset), or says why not. */
type ReadValue = (value: unknown, values: FieldValue[], index: number) => Refusal | undefined

class Refusal {
  readonly code: string
  readonly reason: string

  constructor(code: string, reason: string) {
    this.code = code
    this.reason = reason
  }
}

function rejected(line: number, raw: string, refusal: Refusal): RejectedEvent {
  return { line, code: refusal.code, reason: refusal.reason, raw }
}

function missing(name: string): Refusal {
  return new Refusal('missing_field', `${name} is missing, and the stream does not declare it optional`)
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

/** Keeps one flat copy of a string that comes again and again. A cell is a slice that would keep its whole chunk of the file alive in any cache downstream. */
class Interned {
  private readonly known = new Map<string, string>()

  of(text: string): string {
    const known = this.known.get(text)
    if (known !== undefined) return known
    if (this.known.size >= 20_000) this.known.clear()
    const copy = Buffer.from(text).toString()
    this.known.set(copy, copy)
    return copy
  }
}

function keyReader(name: string): (value: unknown) => string | Refusal {
  return (value) => {
    if (value === undefined || value === null) return missing(name)
    if (value === '') return new Refusal('empty_key', `${name} is empty; the tenant, the entity and the id of an event are not`)
    return readText(name, value)
  }
}

function readText(name: string, value: unknown): string | Refusal {
  if (typeof value !== 'string') return wrongType(name, value, 'text')
  // Surrogate pairs count once; nothing shorter needs the count.
  if (value.length > MAX_TEXT_CHARACTERS && (value.length > 2 * MAX_TEXT_CHARACTERS || [...value].length > MAX_TEXT_CHARACTERS)) {
    return new Refusal('text_too_long', `${name} has more than ${MAX_TEXT_CHARACTERS} characters: ${quoted(value)}`)
  }
  if (value.includes('\0')) return new Refusal('text_has_nul', `${name} contains a NUL character: ${quoted(value)}`)
  if (!value.isWellFormed()) return new Refusal('text_not_well_formed', `${name} contains half of a surrogate pair: ${quoted(value)}`)
  return value
}

function readInstant(name: string, value: unknown): { readonly instant: Instant; readonly offsetMinutes: number } | Refusal {
  let text = value
  if (value instanceof Date) {
    if (Number.isNaN(value.getTime())) return new Refusal('not_an_instant', `${name} is an invalid Date`)
    text = value.toISOString()
  }
  if (typeof text !== 'string') return wrongType(name, value, 'an instant, written as text')
  const parsed = parseInstant(text)
  return 'code' in parsed ? new Refusal(parsed.code, `${name} is ${parsed.reason}`) : parsed
}

function valueReader(name: string, field: FieldDefinition, csv: boolean): ReadValue {
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
