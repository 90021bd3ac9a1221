import { describe, expect, test } from 'vitest'
import { dayOfCivil, formatDay } from '../../src/calendar/civil.ts'
import { DAY_MS } from '../../src/calendar/day.ts'
import { localCalendar } from '../../src/calendar/local-calendar.ts'
import { zoneOf } from '../../src/calendar/zone.ts'
import { wallOf } from './intl-clock.ts'
import { numbersFrom } from './seeded.ts'

// Every zone that the platform lists, 1970–2100: about 20 million days and 60,000 changes of offset. Plain `if`s and
// one `expect` a zone, since an `expect` for each of those would take minutes.
const ZONES = Intl.supportedValuesOf('timeZone')
const FROM = dayOfCivil(1970, 1, 1)
const TO = dayOfCivil(2100, 1, 1)
const SEED = Number(process.env['TIDEMARK_SEED'] ?? 20_240_301)

describe.each(ZONES)('%s', (name) => {
  const zone = zoneOf(name)
  const random = numbersFrom(SEED, name)

  test('its days partition 1970–2100, and agree with Intl', () => {
    const problems: string[] = []
    let missing = 0
    for (let day = FROM; day < TO; day++) {
      const start = zone.dayStart(day)
      if (!zone.dayExists(day)) {
        missing++
        if (start !== zone.dayStart(day + 1)) problems.push(`${formatDay(day)} is missing, but has an instant`)
        continue
      }
      const end = zone.dayStart(day + 1)
      if (!(start < end)) problems.push(`${formatDay(day)} is empty`)
      if (zone.dayOf(start) !== day || zone.dayOf(end - 1) !== day) problems.push(`${formatDay(day)} does not hold its ends`)
      if (!(zone.dayOf(start - 1) < day)) problems.push(`the instant before ${formatDay(day)} lies in it`)
    }
    const counted = localCalendar([{ zone: name, from: 0 }]).missingDays(FROM, TO)
    if (counted !== missing) problems.push(`${counted} missing days counted, ${missing} found`)

    const from = FROM * DAY_MS
    const to = TO * DAY_MS
    const changes = zone.line.spans(from, to).slice(1).flatMap((span) => [span.from - 1000, span.from - 1, span.from])
    const drawn = Array.from({ length: 100 }, () => from + Math.floor(random() * (to - from)))
    for (const instant of [...changes, ...drawn]) problems.push(...disagreements(name, instant))
    expect(problems.slice(0, 5)).toEqual([])
  })

  test('agrees with Intl from year 1 to 9999', () => {
    const from = dayOfCivil(1, 1, 2) * DAY_MS
    const drawn = [
      ...Array.from({ length: 10 }, () => from + Math.floor(random() * (FROM * DAY_MS - from))),
      ...Array.from({ length: 10 }, () => Date.UTC(1840, 0, 1) + Math.floor(random() * 130 * 365 * DAY_MS)),
      ...Array.from({ length: 2 }, () => TO * DAY_MS + Math.floor(random() * 7899 * 365 * DAY_MS)),
    ]
    expect(drawn.flatMap((instant) => disagreements(name, instant))).toEqual([])
  })

  // The engine samples offsets every two days; this would see an excursion of any length that a noon can see. All zones
  // take a minute of CPU; so about every eighth, drawn by the seed. TIDEMARK_LONG=1 checks all.
  if (process.env['TIDEMARK_LONG'] || random() < 1 / 8) test('shows every change that a look at each day finds', () => {
    const differing: string[] = []
    for (let day = FROM; day < TO; day++) {
      const noon = day * DAY_MS + DAY_MS / 2
      const wall = wallOf(name, noon)
      if (wall - noon !== zone.offsetSeconds(noon) * 1000) differing.push(formatDay(day))
    }
    expect(differing).toEqual([])
  })
})

/** Where the zone's offset, or its day, is not what Intl's wall clock says. */
function disagreements(name: string, instant: number): string[] {
  const zone = zoneOf(name)
  const wall = wallOf(name, instant)
  const found: string[] = []
  if (zone.offsetSeconds(instant) * 1000 !== wall - instant) found.push(`offset at ${new Date(instant).toISOString()}`)
  const date = Math.floor(wall / DAY_MS)
  const day = zone.dayOf(instant)
  // A later day is right only when the clock has shown it before: looked for minute by minute, for two days back.
  if (day < date || (day > date && !shownBefore(name, instant, day))) found.push(`day at ${new Date(instant).toISOString()}`)
  return found
}

function shownBefore(name: string, instant: number, day: number): boolean {
  for (let earlier = instant; earlier > instant - 2 * DAY_MS; earlier -= 60_000) {
    if (Math.floor(wallOf(name, earlier) / DAY_MS) === day) return true
  }
  return false
}
