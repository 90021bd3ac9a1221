import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatDay, parseDay } from '../../src/calendar/civil.ts'
import { localCalendar, type ZoneChange } from '../../src/calendar/local-calendar.ts'
import { scheduledInstant } from '../../src/calendar/schedule.ts'
import { subDaySpanOf, subDayWindows } from '../../src/calendar/sub-day.ts'
import { formatLocal } from '../../src/calendar/wall-time.ts'
import { wallOf } from './intl-clock.ts'

const DAY = 86_400_000
const HOUR = 3_600_000
const day = (text: string): number => parseDay(text) as number
const at = (text: string): number => new Date(text).getTime()
const calendarOf = (zone: string) => localCalendar([{ zone, from: 0 }])

/** The history of an entity that leaves its first zone at the local midnight that begins a day. */
function moved(from: string, to: string, text: string): readonly ZoneChange[] {
  return [{ zone: from, from: 0 }, { zone: to, from: calendarOf(from).dayStart(day(text)) }]
}

describe('a move', () => {
  test.each([
    // West: the day that had begun goes on until the new zone's midnight.
    ['Europe/Berlin', 'America/New_York', '2024-05-02', '2024-05-01', 30], ['Europe/Berlin', 'America/New_York', '2024-05-02', '2024-05-02', 24],
    // East: the new day is shorter.
    ['America/New_York', 'Europe/Berlin', '2024-05-02', '2024-05-01', 24], ['America/New_York', 'Europe/Berlin', '2024-05-02', '2024-05-02', 18],
    // Over the date line: a day of two days, or none.
    ['Pacific/Apia', 'Pacific/Pago_Pago', '2024-05-02', '2024-05-01', 48], ['Pacific/Pago_Pago', 'Pacific/Apia', '2024-05-02', '2024-05-02', 0],
    ['Etc/GMT+12', 'Pacific/Kiritimati', '2024-05-02', '2024-05-02', 0], ['Etc/GMT+12', 'Pacific/Kiritimati', '2024-05-02', '2024-05-03', 22],
    ['Pacific/Kiritimati', 'Etc/GMT+12', '2024-05-02', '2024-05-01', 50],
  ])('from %s to %s at %s: %s lasts %d hours', (from, to, when, text, hours) => {
    const calendar = localCalendar(moved(from, to, when))
    expect((calendar.dayEnd(day(text)) - calendar.dayStart(day(text))) / HOUR).toBe(hours)
    expect(calendar.dayExists(day(text))).toBe(hours > 0)
    expect(calendar.missingDays(day(text), day(text) + 1)).toBe(hours > 0 ? 0 : 1)
  })

  test('the first zone holds for all time before, too', () => {
    const calendar = localCalendar([{ zone: 'Asia/Tokyo', from: at('2024-01-01T00:00:00Z') }, { zone: 'UTC', from: at('2024-06-01T00:00:00Z') }])
    expect(formatDay(calendar.dayOf(at('1990-01-01T15:00:00Z')))).toBe('1990-01-02')
    expect(calendar.offsetSeconds(at('2024-05-31T23:59:59Z'))).toBe(32_400)
    expect(calendar.offsetSeconds(at('2024-06-01T00:00:00Z'))).toBe(0)
  })

  test('entities of equal histories share a calendar', () => {
    expect(localCalendar([{ zone: 'Asia/Tokyo', from: 1 }])).toBe(localCalendar([{ zone: 'Asia/Tokyo', from: 2 }]))
    expect(localCalendar(moved('Asia/Tokyo', 'UTC', '2024-05-02'))).toBe(localCalendar(moved('Asia/Tokyo', 'UTC', '2024-05-02')))
    expect(localCalendar(moved('Asia/Tokyo', 'UTC', '2024-05-02'))).not.toBe(localCalendar(moved('Asia/Tokyo', 'UTC', '2024-05-03')))
  })

  test('a zone that does not exist is refused', () => {
    expect(() => localCalendar([{ zone: 'UTC', from: 0 }, { zone: 'Mars/Olympus', from: 1 }])).toThrow(expect.objectContaining({ code: 'ZONE_UNKNOWN' }))
  })
})

const zones = fc.constantFrom(
  'UTC', 'Europe/Berlin', 'America/New_York', 'Pacific/Apia', 'Pacific/Pago_Pago', 'Pacific/Kiritimati', 'Etc/GMT+12', 'America/St_Johns', 'Australia/Lord_Howe',
  'Africa/Cairo', 'America/Havana', 'Asia/Kolkata', 'Asia/Kathmandu', 'Pacific/Kwajalein', 'Africa/Casablanca', 'Antarctica/Troll', 'America/Noronha',
)
const FROM = at('1985-01-01T00:00:00Z')
const TO = at('2035-01-01T00:00:00Z')
const instants = fc.integer({ min: FROM, max: TO })

/** Histories whose changes take effect at the entity's next midnight, as the catalogue makes them. */
const histories = fc.tuple(zones, fc.array(fc.tuple(zones, fc.integer({ min: FROM, max: TO }), fc.constantFrom(0, 1, 2)), { maxLength: 5 })).map(([first, moves]) => {
  const history: ZoneChange[] = [{ zone: first, from: 0 }]
  let last = FROM
  for (const [zone, drawn, near] of moves.toSorted((a, b) => a[1] - b[1])) {
    // Some moves come at the midnights right after the one before.
    const from = localCalendar(history).nextMidnight(near > 0 && history.length > 1 ? last + (near - 1) * DAY : Math.max(drawn, last))
    if (from <= last) continue
    history.push({ zone, from })
    last = from
  }
  return history
})

describe('any history', () => {
  test('its days partition time, and go on', () => {
    fc.assert(fc.property(histories, fc.array(instants, { minLength: 1, maxLength: 20 }), fc.integer({ min: -3, max: 3 }), (history, drawn, shift) => {
      const calendar = localCalendar(history)
      for (const near of [...drawn, ...history.slice(1).map((change) => change.from)]) {
        const instant = near + shift * 7_000_000
        const today = calendar.dayOf(instant)
        const start = calendar.dayStart(today)
        const end = calendar.dayEnd(today)
        expect(start <= instant && instant < end).toBe(true)
        expect([calendar.dayOf(start), calendar.dayOf(end - 1)]).toEqual([today, today])
        expect(calendar.dayOf(start - 1)).toBeLessThan(today)
        const next = calendar.dayOf(end)
        expect(next).toBeGreaterThan(today)
        expect(calendar.nextMidnight(instant)).toBe(end)
        expect(calendar.missingDays(today, next + 1)).toBe(next - today - 1)
        for (let missing = today + 1; missing < next; missing++) expect([calendar.dayExists(missing), calendar.dayStart(missing)]).toEqual([false, end])
      }
    }), { numRuns: 300 })
  })

  test('its day is the latest date that the clocks have shown', () => {
    fc.assert(fc.property(histories, instants, fc.nat(8), fc.integer({ min: -50, max: 50 }), (history, drawn, place, hours) => {
      const instant = (history[place]?.from || drawn) + hours * HOUR
      const zoneAt = (when: number): string => history.findLast((change, index) => index === 0 || change.from <= when)?.zone as string
      let latest = -Infinity
      // Offsets change on whole minutes since 1985, so the end of each minute in three days shows every date that was shown.
      const last = Math.floor(instant / 60_000) * 60_000
      for (let when = last - 3 * DAY; when <= last; when += 15 * 60_000) {
        latest = Math.max(latest, Math.floor(wallOf(zoneAt(when), when) / DAY), Math.floor(wallOf(zoneAt(when - 1), when - 1) / DAY))
      }
      for (const change of history) if (change.from > last - 3 * DAY && change.from <= instant) latest = Math.max(latest, Math.floor(wallOf(zoneAt(change.from - 1), change.from - 1) / DAY))
      latest = Math.max(latest, Math.floor(wallOf(zoneAt(instant), instant) / DAY))
      expect(localCalendar(history).dayOf(instant)).toBe(latest)
      const wall = wallOf(zoneAt(instant), instant)
      expect(localCalendar(history).offsetSeconds(instant) * 1000).toBe(wall - instant)
      expect(localCalendar(history).secondOfDay(instant)).toBe(Math.floor((wall - Math.floor(wall / DAY) * DAY) / 1000))
    }), { numRuns: 200 })
  })

  test('the windows of its hours partition its days', () => {
    fc.assert(fc.property(histories, instants, fc.nat(8), fc.constantFrom(1, 6), (history, drawn, place, size) => {
      const calendar = localCalendar(history)
      const today = calendar.dayOf(history[place]?.from || drawn)
      const windows = subDayWindows(calendar, today, size)
      expect(windows[0]?.from).toBe(calendar.dayStart(today))
      expect(windows.at(-1)?.to).toBe(calendar.dayEnd(today))
      expect(new Set(windows.map((window) => window.key)).size).toBe(windows.length)
      for (const [index, window] of windows.entries()) {
        if (index > 0) expect(window.from).toBe(windows[index - 1]?.to)
        if (index < windows.length - 1) expect(window.to - window.from).toBe(size * HOUR)
        expect(window.to).toBeGreaterThan(window.from)
        expect(at(window.key)).toBe(window.from)
        expect(subDaySpanOf(calendar, window.from, size)).toEqual({ from: window.from, to: window.to })
        expect(subDaySpanOf(calendar, window.to - 1, size)).toEqual({ from: window.from, to: window.to })
      }
    }), { numRuns: 300 })
  })

  test('what is scheduled runs once on each day, in order', () => {
    fc.assert(fc.property(histories, instants, fc.nat(8), fc.nat(1439), (history, drawn, place, minute) => {
      const calendar = localCalendar(history)
      const today = calendar.dayOf(history[place]?.from || drawn)
      const time = `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`
      const run = scheduledInstant(calendar, today, time) as number
      expect(run).toBeGreaterThanOrEqual(calendar.dayStart(today))
      expect(run).toBeLessThanOrEqual(calendar.dayEnd(today))
      const wall = run + calendar.offsetSeconds(run) * 1000
      expect(wall).toBeGreaterThanOrEqual(today * DAY + minute * 60_000)
      const before = run - 1 + calendar.offsetSeconds(run - 1) * 1000
      expect(before).toBeLessThan(today * DAY + minute * 60_000)
    }), { numRuns: 300 })
  })
})

describe('sub-day windows', () => {
  test.each([
    ['Europe/Berlin', '2024-05-01', 1, 24, 1], ['Europe/Berlin', '2024-10-27', 1, 25, 1], ['Europe/Berlin', '2024-03-31', 1, 23, 1],
    ['Europe/Berlin', '2024-10-27', 6, 4, 7], ['Europe/Berlin', '2024-03-31', 6, 4, 5],
    ['Australia/Lord_Howe', '2024-10-06', 1, 24, 0.5], ['Australia/Lord_Howe', '2024-04-07', 1, 24, 1.5], ['Australia/Lord_Howe', '2024-04-07', 6, 4, 6.5],
    ['Pacific/Kwajalein', '1969-09-30', 6, 8, 5], ['Pacific/Apia', '2011-12-30', 1, 0, undefined],
  ])('%s %s, of %i hours: %i, the last of %s hours', (zone, text, size, count, last) => {
    const windows = subDayWindows(calendarOf(zone), day(text), size)
    expect(windows).toHaveLength(count)
    expect(windows.at(-1) && ((windows.at(-1)?.to as number) - (windows.at(-1)?.from as number)) / HOUR).toBe(last)
  })

  test('a day shorter than half a window still has one', () => {
    // 22 hours, of which two are left after a second move.
    const calendar = localCalendar([...moved('Etc/GMT+12', 'Pacific/Kiritimati', '2024-05-02')])
    expect(subDayWindows(calendar, day('2024-05-03'), 48)).toHaveLength(1)
  })

  test('repeated hours have keys of their own', () => {
    const keys = subDayWindows(calendarOf('Europe/Berlin'), day('2024-10-27'), 1).map((window) => window.key)
    expect(keys.slice(1, 5)).toEqual(['2024-10-27T01:00:00+02:00', '2024-10-27T02:00:00+02:00', '2024-10-27T02:00:00+01:00', '2024-10-27T03:00:00+01:00'])
  })
})

describe('scheduled local times', () => {
  test.each([
    ['Europe/Berlin', '2027-03-28', '02:30', '2027-03-28T03:00:00+02:00'], ['Europe/Berlin', '2027-03-28', '03:00', '2027-03-28T03:00:00+02:00'],
    ['Europe/Berlin', '2024-10-27', '02:30', '2024-10-27T02:30:00+02:00'], ['Europe/Berlin', '2024-05-01', '00:00', '2024-05-01T00:00:00+02:00'],
    ['Asia/Beirut', '2024-03-31', '00:15', '2024-03-31T01:00:00+03:00'], ['America/Havana', '2024-11-03', '00:30', '2024-11-03T00:30:00-04:00'],
    ['America/St_Johns', '2010-11-06', '23:30', '2010-11-06T23:30:00-02:30'], ['America/St_Johns', '2010-11-07', '00:00', '2010-11-07T00:00:00-02:30'],
    ['America/St_Johns', '2010-11-07', '00:30', '2010-11-07T00:30:00-03:30'], ['Australia/Lord_Howe', '2024-10-06', '02:15', '2024-10-06T02:30:00+11:00'],
  ])('%s %s %s runs at %s', (zone, text, time, expected) => {
    const calendar = calendarOf(zone)
    expect(formatLocal(calendar, scheduledInstant(calendar, day(text), time) as number)).toBe(expected)
  })

  test('a day that does not exist runs nothing', () => expect(scheduledInstant(calendarOf('Pacific/Apia'), day('2011-12-30'), '03:00')).toBeNull())

  test.each(['24:00', '9:30', '09:60', '0930', '09:30:00', ''])('%j is no time of day', (time) => {
    expect(() => scheduledInstant(calendarOf('UTC'), 0, time)).toThrow(RangeError)
  })
})
