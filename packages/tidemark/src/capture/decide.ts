import type { EventSeriesDefinition } from '../definitions/series.ts'
import type { EntityState } from '../stores/contract/entity-state.ts'
import type { SeriesState } from '../stores/contract/series-state.ts'
import type { EpochDay, Instant } from '../stores/contract/state.ts'
import { calendarOf } from './calendar-of.ts'

/** Why a capture covers more of an entity: its first days, the one day that has closed since the last, or several. */
export type CoverReason = 'first_days' | 'next_day' | 'catch_up'

/**
 * Why a capture covers nothing more of an entity.
 * - `not_enrolled`: no event of it has ever been accepted
 * - `nothing_closed`: its first day is not over
 * - `already_covered`: an earlier capture, or one at a later now, has covered every day that is closed
 */
export type SkipReason = 'not_enrolled' | 'nothing_closed' | 'already_covered'

export type EntityDecision =
  /** The days [from, to) become covered. */
  | { readonly entity: number; readonly action: 'cover'; readonly reason: CoverReason; readonly from: EpochDay; readonly to: EpochDay }
  | { readonly entity: number; readonly action: 'skip'; readonly reason: SkipReason }

export interface CaptureDecision {
  readonly entities: readonly EntityDecision[]
  /** Entities whose covered interval grows. */
  readonly covered: number
  readonly skipped: Readonly<Partial<Record<SkipReason, number>>>
  /**
   * Whether the instant has to be recorded. Also when no interval grows: it covers entities that are heard of later, in
   * zones where another day was over at it.
   */
  readonly write: boolean
}

/** What a capture at `now` closes. A capture covers every gap up to then, so catching up needs no list of missed ones. */
export function decideCapture(input: {
  readonly series: SeriesState<EventSeriesDefinition>
  readonly entities: readonly EntityState[]
  readonly now: Instant
}): CaptureDecision {
  const { series, now } = input
  const { coveredAt } = series
  const entities = input.entities.map((entity) => decideEntity(series, entity, now))
  const skipped: Partial<Record<SkipReason, number>> = {}
  let covered = 0
  for (const decision of entities) {
    if (decision.action === 'cover') covered++
    else skipped[decision.reason] = (skipped[decision.reason] ?? 0) + 1
  }
  return { entities, covered, skipped, write: coveredAt === null || now > coveredAt }
}

function decideEntity(series: SeriesState<EventSeriesDefinition>, entity: EntityState, now: Instant): EntityDecision {
  const { id, enrolment } = entity
  if (enrolment === null) return { entity: id, action: 'skip', reason: 'not_enrolled' }
  const calendar = calendarOf(series.definition.stream, entity)
  const to = calendar.today(now)
  const before = series.coveredAt === null ? enrolment : Math.max(enrolment, calendar.today(series.coveredAt))
  if (to <= before) return { entity: id, action: 'skip', reason: before <= enrolment ? 'nothing_closed' : 'already_covered' }
  const reason = before === enrolment ? 'first_days' : to === before + 1 ? 'next_day' : 'catch_up'
  return { entity: id, action: 'cover', reason, from: before, to }
}
