import { describe, expect, test } from 'vitest'
import { bucketMiddle, estimateOf, quantile } from './sketch.ts'

describe('histogram buckets', () => {
  // From 128 buckets are 2 wide, from 256 4 wide, from 1024 16 wide; the middle is the start plus half the width.
  test.each([[0n, 0n], [5n, 5n], [-5n, -5n], [127n, 127n], [128n, 129n], [129n, 129n], [130n, 131n], [255n, 255n], [256n, 258n], [259n, 258n], [-259n, -258n], [1030n, 1032n]])(
    '%s lies in the bucket about %s', (value, middle) => expect(bucketMiddle(value)).toBe(middle))

  test('a bucket tells any value to 1/128', () => {
    for (let value = 1n; value < 5_000n; value += 1n) {
      const distance = bucketMiddle(value) - value
      expect((distance < 0n ? -distance : distance) * 128n <= value, String(value)).toBe(true)
    }
  })
})

describe('quantiles', () => {
  const ten = [50n, 10n, 20n, 30n, 40n, 60n, 70n, 80n, 90n, 100n]
  // Rank ceil(Q / 100 · 10): of p50 5, of p51 6, of p90 9, of p91 and p99.9 10, of p0 at least 1.
  test.each([['p0', 10n], ['p1', 10n], ['p10', 10n], ['p11', 20n], ['p50', 50n], ['p51', 60n], ['p90', 90n], ['p91', 100n], ['p99.9', 100n], ['p100', 100n]])(
    '%s of ten is %s', (answer, value) => expect(quantile(answer, ten)).toBe(value))

  test('of one value every quantile is it, of none there is none', () => {
    expect(quantile('p1', [7n])).toBe(7n)
    expect(quantile('p50', [])).toBeNull()
  })
})

describe('distinct', () => {
  const words = (count: number): ReadonlySet<string> => new Set(Array.from({ length: count }, (_, index) => `word ${index}`))

  test('up to the bound the number is exact', () => {
    expect(estimateOf(words(4), 4)).toEqual({ estimate: 4, error: 0 })
    expect(estimateOf(words(0), 4)).toEqual({ estimate: 0, error: 0 })
  })

  // By Python's hashlib `word 0` to `word 39` lie in 39 registers: 4096 · ln(4096 / 4057) = 39.2; its error is 39 · 0.01625 = 0.63.
  test('past it a few words are told by empty registers', () => expect(estimateOf(words(40), 4)).toEqual({ estimate: 39, error: 1 }))

  test('many words are told within some standard errors', () => {
    const { estimate, error } = estimateOf(words(20_000), 256)
    expect(Math.abs(estimate - 20_000)).toBeLessThan(4 * 325)
    expect(error).toBe(Math.round(estimate * 0.01625))
  })
})
