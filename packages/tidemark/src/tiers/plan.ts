import { tierEnd, tierStart } from '../calendar/period.ts'
import type { Tier } from '../definitions/keep.ts'
import { isCollected } from '../definitions/series.ts'
import { type Hold, isHeld } from '../stores/contract/hold.ts'
import type { SeriesState } from '../stores/contract/series-state.ts'
import type { EpochDay, Instant } from '../stores/contract/state.ts'
import { dueBoundary, nextBoundaries, type Passage, passagesOf } from './boundaries.ts'
import { calendarOfEntity, timesOf, type TieredEntity } from './tiered-entity.ts'

/** Rows of `source` before `boundary` of these entities move to `target`. */
export interface TierStep {
  readonly source: Tier
  readonly target: Tier
  /** First day that stays in `source`; the start of a window of `target`. */
  readonly boundary: EpochDay
  readonly entities: readonly number[]
}

/** Entities with days that are old enough to move, and that no capture has closed. */
export interface WaitingStep {
  readonly source: Tier
  readonly target: Tier
  readonly reason: 'not_captured'
  readonly entities: number
}

/** Rows that would move, and stay because a hold covers their entities. */
export interface HeldStep {
  readonly source: Tier
  readonly target: Tier
  /** They would go before it. */
  readonly boundary: EpochDay
  readonly entities: readonly number[]
}

/** Which rows of a series would move where at an instant: what `tiers run --dry-run` prints. Days count from 1970-01-01. */
export interface TierPlan {
  readonly series: string
  readonly now: Instant
  /** Finest tier first, so that rows can pass several tiers in one run. */
  readonly steps: readonly TierStep[]
  readonly waiting: readonly WaitingStep[]
  readonly held: readonly HeldStep[]
  /** First days of the archive periods that the steps may bring rows to; whether there are any, the store knows. */
  readonly archivePeriods: readonly EpochDay[]
}

/** Which rows are due, by the page's rule for boundaries. Pure: `now` is the only clock. */
export function planTiers(input: {
  readonly series: SeriesState
  readonly entities: readonly TieredEntity[]
  /** Those that are lifted cover nothing. */
  readonly holds: readonly Hold[]
  readonly now: Instant
}): TierPlan {
  const { series, holds, now } = input
  const { definition } = series
  const { keep, name } = definition
  const passages = passagesOf(keep)
  const due = new DueBoundaries(passages)
  const steps = new StepsByBoundary()
  const held = new StepsByBoundary()
  const waiting = passages.map(() => 0)
  const periods = new Set<EpochDay>()
  for (const entity of input.entities) {
    const { id, enrolment, boundaries } = entity
    if (enrolment === null) continue
    const calendar = calendarOfEntity(definition, entity)
    const today = calendar.today(now)
    // Of a collected series every day that is over is as complete as it will be; nothing has to close it.
    const coveredUntil = isCollected(definition) ? today : series.coveredAt === null ? -Infinity : calendar.today(series.coveredAt)
    const times = timesOf(keep, entity)
    const moved = nextBoundaries(passages, due.at(today, coveredUntil, times), boundaries, enrolment)
    const covered = nextBoundaries(passages, due.at(today, today, times), boundaries, enrolment)
    const own = isHeld(holds, entity) ? held : steps
    for (const [place, passage] of passages.entries()) {
      const boundary = moved[place] as EpochDay
      if ((covered[place] as EpochDay) > boundary) waiting[place] = (waiting[place] as number) + 1
      const stored = boundaries[passage.source] ?? -Infinity
      if (boundary === stored) continue
      own.add(place, passage, boundary, id)
      if (own === steps && keep.archive && place === passages.length - 1) addPeriods(periods, passage.target, Math.max(stored, enrolment), boundary)
    }
  }
  return {
    series: name, now, steps: steps.inOrder(), held: held.inOrder(), archivePeriods: [...periods].sort((a, b) => a - b),
    waiting: passages.flatMap(({ source, target }, place) => {
      const entities = waiting[place] as number
      return entities === 0 ? [] : [{ source, target, reason: 'not_captured' as const, entities }]
    }),
  }
}

function addPeriods(periods: Set<EpochDay>, tier: Tier, from: EpochDay, to: EpochDay): void {
  for (let period = tierStart(tier, from); period < to; period = tierEnd(tier, period)) periods.add(period)
}

/** A hundred thousand entities stand on a handful of days: the calendar is asked once for each. */
class DueBoundaries {
  readonly #passages: readonly Passage[]
  readonly #known = new Map<string, readonly EpochDay[]>()

  constructor(passages: readonly Passage[]) {
    this.#passages = passages
  }

  /** @param times how many times as long the entity keeps every tier */
  at(today: EpochDay, limit: EpochDay, times: number): readonly EpochDay[] {
    const key = `${today} ${limit} ${times}`
    let due = this.#known.get(key)
    if (due === undefined) {
      due = this.#passages.map(({ age, ...tiers }) => dueBoundary({ ...tiers, age: { months: age.months * times, days: age.days * times } }, today, limit))
      this.#known.set(key, due)
    }
    return due
  }
}

/** Entities that move to the same boundary move together. */
class StepsByBoundary {
  readonly #steps = new Map<string, { readonly place: number; readonly passage: Passage; readonly boundary: EpochDay; readonly entities: number[] }>()

  add(place: number, passage: Passage, boundary: EpochDay, entity: number): void {
    const key = `${place} ${boundary}`
    const known = this.#steps.get(key)
    if (known === undefined) this.#steps.set(key, { place, passage, boundary, entities: [entity] })
    else known.entities.push(entity)
  }

  inOrder(): TierStep[] {
    return [...this.#steps.values()]
      .sort((a, b) => a.place - b.place || a.boundary - b.boundary)
      .map(({ passage: { source, target }, boundary, entities }) => ({ source, target, boundary, entities }))
  }
}
