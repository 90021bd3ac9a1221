import { parseDay } from '../calendar/civil.ts'
import type { QuestionSpan } from './route.ts'

/** What an open range is taken for, and a question that names no entity: where it is fewer, the thread costs a fraction of a millisecond. */
const OPEN_DAYS = 3_650
const UNNAMED_ENTITIES = 100
/**
 * Entities times days from which on a question is long. Of the campaigns demo (500 campaigns, hourly windows) some 130 are
 * read, merged and written in a millisecond.
 */
const LONG = 700

interface SpanWords {
  readonly entity?: unknown
  readonly from?: unknown
  readonly to?: unknown
  readonly compare?: unknown
}

/** How far the words of a question reach. */
export function spanOf({ entity, from, to, compare }: SpanWords): QuestionSpan {
  const named = typeof entity === 'string' ? 1 : Array.isArray(entity) && entity.length > 0 ? entity.length : null
  const [first, end] = [dayOf(from), dayOf(to)]
  return { entities: named, days: first === null || end === null ? null : Math.max(0, end - first), readings: 1 + (Array.isArray(compare) ? compare.length : 0) }
}

/** Whether a question is better answered where nothing else waits for it. */
export function isLong({ entities, days, readings }: QuestionSpan): boolean {
  return (entities ?? UNNAMED_ENTITIES) * (days ?? OPEN_DAYS) * readings >= LONG
}

function dayOf(word: unknown): number | null {
  return typeof word === 'string' ? parseDay(word) : null
}
