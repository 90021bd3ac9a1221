import { DAY_MS, type Day } from './civil.ts'

/** Which day an instant belongs to, and which days there are. */
export interface DayBook {
  dayAt(instantMs: number): Day
  exists(day: Day): boolean
}

/** Label days: every calendar date exists, and today is the date at UTC−12. */
export const LABEL_DAYS: DayBook = {
  dayAt: (instantMs) => Math.floor((instantMs - 12 * 3_600_000) / DAY_MS),
  exists: () => true,
}

const formatters = new Map<string, Intl.DateTimeFormat>()

/** What the wall clock of a zone shows, less the instant, in milliseconds. `Intl` is the only source of zone rules here. */
function readOffset(zone: string, instantMs: number): number {
  let formatter = formatters.get(zone)
  if (formatter === undefined) {
    formatter = new Intl.DateTimeFormat('en-US', {
      timeZone: zone, calendar: 'gregory', hourCycle: 'h23',
      year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric',
    })
    formatters.set(zone, formatter)
  }
  const seconds = Math.floor(instantMs / 1000) * 1000
  const [month, day, year, hour, minute, second] = (formatter.format(seconds).match(/\d+/g) as string[]).map(Number) as
    [number, number, number, number, number, number]
  return Date.UTC(year, month - 1, day, hour, minute, second) - seconds
}

/** From this instant on the wall clock differs from UTC by `offsetMs`. */
interface Piece {
  readonly fromMs: number
  readonly offsetMs: number
}

const piecesByZone = new Map<string, Map<number, readonly Piece[]>>()

/** The offsets in force during one UTC day. No zone has changed its clock twice within one. */
function piecesOf(zone: string, utcDay: number): readonly Piece[] {
  let days = piecesByZone.get(zone)
  if (days === undefined) piecesByZone.set(zone, days = new Map())
  let pieces = days.get(utcDay)
  if (pieces === undefined) days.set(utcDay, pieces = readPieces(zone, utcDay * DAY_MS))
  return pieces
}

function readPieces(zone: string, startMs: number): readonly Piece[] {
  const first = readOffset(zone, startMs)
  const last = readOffset(zone, startMs + DAY_MS)
  if (first === last) return [{ fromMs: startMs, offsetMs: first }]
  let before = startMs
  let after = startMs + DAY_MS
  while (after - before > 1000) {
    const middle = before + Math.floor((after - before) / 2000) * 1000
    if (readOffset(zone, middle) === first) before = middle
    else after = middle
  }
  return [{ fromMs: startMs, offsetMs: first }, { fromMs: after, offsetMs: last }]
}

function offsetAt(zone: string, instantMs: number): number {
  const pieces = piecesOf(zone, Math.floor(instantMs / DAY_MS))
  return (pieces.findLast((piece) => piece.fromMs <= instantMs) as Piece).offsetMs
}

/** The latest date that a zone's wall clock shows at any instant in [fromMs, toMs). */
function latestDate(zone: string, fromMs: number, toMs: number): Day {
  let latest = Number.NEGATIVE_INFINITY
  for (let utcDay = Math.floor(fromMs / DAY_MS); utcDay * DAY_MS < toMs; utcDay += 1) {
    const pieces = piecesOf(zone, utcDay)
    for (const [index, piece] of pieces.entries()) {
      const endMs = Math.min(pieces[index + 1]?.fromMs ?? (utcDay + 1) * DAY_MS, toMs)
      // While the offset stays the date only grows, so the last millisecond has the latest.
      if (endMs > Math.max(piece.fromMs, fromMs)) latest = Math.max(latest, Math.floor((endMs - 1 + piece.offsetMs) / DAY_MS))
    }
  }
  return latest
}

/** Wall clocks lie between UTC−12 and UTC+14, so an instant 26 hours back never shows a later date; 40 leave a margin. */
const LOOK_BACK_MS = 40 * 3_600_000

/** The zones that an entity has had. The first holds for all time before the first change. */
export class ZoneHistory implements DayBook {
  #segments: readonly { readonly fromMs: number; readonly zone: string }[]
  readonly #days = new Map<number, Day>()
  readonly #exists = new Map<Day, boolean>()
  readonly #bounds = new Map<Day, { readonly fromMs: number; readonly toMs: number }>()

  constructor(first: string) {
    this.#segments = [{ fromMs: Number.NEGATIVE_INFINITY, zone: first }]
  }

  /** The latest local date seen at any instant up to this one: the day never goes back. */
  dayAt(instantMs: number): Day {
    const known = this.#days.get(instantMs)
    if (known !== undefined) return known
    const day = this.#latestIn(this.#segments, instantMs)
    this.#days.set(instantMs, day)
    return day
  }

  #latestIn(segments: readonly { readonly fromMs: number; readonly zone: string }[], instantMs: number): Day {
    let latest = Number.NEGATIVE_INFINITY
    for (const [index, segment] of segments.entries()) {
      const fromMs = Math.max(segment.fromMs, instantMs - LOOK_BACK_MS)
      const toMs = Math.min(segments[index + 1]?.fromMs ?? Number.POSITIVE_INFINITY, instantMs + 1)
      if (fromMs < toMs) latest = Math.max(latest, latestDate(segment.zone, fromMs, toMs))
    }
    return latest
  }

  exists(day: Day): boolean {
    let known = this.#exists.get(day)
    if (known === undefined) this.#exists.set(day, known = this.#find(day))
    return known
  }

  /** A day exists when the first instant that is not before it is in it. */
  #find(day: Day): boolean {
    const fromMs = day * DAY_MS - LOOK_BACK_MS
    const toMs = day * DAY_MS + LOOK_BACK_MS
    if (this.#isQuiet(fromMs, toMs)) return true
    return this.dayAt(firstInstant(fromMs, toMs, (instantMs) => this.dayAt(instantMs) >= day)) === day
  }

  /** From the first instant of a day that exists to the first of a later one. */
  boundsOf(day: Day): { readonly fromMs: number; readonly toMs: number } {
    let known = this.#bounds.get(day)
    if (known === undefined) {
      const first = (later: Day): number => firstInstant(later * DAY_MS - LOOK_BACK_MS, later * DAY_MS + LOOK_BACK_MS, (instantMs) => this.dayAt(instantMs) >= later)
      this.#bounds.set(day, known = { fromMs: first(day), toMs: first(day + 1) })
    }
    return known
  }

  /** The first instant of a day, at or after its start, at which the wall clock has reached so many seconds since its midnight. */
  reachedAt(day: Day, seconds: number): number {
    const { fromMs } = this.boundsOf(day)
    if (seconds === 0) return fromMs
    const wallMs = day * DAY_MS + seconds * 1000
    // An hour that comes twice counts at its first coming, so the search looks for the first of quarters, then of milliseconds.
    let quarter = fromMs
    while (quarter + offsetAt(this.zoneAt(quarter), quarter) < wallMs) quarter += 900_000
    if (quarter === fromMs) return fromMs
    return firstInstant(quarter - 900_000, quarter, (instantMs) => instantMs + offsetAt(this.zoneAt(instantMs), instantMs) >= wallMs)
  }

  /** What the wall clock shows, less the instant. */
  offsetAt(instantMs: number): number {
    return offsetAt(this.zoneAt(instantMs), instantMs)
  }

  /** The zone that was given last, also when it does not hold yet. */
  get latestZone(): string {
    return (this.#segments.at(-1) as { zone: string }).zone
  }

  /** Neither the zone nor its clock changes in between, so no day can be skipped. */
  #isQuiet(fromMs: number, toMs: number): boolean {
    if (this.#segments.some((segment) => segment.fromMs > fromMs && segment.fromMs <= toMs)) return false
    const zone = this.zoneAt(fromMs)
    for (let utcDay = Math.floor(fromMs / DAY_MS); utcDay * DAY_MS <= toMs; utcDay += 1) {
      if (piecesOf(zone, utcDay).length > 1) return false
    }
    return true
  }

  zoneAt(instantMs: number): string {
    return (this.#segments.findLast((segment) => segment.fromMs <= instantMs) as { zone: string }).zone
  }

  /** Whole seconds since midnight on the wall clock of the zone in force. */
  timeOfDay(instantMs: number): number {
    const wallMs = instantMs + offsetAt(this.zoneAt(instantMs), instantMs)
    return Math.floor((wallMs - Math.floor(wallMs / DAY_MS) * DAY_MS) / 1000)
  }

  /** From the next local midnight by the zone in force. A change that has not taken effect yet is replaced. */
  change(zone: string, nowMs: number): void {
    const inForce = this.#segments.filter((segment) => segment.fromMs <= nowMs)
    const today = this.#latestIn(inForce, nowMs)
    const midnightMs = firstInstant(nowMs, nowMs + 3 * DAY_MS, (instantMs) => this.#latestIn(inForce, instantMs) > today)
    this.#segments = [...inForce, { fromMs: midnightMs, zone }]
    this.#days.clear()
    this.#exists.clear()
    this.#bounds.clear()
  }
}

/** The first instant after `fromMs` at which `reached` holds; it holds at `toMs` and does not cease to. */
function firstInstant(fromMs: number, toMs: number, reached: (instantMs: number) => boolean): number {
  let before = fromMs
  let after = toMs
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2)
    if (reached(middle)) after = middle
    else before = middle
  }
  return after
}
