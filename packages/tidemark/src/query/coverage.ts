import type { DayRange } from '../stores/contract/read.ts'
import type { EpochDay } from '../stores/contract/state.ts'
import type { ReasonCounts } from './answer.ts'
import type { DayFacts } from './entity-days.ts'

/** What decides the coverage of an entity, or of `weight` entities of which it is the same. */
export interface CoverageBasis {
  readonly days: DayFacts
  /** null: not enrolled. */
  readonly enrolment: EpochDay | null
  /** Days of the entity that only a damaged archive file held; apart from one another. */
  readonly damaged: readonly DayRange[]
  /** It was erased; it is not enrolled then. */
  readonly erased: boolean
  readonly weight: number
}

/** Windows of a period: one count for each reason, and those present. */
export class DayCounts {
  expected = 0
  present = 0
  beforeEnrolment = 0
  ended = 0
  failed = 0
  open = 0
  notCaptured = 0
  retired = 0
  damaged = 0
  erased = 0
  /** For each `since` day that is counted with: the present days before it. */
  readonly unmeasured: number[]

  constructor(sinceDays: number) {
    this.unmeasured = new Array<number>(sinceDays).fill(0)
  }

  clear(): void {
    this.expected = this.present = this.beforeEnrolment = this.ended = this.failed = 0
    this.open = this.notCaptured = this.retired = this.damaged = this.erased = 0
    this.unmeasured.fill(0)
  }

  copy(from: DayCounts): void {
    this.clear()
    this.add(from)
  }

  add(from: DayCounts): void {
    this.expected += from.expected
    this.present += from.present
    this.beforeEnrolment += from.beforeEnrolment
    this.ended += from.ended
    this.failed += from.failed
    this.open += from.open
    this.notCaptured += from.notCaptured
    this.retired += from.retired
    this.damaged += from.damaged
    this.erased += from.erased
    for (let i = 0; i < this.unmeasured.length; i++) (this.unmeasured[i] as number) += from.unmeasured[i] as number
  }

  /** Only what is not zero. */
  reasons(): ReasonCounts {
    const reasons: ReasonCounts = {}
    if (this.beforeEnrolment > 0) reasons.before_enrolment = this.beforeEnrolment
    if (this.ended > 0) reasons.entity_ended = this.ended
    if (this.failed > 0) reasons.source_failed = this.failed
    if (this.open > 0) reasons.open = this.open
    if (this.notCaptured > 0) reasons.not_captured = this.notCaptured
    if (this.retired > 0) reasons.finer_detail_retired = this.retired
    if (this.damaged > 0) reasons.archive_damaged = this.damaged
    if (this.erased > 0) reasons.erased = this.erased
    return reasons
  }
}

/**
 * Adds the days of a range. Of an erased entity those up to today are so, and nothing else tells it from an unknown one. Each is, in this order: before enrolment, open, not captured, in a damaged archive file,
 * present. Every reason is an interval, so that days are subtracted and never walked; rows that the range cuts come
 * afterwards, since they differ from cell to cell (see `loseCutRows`).
 *
 * @param since the days before which present days are counted apart
 */
export function addCoverage(counts: DayCounts, { days, enrolment, damaged, erased, weight }: CoverageBasis, { from, to }: DayRange, since: readonly EpochDay[]): void {
  const enrolled = enrolment === null ? to : clamp(enrolment, from, to)
  const open = clamp(days.today, enrolled, to)
  const covered = clamp(days.coveredEnd, enrolled, open)
  counts.expected += weight * days.existing(from, to)
  const gone = erased ? days.existing(from, clamp(days.today + 1, from, to)) : 0
  counts.erased += weight * gone
  counts.beforeEnrolment += weight * (days.existing(from, enrolled) - gone)
  counts.open += weight * days.existing(open, to)
  counts.notCaptured += weight * days.existing(covered, open)
  const lost = damaged.length === 0 ? 0 : existingIn(days, damaged, enrolled, covered)
  counts.damaged += weight * lost
  counts.present += weight * (days.existing(enrolled, covered) - lost)
  for (let i = 0; i < since.length; i++) {
    const first = clamp(since[i] as EpochDay, enrolled, covered)
    ;(counts.unmeasured[i] as number) += weight * (days.existing(enrolled, first) - existingIn(days, damaged, enrolled, first))
  }
}

/** Takes the covered days that lie in cut rows of one entity out of those present. */
export function loseCutRows(counts: DayCounts, { days, enrolment, damaged }: CoverageBasis, { from, to }: DayRange, cuts: readonly DayRange[], since: readonly EpochDay[]): void {
  const enrolled = enrolment === null ? to : clamp(enrolment, from, to)
  const covered = clamp(days.coveredEnd, enrolled, clamp(days.today, enrolled, to))
  // A range has two edges, so this is one row or two; they overlap only where a window was declared after they were written.
  let reached = enrolled
  for (const cut of cuts.length === 1 ? cuts : cuts.toSorted((a, b) => a.from - b.from)) {
    const start = Math.max(cut.from, reached)
    const end = Math.min(cut.to, covered)
    if (start >= end) continue
    reached = end
    const already = existingIn(days, damaged, start, end)
    counts.retired += days.existing(start, end)
    counts.damaged -= already
    counts.present -= days.existing(start, end) - already
    for (let i = 0; i < since.length; i++) {
      const first = clamp(since[i] as EpochDay, start, end)
      ;(counts.unmeasured[i] as number) -= days.existing(start, first) - existingIn(days, damaged, start, first)
    }
  }
}

function existingIn(days: DayFacts, ranges: readonly DayRange[], from: EpochDay, to: EpochDay): number {
  let count = 0
  for (const range of ranges) count += days.existing(Math.max(range.from, from), Math.min(range.to, to))
  return count
}

function clamp(day: EpochDay, least: EpochDay, most: EpochDay): EpochDay {
  return day < least ? least : day > most ? most : day
}
