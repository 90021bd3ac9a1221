import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addInt64, int64 } from '../../src/measures/int64.ts'

const MOST = 2n ** 63n - 1n
const LEAST = -(2n ** 63n)
const any64 = fc.oneof(fc.bigInt({ min: LEAST, max: MOST }), fc.bigInt({ min: -(2n ** 54n), max: 2n ** 54n }),
  fc.constantFrom(LEAST, LEAST + 1n, MOST, MOST - 1n, 2n ** 53n, 2n ** 53n - 1n, -(2n ** 53n), 1n - 2n ** 53n, 0n, 1n, -1n))

describe('a 64-bit integer', () => {
  test('has one form: a number while it is safe, else a bigint', () => {
    fc.assert(fc.property(any64, (value) => {
      const held = int64(value)
      expect(BigInt(held)).toBe(value)
      expect(typeof held).toBe(value >= -(2n ** 53n) + 1n && value <= 2n ** 53n - 1n ? 'number' : 'bigint')
      expect(Object.is(held, -0)).toBe(false)
    }))
  })

  test.each([MOST + 1n, LEAST - 1n, 2n ** 64n])('is refused at %s, never wrapped', (value) => {
    expect(() => int64(value)).toThrow(expect.objectContaining({ code: 'SUM_TOO_LARGE' }))
  })

  test('adds exactly, or is refused', () => {
    fc.assert(fc.property(any64, any64, (a, b) => {
      const sum = a + b
      if (sum < LEAST || sum > MOST) expect(() => addInt64(int64(a), int64(b))).toThrow(expect.objectContaining({ code: 'SUM_TOO_LARGE' }))
      else expect(addInt64(int64(a), int64(b))).toBe(int64(sum))
    }))
  })

  test.each([
    ['past what a number holds', 2 ** 53 - 1, 1, 2n ** 53n],
    ['and back', 2n ** 53n, -1, 2 ** 53 - 1],
    ['to the greatest', MOST - 1n, 1, MOST],
    ['to the least', LEAST + 1n, -1, LEAST],
    ['of opposite signs', MOST, LEAST, -1],
  ])('adds %s', (_what, a, b, sum) => {
    expect(addInt64(a, b)).toBe(sum)
    expect(addInt64(b, a)).toBe(sum)
  })

  test('one past the greatest or the least is refused', () => {
    expect(() => addInt64(MOST, 1)).toThrow(expect.objectContaining({ code: 'SUM_TOO_LARGE' }))
    expect(() => addInt64(LEAST, -1)).toThrow(expect.objectContaining({ code: 'SUM_TOO_LARGE' }))
  })
})
