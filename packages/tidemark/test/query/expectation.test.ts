import fc from 'fast-check'
import { expect, test } from 'vitest'
import { localCalendar } from '../../src/calendar/local-calendar.ts'
import { subDayWindows } from '../../src/calendar/sub-day.ts'
import type { Cadence } from '../../src/definitions/frequency.ts'
import { dayLengthsOf } from '../../src/query/collected/day-lengths.ts'
import { Expectation } from '../../src/query/collected/expectation.ts'
import type { FrequencyDecision } from '../../src/stores/contract/collected.ts'

const ZONES = ['UTC', 'Europe/Berlin', 'America/St_Johns', 'Australia/Lord_Howe', 'Pacific/Apia', 'Africa/Casablanca']
const CADENCES: readonly Cadence[] = ['hour', 'sixHours', 'day', 'final', 'never']

/** Around the days on which Berlin's and St John's clocks change, Casablanca's Ramadan, and the day that Apia skipped. */
const days = fc.oneof(fc.integer({ min: 15_300, max: 15_360 }), fc.integer({ min: 19_780, max: 19_840 }))

const basis = fc.record({
  zone: fc.constantFrom(...ZONES),
  decisions: fc.array(fc.record({ day: days, cadence: fc.constantFrom(...CADENCES), hour: fc.integer({ min: 0, max: 30 }) }), { maxLength: 5 }),
  past: fc.boolean(), clockDay: days, clockHour: fc.integer({ min: 0, max: 30 }), erased: fc.boolean(), from: days, length: fc.integer({ min: 0, max: 40 }),
})

test('windows counted by intervals are those that a walk through every window counts', () => {
  fc.assert(fc.property(basis, ({ zone, decisions: drawn, past, clockDay, clockHour, erased, from, length }) => {
    const calendar = localCalendar([{ zone, from: 0 }])
    const clock = calendar.dayStart(clockDay) + clockHour * 3_600_000 + 1
    const sorted = [...new Map(drawn.map((one) => [one.day, one])).values()].sort((a, b) => a.day - b.day)
    while (sorted[0]?.cadence === 'never') sorted.shift()
    const decisions = sorted.map(({ day, cadence, hour }): FrequencyDecision => ({ day, cadence, at: calendar.dayStart(day) + hour * 3_600_000, status: null, activity: null }))
    const expectation = new Expectation({ lengths: dayLengthsOf(calendar), decisions, past, clock, erased: erased && decisions.length === 0 })
    const walked = { expected: 0, beforeEnrolment: 0, ended: 0, erased: 0, open: 0, over: 0 }
    for (let day = from; day < from + length; day++) {
      if (!calendar.dayExists(day)) continue
      const decision = decisions.findLast((one) => one.day <= day)
      const size = decision?.cadence === 'hour' ? 1 : decision?.cadence === 'sixHours' ? 6 : null
      const windows = size === null ? [{ to: calendar.dayEnd(day) }] : subDayWindows(calendar, day, size)
      for (const { to } of windows) {
        walked.expected++
        if (decision === undefined) walked[erased && decisions.length === 0 && day <= calendar.dayOf(clock) ? 'erased' : 'beforeEnrolment']++
        else if (decision.cadence === 'never') walked.ended++
        else if (!past && decision === decisions[0] && day === decision.day && to <= decision.at) walked.beforeEnrolment++
        else walked[to > clock ? 'open' : 'over']++
      }
    }
    expect({ ...expectation.count(from, from + length) }).toEqual(walked)
    for (const day of [from, from + length]) expect(expectation.cadenceOf(day)).toBe(decisions.findLast((one) => one.day <= day)?.cadence ?? null)
  }), { numRuns: 400 })
})
