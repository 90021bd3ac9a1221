import { describe, expect, test } from 'vitest'
import { formatDay, parseDay } from '../../src/calendar/civil.ts'
import { formatInstant } from '../../src/calendar/instant.ts'
import { localCalendar } from '../../src/calendar/local-calendar.ts'
import { tzdataVersion } from '../../src/calendar/tzdata.ts'
import { formatLocal } from '../../src/calendar/wall-time.ts'
import { isZone, zoneOf } from '../../src/calendar/zone.ts'

const day = (text: string): number => parseDay(text) as number
const at = (text: string): number => new Date(text).getTime()

describe('zone names', () => {
  test.each(['UTC', 'utc', 'Europe/Berlin', 'europe/berlin', 'Europe/Kyiv', 'Asia/Calcutta', 'Asia/Kolkata', 'US/Eastern', 'EST', 'MST', 'CET', 'GMT', 'EST5EDT', 'Etc/GMT+12', 'America/Argentina/Buenos_Aires'])('%s is one', (name) => expect(isZone(name)).toBe(true))

  test.each(['', 'Berlin', 'Europe/Berln', '+01:00', '-0500', 'UTC+1', 'PST', 'BST', 'IST', 'CST', 'SystemV/PST8', 'Etc/Unknown', ' UTC', 'UTC '])('%j is none', (name) => {
    expect(isZone(name)).toBe(false)
    expect(() => zoneOf(name)).toThrow(expect.objectContaining({ code: 'ZONE_UNKNOWN', message: expect.stringContaining(JSON.stringify(name)) }))
  })

  test('no name is none: it does not stand for the zone of the machine', () => {
    for (const name of [undefined, null, ['Europe/Berlin']]) expect(isZone(name as never)).toBe(false)
  })

  test('give the same object each time', () => expect(zoneOf('Europe/Berlin')).toBe(zoneOf('Europe/Berlin')))

  test('come from a database whose version is told', () => expect(tzdataVersion()).toMatch(/^20\d\d[a-z]+$/))
})

describe('days of unusual length', () => {
  test.each([
    ['Europe/Berlin', '2024-03-30', 24], ['Europe/Berlin', '2024-03-31', 23], ['Europe/Berlin', '2024-10-27', 25],
    ['Australia/Lord_Howe', '2024-10-06', 23.5], ['Australia/Lord_Howe', '2024-04-07', 24.5],
    ['Africa/Cairo', '2024-04-26', 23], ['Africa/Cairo', '2024-10-31', 25], ['Asia/Beirut', '2024-03-31', 23],
    ['America/Havana', '2024-03-10', 23], ['America/Havana', '2024-11-03', 25],
    ['America/St_Johns', '2010-03-14', 23], ['America/St_Johns', '2010-11-06', 24], ['America/St_Johns', '2010-11-07', 25],
    // Two hours of summer time, from a station in Antarctica.
    ['Antarctica/Troll', '2024-03-31', 22], ['Antarctica/Troll', '2024-10-27', 26],
    // Over the date line towards America: a date twice, and a day of two days' length.
    ['Pacific/Kwajalein', '1969-09-30', 47], ['America/Sitka', '1867-10-19', 48],
    // The end of a local mean time, 44 minutes and 30 seconds behind.
    ['Africa/Monrovia', '1972-01-07', 23 + 15 / 60 + 30 / 3600],
  ])('%s %s lasts %d hours', (name, text, hours) => {
    const zone = zoneOf(name)
    expect((zone.dayStart(day(text) + 1) - zone.dayStart(day(text))) / 3_600_000).toBe(hours)
    expect(zone.dayExists(day(text))).toBe(true)
  })

  test.each([
    ['Africa/Cairo', '2024-04-26', '2024-04-26T01:00:00+03:00'], ['Asia/Beirut', '2024-03-31', '2024-03-31T01:00:00+03:00'], ['America/Havana', '2024-03-10', '2024-03-10T01:00:00-04:00'],
    ['America/Havana', '2024-11-03', '2024-11-03T00:00:00-04:00'], ['America/St_Johns', '2010-11-07', '2010-11-07T00:00:00-02:30'], ['America/Sao_Paulo', '2018-11-04', '2018-11-04T01:00:00-02:00'],
    ['Europe/Berlin', '1800-01-01', '1800-01-01T00:00:00+00:53:28'], ['Asia/Manila', '1844-12-31', '1845-01-01T00:00:00+08:03:52'],
  ])('%s %s begins at %s', (name, text, start) => {
    expect(formatLocal(localCalendar([{ zone: name, from: 0 }]), zoneOf(name).dayStart(day(text)))).toBe(start)
  })
})

describe('short excursions are not overlooked', () => {
  // The shortest in the database: four days in 1939, seven in Brazil and Gaza.
  test.each([
    ['America/Recife', '2000-10-07', -10_800], ['America/Recife', '2000-10-10', -7200], ['America/Recife', '2000-10-16', -10_800], ['America/Noronha', '2000-10-10', -3600],
    ['America/Boa_Vista', '2000-10-10', -10_800], ['Europe/Vienna', '1945-04-06', 7200], ['Africa/Casablanca', '2024-03-20', 0], ['Africa/Casablanca', '2024-05-20', 3600],
  ])('%s %s is %i seconds from UTC', (name, text, offset) => expect(zoneOf(name).offsetSeconds(at(`${text}T12:00:00Z`))).toBe(offset))
})

describe('a clock set back across midnight', () => {
  test.each([
    ['2010-11-07T02:29:59.999Z', '2010-11-06', '23:59:59'], ['2010-11-07T02:30:00Z', '2010-11-07', '00:00:00'], ['2010-11-07T02:31:00Z', '2010-11-07', '23:01:00'],
    ['2010-11-07T03:29:59Z', '2010-11-07', '23:59:59'], ['2010-11-07T03:30:00Z', '2010-11-07', '00:00:00'], ['2010-11-08T03:30:00Z', '2010-11-08', '00:00:00'],
  ])('does not take the day back: St. John’s at %s is in %s, its clock at %s', (instant, text, wall) => {
    expect(formatDay(zoneOf('America/St_Johns').dayOf(at(instant)))).toBe(text)
    expect(formatLocal(localCalendar([{ zone: 'America/St_Johns', from: 0 }]), at(instant)).slice(11, 19)).toBe(wall)
  })

  test('stays in the old day where the new one has not been shown: Cairo, 24:00 → 23:00', () => {
    const zone = zoneOf('Africa/Cairo')
    expect(formatDay(zone.dayOf(at('2024-10-31T21:00:00Z')))).toBe('2024-10-31')
    expect(formatInstant(zone.dayStart(day('2024-11-01')))).toBe('2024-10-31T22:00:00Z')
  })
})

describe('days that do not exist', () => {
  test.each([
    ['Pacific/Apia', '2011-12-30'], ['Pacific/Fakaofo', '2011-12-30'], ['Pacific/Kwajalein', '1993-08-21'], ['Pacific/Kiritimati', '1994-12-31'], ['Pacific/Enderbury', '1994-12-31'], ['Asia/Manila', '1844-12-31'],
  ])('%s has no %s', (name, text) => {
    const zone = zoneOf(name)
    const calendar = localCalendar([{ zone: name, from: 0 }])
    const missing = day(text)
    expect(zone.dayExists(missing)).toBe(false)
    expect(zone.dayStart(missing)).toBe(zone.dayStart(missing + 1))
    expect([zone.dayOf(zone.dayStart(missing) - 1), zone.dayOf(zone.dayStart(missing))]).toEqual([missing - 1, missing + 1])
    expect(calendar.dayEnd(missing)).toBe(calendar.dayStart(missing))
    expect(calendar.nextMidnight(zone.dayStart(missing - 1))).toBe(zone.dayStart(missing + 1))
    expect([calendar.missingDays(missing, missing + 1), calendar.missingDays(-719_162, 2_932_897), calendar.missingDays(missing + 1, missing + 900), calendar.missingDays(missing, missing)]).toEqual([1, 1, 0, 0])
  })
})
