import type { Reader } from 'tidemark'
import { addDays, dayAt } from './day-text.ts'

/** Four weeks: as many as the hot tier holds whole. */
export const USUAL_DAYS = 28

interface Asked {
  readonly from?: string
  readonly to?: string
}

interface Range {
  readonly from: string
  readonly to: string
}

/** The range that was asked for; what is left out of it is filled in: up to and with today, and so many days back. */
export function usualRange(reader: Reader, { from, to }: Asked, days = USUAL_DAYS): Range {
  const end = to ?? lastDay(reader, from)
  return { from: from ?? addDays(end, -days), to: end }
}

/** Likewise, from a Monday on: so many weeks, the last of them that of the range's last day. A week that a range cuts looks like a poor one. */
export function usualWeeks(reader: Reader, { from, to }: Asked, weeks: number): Range {
  const end = to ?? lastDay(reader, from)
  const last = addDays(end, -1)
  const sinceMonday = (new Date(last).getUTCDay() + 6) % 7
  return { from: from ?? addDays(last, -sinceMonday - 7 * (weeks - 1)), to: end }
}

/** Likewise, from the first day of a month, so many months before that of the range's last day. */
export function usualMonths(reader: Reader, { from, to }: Asked, months: number): Range {
  const end = to ?? lastDay(reader, from)
  const last = new Date(addDays(end, -1))
  return { from: from ?? dayAt(Date.UTC(last.getUTCFullYear(), last.getUTCMonth() - months, 1)), to: end }
}

function lastDay(reader: Reader, from: string | undefined): string {
  return addDays(dayAt(Math.max(reader.now, from === undefined ? 0 : Date.parse(from))), 1)
}
