import { parseDay } from '../calendar/civil.ts'
import { parseInstant } from '../calendar/instant.ts'
import { isCollected, type SeriesDefinition, type WindowDefinition } from '../definitions/series.ts'
import { TidemarkError } from '../errors.ts'
import { type AnswerRef, resolveAnswer } from '../measures/answers.ts'
import { kindOf } from '../measures/kinds.ts'
import { nearest } from '../nearest.ts'
import type { EpochDay, Instant } from '../stores/contract/state.ts'
import type { QueryOptions } from './explain.ts'
import { type AskedGroups, readGroups } from './groups.ts'
import { COMPARISONS, type Comparison, GRAINS, type Grain, type QueryRequest, type Selection, type WindowRequest } from './request.ts'
import { list, text } from './words.ts'

/** A selection whose every word is known. */
export interface ResolvedSelection {
  readonly answers: readonly AnswerRef[]
  /** null: the only tenant of the store, or all. */
  readonly tenant: string | null
  readonly allTenants: boolean
  /** null: every entity. */
  readonly names: readonly string[] | null
  readonly groups: AskedGroups
  /** Groups are told only where they were met: those of a free-text dimension are nobody's declaration, and may be another entity's. */
  readonly metOnly: boolean
  readonly from: EpochDay | null
  readonly to: EpochDay | null
  /** Whose belief is asked for; null for that of now. */
  readonly asOf: Instant | null
  /** The instant as it was asked for, which may lie after now; null when none was. */
  readonly askedAsOf: Instant | null
  /** How many entities each row of a total tells of is counted. */
  readonly behind: boolean
}

export interface ResolvedQuery extends ResolvedSelection {
  readonly grain: Grain
  readonly total: boolean
  readonly compare: readonly Comparison[]
  /** An answer that must have more is refused. */
  readonly mostRows: number
}

export interface ResolvedWindow extends ResolvedSelection {
  /** null when the windows are anchored at a given day. */
  readonly name: string | null
  /** A day for all, or null for each entity's own. */
  readonly anchor: EpochDay | null
  readonly months: number
}

/** Checks every word of a query. Throws a coded error for the first that is wrong. */
export function resolveQuery(series: SeriesDefinition, request: QueryRequest, now: Instant, options: Pick<QueryOptions, 'behind' | 'margins' | 'mostRows'> = {}): ResolvedQuery {
  const grain = request.grain ?? 'day'
  if (!GRAINS.includes(grain)) {
    throw new TidemarkError('GRAIN_UNKNOWN', `there is no grain ${JSON.stringify(grain)}`, { where: 'grain', hint: nearest(String(grain), GRAINS) })
  }
  const compare = distinct(list(request.compare ?? [], 'compare')) as Comparison[]
  for (const word of compare) {
    if (COMPARISONS.includes(word)) continue
    throw new TidemarkError('COMPARISON_UNKNOWN', `an answer is not compared with ${JSON.stringify(word)}`, { where: 'compare', hint: nearest(word, COMPARISONS) })
  }
  const total = request.total === true
  if (grain === 'captured') refuseCaptured(series, total, compare)
  return { ...resolveSelection(series, request, total, now, options.margins === true), grain, total, compare, behind: total && options.behind === true, mostRows: options.mostRows ?? Infinity }
}

/** Windows as they were captured are those of one entity of a collected series; each stands for itself. */
function refuseCaptured(series: SeriesDefinition, total: boolean, compare: readonly Comparison[]): void {
  if (!isCollected(series)) {
    throw new TidemarkError('GRAIN_UNKNOWN', `${series.name} is fed by events and has no captured windows`, { where: 'grain', hint: 'Ask for day, its finest grain.' })
  }
  if (total) throw new TidemarkError('GRAIN_NOT_ACROSS', 'captured windows are those of one entity, and make no total', { where: 'grain' })
  if (compare.length > 0) throw new TidemarkError('REQUEST_INVALID', 'captured windows are compared with no other period', { where: 'compare' })
}

/** Checks every word of a question for anchored windows. Throws a coded error for the first that is wrong. */
export function resolveWindow(series: SeriesDefinition, request: WindowRequest, now: Instant): ResolvedWindow {
  const selection = resolveSelection(series, request, false, now)
  if (request.anchor === undefined) {
    if (request.months !== undefined) throw new TidemarkError('WINDOW_INVALID', 'a length was given without an anchor', { where: 'months' })
    const [name, { months }] = declaredWindow(series, request.window)
    return { ...selection, name, anchor: null, months }
  }
  if (request.window !== undefined) {
    throw new TidemarkError('WINDOW_INVALID', `both the window ${JSON.stringify(request.window)} and an anchor were given`, { where: 'window' })
  }
  const { months } = request
  if (months === undefined || !Number.isSafeInteger(months) || months < 1 || months > MOST_MONTHS) {
    throw new TidemarkError('WINDOW_INVALID', `an anchored window is 1 to ${MOST_MONTHS} whole months long${months === undefined ? ', and no length was given' : `, not ${String(months)}`}`, { where: 'months' })
  }
  return { ...selection, name: null, anchor: day(request.anchor, 'anchor'), months }
}

/** The longest window that can be declared, too. */
const MOST_MONTHS = 1200

function declaredWindow(series: SeriesDefinition, name: string | undefined): readonly [string, WindowDefinition] {
  const declared = Object.entries(series.windows)
  if (name === undefined) {
    const only = declared[0]
    if (only !== undefined && declared.length === 1) return only
    throw new TidemarkError('WINDOW_UNKNOWN', `${series.name} declares ${declared.length} windows, and none was named`, {
      where: 'window', ...(declared.length === 0 ? {} : { hint: `Name one of ${Object.keys(series.windows).join(', ')}.` }),
    })
  }
  const found = declared.find(([known]) => known === name)
  if (found !== undefined) return found
  throw new TidemarkError('WINDOW_UNKNOWN', `${series.name} declares no window ${JSON.stringify(name)}`, {
    where: 'window', hint: nearest(String(name), Object.keys(series.windows)),
  })
}

function resolveSelection(series: SeriesDefinition, request: Selection, total: boolean, now: Instant, margins = false): ResolvedSelection {
  const answers = distinct(list(request.select, 'select')).map((key) => resolveAnswer(series, key, total))
  if (request.tenant !== undefined && request.allTenants === true) {
    throw new TidemarkError('REQUEST_INVALID', 'one tenant and all tenants were asked for at once', { where: 'tenant' })
  }
  const from = request.from === undefined ? null : day(request.from, 'from')
  const to = request.to === undefined ? null : day(request.to, 'to')
  if (from !== null && to !== null && from >= to) {
    throw new TidemarkError('RANGE_INVALID', `the range from ${request.from} to ${request.to} holds no day`, { where: 'from' })
  }
  const groups = readGroups(series, request, margins)
  const askedAsOf = request.asOf === undefined ? null : instantOf(request.asOf)
  if (askedAsOf !== null) refuseAsOf(series, answers)
  return {
    answers,
    tenant: request.tenant === undefined ? null : text(request.tenant, 'tenant'),
    allTenants: request.allTenants === true,
    names: request.entity === undefined ? null : distinct(list(typeof request.entity === 'string' ? [request.entity] : request.entity, 'entity')),
    groups,
    metOnly: series.dimensions.some(({ field, most }) => most !== undefined && groups.by.includes(field) && groups.where[field] === undefined),
    from, to,
    asOf: askedAsOf === null ? null : believedAt(series, askedAsOf, now),
    askedAsOf,
    behind: false,
  }
}

function refuseAsOf(series: SeriesDefinition, answers: readonly AnswerRef[]): void {
  for (const { key, measure, answer } of answers) {
    const definition = series.measures[measure] as SeriesDefinition['measures'][string]
    if (kindOf(definition).notAsOf.includes(answer)) throw new TidemarkError('ANSWER_NOT_AS_OF', `${key} cannot be told as of an earlier instant`, { where: key })
  }
}

/** An instant after now is the same as now, that is, as none. */
function believedAt(series: SeriesDefinition, instant: Instant, now: Instant): Instant | null {
  if (instant > now) return null
  if (instant < now - series.keep.asOfDays * 86_400_000) {
    throw new TidemarkError('AS_OF_BEYOND_HORIZON', `beliefs of ${series.name} are kept for ${series.keep.asOfDays} days`, { where: 'asOf' })
  }
  return instant
}

function instantOf(asked: string | Date): Instant {
  if (asked instanceof Date) {
    const instant = asked.getTime()
    if (Number.isNaN(instant)) throw new TidemarkError('INSTANT_INVALID', 'the Date is invalid', { where: 'asOf' })
    return instant
  }
  const parsed = parseInstant(text(asked, 'asOf'))
  if ('code' in parsed) throw new TidemarkError('INSTANT_INVALID', `${JSON.stringify(asked)} is no instant`, { where: 'asOf', why: parsed.reason })
  return parsed.instant
}

function day(asked: string, where: string): EpochDay {
  const parsed = parseDay(text(asked, where))
  if (parsed === null) throw new TidemarkError('DATE_INVALID', `${JSON.stringify(asked)} is no local day`, { where })
  return parsed
}

function distinct(words: readonly string[]): string[] {
  return [...new Set(words)]
}
