import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DayLine } from '../../src/calendar/day-line.ts'
import type { OffsetSource } from '../../src/calendar/offsets.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
/** The midnight before one page of the line ends and the next begins: 2^25 seconds each. */
const SEAM = Math.floor((50 * 33_554_432_000) / DAY) * DAY

/** Clocks that no zone has: up to six changes of any size within four days around a seam between pages. */
const clocks = fc.array(fc.tuple(fc.integer({ min: -96, max: 96 }), fc.constantFrom(-15, -12, -5, 0, 3, 12, 15)), { minLength: 1, maxLength: 6 }).map((changes) => {
  const spans = [{ from: -Infinity, offsetMs: 0 }]
  for (const [halfHours, offsetHours] of changes.toSorted((a, b) => a[0] - b[0])) {
    const from = SEAM + halfHours * (HOUR / 2)
    if (from > (spans.at(-1)?.from as number)) spans.push({ from, offsetMs: offsetHours * HOUR })
  }
  return spans
})

test('days never go back, are found by their first instant, and are counted when skipped, on any clock', () => {
  fc.assert(fc.property(clocks, (spans) => {
    const source: OffsetSource = (from, to) => spans.filter((span, place) => span.from < to && (spans[place + 1]?.from ?? Infinity) > from)
    const line = new DayLine(source, { from: SEAM - 10 * DAY, to: SEAM + 10 * DAY })
    // By hand, half hour by half hour: the spans change on half hours only.
    let latest = -Infinity
    let skipped = 0
    // Collected, since an `expect` for each half hour takes longer than the rest.
    const problems: string[] = []
    const check = (what: string, instant: number, found: unknown, wanted: unknown): void => {
      if (found !== wanted) problems.push(`${what} at ${new Date(instant).toISOString()}: ${String(found)}, not ${String(wanted)}`)
    }
    const first = Math.floor((SEAM - 5 * DAY) / DAY)
    for (let instant = SEAM - 5 * DAY; instant < SEAM + 5 * DAY; instant += HOUR / 2) {
      const offsetMs = spans.findLast((span) => span.from <= instant)?.offsetMs as number
      const date = Math.floor((instant + offsetMs) / DAY)
      if (latest !== -Infinity && date > latest) {
        skipped += date - latest - 1
        for (let day = latest + 1; day <= date; day++) {
          check('dayStart', instant, line.dayStart(day), instant)
          check('dayExists', instant, line.dayExists(day), day === date)
        }
      }
      latest = Math.max(latest, date)
      check('dayOf', instant, line.dayOf(instant), latest)
      check('offsetMs', instant, line.offsetMs(instant), offsetMs)
    }
    expect(problems).toEqual([])
    expect(line.countMissing(first, latest + 1)).toBe(skipped)
  }), { numRuns: 500 })
})

test('an instant that is no number is refused', () => {
  expect(() => new DayLine(() => [], null).dayOf(Number.NaN)).toThrow(RangeError)
})
