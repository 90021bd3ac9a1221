import { describe, expect, test } from 'vitest'
import { roundedText, scaled } from './exact.ts'

// Every number here was worked out on paper from docs/semantics.md, none by running the model.

describe('exact numbers', () => {
  test.each([
    [1n, 8n, 2, '0.12'], [3n, 8n, 2, '0.38'], [-1n, 8n, 2, '-0.12'], [5n, 2n, 0, '2'], [7n, 2n, 0, '4'], [-1n, 1000n, 2, '0.00'],
    [1n, -3n, 4, '-0.3333'], [2n, 3n, 4, '0.6667'], [9007199254740993n, 1n, 1, '9007199254740993.0'],
  ])('%i / %i at %i digits is %s', (numerator, denominator, scale, text) => {
    expect(roundedText({ numerator, denominator }, scale)).toBe(text)
  })

  test('a decimal is read at its scale', () => {
    expect([scaled('1.5', 2), scaled('-0.05', 2), scaled('7', 2), scaled('1.50', 1)]).toEqual([150n, -5n, 700n, 15n])
  })
})
