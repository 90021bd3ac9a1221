import type { ValueShape } from '../definitions/expression.ts'
import type { MeasureDefinition } from '../definitions/measure.ts'
import { TidemarkError } from '../errors.ts'
import { type NumberFault, readBigintText, readDecimalNumber, readDecimalText, readIntegerText } from './exact-number.ts'
import { textFault } from './exact-text.ts'
import type { Int64 } from './int64.ts'
import type { Sample } from './kind.ts'

/**
 * Reads what a collector gave for one measure. A number is a number, a bigint or its digits, and must be exact as it is
 * declared; a flag is true, false, 1 or 0; a list may be written as JSON, since SQL has none.
 * Throws SAMPLE_INVALID.
 */
export function readSample(definition: MeasureDefinition, value: unknown): Sample {
  switch (definition.kind) {
    case 'count': return numberOf(COUNT, value, false)
    case 'delta':
    case 'gauge':
    case 'counter': return value === null ? null : numberOf(definition.shape, value, true)
    case 'state':
      if (value === null || (typeof value === 'string' && definition.values.includes(value))) return value
      throw invalid(value, `${definition.values.map((word) => JSON.stringify(word)).join(', ')} or null is expected`)
    case 'sampledFlag': {
      if (value === null) return null
      const flag = FLAGS.get(value)
      if (flag === undefined) throw invalid(value, 'true, false or null is expected')
      return flag
    }
    case 'histogram': return listOf(value, `a list of which each is ${wordsOf(definition.shape)}`, true).map((one) => numberOf(definition.shape, one, false))
    case 'distinct': return listOf(value, 'a list of texts', false).map(textOf)
    default: throw new Error(`a measure of kind ${definition.kind} is not collected`)
  }
}

const COUNT: ValueShape = { type: 'integer', scale: 0 }

/** A source that speaks SQL has 1 and 0 for them. */
const FLAGS: ReadonlyMap<unknown, 0 | 1> = new Map<unknown, 0 | 1>([[true, 1], [false, 0], [1, 1], [0, 0], [1n, 1], [0n, 0]])

function numberOf(shape: ValueShape, value: unknown, nullable: boolean): Int64 {
  const read = readNumber(shape, value)
  if (read !== null && typeof read !== 'object') return read
  const expected = `${wordsOf(shape)}${nullable ? ' or null' : ''} is expected`
  throw invalid(value, read === null ? expected : `${read[1]}; ${expected}`)
}

function readNumber({ type, scale }: ValueShape, value: unknown): Int64 | NumberFault | null {
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) return null
    if (type === 'decimal') return readDecimalNumber(value, scale)
    if (Number.isSafeInteger(value)) return value + 0
    // A number that is not safe has been rounded already.
    return readIntegerText(Number.isInteger(value) ? BigInt(value).toString() : String(value))
  }
  if (typeof value !== 'string' && typeof value !== 'bigint') return null
  const text = String(value)
  if (type === 'decimal') return readDecimalText(text, scale)
  return type === 'bigint' ? readBigintText(text) : readIntegerText(text)
}

function wordsOf({ type, scale }: ValueShape): string {
  switch (type) {
    case 'integer': return 'a whole number to 2^53 − 1'
    case 'bigint': return 'a whole number of 64 bits'
    case 'decimal': return `a decimal with at most ${scale} digits after the point`
  }
}

function listOf(value: unknown, expected: string, numbers: boolean): readonly unknown[] {
  const list = typeof value === 'string' ? parsed(value, numbers) : value
  if (Array.isArray(list)) return list
  throw invalid(value, `${expected} is expected`)
}

function parsed(text: string, numbers: boolean): unknown {
  try {
    // Numbers as they are written: a double may not hold them.
    return JSON.parse(text, (_key: string, value: unknown, context?: { readonly source?: string }) =>
      numbers && typeof value === 'number' ? context?.source ?? value : value)
  } catch {
    return null
  }
}

function textOf(value: unknown): string {
  if (typeof value !== 'string') throw invalid(value, 'a list of texts is expected')
  const fault = textFault(value)
  if (fault !== null) throw invalid(value, `it ${fault[1]}`)
  return value
}

function invalid(value: unknown, why: string): TidemarkError {
  return new TidemarkError('SAMPLE_INVALID', `${shown(value)} cannot be recorded: ${why}`)
}

function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}…` : value)
  if (Array.isArray(value)) return 'an array'
  if (typeof value === 'object' && value !== null) return 'an object'
  return typeof value === 'function' ? 'a function' : String(value)
}
