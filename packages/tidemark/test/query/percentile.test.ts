import { describe, expect, test } from 'vitest'
import { percentileRanks } from '../../src/query/percentile.ts'

describe('percentile ranks', () => {
  // (below + half of the other equals) / (n - 1), by hand.
  test.for([
    { values: [10, 20, 30], ranks: ['0.0000', '0.5000', '1.0000'] },
    { values: [10, 10, 10, 40], ranks: ['0.3333', '0.3333', '0.3333', '1.0000'] },
    { values: ['2.50', '10.00', '-1.25', '2.50'], ranks: ['0.5000', '1.0000', '0.0000', '0.5000'] },
    { values: [5, null, 7], ranks: ['0.0000', null, '1.0000'] },
    { values: [5], ranks: [null] },
    { values: [null, 5], ranks: [null, null] },
    { values: [], ranks: [] },
    { values: ['9007199254740993', '9007199254740992'], ranks: ['1.0000', '0.0000'] },
    { values: [true, false, true], ranks: ['0.7500', '0.0000', '0.7500'] },
  ])('of $values are $ranks', ({ values, ranks }) => {
    expect(percentileRanks(values)).toEqual(ranks)
  })

  test('words have none', () => {
    expect(() => percentileRanks(['good', 'bad'])).toThrow(expect.objectContaining({ code: 'REQUEST_INVALID' }))
  })
})
