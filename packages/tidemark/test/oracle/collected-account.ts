import type { Cadence } from '../../src/definitions/frequency.ts'
import type { Tier, TierPolicy } from '../../src/definitions/keep.ts'
import type { Reason, ReasonCounts } from '../../src/query/answer.ts'
import type { Decision } from './cadence.ts'
import type { Day, Span } from './civil.ts'
import { cadenceOn, type Version, windowText } from './collected-entity.ts'
import type { ZoneHistory } from './local-day.ts'
import { type Stretch, windowsOf } from './sub-day.ts'
import { type Boundaries, type Place, placeOf } from './tier.ts'

/** A window as believed at one instant, and the row that holds it today. */
export interface BelievedWindow extends Stretch {
  readonly day: Day
  readonly place: Place
  readonly version: Version
}

/** All that decides what one entity answers for a collected series, as believed at one instant. */
export interface CollectedAccount {
  readonly tenant: string
  readonly entity: string
  readonly erased: boolean
  /** null: unknown, or never enrolled. */
  readonly enrolment: Day | null
  readonly decisions: readonly Decision[]
  readonly days: ZoneHistory
  readonly today: Day
  readonly clockMs: number
  readonly past: boolean
  readonly tiers: readonly TierPolicy[]
  readonly boundaries: Boundaries
  /** In the order of time. */
  readonly windows: readonly BelievedWindow[]
  /** Starts of windows whose failure was on record. */
  readonly failures: ReadonlySet<string>
}

export interface CollectedReading {
  readonly expected: number
  readonly present: readonly BelievedWindow[]
  readonly reasons: ReasonCounts
  /** Windows that cannot be told from the row that they lie in. */
  readonly cut: readonly BelievedWindow[]
  readonly widened: Span | null
}

/** A window that an answer should have had; without an instant, a day on which none was due. */
export interface Expected {
  readonly day: Day
  readonly stretch: Stretch | null
  /** Why there is none; null of a window. */
  readonly reason: Reason | null
}

/** The windows of each existing day of a span by the cadence in force on it, or one where none was. */
export function expectedOf(account: CollectedAccount, { from, to }: Span): readonly Expected[] {
  const expected: Expected[] = []
  for (let day = from; day < to; day += 1) {
    if (!account.days.exists(day)) continue
    const cadence: Cadence | null = cadenceOn(account.decisions, day)
    if (account.erased) expected.push({ day, stretch: null, reason: day <= account.today ? 'erased' : 'before_enrolment' })
    else if (cadence === null) expected.push({ day, stretch: null, reason: 'before_enrolment' })
    else if (cadence === 'never') expected.push({ day, stretch: null, reason: 'entity_ended' })
    else expected.push(...windowsOf(account.days, day, cadence).map((stretch) => ({ day, stretch, reason: null })))
  }
  return expected
}

/** What one entity's rows say about a span of days. */
export function readDays(account: CollectedAccount, span: Span): CollectedReading {
  return read(account, expectedOf(account, span), span, (row) => row.place.row.from < span.from || row.place.row.to > span.to)
}

/** What they say about one expected window: only a captured row tells it. */
export function readWindow(account: CollectedAccount, expected: Expected): CollectedReading {
  const span = { from: expected.day, to: expected.day + 1 }
  return read(account, [expected], span, (row) => row.place.tier !== 'captured')
}

function read(account: CollectedAccount, expected: readonly Expected[], span: Span, isCut: (window: BelievedWindow) => boolean): CollectedReading {
  const byStart = new Map(account.windows.map((window) => [window.fromMs, window]))
  const cut = account.windows.filter((window) => window.place.row.from < span.to && window.place.row.to > span.from && isCut(window))
  const reasons: ReasonCounts = {}
  const present: BelievedWindow[] = []
  for (const { day, stretch, reason } of expected) {
    const window = stretch === null ? undefined : byStart.get(stretch.fromMs)
    const found = reason ?? (window !== undefined ? null : missing(account, day, stretch as Stretch))
    // What was missing for another reason than the row's own says so still.
    const retired = (found === null || found === 'source_failed' || found === 'not_captured')
      && cut.some(({ place: { row } }) => row.from <= day && day < row.to)
    const final = !retired ? found : (stretch as Stretch).toMs <= account.clockMs ? 'finer_detail_retired' : 'open'
    if (final !== null) reasons[final] = (reasons[final] ?? 0) + 1
    else if (window !== undefined) present.push(window)
  }
  takeAsOverFirst(account, expected, present, reasons)
  return { expected: expected.length, present, reasons, cut, widened: reasons.finer_detail_retired === undefined ? null : widen(cut, span) }
}

/**
 * Of a row that has been rolled up an earlier belief does not tell which of its windows were over by then: the present
 * ones are taken as those over first, so that one that was still open takes the place of one that was missed.
 */
function takeAsOverFirst(account: CollectedAccount, expected: readonly Expected[], present: readonly BelievedWindow[], reasons: ReasonCounts): void {
  const rolledUp = present.filter(({ place }) => place.tier !== 'captured')
  for (const first of new Set(rolledUp.map(({ place }) => place.row.from))) {
    const inRow = rolledUp.filter(({ place }) => place.row.from === first)
    const { row } = (inRow[0] as BelievedWindow).place
    const open = inRow.filter(({ toMs }) => toMs > account.clockMs).length
    const missed = expected.filter(({ day, stretch }) => day >= row.from && day < row.to && stretch !== null
      && !inRow.some(({ fromMs }) => fromMs === stretch.fromMs) && missing(account, day, stretch) === 'not_captured').length
    const taken = Math.min(open, missed)
    if (taken === 0) continue
    reasons.open = (reasons.open ?? 0) + taken
    reasons.not_captured = (reasons.not_captured as number) - taken
    if (reasons.not_captured === 0) delete reasons.not_captured
  }
}

/** Why a window without a row is missing, in the page's order. */
function missing(account: CollectedAccount, day: Day, { fromMs, toMs }: Stretch): Reason {
  if (!account.past && day === account.enrolment && toMs <= (account.decisions[0] as Decision).atMs) return 'before_enrolment'
  if (account.failures.has(windowText({ fromMs, toMs }))) return 'source_failed'
  return toMs > account.clockMs ? 'open' : 'not_captured'
}

function widen(cut: readonly BelievedWindow[], span: Span): Span {
  let { from, to } = span
  for (const { place: { row, calendar } } of cut) {
    if (row.from < span.from && span.from < row.to) from = Math.min(from, calendar.from)
    if (row.from < span.to && span.to < row.to) to = Math.max(to, calendar.to)
  }
  return { from, to }
}

/** Where a captured day is kept today. */
export function placeOfDay(day: Day, tiers: readonly TierPolicy[], boundaries: Boundaries): Place {
  const first = tiers.find(({ tier }: { tier: Tier }, index) => index === tiers.length - 1 || day >= (boundaries.get(tier) ?? Number.NEGATIVE_INFINITY))
  if (first?.tier !== 'captured') return placeOf(day, tiers, boundaries, [])
  const own = { from: day, to: day + 1 }
  return { tier: 'captured', row: own, calendar: own }
}
