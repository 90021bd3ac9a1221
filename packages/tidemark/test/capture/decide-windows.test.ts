import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatDay } from '../../src/calendar/civil.ts'
import { localCalendar } from '../../src/calendar/local-calendar.ts'
import { daysToCapture, decideWindows, skipOf } from '../../src/capture/decide-windows.ts'
import type { Cadence } from '../../src/definitions/frequency.ts'
import type { CollectedEntity, WindowKey } from '../../src/stores/contract/collected.ts'
import { at, day, HOUR, ZONES } from '../tiers/sample.ts'
import { decision, definitionOf, entityOf } from './campaigns.ts'

const live = definitionOf()
const past = definitionOf({ past: true })

const since = (from: string, cadence: Cadence, change: Partial<CollectedEntity> = {}) => entityOf({ decisions: [decision(from, cadence)], ...change })
const zone = (name: string) => ({ zones: [{ zone: name, from: 0 }] })

/** What is asked for at an instant, as ISO instants; else why nothing is. */
function asked(series: typeof live, entity: CollectedEntity, now: string, captured: readonly string[] = []) {
  const days = daysToCapture(series, entity, at(now))
  const known = new Set(captured.map(at))
  const decided = days === null ? { due: [], captured: [], waiting: 0, sealed: 0 } : decideWindows(series, entity, days, known, at(now))
  return skipOf(entity, decided, at(now)) ?? decided.due.map(spelled)
}

const iso = (instant: number) => new Date(instant).toISOString().slice(0, 16)
const spelled = (window: WindowKey) => `${formatDay(window.day)} ${iso(window.at)}–${iso(window.to)}`

describe('a source without a past', () => {
  it.each<[string, CollectedEntity, string, readonly string[], string | readonly string[]]>([
    ['the hour that holds now', since('2026-03-01', 'hour'), '2026-03-10T13:59:59Z', [], ['2026-03-10 2026-03-10T13:00–2026-03-10T14:00']],
    ['the quarter of a day that holds now', since('2026-03-01', 'sixHours'), '2026-03-10T12:00:00Z', [], ['2026-03-10 2026-03-10T12:00–2026-03-10T18:00']],
    ['the day', since('2026-03-01', 'day'), '2026-03-10T00:00:00Z', [], ['2026-03-10 2026-03-10T00:00–2026-03-11T00:00']],
    ['a last day', since('2026-03-10', 'final'), '2026-03-10T09:00:00Z', [], ['2026-03-10 2026-03-10T00:00–2026-03-11T00:00']],
    ['nothing twice', since('2026-03-01', 'hour'), '2026-03-10T13:30:00Z', ['2026-03-10T13:00:00Z'], 'already_captured'],
    ['no missed hour', since('2026-03-01', 'hour'), '2026-03-10T13:30:00Z', ['2026-03-10T10:00:00Z'], ['2026-03-10 2026-03-10T13:00–2026-03-10T14:00']],
    ['nothing of who was never enrolled', entityOf(), '2026-03-10T13:30:00Z', [], 'not_enrolled'],
    ['nothing before the enrolment', since('2026-03-11', 'day'), '2026-03-10T13:30:00Z', [], 'not_enrolled'],
    ['nothing of who has ended', entityOf({ decisions: [decision('2026-03-01', 'day'), decision('2026-03-05', 'never')] }), '2026-03-10T13:30:00Z', [], 'entity_ended'],
    ['no second last day', since('2026-03-09', 'final', { latestAt: at('2026-03-09T00:00:00Z') }), '2026-03-10T09:00:00Z', [], 'already_captured'],
    ['a last day, whatever was captured before it', since('2026-03-10', 'final', { latestAt: at('2026-03-09T23:00:00Z') }), '2026-03-10T09:00:00Z', [], ['2026-03-10 2026-03-10T00:00–2026-03-11T00:00']],
    ['nothing that is rolled up, when the clock was set back', since('2026-03-01', 'hour', { capturedFrom: day('2026-03-11') }), '2026-03-10T13:30:00Z', [], 'window_sealed'],
  ])('is asked for %s', (_name, entity, now, captured, expected) => {
    expect(asked(live, entity, now, captured)).toEqual(expected)
  })

  it('has whole days wait for their local time, and hours not', () => {
    const late = definitionOf({ at: '02:30' })
    const berlin = zone('Europe/Berlin')
    expect(asked(late, since('2026-03-01', 'day', berlin), '2026-03-10T01:29:59Z')).toBe('not_due')
    expect(asked(late, since('2026-03-01', 'day', berlin), '2026-03-10T01:30:00Z')).toEqual(['2026-03-10 2026-03-09T23:00–2026-03-10T23:00'])
    expect(asked(late, since('2026-03-01', 'hour', berlin), '2026-03-09T23:10:00Z')).toEqual(['2026-03-10 2026-03-09T23:00–2026-03-10T00:00'])
    // On 29 March 02:30 is skipped, and 03:00 summer time is the first instant after it; on 25 October it comes twice.
    expect(asked(late, since('2026-03-01', 'day', berlin), '2026-03-29T00:59:59Z')).toBe('not_due')
    expect(asked(late, since('2026-03-01', 'day', berlin), '2026-03-29T01:00:00Z')).toEqual(['2026-03-29 2026-03-28T23:00–2026-03-29T22:00'])
    expect(asked(late, since('2026-03-01', 'day', berlin), '2026-10-25T00:30:00Z')).toEqual(['2026-10-25 2026-10-24T22:00–2026-10-25T23:00'])
  })

  it('is asked for the pieces of days of 23, 25, 24.5 and 23.5 hours', () => {
    const last = (name: string, cadence: Cadence, now: string) => asked(live, since('2026-03-01', cadence, zone(name)), now)
    // 25 hours in Berlin: 6 + 6 + 6 + 7.
    expect(last('Europe/Berlin', 'sixHours', '2026-10-25T22:30:00Z')).toEqual(['2026-10-25 2026-10-25T16:00–2026-10-25T23:00'])
    expect(last('Europe/Berlin', 'hour', '2026-10-25T22:30:00Z')).toEqual(['2026-10-25 2026-10-25T22:00–2026-10-25T23:00'])
    expect(last('Europe/Berlin', 'sixHours', '2026-03-29T21:30:00Z')).toEqual(['2026-03-29 2026-03-29T17:00–2026-03-29T22:00'])
    // 24.5 hours at Lord Howe are 24 pieces, the last of an hour and a half; 23.5 are 24, the last of half an hour.
    expect(last('Australia/Lord_Howe', 'hour', '2026-04-05T12:10:00Z')).toEqual(['2026-04-05 2026-04-05T12:00–2026-04-05T13:30'])
    expect(last('Australia/Lord_Howe', 'hour', '2026-10-04T12:45:00Z')).toEqual(['2026-10-04 2026-10-04T12:30–2026-10-04T13:00'])
  })

  it('is asked for no day that there was not, and for the day an entity moves into', () => {
    const apia = since('2011-12-01', 'day', zone('Pacific/Apia'))
    expect(asked(live, apia, '2011-12-30T09:59:00Z')).toEqual(['2011-12-29 2011-12-29T10:00–2011-12-30T10:00'])
    expect(asked(live, apia, '2011-12-30T10:00:00Z')).toEqual(['2011-12-31 2011-12-30T10:00–2011-12-31T10:00'])
    // From Berlin to Honolulu at the midnight after 9 March: that day goes on until it is midnight in Honolulu too.
    const moved = since('2026-03-01', 'day', { zones: [{ zone: 'Europe/Berlin', from: 0 }, { zone: 'Pacific/Honolulu', from: at('2026-03-09T23:00:00Z') }] })
    expect(asked(live, moved, '2026-03-10T00:00:00Z')).toEqual(['2026-03-09 2026-03-08T23:00–2026-03-10T10:00'])
  })

  it('is asked for every window exactly once by captures close enough, in any zone', () => {
    fc.assert(fc.property(
      fc.constantFrom(...ZONES), fc.constantFrom<Cadence>('hour', 'sixHours', 'day'),
      fc.constantFrom('2011-12-28', '2026-03-06', '2026-03-27', '2026-04-03', '2026-09-25', '2026-10-02', '2026-10-23', '2026-10-30'),
      (name, cadence, start) => {
        const from = at(`${start}T00:00:00Z`)
        const entity = since('2011-01-01', cadence, zone(name))
        const windows: WindowKey[] = []
        const captured = new Set<number>()
        for (let now = from; now < from + 96 * HOUR; now += HOUR / 4) {
          const days = daysToCapture(live, entity, now)
          for (const window of decideWindows(live, entity, days as NonNullable<typeof days>, captured, now).due) {
            expect(now).toBeGreaterThanOrEqual(window.at)
            expect(now).toBeLessThan(window.to)
            captured.add(window.at)
            windows.push(window)
          }
        }
        // No gap, no overlap, and each within the day it is of.
        const calendar = localCalendar(entity.zones)
        for (const [place, window] of windows.entries()) {
          if (place > 0) expect(window.at).toBe(windows[place - 1]?.to)
          expect(calendar.dayOf(window.at)).toBe(window.day)
          expect(calendar.dayOf(window.to - 1)).toBe(window.day)
        }
        expect(windows.length).toBeGreaterThan(cadence === 'day' ? 3 : 10)
      },
    ), { numRuns: 150 })
  })
})

describe('a source that answers for the past', () => {
  it('is asked for every window that is over and was missed, oldest first', () => {
    const entity = since('2026-03-08', 'sixHours', { capturedFrom: day('2026-03-09') })
    // The 8th has been rolled up; the window that holds now is not over.
    expect(asked(past, entity, '2026-03-10T07:00:00Z', ['2026-03-09T06:00:00Z', '2026-03-09T18:00:00Z'])).toEqual([
      '2026-03-09 2026-03-09T00:00–2026-03-09T06:00', '2026-03-09 2026-03-09T12:00–2026-03-09T18:00', '2026-03-10 2026-03-10T00:00–2026-03-10T06:00',
    ])
  })

  it('goes by the cadence that was in force on each day', () => {
    const entity = entityOf({ decisions: [decision('2026-03-06', 'day'), decision('2026-03-07', 'sixHours'), decision('2026-03-08', 'never'), decision('2026-03-09', 'day')] })
    expect(asked(past, entity, '2026-03-10T01:00:00Z')).toEqual([
      '2026-03-06 2026-03-06T00:00–2026-03-07T00:00',
      '2026-03-07 2026-03-07T00:00–2026-03-07T06:00', '2026-03-07 2026-03-07T06:00–2026-03-07T12:00', '2026-03-07 2026-03-07T12:00–2026-03-07T18:00', '2026-03-07 2026-03-07T18:00–2026-03-08T00:00',
      '2026-03-09 2026-03-09T00:00–2026-03-10T00:00',
    ])
  })

  it('is asked for a whole day once the local time of the next one has come', () => {
    const late = definitionOf({ past: true, at: '03:00' })
    const apia = since('2011-12-29', 'day', zone('Pacific/Apia'))
    // The day after the 29th is the 31st; it begins at 10:00 UTC.
    expect(asked(late, apia, '2011-12-30T12:59:59Z')).toBe('not_due')
    expect(asked(late, apia, '2011-12-30T13:00:00Z')).toEqual(['2011-12-29 2011-12-29T10:00–2011-12-30T10:00'])
    expect(asked(late, apia, '2011-12-31T13:00:00Z', ['2011-12-29T10:00:00Z'])).toEqual(['2011-12-31 2011-12-30T10:00–2011-12-31T10:00'])
  })

  it('is asked for one last day, the next only while there is none', () => {
    const final = since('2026-03-08', 'final')
    expect(asked(past, final, '2026-03-08T23:00:00Z')).toBe('not_due')
    expect(asked(past, final, '2026-03-10T12:00:00Z')).toEqual(['2026-03-08 2026-03-08T00:00–2026-03-09T00:00'])
    expect(asked(past, { ...final, latestAt: at('2026-03-08T00:00:00Z') }, '2026-03-10T12:00:00Z', ['2026-03-08T00:00:00Z'])).toBe('already_captured')
    // Whatever days are looked at together: the later ones are not asked for while the first is not captured.
    const later = (entity: CollectedEntity, from: string) => decideWindows(past, entity, { from: day(from), to: day('2026-05-01') }, new Set(), at('2026-05-01T12:00:00Z')).due.map(({ day: of }) => formatDay(of))
    expect(later(final, '2026-03-09')).toEqual([])
    expect(later(final, '2026-03-01')).toEqual(['2026-03-08'])
    // Once its day has been rolled up, the next one is asked for; after a return none is.
    expect(later({ ...final, capturedFrom: day('2026-03-15') }, '2026-03-01')).toEqual(['2026-03-15'])
    expect(later(entityOf({ decisions: [decision('2026-03-08', 'final'), decision('2026-03-12', 'day')], latestAt: at('2026-04-29T00:00:00Z') }), '2026-03-01')[0]).toBe('2026-03-12')
  })

  it('says why nothing is asked for', () => {
    expect(asked(past, entityOf(), '2026-03-10T07:00:00Z')).toBe('not_enrolled')
    expect(asked(past, since('2026-03-10', 'day'), '2026-03-10T07:00:00Z')).toBe('not_due')
    expect(asked(past, since('2026-03-09', 'day'), '2026-03-10T07:00:00Z', ['2026-03-09T00:00:00Z'])).toBe('already_captured')
    expect(asked(past, entityOf({ decisions: [decision('2026-03-09', 'day'), decision('2026-03-10', 'never')] }), '2026-03-10T07:00:00Z', ['2026-03-09T00:00:00Z'])).toBe('entity_ended')
  })

  it('has captured and sealed windows told apart, for a backfill', () => {
    const entity = since('2026-03-07', 'day', { capturedFrom: day('2026-03-08') })
    const decided = decideWindows(past, entity, { from: day('2026-03-01'), to: day('2026-03-20') }, new Set([at('2026-03-08T00:00:00Z')]), at('2026-03-10T01:00:00Z'))
    expect({ ...decided, due: decided.due.map(({ day: of }) => formatDay(of)), captured: decided.captured.map(({ day: of }) => formatDay(of)) })
      .toEqual({ due: ['2026-03-09'], captured: ['2026-03-08'], waiting: 1, sealed: 1 })
  })
})
