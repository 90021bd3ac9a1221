import { TidemarkError } from '../errors.ts'
import type { DayRange } from '../stores/contract/read.ts'
import type { Grain } from './request.ts'

/** The fewest days of a period; a captured window may be an hour. */
const DAYS: Readonly<Record<Grain, number>> = { captured: 1 / 25, day: 1, week: 7, month: 28, quarter: 90, year: 365, range: Infinity }

/**
 * Before a period is made or a row is read: the rows that an answer must have, from its range, its groups and its
 * subjects. Throws ANSWER_TOO_LARGE.
 */
export function refuseTooMany(grain: Grain, span: DayRange | null, lists: number, most: number): void {
  if (span === null) return
  const rows = lists * Math.max(1, Math.floor((span.to - span.from) / DAYS[grain]) - 1)
  if (rows > most) throw tooManyRows(rows, most)
}

/** The error of an answer with more rows than are made at once. */
export function tooManyRows(rows: number, most: number): TidemarkError {
  return new TidemarkError('ANSWER_TOO_LARGE', `the answer has ${rows} rows; at most ${most} are made at once`, { where: 'from' })
}
