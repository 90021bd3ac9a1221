import { describe, expect, test } from 'vitest'
import { amountText, changeText, placeOf, wordsOf } from '../src/format/amount.ts'
import { bytesText } from '../src/format/bytes.ts'
import { completeness, coverageText, sumCoverage } from '../src/format/coverage.ts'
import { compareDecimals, groupDecimal, minusDecimal, overDecimal, shiftDecimal } from '../src/format/decimal.ts'
import { parts } from '../src/api/entity-lookup.ts'
import { entityLabel } from '../src/format/entity.ts'
import { agoText, instantText } from '../src/format/instant.ts'
import { addDays, addMonths, dayText, daysBetween, isDay, periodStart, periodText, rangeText } from '../src/format/period.ts'

describe('decimals', () => {
  test('beyond what a float holds stay what they are', () => {
    expect(amountText('9007199254740993')).toBe('9,007,199,254,740,993')
    expect(minusDecimal('9007199254740993', '0.01')).toBe('9007199254740992.99')
    expect(compareDecimals('9007199254740993', '9007199254740992')).toBe(1)
  })

  test.each([['0.10', '0.10'], ['-1234567.5', '−1,234,567.5'], ['999', '999'], ['1000', '1,000'], ['-0.5', '−0.5']])('%s is read as %s', (text, read) => {
    expect(groupDecimal(text)).toBe(read)
  })

  test.each([['0.4531', '45.31'], ['1', '100'], ['0.8', '80'], ['-0.005', '-0.5'], ['2.86360', '286.360']])('%s of one is %s per cent', (share, percent) => {
    expect(shiftDecimal(share, 2)).toBe(percent)
  })

  test.each([['6', '110', '0.0545'], ['-1', '3', '-0.3333'], ['2', '3', '0.6667'], ['1', '0', null], ['0', '5', '0.0000']])('%s over %s is %s', (a, b, quotient) => {
    expect(overDecimal(a, b, 4)).toBe(quotient)
  })

  test('are compared by value, whatever their scale', () => {
    expect(['0.8', '0.80', '-2', '10', '9.99'].toSorted(compareDecimals)).toEqual(['-2', '0.8', '0.80', '9.99', '10'])
  })
})

test.each([
  [null, null, '–'], [undefined, null, '–'], ['', null, '–'], [0, null, '0'], [1256.5, 'h', '1,256.5 h'], ['211575.32', 'EUR', '211,575.32 EUR'], ['0.4531', 'share', '45.31 %'], ['96.73', 'score', '96.73'],
  [true, null, 'yes'], ['active', null, 'active'], [{}, null, '–'],
])('%s in %s is shown as %s', (value, unit, text) => {
  expect(amountText(value, unit)).toBe(text)
})

test.each([['6', null, '+6'], ['-56', null, '−56'], ['0.00', null, '0.00'], ['0.0234', 'share', '+2.34 points'], [null, null, '–']])('a change of %s in %s is shown as %s', (value, unit, text) => {
  expect(changeText(value, unit)).toBe(text)
})

test('only for a place on a chart does a decimal become a float', () => {
  expect([placeOf('0.1'), placeOf(3), placeOf(null), placeOf('active'), placeOf(true)]).toEqual([0.1, 3, null, null, 1])
})

test('names of declarations are read as words', () => {
  expect([wordsOf('volunteersCurrent'), wordsOf('campaign_metrics'), wordsOf('n')]).toEqual(['Volunteers current', 'Campaign metrics', 'N'])
})

describe('coverage', () => {
  const part = { expected: 953, present: 868, reasons: { entity_ended: 56, open: 29 } }

  test('is told as a sentence with the reasons, the most frequent first', () => {
    expect(coverageText(part)).toBe('868 of 953 windows; 56 after the end, 29 still open')
    expect(coverageText({ expected: 2017, present: 2017, reasons: {} })).toBe('All 2,017 windows')
    expect(coverageText({ expected: 12, present: 11, reasons: { source_failed: 1 } })).toBe('11 of 12 windows; 1 where the source failed')
    expect(coverageText({ expected: 0, present: 0, reasons: {} })).toBe('No window was expected')
  })

  test('is faulty only for what somebody should look at', () => {
    expect([part, { expected: 12, present: 11, reasons: { source_failed: 1 } }, { expected: 3, present: 0, reasons: { before_enrolment: 3 } }, { expected: 3, present: 3, reasons: {} }].map(completeness))
      .toEqual(['partial', 'faulty', 'none', 'whole'])
  })

  test('of rows is the sum of theirs, and none of none', () => {
    expect(sumCoverage([part, null, part])).toEqual({ expected: 1906, present: 1736, reasons: { entity_ended: 112, open: 58 } })
    expect(sumCoverage([null, undefined])).toBeNull()
  })
})

describe('time', () => {
  test.each([
    ['2026-11-01', null, '1 Nov 2026'], ['2026-10-26', 'week', 'week of 26 Oct 2026'], ['2026-10-01', 'month', 'Oct 2026'], ['2026-10-01', 'quarter', 'Q4 2026'], ['2026-01-01', 'year', '2026'],
    ['2026-11-01T23:00:00Z', null, '1 Nov 2026, 23:00 UTC'], ['2026-11-01T23:00+01:00', 'captured', '1 Nov 2026, 23:00 +01:00'], ['whatever', 'day', 'whatever'],
  ])('the period %s by %s is %s', (period, grain, text) => {
    expect(periodText(period, grain)).toBe(text)
  })

  test('an instant names its zone', () => {
    expect(instantText('2026-11-01T00:00:00Z')).toBe('1 Nov 2026, 00:00 UTC')
    expect(instantText('2026-11-01T00:00:00Z', 'Europe/Berlin')).toBe('1 Nov 2026, 01:00 (Europe/Berlin)')
  })

  test('a range names its last day, not the one after', () => {
    expect(rangeText('2026-10-05', '2026-11-02')).toBe('5 Oct 2026 to 1 Nov 2026')
    expect([dayText('2026-02-03'), daysBetween('2026-10-05', '2026-11-02')]).toEqual(['3 Feb 2026', 28])
  })

  test.each([['2026-11-01', 'week', '2026-10-26'], ['2026-11-02', 'week', '2026-11-02'], ['2026-11-30', 'month', '2026-11-01'], ['2026-12-31', 'quarter', '2026-10-01'], ['2026-05-05', 'year', '2026-01-01'], ['2026-05-05', 'day', '2026-05-05']])('%s lies in the %s of %s', (day, grain, start) => {
    expect(periodStart(day, grain)).toBe(start)
  })

  test('days and months are counted on the calendar', () => {
    expect([addDays('2024-02-28', 2), addMonths('2026-03-31', -1), addMonths('2026-01-15', -13)]).toEqual(['2024-03-01', '2026-02-28', '2024-12-15'])
    expect(['2026-02-29', '2024-02-29', '2026-1-1', 'x'].map(isDay)).toEqual([false, true, false, false])
  })

  test.each([[5, 'less than a minute ago'], [125, '2 min ago'], [7300, '2 h ago'], [90_000, 'a day ago'], [900_000, '10 days ago']])('%i seconds are %s', (seconds, text) => {
    expect(agoText(seconds)).toBe(text)
  })
})

test.each([[0, '0 B'], [999, '999 B'], [1220608, '1.2 MB'], [536576, '537 KB']])('%i bytes are %s', (bytes, text) => {
  expect(bytesText(bytes)).toBe(text)
})

test('an entity is shown by its name, else by its id, of a UUID by the first part', () => {
  expect([{ entity: 'x', name: 'High value' }, { entity: '8169f7ef-265d-4bb0-9ec3-e067d8f5ea3d', name: null }, { entity: 'ann' }].map(entityLabel)).toEqual(['High value', '8169f7ef', 'ann'])
})

test('ids that are looked up together fit into an address', () => {
  const of = (count: number, entity: string) => Array.from({ length: count }, () => ({ entity }))
  expect(parts(of(250, 'x')).map(({ length }) => length)).toEqual([100, 100, 50])
  // A character of three bytes takes nine in an address: 450 of an id, and 8 for its word, ten times below 5,000.
  expect(parts(of(25, '界'.repeat(50))).map(({ length }) => length)).toEqual([10, 10, 5])
  expect(parts(of(2, 'y'.repeat(6000))).map(({ length }) => length)).toEqual([1, 1])
  expect(parts([])).toEqual([])
})
