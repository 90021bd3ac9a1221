import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { int64 } from '../../src/measures/int64.ts'
import { printInteger, printQuotient, printScaled } from '../../src/measures/print.ts'

const any64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })

describe('a quotient', () => {
  test.each([
    // Ties go to the even neighbour, away from neither zero nor infinity.
    [1n, 2n, 0, '0'], [3n, 2n, 0, '2'], [5n, 2n, 0, '2'], [7n, 2n, 0, '4'],
    [-1n, 2n, 0, '0'], [-3n, 2n, 0, '-2'], [-5n, 2n, 0, '-2'],
    [1n, 8n, 2, '0.12'], [3n, 8n, 2, '0.38'], [-1n, 8n, 2, '-0.12'], [5n, 8n, 2, '0.62'],
    // What is no tie is not treated as one.
    [125001n, 1000000n, 2, '0.13'], [124999n, 1000000n, 2, '0.12'],
    [1n, 3n, 4, '0.3333'], [2n, 3n, 4, '0.6667'], [-2n, 3n, 4, '-0.6667'],
    [2n, -3n, 4, '-0.6667'], [-2n, -3n, 4, '0.6667'],
    [10n, 2n, 4, '5.0000'], [0n, 7n, 4, '0.0000'], [0n, -7n, 2, '0.00'],
    [-1n, 1000000n, 4, '0.0000'], [99999n, 100000n, 4, '1.0000'],
    [2n ** 63n - 1n, 1n, 2, '9223372036854775807.00'], [-(2n ** 63n), 3n, 1, '-3074457345618258602.7'],
  ])('%s / %s at %s digits is %s', (numerator, denominator, scale, printed) => {
    expect(printQuotient({ numerator, denominator }, scale)).toBe(printed)
  })

  test('is the nearest that its digits can say, and of two the even one', () => {
    fc.assert(fc.property(any64, any64.filter((value) => value !== 0n), fc.integer({ min: 0, max: 12 }), (numerator, denominator, scale) => {
      const printed = printQuotient({ numerator, denominator }, scale)
      const value = BigInt(printed.replace('.', ''))
      // |value / 10^scale − numerator / denominator| ≤ half a last digit
      const error = 2n * (value * denominator - numerator * 10n ** BigInt(scale))
      const bound = denominator < 0n ? -denominator : denominator
      const size = error < 0n ? -error : error
      expect(size <= bound).toBe(true)
      if (size === bound) expect(value % 2n).toBe(0n)
    }))
  })

  test('never prints a negative zero', () => {
    fc.assert(fc.property(fc.bigInt({ min: -1000n, max: 1000n }), fc.bigInt({ min: 1n, max: 10n ** 8n }), (numerator, denominator) => {
      expect(printQuotient({ numerator, denominator }, 2)).not.toMatch(/^-0\.?0*$/)
    }))
  })
})

describe('a value', () => {
  test.each([
    [5, { type: 'decimal', scale: 2 }, '0.05'], [-5, { type: 'decimal', scale: 2 }, '-0.05'], [1250, { type: 'decimal', scale: 2 }, '12.50'],
    [0, { type: 'decimal', scale: 3 }, '0.000'], [7, { type: 'decimal', scale: 0 }, '7'], [-(2n ** 63n), { type: 'decimal', scale: 9 }, '-9223372036.854775808'],
    [12, { type: 'integer', scale: 0 }, 12], [12, { type: 'bigint', scale: 0 }, '12'], [2n ** 60n, { type: 'bigint', scale: 0 }, '1152921504606846976'],
  ] as const)('%s as %o prints %j', (value, shape, printed) => {
    expect(printScaled(value, shape)).toBe(printed)
  })

  test('that is past 2^53 and declared an integer is refused, not rounded', () => {
    expect(printInteger(2 ** 53 - 1, 'integer')).toBe(2 ** 53 - 1)
    expect(() => printInteger(2n ** 53n, 'integer')).toThrow(expect.objectContaining({ code: 'INTEGER_TOO_LARGE' }))
  })

  test('of any size is read back to the same', () => {
    fc.assert(fc.property(any64, fc.integer({ min: 0, max: 9 }), (value, scale) => {
      expect(BigInt(String(printScaled(int64(value), { type: 'decimal', scale })).replace('.', ''))).toBe(value)
    }))
  })
})
