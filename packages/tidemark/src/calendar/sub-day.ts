import type { EpochDay, Instant } from './day.ts'
import type { LocalCalendar } from './line-calendar.ts'
import { formatLocal } from './wall-time.ts'

/** A part of a local day: [from, to), and its key: its start as local time with offset. */
export interface SubDayWindow {
  readonly from: Instant
  readonly to: Instant
  readonly key: string
}

/**
 * The windows of `sizeHours` that a day is cut into from its start: as many as its length holds, rounded half to even
 * (at least one), the last taking the rest. A day that does not exist has none.
 */
export function subDayWindows(calendar: LocalCalendar, day: EpochDay, sizeHours: number): SubDayWindow[] {
  const start = calendar.dayStart(day)
  const end = calendar.dayEnd(day)
  const sizeMs = sizeHours * 3_600_000
  const pieces = countPieces(end - start, sizeMs)
  return Array.from({ length: pieces }, (_, piece) => window(calendar, start, end, sizeMs, pieces, piece))
}

/** The sub-day window that an instant lies in, without its key. */
export function subDaySpanOf(calendar: LocalCalendar, instant: Instant, sizeHours: number): Omit<SubDayWindow, 'key'> {
  const day = calendar.dayOf(instant)
  const start = calendar.dayStart(day)
  const end = calendar.dayEnd(day)
  const sizeMs = sizeHours * 3_600_000
  const pieces = countPieces(end - start, sizeMs)
  return span(start, end, sizeMs, pieces, Math.min(Math.floor((instant - start) / sizeMs), pieces - 1))
}

function window(calendar: LocalCalendar, start: Instant, end: Instant, sizeMs: number, pieces: number, piece: number): SubDayWindow {
  const { from, to } = span(start, end, sizeMs, pieces, piece)
  return { from, to, key: formatLocal(calendar, from) }
}

function span(start: Instant, end: Instant, sizeMs: number, pieces: number, piece: number): Omit<SubDayWindow, 'key'> {
  const from = start + piece * sizeMs
  return { from, to: piece === pieces - 1 ? end : from + sizeMs }
}

/** How many pieces of a size a day of this length is cut into; none where it does not exist. */
export function countPieces(lengthMs: number, sizeMs: number): number {
  if (lengthMs === 0) return 0
  const whole = Math.floor(lengthMs / sizeMs)
  const restMs = lengthMs - whole * sizeMs
  const up = restMs * 2 > sizeMs || (restMs * 2 === sizeMs && whole % 2 === 1)
  return Math.max(1, up ? whole + 1 : whole)
}
