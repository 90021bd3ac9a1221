import type { Int64 } from './int64.ts'

/** What is wrong with the text of a number: a code, and a sentence that follows the number's name and value. */
export type NumberFault = readonly [code: string, why: string]

const WHOLE = /^-?\d+$/
const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?$/
/** Longer than any number that is accepted, leading zeros included; keeps BigInt() off a megabyte of digits. */
const MAX_NUMBER_CHARACTERS = 64
const LEAST_BIGINT = -(2n ** 63n)
const MOST_BIGINT = 2n ** 63n - 1n

export function isWhole(text: string): boolean {
  return WHOLE.test(text)
}

export function readIntegerText(text: string): number | NumberFault {
  if (!WHOLE.test(text)) return numberFault(text, 'not_an_integer', 'a whole number is written in digits only')
  const value = Number(text)
  return Number.isSafeInteger(value) ? value + 0 : UNSAFE
}

export function readBigintText(text: string): Int64 | NumberFault {
  if (!WHOLE.test(text)) return numberFault(text, 'not_an_integer', 'a whole number is written in digits only')
  if (text.length > MAX_NUMBER_CHARACTERS) return OUT_OF_RANGE
  const value = Number(text)
  if (Number.isSafeInteger(value)) return value + 0
  const exact = BigInt(text)
  return exact < LEAST_BIGINT || exact > MOST_BIGINT ? OUT_OF_RANGE : exact
}

/** A decimal as an integer of units of its last digit. Never rounded. */
export function readDecimalText(text: string, scale: number): Int64 | NumberFault {
  return shortDecimal(text, scale) ?? anyDecimal(text, scale)
}

/** Of 15 digits at most, as nearly all are: they are exact in a double. null: any other text; a capture reads thousands. */
function shortDecimal(text: string, scale: number): number | null {
  const { length } = text
  const negative = text.charCodeAt(0) === MINUS
  const first = negative ? 1 : 0
  if (length === first || length - first + scale > MOST_SHORT) return null
  let value = 0
  let fraction = -1
  for (let place = first; place < length; place++) {
    const digit = text.charCodeAt(place) - ZERO
    if (digit >= 0 && digit <= 9) {
      value = value * 10 + digit
      if (fraction >= 0) fraction++
    } else if (digit === POINT && fraction < 0 && place > first) fraction = 0
    else return null
  }
  if (fraction === 0 || fraction > scale) return null
  for (let place = Math.max(fraction, 0); place < scale; place++) value *= 10
  return negative && value !== 0 ? -value : value
}

const ZERO = 0x30
const MINUS = 0x2d
/** As a digit. */
const POINT = 0x2e - ZERO
const MOST_SHORT = 15

function anyDecimal(text: string, scale: number): Int64 | NumberFault {
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

/** A double, read as the shortest decimal that stands for it. */
export function readDecimalNumber(value: number, scale: number): Int64 | NumberFault {
  const text = shortest(value)
  if (!text.includes('e')) return readDecimalText(text, scale)
  return text.includes('e-') ? tooFine(scale) : tooLarge(scale)
}

export const UNSAFE: NumberFault = ['integer_unsafe', 'an integer goes to 2^53 − 1; a field that may pass it is declared bigint()']
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

/** The shortest decimal form of a double; without an exponent where it is a small one (`1e-7`). */
export function shortest(value: number): string {
  const text = String(value)
  if (!text.includes('e-')) return text
  // No scale is finer than 9, so 20 digits decide.
  const plain = value.toFixed(20)
  return Number(plain) === value ? plain.replace(/0+$/, '') : text
}
