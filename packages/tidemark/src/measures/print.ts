import { TidemarkError } from '../errors.ts'
import type { ValueShape } from '../definitions/expression.ts'
import type { Int64 } from './int64.ts'
import type { Fraction } from './kind.ts'

/** Throws INTEGER_TOO_LARGE where a JSON number would not be exact. */
export function printInteger(value: Int64, type: 'integer' | 'bigint'): number | string {
  if (type === 'bigint') return String(value)
  if (typeof value === 'number') return value
  throw new TidemarkError('INTEGER_TOO_LARGE', `${value} is past 2^53 and is declared an integer`)
}

/** An integer as a number, a bigint as digits, a decimal as a string with its declared scale. */
export function printScaled(value: Int64, shape: ValueShape): number | string {
  if (shape.type !== 'decimal') return printInteger(value, shape.type)
  return placePoint(BigInt(value), shape.scale)
}

/** A quotient as a decimal string, rounded half to even at `scale` digits. */
export function printQuotient({ numerator, denominator }: Fraction, scale: number): string {
  const over = (denominator < 0n ? -numerator : numerator) * 10n ** BigInt(scale)
  const under = denominator < 0n ? -denominator : denominator
  const sign = over < 0n ? -1n : 1n
  const size = over * sign
  const whole = size / under
  const twice = (size % under) * 2n
  const up = twice > under || (twice === under && whole % 2n === 1n)
  return placePoint(sign * (whole + (up ? 1n : 0n)), scale)
}

function placePoint(value: bigint, scale: number): string {
  if (scale === 0) return String(value)
  const digits = String(value < 0n ? -value : value).padStart(scale + 1, '0')
  return `${value < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`
}
