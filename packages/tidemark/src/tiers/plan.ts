import { tierEnd, tierStart } from '../calendar/period.ts'
import type { Tier } from '../definitions/keep.ts'
import { calendarOf } from '../capture/calendar-of.ts'
import type { EntityState } from '../stores/contract/entity-state.ts'
import type { SeriesState } from '../stores/contract/series-state.ts'
import type { EpochDay, Instant } from '../stores/contract/state.ts'
import { dueBoundary, nextBoundaries, type Passage, passagesOf } from './boundaries.ts'

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

/** Which rows of a series would move where at an instant: what `tiers run --dry-run` prints. Days count from 1970-01-01. */
export interface TierPlan {
  readonly series: string
  readonly now: Instant
  /** Finest tier first, so that rows can pass several tiers in one run. */
  readonly steps: readonly TierStep[]
  readonly waiting: readonly WaitingStep[]
  /** First days of the archive periods that the steps may bring rows to; whether there are any, the store knows. */
  readonly archivePeriods: readonly EpochDay[]
}

/** Which rows are due, by the page's rule for boundaries. Pure: `now` is the only clock. */
export function planTiers(input: {
  readonly series: SeriesState
  readonly entities: readonly EntityState[]
  readonly now: Instant
}): TierPlan {
  const { series, now } = input
  const { stream, keep, name } = series.definition
  const passages = passagesOf(keep)
  const due = new DueBoundaries(passages)
  const steps = new StepsByBoundary()
  const waiting = passages.map(() => 0)
  const periods = new Set<EpochDay>()
  for (const { id, enrolment, zones, boundaries } of input.entities) {
    if (enrolment === null) continue
    const calendar = calendarOf(stream, { zones })
    const today = calendar.today(now)
    const coveredUntil = series.coveredAt === null ? -Infinity : calendar.today(series.coveredAt)
    const moved = nextBoundaries(passages, due.at(today, coveredUntil), boundaries, enrolment)
    const covered = nextBoundaries(passages, due.at(today, today), boundaries, enrolment)
    for (const [place, passage] of passages.entries()) {
      const boundary = moved[place] as EpochDay
      if ((covered[place] as EpochDay) > boundary) waiting[place] = (waiting[place] as number) + 1
      const stored = boundaries[passage.source] ?? -Infinity
      if (boundary === stored) continue
      steps.add(place, passage, boundary, id)
      if (keep.archive && place === passages.length - 1) addPeriods(periods, passage.target, Math.max(stored, enrolment), boundary)
    }
  }
  return {
    series: name, now, steps: steps.inOrder(), archivePeriods: [...periods].sort((a, b) => a - b),
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

  at(today: EpochDay, limit: EpochDay): readonly EpochDay[] {
    const key = `${today} ${limit}`
    let due = this.#known.get(key)
    if (due === undefined) {
      due = this.#passages.map((passage) => dueBoundary(passage, today, limit))
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
