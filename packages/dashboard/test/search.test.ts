import { describe, expect, test } from 'vitest'
import { asOfOf } from '../src/api/as-of.ts'
import { namedRange, rangeBack, suitedGrain, summaryPeriods, wholePeriods } from '../src/search/day-range.ts'
import { parseSearch, writeSearch } from '../src/search/search-text.ts'
import { sharedSearch } from '../src/search/shared-search.ts'

describe('the address', () => {
  test('is read back as it was written, texts that look like numbers included', () => {
    const words = { tenant: '2026', entity: 'a b&c=ü', table: ['impact', 'heat'] }
    expect(parseSearch(writeSearch(words))).toEqual(words)
    expect(writeSearch({ tenant: '2026', range: undefined, grain: '' })).toBe('?tenant=2026')
    expect(writeSearch({})).toBe('')
  })

  test('that cannot be understood is as if it said nothing', () => {
    expect(sharedSearch({ grain: 'fortnight', range: '99z', from: '2026-02-30', to: 'x', table: '', tenant: ['a', 'b'] })).toEqual({ tenant: 'b' })
    expect(sharedSearch({ from: '2026-02-01', to: '2026-01-01' })).toEqual({})
    expect(sharedSearch({ from: '2026-02-01' })).toEqual({})
  })

  test('keeps all that it understands', () => {
    const words = { tenant: 'a', series: 's', entity: 'e', from: '2026-01-01', to: '2026-02-01', grain: 'week', table: ['x'] }
    expect(sharedSearch(words)).toEqual(words)
  })
})

describe('the range', () => {
  test.each([['7d', '2026-10-26'], ['28d', '2026-10-05'], ['12w', '2026-08-10'], ['6m', '2026-05-02'], ['12m', '2025-11-02'], ['3y', '2023-11-02']] as const)('%s back from 1 November begins on %s', (range, from) => {
    expect(rangeBack(range, '2026-11-01')).toEqual({ from, to: '2026-11-02' })
  })

  test('of two days counts before one up to now; without either there is none', () => {
    expect(namedRange({ from: '2026-01-01', to: '2026-02-01', range: '7d' }, '2026-11-01')).toEqual({ from: '2026-01-01', to: '2026-02-01' })
    expect(namedRange({}, '2026-11-01')).toBeNull()
  })

  test.each([['7d', 'day'], ['12w', 'week'], ['12m', 'month'], ['3y', 'month']] as const)('%s is shown by %s', (range, grain) => {
    expect(suitedGrain(rangeBack(range, '2026-11-01'), ['captured', 'day', 'week', 'month', 'quarter', 'year', 'range'])).toBe(grain)
  })

  test('begins with a whole period, so that no row is cut', () => {
    expect(wholePeriods({ from: '2026-08-12', to: '2026-11-02' }, 'week')).toEqual({ from: '2026-08-10', to: '2026-11-02' })
  })
})

test('a page is as of the server’s clock, and says whose clock it is', () => {
  expect(asOfOf({ now: '2026-11-01T00:00:00Z', clockSet: true }, 0)).toEqual({ now: '2026-11-01T00:00:00Z', today: '2026-11-01', clock: 'set' })
  expect(asOfOf({ now: '2026-11-01T00:00:00Z', clockSet: false }, 0).clock).toBe('server')
  expect(asOfOf(undefined, 0)).toEqual({ now: '1970-01-01T00:00:00.000Z', today: '1970-01-01', clock: 'browser' })
})

test.each([
  ['week', 'day', '2026-08-12', '2026-11-02'], ['month', 'month', '2026-08-01', '2026-12-01'], ['quarter', 'quarter', '2026-07-01', '2027-01-01'], ['year', 'year', '2026-01-01', '2027-01-01'],
] as const)('whoever gets totals alone asks by %s for whole periods by %s', (asked, grain, from, to) => {
  expect(summaryPeriods({ from: '2026-08-12', to: '2026-11-02' }, asked)).toEqual({ grain, from, to })
})
