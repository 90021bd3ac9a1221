import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { DistinctDefinition } from '../../src/definitions/measure.ts'
import { distinct, mergeDistinct } from '../../src/measures/distinct.ts'
import type { Printed } from '../../src/measures/kind.ts'
import { addWord, emptySketch, linearCount, parseSketch, printSketch } from '../../src/measures/sketch.ts'
import { compareWords } from '../../src/measures/words.ts'
import { tellDistinct } from '../../src/verify/tell-words.ts'

const bounded = (exact: number): DistinctDefinition => ({ kind: 'distinct', field: null, where: null, exact, unit: null })
const textOf = (words: readonly string[], exact: number): string | null => distinct.sample(bounded(exact), words, { seconds: 1, longest: 1, previous: null })[0] as string | null
const ask = (text: string | null, answer: string): Printed => distinct.answer(bounded(256), answer, { states: [text], windows: 1, part: () => null })
const mergeTexts = (a: string | null, b: string | null): string | null => (a === null ? b : b === null ? a : mergeDistinct(a, b))
const wordsFrom = (seed: number, count: number): string[] => Array.from({ length: count }, (_, index) => `${seed}/${index}`)

const word = fc.oneof(fc.constantFrom('a', 'b', 'c', '"', '\\', 'a,b', '=', '~', '\u{1f600}', '\uffee', 'é'), fc.string({ unit: 'grapheme', maxLength: 4 }))
const words = fc.array(word, { maxLength: 12 })

describe('up to its bound', () => {
  test('words are counted as they are', () => {
    const text = textOf(['b', 'a', 'b', 'c'], 3)
    expect(text).toBe('3=["a","b","c"]')
    expect([ask(text, 'estimate'), ask(text, 'error')]).toEqual([3, 0])
    expect(textOf([], 3)).toBe('3=[]')
    expect([ask(null, 'estimate'), ask(null, 'error')]).toEqual([0, 0])
    expect(distinct.answer(bounded(3), 'estimate', { states: [null], windows: 0, part: () => null })).toBeNull()
  })

  test('words sort by code points, where code units would not', () => {
    expect('\u{1f600}' < '\uffee').toBe(true)
    expect(textOf(['\u{1f600}', '\uffee', 'z'], 9)).toBe('9=["z","\uffee","\u{1f600}"]')
    fc.assert(fc.property(word, word, (a, b) => {
      expect(Math.sign(compareWords(a, b))).toBe(Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b))))
    }))
  })

  test('a set merges to the union, and past the bound becomes a sketch and stays one', () => {
    expect(mergeDistinct('3=["a","b"]', '3=["b","c"]')).toBe('3=["a","b","c"]')
    const sketch = mergeDistinct('3=["a","b"]', '3=["c","d"]')
    expect(sketch).toMatch(/^3~/)
    expect(sketch).toBe(textOf(['a', 'b', 'c', 'd'], 3))
    expect(mergeDistinct(sketch, '3=["a"]')).toBe(sketch)
    expect([ask(sketch, 'estimate'), ask(sketch, 'error')]).toEqual([4, 0])
  })
})

describe('the sketch', () => {
  test('is of the registers and ranks of the words\' hashes', () => {
    // The first 12 bits of SHA-256('a') = ca978112ca1bbdca… are 0xca9 = 3241; the next are 0111: rank 2, the letter b.
    expect(createHash('sha256').update('a').digest('hex').slice(0, 16)).toBe('ca978112ca1bbdca')
    const sketch = emptySketch()
    expect(addWord(sketch, 'a')).toBe(true)
    expect(addWord(sketch, 'a')).toBe(false)
    expect(printSketch(sketch)).toBe('3241b854')
    expect(printSketch(emptySketch())).toBe('4096')
    expect(printSketch(new Uint8Array(4096).fill(53))).toBe('+'.repeat(4096))
  })

  test('is read as it was written', () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.nat(4095), fc.integer({ min: 1, max: 53 })), { maxLength: 60 }), (set) => {
      const sketch = emptySketch()
      for (const [register, rank] of set) sketch[register] = rank
      expect(parseSketch(printSketch(sketch))).toEqual(sketch)
    }))
  })

  test('counts by ln where few registers are used, to the last bit on every machine', () => {
    for (let unused = 1; unused <= 4096; unused++) {
      const exact = 4096 * Math.log(4096 / unused)
      // No argument lies so near to a half that a double could not tell, so the doubles of this machine are a check.
      expect(Math.abs((exact % 1) - 0.5)).toBeGreaterThan(1e-9)
      expect(linearCount(unused)).toBe(BigInt(Math.round(exact)))
    }
    expect(linearCount(4096)).toBe(0n)
    // 4096 · ln 4096 = 34,069.5…
    expect(linearCount(1)).toBe(34_070n)
  })

  test('is as far from the truth as the error it states', () => {
    // Around 2.5 · 4,096, where counting by ln ends, the standard estimate is known to be off by up to twice that.
    for (const [count, most] of [[1000, 0.026], [10_000, 0.04], [50_000, 0.026]] as const) {
      const offs = Array.from({ length: 12 }, (_, seed) => {
        const estimate = ask(textOf(wordsFrom(seed, count), 256), 'estimate') as number
        expect(ask(textOf(wordsFrom(seed, count), 256), 'error')).toBe(Math.floor(estimate * 0.01625 + 0.5))
        return (estimate - count) / count
      })
      const standard = Math.sqrt(offs.reduce((sum, off) => sum + off * off, 0) / offs.length)
      // The standard error is 1.625 %; measured of twelve it lies below 1.6 times that in all but a few of a thousand cases.
      expect(standard, String(count)).toBeLessThan(most)
      expect(standard, String(count)).toBeGreaterThan(0.002)
      for (const off of offs) expect(Math.abs(off)).toBeLessThan(4.5 * 0.01625)
    }
  })
})

describe('the state', () => {
  test('of a whole is that of its parts merged, in whatever order and grouping', () => {
    fc.assert(fc.property(words, words, words, fc.integer({ min: 1, max: 12 }), (a, b, c, exact) => {
      const [x, y, z] = [textOf(a, exact), textOf(b, exact), textOf(c, exact)]
      const whole = textOf([...c, ...a, ...b], exact)
      expect(mergeTexts(mergeTexts(x, y), z)).toBe(whole)
      expect(mergeTexts(x, mergeTexts(y, z))).toBe(whole)
      expect(mergeTexts(z, mergeTexts(y, x))).toBe(whole)
    }))
  })

  test('is what another program tells from the words', () => {
    fc.assert(fc.property(words, fc.integer({ min: 1, max: 12 }), (list, exact) => {
      expect(textOf(list, exact)).toBe(tellDistinct(list, exact))
    }))
    expect(textOf(wordsFrom(1, 5000), 256)).toBe(tellDistinct(wordsFrom(1, 5000), 256))
  })
})
