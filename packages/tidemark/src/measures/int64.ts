import { TidemarkError } from '../errors.ts'

/** A 64-bit integer: a number while it is safe, else a bigint. Both forms never stand for the same value. */
export type Int64 = number | bigint

const LEAST = -(2n ** 63n)
const MOST = 2n ** 63n - 1n

/** The one form of a bigint. Throws SUM_TOO_LARGE past 63 bits and the sign. */
export function int64(value: bigint): Int64 {
  if (value >= -9007199254740991n && value <= 9007199254740991n) return Number(value)
  if (value < LEAST || value > MOST) {
    throw new TidemarkError('SUM_TOO_LARGE', `the sum ${value} does not fit in 64 bits`)
  }
  return value
}

/** The product of a value and a whole number such as a length in seconds. Throws SUM_TOO_LARGE. */
export function timesInt64(value: Int64, factor: number): Int64 {
  if (typeof value === 'number') {
    const product = value * factor
    // One that had to be rounded is not safe either.
    if (Number.isSafeInteger(product)) return product + 0
  }
  return int64(BigInt(value) * BigInt(factor))
}

/** Throws SUM_TOO_LARGE. */
export function subtractInt64(a: Int64, b: Int64): Int64 {
  if (typeof a === 'number' && typeof b === 'number') {
    const difference = a - b
    if (Number.isSafeInteger(difference)) return difference
  }
  return int64(BigInt(a) - BigInt(b))
}

export function addInt64(a: Int64, b: Int64): Int64 {
  if (typeof a === 'number' && typeof b === 'number') {
    const sum = a + b
    if (Number.isSafeInteger(sum)) return sum
  }
  return int64(BigInt(a) + BigInt(b))
}
