import { describe, expect, test } from 'vitest'
import type { MeasureDefinition } from '../../src/definitions/measure.ts'
import { readSample } from '../../src/measures/sample.ts'

const level = (type: 'integer' | 'bigint' | 'decimal', scale = 0): MeasureDefinition => ({ kind: 'gauge', shape: { type, scale }, across: 'sum', unit: null })
const count: MeasureDefinition = { kind: 'count', where: null, unit: null }
const delta: MeasureDefinition = { kind: 'delta', value: null, shape: { type: 'decimal', scale: 2 }, where: null, unit: null }
const counter: MeasureDefinition = { kind: 'counter', shape: { type: 'bigint', scale: 0 }, resets: 'never', across: 'none', unit: null }
const status: MeasureDefinition = { kind: 'state', values: ['active', 'paused'], unit: null }
const flag: MeasureDefinition = { kind: 'sampledFlag', unit: null }
const sizes: MeasureDefinition = { kind: 'histogram', value: null, shape: { type: 'decimal', scale: 1 }, where: null, unit: null }
const large: MeasureDefinition = { kind: 'histogram', value: null, shape: { type: 'bigint', scale: 0 }, where: null, unit: null }
const people: MeasureDefinition = { kind: 'distinct', field: null, where: null, exact: 256, unit: null }

describe('what a collector gives is read exactly', () => {
  test.each<[of: MeasureDefinition, given: unknown, read: unknown]>([
    [level('integer'), 12, 12], [level('integer'), -12n, -12], [level('integer'), '12', 12], [level('integer'), -0, 0], [level('integer'), null, null],
    [level('integer'), 9_007_199_254_740_991, 9_007_199_254_740_991],
    [level('bigint'), '9223372036854775807', 9_223_372_036_854_775_807n], [level('bigint'), -(2n ** 63n), -(2n ** 63n)], [level('bigint'), 5n, 5],
    [level('decimal', 2), '9999999999.99', 999_999_999_999], [level('decimal', 2), 0.1, 10], [level('decimal', 2), -1.5, -150], [level('decimal', 2), 3, 300],
    [level('decimal', 2), 3n, 300], [level('decimal', 2), '1.500', 150], [level('decimal', 9), 1e-7, 100], [level('decimal', 2), 1.005, undefined],
    [level('decimal', 0), '999999999999999999', 999_999_999_999_999_999n],
    [count, 3, 3], [delta, '0.07', 7], [delta, null, null], [counter, 7, 7], [counter, null, null],
    [status, 'paused', 'paused'], [status, null, null], [flag, true, 1], [flag, false, 0], [flag, 0n, 0], [flag, 1, 1], [flag, null, null],
    [sizes, [1, '2.5', 3n], [10, 25, 30]], [sizes, [], []], [sizes, '[1, 2.5]', [10, 25]], [large, '[9223372036854775807, "1"]', [9_223_372_036_854_775_807n, 1]],
    [people, ['b', 'a', 'b'], ['b', 'a', 'b']], [people, '["a"]', ['a']], [people, [], []],
  ].filter(([, , read]) => read !== undefined) as [MeasureDefinition, unknown, unknown][])('%o: %s', (of, given, read) => {
    expect(readSample(of, given)).toEqual(read)
  })
})

describe('what is not exact, or not declared, is refused', () => {
  test.each<[of: MeasureDefinition, given: unknown, says: RegExp]>([
    [level('integer'), 1.5, /1\.5 cannot be recorded: .*whole number.* or null is expected/], [level('integer'), 2 ** 53, /9007199254740992 .*2\^53/],
    [level('integer'), '1.0', /"1\.0"/], [level('integer'), Number.NaN, /NaN/], [level('integer'), Number.POSITIVE_INFINITY, /Infinity/],
    [level('integer'), undefined, /undefined .*or null is expected/], [level('integer'), true, /true/], [level('integer'), {}, /an object/], [level('integer'), '', /""/],
    [level('integer'), 9_007_199_254_740_992n, /bigint\(\)/],
    [level('bigint'), 2 ** 60, /integer goes to 2\^53|64 bits|rounded/], [level('bigint'), 2n ** 63n, /9223372036854775808 .*64 bits/], [level('bigint'), '12.0', /"12\.0"/],
    [level('decimal', 2), 0.1 + 0.2, /0\.30000000000000004 .*more than 2 digits/], [level('decimal', 2), '1.005', /"1\.005" .*more than 2 digits.*at most 2 digits after the point or null/],
    [level('decimal', 2), 1e21, /1e\+21 .*18 digits/], [level('decimal', 2), '99999999999999999.99', /18 digits/], [level('decimal', 2), 'NaN', /NaN/],
    [count, null, /null cannot be recorded: a whole number .*is expected/], [count, '1e3', /"1e3"/], [delta, '0.001', /"0\.001"/],
    [status, 'gone', /"gone" cannot be recorded: "active", "paused" or null is expected/], [status, 1, /1 cannot/], [status, undefined, /undefined/],
    [flag, 'true', /"true" .*true, false or null/], [flag, 2, /2 cannot/],
    [sizes, null, /null .*a list of which each is a decimal with at most 1 digits/], [sizes, 5, /5 cannot/], [sizes, [1, null], /null cannot/], [sizes, '[1, 2.55]', /"2\.55"/], [sizes, '[1', /"\[1" .*a list/],
    [sizes, '[[1]]', /an array/],
    [people, null, /null .*list of texts/], [people, ['a', 1], /1 .*list of texts/], [people, ['a\0'], /NUL/], [people, ['\ud800'], /surrogate/], [people, ['x'.repeat(4097)], /4096 characters/],
    [people, '{"a":1}', /list of texts/],
  ])('%o: %s', (of, given, says) => {
    expect(() => readSample(of, given)).toThrow(expect.objectContaining({ code: 'SAMPLE_INVALID', message: expect.stringMatching(says) }))
  })

  test('an extreme is never collected', () => {
    expect(() => readSample({ kind: 'ratio', numerator: 'a', denominator: 'b', scale: 4, unit: null }, 1)).toThrow('not collected')
  })
})
