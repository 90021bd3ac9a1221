import { describe, expect, test } from 'vitest'
import { dayOfText, textOfDay } from './civil.ts'
import { ZoneHistory } from './local-day.ts'

// Every number here was worked out on paper from docs/semantics.md, none by running the model.

describe('local days', () => {
  test.each([
    ['Europe/Dublin', '2024-03-31T22:59:59.999Z', '2024-03-31', 'a day of 23 hours'],
    ['Europe/Dublin', '2024-03-31T23:00:00.000Z', '2024-04-01', 'and its end'],
    ['America/Havana', '2024-11-03T04:00:00.000Z', '2024-11-03', 'midnight comes twice'],
    ['America/Havana', '2024-11-03T05:00:00.000Z', '2024-11-03', 'the second is no new day'],
    ['America/Havana', '2024-11-04T04:59:59.999Z', '2024-11-03', 'a day of 25 hours'],
    ['America/St_Johns', '2010-11-07T02:29:59.999Z', '2010-11-06', 'before midnight'],
    ['America/St_Johns', '2010-11-07T02:30:00.000Z', '2010-11-07', 'midnight'],
    ['America/St_Johns', '2010-11-07T02:31:00.000Z', '2010-11-07', 'the clock shows 23:01 of the 6th, the day does not go back'],
    ['Africa/Cairo', '2014-05-15T21:59:59.999Z', '2014-05-15', 'before a midnight that does not exist'],
    ['Africa/Cairo', '2014-05-15T22:00:00.000Z', '2014-05-16', 'the first instant after the gap'],
    ['Asia/Kathmandu', '2024-05-01T18:14:59.999Z', '2024-05-01', 'a quarter hour'],
    ['Asia/Kathmandu', '2024-05-01T18:15:00.000Z', '2024-05-02', 'a quarter hour'],
    ['Pacific/Apia', '2011-12-30T09:59:59.999Z', '2011-12-29', 'the last instant before the date line'],
    ['Pacific/Apia', '2011-12-30T10:00:00.000Z', '2011-12-31', 'the first one behind it'],
    ['Australia/Lord_Howe', '2024-04-06T12:59:59.999Z', '2024-04-06', 'UTC+11'],
    ['Australia/Lord_Howe', '2024-04-07T13:29:59.999Z', '2024-04-07', 'a day of 24.5 hours'],
  ])('%s: %s is %s (%s)', (zone, at, day) => {
    expect(textOfDay(new ZoneHistory(zone).dayAt(Date.parse(at)))).toBe(day)
  })

  test('Apia never had 30 December 2011', () => {
    const apia = new ZoneHistory('Pacific/Apia')
    expect(['2011-12-29', '2011-12-30', '2011-12-31'].map((day) => apia.exists(dayOfText(day)))).toEqual([true, false, true])
  })

  test('a move east at midnight jumps over a day', () => {
    const moved = new ZoneHistory('Pacific/Pago_Pago')
    // 01:00 of the 10th there; midnight is at 11:00Z, when it is 01:00 of the 12th on Kiritimati.
    moved.change('Pacific/Kiritimati', Date.parse('2024-05-10T12:00:00Z'))
    expect(textOfDay(moved.dayAt(Date.parse('2024-05-11T10:59:59.999Z')))).toBe('2024-05-10')
    expect(textOfDay(moved.dayAt(Date.parse('2024-05-11T11:00:00Z')))).toBe('2024-05-12')
    expect(moved.exists(dayOfText('2024-05-11'))).toBe(false)
  })

  test('a move west at midnight makes the day longer', () => {
    const moved = new ZoneHistory('Pacific/Kiritimati')
    // 02:00 of the 11th there; at its midnight it is 23:00 of the 10th on Pago Pago.
    moved.change('Pacific/Pago_Pago', Date.parse('2024-05-10T12:00:00Z'))
    expect(textOfDay(moved.dayAt(Date.parse('2024-05-11T10:00:00Z')))).toBe('2024-05-11')
    expect(textOfDay(moved.dayAt(Date.parse('2024-05-12T10:59:59.999Z')))).toBe('2024-05-11')
    expect(textOfDay(moved.dayAt(Date.parse('2024-05-12T11:00:00Z')))).toBe('2024-05-12')
    expect(moved.exists(dayOfText('2024-05-11'))).toBe(true)
  })
})
