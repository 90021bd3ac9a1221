import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { HistogramDefinition } from '../../src/definitions/measure.ts'
import { bucketOf, middleOf, withOneMore } from '../../src/measures/buckets.ts'
import { histogram, mergeHistograms } from '../../src/measures/histogram.ts'
import type { Int64 } from '../../src/measures/int64.ts'
import type { Printed } from '../../src/measures/kind.ts'
import { tellBuckets } from '../../src/verify/tell-words.ts'

const definition: HistogramDefinition = { kind: 'histogram', value: null, shape: { type: 'bigint', scale: 0 }, where: null, unit: null }
const textOf = (values: readonly Int64[]): string | null => histogram.sample(definition, values, { seconds: 1, longest: 1, previous: null })[0] as string | null
const ask = (text: string | null, answer: string, of: HistogramDefinition = definition): Printed => histogram.answer(of, answer, { states: [text], windows: 1, part: () => null })
const mergeTexts = (a: string | null, b: string | null): string | null => (a === null ? b : b === null ? a : mergeHistograms(a, b))

const LEAST = -(2n ** 63n)
const MOST = 2n ** 63n - 1n
const value = fc.oneof(fc.integer({ min: -200, max: 200 }), fc.integer(), fc.bigInt({ min: LEAST, max: MOST }), fc.nat(62).map((bits) => 2n ** BigInt(bits)))
const values = fc.array(value, { maxLength: 40 })
const QUANTILES = [...Array.from({ length: 100 }, (_, percent) => `p${percent}`), 'p99.9', 'p99.99', 'p100']

describe('a bucket', () => {
  test.each<[value: Int64, bucket: number, middle: bigint]>([
    [0, 0, 0n], [1, 1, 1n], [-1, -1, -1n], [127, 127, 127n], [-127, -127, -127n],
    // From 128 on two to a bucket, [128, 130) with its middle at 129; from 256 on four, and so on.
    [128, 128, 129n], [129, 128, 129n], [130, 129, 131n], [255, 191, 255n], [256, 192, 258n], [259, 192, 258n], [260, 193, 262n], [-256, -192, -258n],
    // [2^20, 2^20 + 2^14): 128 + 13 · 64.
    [1_048_576, 960, 1_056_768n], [1_064_959, 960, 1_056_768n], [1_064_960, 961, 1_073_152n],
    [MOST, 3711, 2n ** 63n - 2n ** 55n], [LEAST, -3712, -(2n ** 63n + 2n ** 56n)],
  ])('%s is in %s', (of, bucket, middle) => {
    expect(bucketOf(of)).toBe(bucket)
    expect(bucketOf(BigInt(of))).toBe(bucket)
    expect(middleOf(bucket)).toBe(middle)
  })

  test('grows with the values, and has its middle within 1/128 of each', () => {
    fc.assert(fc.property(value, value, (a, b) => {
      expect(Math.sign(bucketOf(a) - bucketOf(b)) * (a < b ? -1 : a > b ? 1 : 0)).toBeGreaterThanOrEqual(0)
      const [size, off] = [BigInt(a) < 0n ? -BigInt(a) : BigInt(a), BigInt(a) - middleOf(bucketOf(a))]
      expect((off < 0n ? -off : off) * 128n <= size).toBe(true)
    }), { numRuns: 2000 })
  })
})

describe('quantiles', () => {
  test('of a few values are the values themselves', () => {
    const text = textOf([5, 1, 3, 3, -2])
    // Ranks: ceil(Q/100 · 5) of -2 1 3 3 5.
    expect(['n', 'p0', 'p1', 'p20', 'p21', 'p40', 'p41', 'p50', 'p80', 'p81', 'p99.99', 'p100'].map((answer) => ask(text, answer)))
      .toEqual([5, '-2', '-2', '-2', '1', '1', '3', '3', '3', '5', '5', '5'])
  })

  test('lie at the ranks of a sorted array, each within 1/128', () => {
    fc.assert(fc.property(values, (list) => {
      const text = textOf(list)
      const sorted = list.map(BigInt).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
      expect(ask(text, 'n')).toBe(list.length)
      for (const quantile of QUANTILES) {
        const found = ask(text, quantile)
        if (list.length === 0) {
          expect(found).toBeNull()
          continue
        }
        // In ten-thousandths, by whole numbers: 99.99 · n / 100 as a double may lie on the wrong side of an integer.
        const share = Math.round(Number(quantile.slice(1)) * 100)
        const exact = sorted[Math.max(1, Math.ceil((share * list.length) / 10_000)) - 1] as bigint
        const off = BigInt(found as string) - exact
        expect((off < 0n ? -off : off) * 128n <= (exact < 0n ? -exact : exact)).toBe(true)
      }
    }))
  })

  test('of 1 to 1,000 are at most half a bucket off', () => {
    const text = textOf(Array.from({ length: 1000 }, (_, index) => index + 1))
    // 500 lies in [500, 504), 990 in [984, 992), 999 and 1000 in [992, 1000) and [1000, 1008).
    expect(['p10', 'p50', 'p99', 'p99.9', 'p99.99', 'p100'].map((answer) => ask(text, answer))).toEqual(['100', '502', '988', '996', '1004', '1004'])
  })

  test('are printed as their measure is declared', () => {
    const text = textOf([1050])
    // [1040, 1056): 1048.
    expect(ask(text, 'p50', { ...definition, shape: { type: 'integer', scale: 0 } })).toBe(1048)
    expect(ask(text, 'p50', { ...definition, shape: { type: 'decimal', scale: 2 } })).toBe('10.48')
    expect(ask(textOf([-5]), 'p50', { ...definition, shape: { type: 'decimal', scale: 2 } })).toBe('-0.05')
  })

  test('of nothing are null, and its number is 0', () => {
    expect(textOf([])).toBe('')
    expect([ask(null, 'n'), ask(null, 'p50')]).toEqual([0, null])
    expect(histogram.answer(definition, 'n', { states: [null], windows: 0, part: () => null })).toBeNull()
  })
})

describe('the state', () => {
  test('is buckets ascending, each by its distance from the one before, in base 36', () => {
    expect(textOf([137, 0, -1, 0, 260])).toBe('-1 1:2 3o 1p')
    expect(textOf(Array(1000).fill(7))).toBe('7:rs')
  })

  test('of a whole is that of its parts merged, in whatever order and grouping', () => {
    fc.assert(fc.property(values, values, values, (a, b, c) => {
      const [x, y, z] = [textOf(a), textOf(b), textOf(c)]
      const whole = textOf([...c, ...a, ...b])
      expect(mergeTexts(mergeTexts(x, y), z)).toBe(whole)
      expect(mergeTexts(x, mergeTexts(y, z))).toBe(whole)
      expect(mergeTexts(z, mergeTexts(y, x))).toBe(whole)
    }))
  })

  test('is what another program tells from the values, together or one by one', () => {
    fc.assert(fc.property(values, (list) => {
      expect(list.reduce((text, one) => withOneMore(text, bucketOf(one)), '')).toBe(tellBuckets(list.map(BigInt)) ?? '')
      expect(textOf(list)).toBe(tellBuckets(list.map(BigInt)))
    }))
  })
})
