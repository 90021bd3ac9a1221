import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { countOfDays, type DaySet, daySetOf, unionOfDays } from '../../src/measures/day-set.ts'

const days = fc.array(fc.integer({ min: -800, max: 800 }), { minLength: 1, maxLength: 40 })
const setOf = (list: readonly number[]): DaySet => list.map(daySetOf).reduce(unionOfDays)

describe('a set of days', () => {
  test('has one text, in whatever order and however often its days come', () => {
    fc.assert(fc.property(days, fc.integer(), (list, turn) => {
      const turned = [...list.slice(turn % list.length), ...list.slice(0, turn % list.length), ...list]
      expect(setOf(turned)).toBe(setOf(list))
      expect(setOf([...list].sort((a, b) => b - a))).toBe(setOf(list))
    }))
  })

  test('differs from every other', () => {
    fc.assert(fc.property(days, days, (a, b) => {
      const same = [...new Set(a)].sort().join() === [...new Set(b)].sort().join()
      expect(setOf(a) === setOf(b)).toBe(same)
    }))
  })

  test('knows how many it has', () => {
    fc.assert(fc.property(days, (list) => {
      expect(countOfDays(setOf(list))).toBe(new Set(list).size)
    }))
  })

  test('unites as sets do: with itself, in either order, in any grouping', () => {
    fc.assert(fc.property(days, days, days, (a, b, c) => {
      const [x, y, z] = [setOf(a), setOf(b), setOf(c)] as const
      expect(unionOfDays(x, x)).toBe(x)
      expect(unionOfDays(x, y)).toBe(unionOfDays(y, x))
      expect(unionOfDays(unionOfDays(x, y), z)).toBe(unionOfDays(x, unionOfDays(y, z)))
      expect(unionOfDays(x, y)).toBe(setOf([...a, ...b]))
    }))
  })

  test.each([[[0], '0:1'], [[3, 0], '0:9'], [[-2, -1, 5], '-2:83'], [[19_000, 19_364], undefined]] as const)('of %j is written %s', (list, text) => {
    if (text !== undefined) expect(setOf(list)).toBe(text)
    expect(countOfDays(setOf(list))).toBe(list.length)
  })
})
