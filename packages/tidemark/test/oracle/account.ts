import type { TierPolicy } from '../../src/definitions/keep.ts'
import type { Reason, ReasonCounts } from '../../src/query/answer.ts'
import type { Day, Span } from './civil.ts'
import type { DayBook } from './local-day.ts'
import type { Fact } from './part.ts'
import { type AnchoredWindow, type Boundaries, type Place, placeOf } from './tier.ts'

/** All that decides what one entity answers for one series, as believed at one instant. */
export interface Account {
  readonly tenant: string
  readonly entity: string
  readonly erased: boolean
  /** null: the entity is unknown. */
  readonly enrolment: Day | null
  readonly today: Day
  /** The first day that no capture covers. */
  readonly coveredUntil: Day
  readonly days: DayBook
  readonly tiers: readonly TierPolicy[]
  readonly boundaries: Boundaries
  /** The declared windows, at this entity's anchor: every row is cut at their boundaries. */
  readonly windows: readonly AnchoredWindow[]
  readonly facts: readonly Fact[]
  /** Where each day is kept, as far as it was asked for. */
  readonly places: Map<Day, Place>
}

interface Row {
  readonly place: Place
  readonly facts: readonly Fact[]
}

/** The rows of one cell of an entity, by their first day. */
export type Rows = ReadonlyMap<Day, Row>

function placeIn(account: Account, day: Day): Place {
  const known = account.places.get(day)
  if (known !== undefined) return known
  const place = placeOf(day, account.tiers, account.boundaries, account.windows)
  for (let other = place.row.from; other < place.row.to; other += 1) account.places.set(other, place)
  return place
}

/** A cell has a row where something that counts in it happened. */
export function rowsOf(account: Account, group: Readonly<Record<string, string>>): Rows {
  const rows = new Map<Day, { place: Place; facts: Fact[] }>()
  for (const fact of account.facts) {
    const values = fact.kind === 'event' ? fact.event.fields : fact.group
    if (Object.entries(group).some(([field, value]) => values[field] !== value)) continue
    const place = placeIn(account, fact.day)
    const row = rows.get(place.row.from)
    if (row === undefined) rows.set(place.row.from, { place, facts: [fact] })
    else row.facts.push(fact)
  }
  return rows
}

/** What the rows of one cell have to say about some days. */
export interface Reading {
  readonly expected: number
  readonly presentDays: readonly Day[]
  readonly reasons: ReasonCounts
  /** The rows that lie wholly inside. */
  readonly rows: readonly Row[]
  /** Days outside the covered interval that one of these rows holds. */
  readonly liveDays: readonly Day[]
  readonly widened: Span | null
}

export function readSpan(account: Account, rows: Rows, span: Span): Reading {
  const inside = [...rows.values()].filter(({ place }) => place.row.from >= span.from && place.row.to <= span.to)
  const reasons: ReasonCounts = {}
  const presentDays: Day[] = []
  const liveDays: Day[] = []
  let expected = 0
  for (let day = span.from; day < span.to; day += 1) {
    if (!account.days.exists(day)) continue
    expected += 1
    const { row } = placeIn(account, day)
    const hasRow = rows.has(row.from)
    const cut = row.from < span.from || row.to > span.to
    const reason = reasonFor(account, day, hasRow && cut)
    if (reason === null) presentDays.push(day)
    else reasons[reason] = (reasons[reason] ?? 0) + 1
    if ((reason === 'open' || reason === 'not_captured') && hasRow && !cut) liveDays.push(day)
  }
  return { expected, presentDays, reasons, rows: inside, liveDays, widened: reasons.finer_detail_retired === undefined ? null : widen(rows, span) }
}

/** Why a day is not present, in the page's order; null when it is. */
function reasonFor(account: Account, day: Day, inCutRow: boolean): Reason | null {
  if (account.erased) return day <= account.today ? 'erased' : 'before_enrolment'
  if (account.enrolment === null || day < account.enrolment) return 'before_enrolment'
  if (day >= account.today) return 'open'
  if (day >= account.coveredUntil) return 'not_captured'
  return inCutRow ? 'finer_detail_retired' : null
}

/** Each end that cuts a row moves out to the calendar boundary of the row's tier. */
function widen(rows: Rows, span: Span): Span {
  let { from, to } = span
  for (const { place } of rows.values()) {
    if (place.row.from < span.from && span.from < place.row.to) from = Math.min(from, place.calendar.from)
    if (place.row.from < span.to && span.to < place.row.to) to = Math.max(to, place.calendar.to)
  }
  return { from, to }
}
