import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { answerKeys, answerOf, resolveAnswer } from '../../src/measures/answers.ts'
import { foldOf } from '../../src/measures/fold.ts'
import type { State } from '../../src/measures/kind.ts'
import { mergeStates } from '../../src/measures/merge.ts'
import { type DatedEvent, events, everything } from './fixture.ts'

const fold = foldOf(everything)
const { columns } = fold.layout
const utc = () => 0
const everSince = {}

function foldAll(list: readonly DatedEvent[]): State[] {
  const states = fold.zero(0, everSince)
  for (const { event, day } of list) fold.add(states, event, day, utc, everSince)
  return states
}

function merged(...parts: readonly (readonly State[])[]): State[] {
  const states: State[] = columns.map(() => null)
  for (const part of parts) mergeStates(columns, states, part)
  return states
}

/** Rows of disjoint days, as a tier holds them. */
function daysOf(list: readonly DatedEvent[]): readonly State[][] {
  return [...Map.groupBy(list, ({ day }) => day).values()].map(foldAll)
}

const answers = (states: readonly State[], windows: number, keys = answerKeys(everything)) =>
  Object.fromEntries(keys.map((key) => [key, answerOf(everything, fold.layout, resolveAnswer(everything, key, false), states, () => windows)]))

describe('states', () => {
  test('merged are the fold of all their events', () => {
    fc.assert(fc.property(events, fc.integer({ min: 0, max: 30 }), (list, cut) => {
      expect(merged(foldAll(list.slice(0, cut)), foldAll(list.slice(cut)))).toEqual(merged(foldAll(list)))
    }))
  })

  test('of days merge to the fold of the period', () => {
    fc.assert(fc.property(events, (list) => {
      fc.pre(list.length > 0)
      expect(merged(...daysOf(list))).toEqual(merged(foldAll(list)))
    }))
  })

  test('do not depend on the order of events', () => {
    fc.assert(fc.property(events, (list) => {
      expect(foldAll(list.toReversed())).toEqual(foldAll(list))
    }))
  })

  test('merge in any order', () => {
    fc.assert(fc.property(events, events, (a, b) => {
      expect(merged(foldAll(a), foldAll(b))).toEqual(merged(foldAll(b), foldAll(a)))
    }))
  })

  test('merge in any grouping', () => {
    fc.assert(fc.property(events, events, events, (a, b, c) => {
      const [x, y, z] = [foldAll(a), foldAll(b), foldAll(c)] as const
      expect(merged(merged(x, y), z)).toEqual(merged(x, merged(y, z)))
    }))
  })

  test('merge with nothing to themselves, and with a window in which nothing happened too', () => {
    fc.assert(fc.property(events, (list) => {
      const states = foldAll(list)
      expect(merged(states, columns.map(() => null))).toEqual(states)
      expect(merged(states, fold.zero(0, everSince))).toEqual(states)
    }))
  })

  test('leave what they were merged from as it was', () => {
    fc.assert(fc.property(events, events, (a, b) => {
      const [x, y] = [foldAll(a), foldAll(b)] as const
      const before = structuredClone(y)
      mergeStates(columns, x, y)
      expect(y).toEqual(before)
    }))
  })
})

describe('answers', () => {
  test('are those of a plain recount', () => {
    fc.assert(fc.property(events, (list) => {
      fc.pre(list.length > 0)
      const windows = 13
      const found = answers(merged(...daysOf(list)), windows)
      const values = list.map(({ event }) => event.values)
      const fixes = list.filter(({ event }) => event.values[0] === 'fix')
      const costs = values.flatMap((value) => (value[3] === null ? [] : [value[3] as number]))
      const seconds = list.map(({ event }) => (event.at / 1000) % 86_400)
      const lines = values.flatMap((value) => (value[1] === null ? [] : [value[1] as number]))
      const sum = lines.reduce((a, b) => a + b, 0)
      expect(found['all.sum']).toBe(list.length)
      expect(found['fix.sum']).toBe(fixes.length)
      expect(found['quiet.sum']).toBe(values.filter((value) => value[0] === 'docs' && value[4] !== 1).length)
      expect(found['large.sum']).toBe(costs.filter((cost) => cost >= 1050).length)
      expect(found['priced.sum']).toBe(costs.length)
      expect([found['lines.sum'], found['lines.n']]).toEqual([sum, lines.length])
      if (lines.length === 0) expect(found['lines.mean']).toBeNull()
      else expect(Math.abs(Number(found['lines.mean']) - sum / lines.length)).toBeLessThanOrEqual(0.000051)
      expect(found['low.min']).toBe(costs.length === 0 ? null : (Math.min(...costs) / 100).toFixed(2))
      expect(found['first.min']).toBe(Math.min(...seconds))
      expect(found['last.max']).toBe(Math.max(...seconds))
      expect(found['active.count']).toBe(new Set(list.map(({ day }) => day)).size)
      expect(found['active.any']).toBe(true)
      expect(found['active.all']).toBe(new Set(list.map(({ day }) => day)).size === windows)
      expect(found['fixing.count']).toBe(new Set(fixes.map(({ day }) => day)).size)
      expect(found['sizes.n']).toBe(lines.length)
      if (lines.length === 0) expect(found['sizes.p50']).toBeNull()
      else {
        const median = lines.toSorted((a, b) => a - b)[Math.ceil(lines.length / 2) - 1] as number
        expect(Math.abs((found['sizes.p50'] as number) - median)).toBeLessThanOrEqual(Math.abs(median) / 128)
      }
      expect(found['costs.n']).toBe(fixes.filter(({ event }) => event.values[3] !== null).length)
      expect(found['words.estimate']).toBe(new Set(values.flatMap((value) => value[5] ?? [])).size)
      const few = new Set(values.filter((value) => value[0] === 'docs').flatMap((value) => value[5] ?? [])).size
      // So few words fall on registers of their own but rarely two on one, and then the count by ln is one less.
      expect(Math.abs((found['few.estimate'] as number) - few)).toBeLessThanOrEqual(1)
      expect(Math.abs(Number(found['share.value']) - fixes.length / list.length)).toBeLessThanOrEqual(0.000051)
    }))
  })

  test('of a late event on a day that was true already do not count the day again', () => {
    fc.assert(fc.property(events, fc.integer({ min: 0, max: 29 }), (list, pick) => {
      fc.pre(list.length > 0)
      const again = list[pick % list.length] as DatedEvent
      const before = merged(...daysOf(list))
      const after = merged(before, foldAll([again]))
      expect(answers(after, 13)['active.count']).toBe(answers(before, 13)['active.count'])
      expect(answers(after, 13)['all.sum']).toBe(list.length + 1)
    }))
  })

  test('of a present window in which nothing happened are zero, none for extremes, false for flags', () => {
    for (const states of [fold.zero(0, everSince), columns.map(() => null)]) {
      expect(answers(states, 1)).toMatchObject({
        'all.sum': 0, 'lines.sum': 0, 'lines.n': 0, 'lines.mean': null, 'cost.sum': '0.00', 'bytes.sum': '0', 'low.min': null, 'high.max': null,
        'sizes.n': 0, 'sizes.p50': null, 'words.estimate': 0, 'words.error': 0, 'active.any': false, 'active.all': false, 'active.count': 0, 'share.value': null, 'perDay.value': null, 'ofShares.value': null,
      })
    }
  })

  test('of a window that is missing are null, every one', () => {
    for (const [key, value] of Object.entries(answers(columns.map(() => null), 0))) expect(value, key).toBeNull()
  })

  test('of a ratio of ratios are rounded once', () => {
    // share 1/3, per day 0.03: a third over three hundredths is 100/9; from the rounded 0.3333 it would be 11.11.
    const event = (kind: string, cost: number | null): DatedEvent => ({ day: 19_000, event: { at: 0, offsetMinutes: 0, values: [kind, null, null, cost, null, null] } })
    const states = foldAll([event('fix', 3), event('docs', null), event('docs', null)])
    expect(answers(states, 1)).toMatchObject({ 'share.value': '0.3333', 'perDay.value': '0.03', 'ofShares.value': '11.111111' })
  })

  test('of a measure that did not exist yet are null, though the others have values', () => {
    const since = { fix: 19_005 }
    const states = fold.zero(19_000, since)
    fold.add(states, { at: 0, offsetMinutes: 0, values: ['fix', 1, null, null, null, null] }, 19_000, utc, since)
    const windows = (measure: string) => (measure === 'fix' || measure === 'share' ? 0 : 1)
    const value = (key: string) => answerOf(everything, fold.layout, resolveAnswer(everything, key, false), states, windows)
    expect([value('all.sum'), value('fix.sum'), value('share.value')]).toEqual([1, null, null])
  })

  test('that do not fit a JSON number, or 64 bits, are refused and name the key', () => {
    const states = fold.zero(0, everSince)
    states[fold.layout.offsets['lines'] as number] = 2n ** 60n
    expect(() => answers(states, 1, ['lines.sum'])).toThrow(expect.objectContaining({ code: 'INTEGER_TOO_LARGE', where: 'lines.sum' }))
    states[fold.layout.offsets['bytes'] as number] = 2n ** 63n - 1n
    expect(() => merged(states, states)).toThrow(expect.objectContaining({ code: 'SUM_TOO_LARGE' }))
  })
})

describe('a key', () => {
  test.each([
    ['alll.sum', 'MEASURE_UNKNOWN', /Did you mean all\?/], ['all.quantile', 'ANSWER_UNKNOWN', /all\.sum/], ['all', 'ANSWER_UNKNOWN', /all\.sum/],
    ['all.sum.sum', 'ANSWER_UNKNOWN', /all\.sum/], ['', 'MEASURE_UNKNOWN', /Known: /], ['constructor.sum', 'MEASURE_UNKNOWN', /Known: /], ['low.max', 'ANSWER_UNKNOWN', /low\.min/],
  ])('%j is refused as %s', (key, code, hint) => {
    expect(() => resolveAnswer(everything, key, false)).toThrow(expect.objectContaining({ code, where: key, hint: expect.stringMatching(hint) }))
  })

  test('of a flag has no any and no all across entities', () => {
    expect(resolveAnswer(everything, 'active.count', true)).toMatchObject({ measure: 'active', answer: 'count' })
    for (const key of ['active.any', 'active.all']) {
      expect(() => resolveAnswer(everything, key, true)).toThrow(expect.objectContaining({ code: 'ANSWER_NOT_ACROSS', hint: expect.stringContaining('active.count') }))
    }
  })
})

test('an event counts in the whole and in the cell of its kind', () => {
  fc.assert(fc.property(events, (list) => {
    for (const { event } of list) expect(fold.cells(event)).toEqual([0, event.values[0] === 'fix' ? 1 : 2])
  }))
})
