import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatInstant, parseInstant } from '../../src/calendar/instant.ts'
import { labelCalendar, labelDay } from '../../src/calendar/local-calendar.ts'
import { formatDay } from '../../src/calendar/civil.ts'

describe('an instant is read', () => {
  test.each([
    ['2024-03-01T09:30:00+01:00', '2024-03-01T08:30:00.000Z', 60],
    ['2024-03-01T09:30:00Z', '2024-03-01T09:30:00.000Z', 0],
    ['2024-03-01T09:30Z', '2024-03-01T09:30:00.000Z', 0],
    ['2024-03-01 09:30:00+0100', '2024-03-01T08:30:00.000Z', 60],
    ['2024-03-01 09:30:00.123456+01', '2024-03-01T08:30:00.123Z', 60],
    ['2024-03-01T09:30-03:30', '2024-03-01T13:00:00.000Z', -210],
    ['2024-03-01T09:30:00-00:00', '2024-03-01T09:30:00.000Z', 0],
    ['2024-03-01T09:30:00.1Z', '2024-03-01T09:30:00.100Z', 0],
    ['2024-03-01T09:30:00.999999999Z', '2024-03-01T09:30:00.999Z', 0],
    ['1969-12-31T23:59:59.9999Z', '1969-12-31T23:59:59.999Z', 0],
    ['2024-02-29T23:59:59+14:00', '2024-02-29T09:59:59.000Z', 840],
    ['2024-02-29T00:00:00-12:00', '2024-02-29T12:00:00.000Z', -720],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z', 0],
    ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z', 0],
  ])('%s', (text, utc, offsetMinutes) => {
    expect(parseInstant(text)).toEqual({ instant: new Date(utc).getTime(), offsetMinutes })
  })

  test('as Date reads it, for every instant and offset that is drawn', () => {
    const offsets = fc.integer({ min: -720, max: 840 })
    const instants = fc.integer({ min: Date.UTC(1900, 0, 1), max: Date.UTC(2200, 0, 1) })
    fc.assert(fc.property(instants, offsets, (instant, offsetMinutes) => {
      const size = Math.abs(offsetMinutes)
      const offset = `${offsetMinutes < 0 ? '-' : '+'}${String(Math.floor(size / 60)).padStart(2, '0')}:${String(size % 60).padStart(2, '0')}`
      const text = new Date(instant + offsetMinutes * 60_000).toISOString().replace('Z', offset)
      expect(parseInstant(text)).toEqual({ instant, offsetMinutes })
      expect(new Date(text).getTime()).toBe(instant)
      expect(formatDay(labelDay(instant, offsetMinutes))).toBe(text.slice(0, 10))
    }))
  })
})

describe('an instant is refused', () => {
  test.each([
    ['2024-03-01T09:30:00', 'not_an_instant'], ['2024-03-01', 'not_an_instant'], ['', 'not_an_instant'], ['now', 'not_an_instant'],
    ['2024-03-01T09Z', 'not_an_instant'], ['2024-03-01T0930Z', 'not_an_instant'], ['20240301T093000Z', 'not_an_instant'], ['2024-061T09:30Z', 'not_an_instant'],
    ['2024-03-01t09:30:00Z', 'not_an_instant'], ['2024-03-01T09:30:00z', 'not_an_instant'], ['2024-03-01T09:30:00,5Z', 'not_an_instant'],
    ['2024-03-01  09:30:00Z', 'not_an_instant'], ['2024-03-01T09:30:00 +01:00', 'not_an_instant'], [' 2024-03-01T09:30:00Z', 'not_an_instant'], ['2024-03-01T09:30:00Z\n', 'not_an_instant'],
    ['2024-03-01T09:30:00.Z', 'not_an_instant'], ['2024-03-01T09:30:00.1234567890Z', 'not_an_instant'], ['2024-03-01T09:30.5Z', 'not_an_instant'],
    ['2024-03-01T24:00:00Z', 'not_an_instant'], ['2024-03-01T09:60:00Z', 'not_an_instant'], ['2024-03-01T23:59:60Z', 'not_an_instant'],
    ['2024-03-01T09:30:00+1:00', 'not_an_instant'], ['2024-03-01T09:30:00+01:0', 'not_an_instant'], ['2024-03-01T09:30:00+01:60', 'not_an_instant'],
    ['2024-03-01T09:30:00+01:', 'not_an_instant'], ['2024-03-01T09:30:00+', 'not_an_instant'], ['2024-03-01T09:30:00+01:00:00', 'not_an_instant'],
    ['2024-03-01T09:30:00+01:00[Europe/Berlin]', 'not_an_instant'], ['２０24-03-01T09:30:00Z', 'not_an_instant'],
    ['2024-03-01T09:30:00+14:01', 'offset_out_of_range'], ['2024-03-01T09:30:00-12:01', 'offset_out_of_range'], ['2024-03-01T09:30:00+2400', 'offset_out_of_range'],
    ['0000-01-01T00:00:00Z', 'year_out_of_range'], ['0001-01-01T00:00:00+00:01', 'year_out_of_range'], ['9999-12-31T23:59:59-00:01', 'year_out_of_range'],
    ['+010000-01-01T00:00:00Z', 'year_out_of_range'], ['-000001-01-01T00:00:00Z', 'year_out_of_range'],
    ['2023-02-29T00:00:00Z', 'date_does_not_exist'], ['2024-13-01T00:00:00Z', 'date_does_not_exist'], ['2024-00-01T00:00:00Z', 'date_does_not_exist'], ['2024-04-31T00:00:00+09:00', 'date_does_not_exist'],
  ])('%j: %s', (text, code) => {
    const refused = parseInstant(text)
    expect(refused).toMatchObject({ code })
    expect('reason' in refused && refused.reason).toContain(JSON.stringify(text))
  })

  test('exactly where the grammar does', () => {
    const grammar = /^\d{4}-\d\d-\d\d[T ]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,9})?)?(Z|[+-]\d\d(:?[0-5]\d)?)$/
    const near = fc.tuple(fc.constantFrom('2024-03-01T09:30:00.123+01:00', '2024-03-01 09:30Z', '2024-03-01T09:30:00-0330'), fc.nat(28), fc.constantFrom('', ...'0123456789TZ:+-. z')).map(([text, at, put]) => text.slice(0, at) + put + text.slice(at + 1))
    fc.assert(fc.property(fc.oneof(near, fc.string()), (text) => {
      const read = parseInstant(text)
      const malformed = 'code' in read && read.code === 'not_an_instant'
      expect(malformed).toBe(!grammar.test(text))
    }), { numRuns: 5000 })
  })
})

describe('an instant is printed', () => {
  test.each([['2024-03-01T08:30:00.000Z', '2024-03-01T08:30:00Z'], ['2024-03-01T08:30:00.120Z', '2024-03-01T08:30:00.120Z'], ['0001-01-01T00:00:00.000Z', '0001-01-01T00:00:00Z']])('%s as %s', (utc, text) => {
    expect(formatInstant(new Date(utc).getTime())).toBe(text)
  })

  test('and read back', () => {
    fc.assert(fc.property(fc.integer({ min: -62_135_596_800_000, max: 253_402_300_799_999 }), (instant) => {
      expect(parseInstant(formatInstant(instant))).toEqual({ instant, offsetMinutes: 0 })
    }))
  })
})

describe('label days', () => {
  const at = (text: string): number => new Date(text).getTime()

  test('close when the day has ended at UTC−12', () => {
    const day = labelDay(at('2024-03-01T12:00:00Z'), 0)
    expect(formatDay(labelCalendar.today(at('2024-03-02T11:59:59.999Z')))).toBe('2024-03-01')
    expect(formatDay(labelCalendar.today(at('2024-03-02T12:00:00Z')))).toBe('2024-03-02')
    expect(formatInstant(labelCalendar.dayEnd(day))).toBe('2024-03-02T12:00:00Z')
  })

  test('all exist', () => {
    expect(labelCalendar.missingDays(-719_162, 2_932_897)).toBe(0)
    expect(labelCalendar.dayExists(15_338)).toBe(true)
  })
})
