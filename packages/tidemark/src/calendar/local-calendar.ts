import { DayLine } from './day-line.ts'
import type { Instant } from './day.ts'
import { calendarOn, type LocalCalendar } from './line-calendar.ts'
import type { OffsetSource, OffsetSpan } from './offsets.ts'
import { SKIPS, zoneOf } from './zone.ts'

export { labelCalendar, labelDay } from './label-calendar.ts'
export type { LocalCalendar } from './line-calendar.ts'

/** A zone and the instant from which it holds. */
export interface ZoneChange {
  readonly zone: string
  readonly from: Instant
}

/** Histories are shared by text, so that 100,000 entities of one zone have one calendar; those that moved are bounded. */
const SHARED_HISTORIES = 10_000
const shared = new Map<string, LocalCalendar>()

/**
 * The calendar of an entity with this zone history (ascending, at least one; the first zone holds for all time before,
 * too). A change's instant is taken as it is: see `nextMidnight`. Throws ZONE_UNKNOWN.
 */
export function localCalendar(zones: readonly ZoneChange[]): LocalCalendar {
  const first = zones[0]
  if (first === undefined) throw new RangeError('a zone history has at least one zone')
  let key = first.zone
  for (let place = 1; place < zones.length; place++) key += ` ${(zones[place] as ZoneChange).from} ${(zones[place] as ZoneChange).zone}`
  const known = shared.get(key)
  if (known !== undefined) return known
  const calendar = calendarOn(zones.length === 1 ? zoneOf(first.zone).line : movedLine(zones))
  if (shared.size >= SHARED_HISTORIES) shared.clear()
  shared.set(key, calendar)
  return calendar
}

/** The clock of an entity that has moved: each zone's own, between its change and the next. */
function movedLine(zones: readonly ZoneChange[]): DayLine {
  const stays = zones.map(({ zone, from }, place) => ({
    line: zoneOf(zone).line,
    from: place === 0 ? -Infinity : from,
    to: zones[place + 1]?.from ?? Infinity,
  }))
  const source: OffsetSource = (from, to) => {
    const spans: OffsetSpan[] = []
    for (const stay of stays) {
      if (stay.to <= from || stay.from >= to) continue
      for (const span of stay.line.spans(Math.max(from, stay.from), Math.min(to, stay.to))) {
        spans.push({ from: Math.max(span.from, stay.from), offsetMs: span.offsetMs })
      }
    }
    return spans
  }
  const moves = stays.slice(1).map((stay) => stay.from)
  return new DayLine(source, { from: Math.min(SKIPS.from, ...moves), to: Math.max(SKIPS.to, ...moves) })
}
