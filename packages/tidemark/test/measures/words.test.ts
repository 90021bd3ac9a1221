import { describe, expect, test } from 'vitest'
import { answerKeys, resolveAnswer } from '../../src/measures/answers.ts'
import { kindOf } from '../../src/measures/kinds.ts'
import { answer, captured, type Captured, definitionOf, each, layout, mergedOf, partOf, rowsOf, statesOf, total } from './captured.ts'

describe('a state', () => {
  const windows: readonly Captured[] = [
    ...each(23, 'status', ['active']), ...each(1, 'status', ['paused', null, 'paused']), ...each(25, 'status', ['active']),
  ]

  test('answers the last word and the share of time in each', () => {
    // 48 hours active, 2 paused, of 50.
    expect(answer(windows, 'status.last')).toBe('active')
    expect(answer(windows, 'status.share:active')).toBe('0.9600')
    expect(answer(windows, 'status.share:paused')).toBe('0.0400')
    expect(answer(windows, 'status.share:a.b')).toBe('0.0000')
    expect(answer(each(1, 'status', ['a.b', null]), 'status.last')).toBe('a.b')
    expect(answer(each(1, 'status', ['a.b', null]), 'status.share:a.b')).toBe('1.0000')
  })

  test('without a value is null', () => {
    for (const key of ['status.last', 'status.share:active']) expect(answer(each(1, 'status', [null]), key)).toBeNull()
  })

  test('keeps the last word, the number of values, and seconds by the place of a word', () => {
    expect(statesOf(mergedOf(rowsOf(windows)), 'status')).toEqual(['active', 4, 172_800, 7200, 0])
    expect(layout.columns.filter(({ measure }) => measure === 'status')).toEqual([
      { name: 'status_last', measure: 'status', part: 'last', merge: 'last', holds: 'text' }, { name: 'status_n', measure: 'status', part: 'n', merge: 'sum', holds: 'integer', ofOne: 'n' },
      ...['active', 'paused', 'a.b'].map((word, place) => ({ name: `status_seconds_${place}`, measure: 'status', part: `seconds_${place}`, merge: 'sum', holds: 'integer', ofOne: { word } })),
    ])
  })

  test('across entities counts them by their last word, and shares all their time', () => {
    const entities = [windows, each(10, 'status', ['active', 'paused']), each(1, 'status', [null]), each(30, 'status', ['paused'])]
    expect(total(entities, 'status.count:active')).toBe(1)
    expect(total(entities, 'status.count:paused')).toBe(2)
    expect(total(entities, 'status.count:a.b')).toBe(0)
    expect(total([each(1, 'status', [null])], 'status.count:active')).toBeNull()
    // 48 + 10 of 50 + 20 + 30 hours.
    expect(total(entities, 'status.share:active')).toBe('0.5800')
    expect(total([], 'status.share:active')).toBeNull()
  })

  test('has no last across entities, and no count of one', () => {
    expect(() => resolveAnswer(captured, 'status.last', true)).toThrow(expect.objectContaining({ code: 'ANSWER_NOT_ACROSS' }))
    expect(() => resolveAnswer(captured, 'status.count:active', false)).toThrow(expect.objectContaining({ code: 'ANSWER_NOT_ACROSS', hint: expect.stringContaining('ask for the total') }))
    expect(() => resolveAnswer(captured, 'status.share:gone', false)).toThrow(expect.objectContaining({ code: 'ANSWER_UNKNOWN', hint: expect.stringContaining('status.share:a.b') }))
    expect(answerKeys(captured).filter((key) => key.startsWith('status.'))).toEqual(['status.last', 'status.share:active', 'status.share:paused', 'status.share:a.b'])
  })
})

describe('a flag of a collected series', () => {
  test.each<[values: readonly unknown[], any: unknown, all: unknown, count: unknown]>([
    [[true, false, true], true, false, 2], [[true, true], true, true, 2], [[false, false], false, false, 0], [[true, null], true, true, 1],
    [[null, false], false, false, 0], [[null, null], null, null, null], [[1, 0n], true, false, 1],
  ])('of %o', (values, any, all, count) => {
    const windows = each(1, 'open', values)
    expect([answer(windows, 'open.any'), answer(windows, 'open.all'), answer(windows, 'open.count')]).toEqual([any, all, count])
  })

  test('across entities is only counted', () => {
    expect(total([each(1, 'open', [true, false]), each(1, 'open', [true]), each(1, 'open', [null])], 'open.count')).toBe(2)
    expect(total([each(1, 'open', [null])], 'open.count')).toBeNull()
    for (const key of ['open.any', 'open.all']) expect(() => resolveAnswer(captured, key, true)).toThrow(expect.objectContaining({ code: 'ANSWER_NOT_ACROSS' }))
    expect(kindOf(definitionOf('open')).notAsOf).toEqual([])
  })
})

describe('counts and amounts of a collected series', () => {
  test('are the windows\' own numbers, added up', () => {
    const windows = [{ hours: 1, values: { calls: 3, cost: '1.50' } }, { hours: 24, values: { calls: 0, cost: null } }, { hours: 1, values: { calls: 4, cost: 2 } }]
    expect([answer(windows, 'calls.sum'), answer(windows, 'cost.sum'), answer(windows, 'cost.n'), answer(windows, 'cost.mean')]).toEqual([7, '3.50', 2, '1.750000'])
    expect([total([windows, windows], 'calls.sum'), total([windows, windows], 'cost.mean')]).toEqual([14, '1.750000'])
    const none = each(1, 'cost', [null])
    expect([answer(none, 'cost.sum'), answer(none, 'cost.n'), answer(none, 'cost.mean')]).toEqual([null, null, null])
  })
})

test('each kind says in how many windows it has a value', () => {
  const { windows } = partOf([
    { hours: 1, values: { seats: 1, hours: null, status: 'active', open: null, cost: '1', calls: 2 } }, { hours: 1, values: { seats: null, hours: 2, status: 'paused', open: true, cost: null } },
    { hours: 1, values: { seats: 2, hours: null, status: null, open: null, cost: null } },
  ])
  expect(Object.fromEntries(['seats', 'hours', 'status', 'open', 'cost', 'calls', 'latency', 'people'].map((measure) => [measure, windows(measure)])))
    .toEqual({ seats: 2, hours: 1, status: 2, open: 1, cost: 1, calls: 3, latency: 3, people: 3 })
})

test('a window that is missing has no answer of any kind', () => {
  for (const key of answerKeys(captured)) expect(answer([], key), key).toBeNull()
})
