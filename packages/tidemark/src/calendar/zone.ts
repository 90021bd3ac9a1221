import { TidemarkError } from '../errors.ts'
import { DayLine } from './day-line.ts'
import type { EpochDay, Instant } from './day.ts'
import { fixedOffset, sampledOffsets } from './offsets.ts'

/** A zone of the time zone database, as local days. Instants of the years 1–9999. */
export interface Zone {
  readonly name: string
  /** What the wall clock is ahead of UTC; whole seconds, which local mean times before 1972 need. */
  offsetSeconds(instant: Instant): number
  /** The latest local date shown up to the instant. */
  dayOf(instant: Instant): EpochDay
  /** The first instant of the day, or of the next one that exists. */
  dayStart(day: EpochDay): Instant
  dayExists(day: EpochDay): boolean
  /** The clock itself, which calendars of several zones are put together from. */
  readonly line: DayLine
}

/**
 * Names that ICU knows beside the database's own. Several mean another zone than their readers expect (BST is Dhaka,
 * IST Kolkata, CST Chicago), and other platforms refuse them.
 */
const FOREIGN_NAMES = /^(?!CET|EET|EST|GMT|HST|MET|MST|UCT|WET)(?:[A-Z]{2}T|SystemV\/.*)$/i

/**
 * When a zone can have skipped a whole day. It takes a jump of 24 hours, as over the date line: none is known before
 * 1844, and the rules that stand for the future only turn clocks by an hour or so.
 */
export const SKIPS = { from: Date.UTC(1844, 0, 1), to: Date.UTC(2100, 0, 1) } as const

const zones = new Map<string, Zone>()

/** Whether the time zone database has a zone or link of this name; letter case does not matter. */
export function isZone(name: string): boolean {
  return findZone(name) !== null
}

/** The zone of a name; the same object each time. Throws ZONE_UNKNOWN. */
export function zoneOf(name: string): Zone {
  const zone = findZone(name)
  if (zone === null) throw new TidemarkError('ZONE_UNKNOWN', `${JSON.stringify(name)} is not a zone of the time zone database`)
  return zone
}

function findZone(name: string): Zone | null {
  const known = zones.get(name)
  if (known !== undefined) return known
  const line = name === 'UTC' ? fixedLine(0) : databaseLine(name)
  if (line === null) return null
  const zone: Zone = Object.freeze({
    name,
    line,
    offsetSeconds: (instant: Instant) => line.offsetMs(instant) / 1000,
    dayOf: (instant: Instant) => line.dayOf(instant),
    dayStart: (day: EpochDay) => line.dayStart(day),
    dayExists: (day: EpochDay) => line.dayExists(day),
  })
  zones.set(name, zone)
  return zone
}

/** UTC asks the platform nothing: the first use of Intl costs 12 ms of start-up. */
export function fixedLine(offsetMs: number): DayLine {
  return new DayLine(fixedOffset(offsetMs), null)
}

function databaseLine(name: string): DayLine | null {
  const offsetAt = offsetReader(name)
  return offsetAt === null ? null : new DayLine(sampledOffsets(offsetAt), SKIPS)
}

/**
 * Reads a zone's offset at an instant from the platform's own copy of the database; null for an unknown name.
 *
 * Not through temporal-polyfill: its transitions are sampled from this very formatter, at distances it has hard-coded
 * per zone name and up to three years after the wall clock's now, and importing it costs 14 ms. Not through a table of
 * our own, which would be out of date with the platform. 0.7 µs a call, 0.25 ms for a zone's year, once.
 */
function offsetReader(name: string): ((instant: Instant) => number) | null {
  // Offsets such as +01:00 are accepted by Intl, but they are no zones: they have no history.
  // Without a name Intl takes the zone of the machine.
  if (typeof name !== 'string' || !/^[A-Za-z]/.test(name) || FOREIGN_NAMES.test(name)) return null
  let format: Intl.DateTimeFormat
  try {
    // The fraction is the part of a date that is cheapest to print; one has to be.
    format = new Intl.DateTimeFormat('en', { timeZone: name, timeZoneName: 'longOffset', fractionalSecondDigits: 1 })
  } catch {
    return null
  }
  return (instant) => parseLongOffset(format.format(instant))
}

/** Milliseconds of `0 GMT`, `0 GMT-05:00`, `0 GMT+00:53:28`. */
function parseLongOffset(text: string): number {
  const sign = text.indexOf('GMT') + 3
  if (sign === text.length) return 0
  const [hours, minutes, seconds] = text.slice(sign + 1).split(':')
  const total = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds ?? 0)
  return (text[sign] === '+' ? total : -total) * 1000
}
