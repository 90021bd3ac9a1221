import { isDue } from '../calendar/age.ts'
import { addMonths } from '../calendar/civil.ts'
import { tierStart } from '../calendar/period.ts'
import type { Age, KeepDefinition, Tier } from '../definitions/keep.ts'
import type { EpochDay } from '../stores/contract/state.ts'

/** One tier that hands its rows on. */
export interface Passage {
  readonly source: Tier
  readonly target: Tier
  readonly age: Age
}

/** Each tier but the last, and the next one that the policy has: tiers may be left out. */
export function passagesOf(keep: KeepDefinition): readonly Passage[] {
  return keep.tiers.flatMap(({ tier, until }, index) => {
    const target = keep.tiers[index + 1]?.tier
    return until === null || target === undefined ? [] : [{ source: tier, target, age: until }]
  })
}

/**
 * How far a tier's boundary may move: the latest start of a successor window such that every window before it ended at
 * least `age` before today and at or before `limit`. −Infinity when the limit is.
 */
export function dueBoundary({ target, age }: Passage, today: EpochDay, limit: EpochDay): EpochDay {
  if (limit === -Infinity) return limit
  // Never earlier than the latest day that is due: clamping to a short month moves a day by three at most.
  const latest = addMonths(today - age.days, -age.months) + 3
  let boundary = tierStart(target, Math.min(latest, limit))
  while (!isDue(boundary, age, today)) boundary = tierStart(target, boundary - 1)
  return boundary
}

/**
 * One entity's boundaries after a run, by passage. A boundary never goes back, passes only an entity enrolled before
 * it, and never gets ahead of a finer tier's: what it hands on has to have arrived first.
 *
 * @param due for each passage, how far `dueBoundary` lets it move
 */
export function nextBoundaries(
  passages: readonly Passage[], due: readonly EpochDay[], before: Readonly<Partial<Record<Tier, EpochDay>>>, enrolment: EpochDay,
): readonly EpochDay[] {
  let finer = Infinity
  return passages.map(({ source, target }, place) => {
    const stored = before[source] ?? -Infinity
    const arrived = Number.isFinite(finer) ? tierStart(target, finer) : finer
    const boundary = Math.min(due[place] as EpochDay, arrived)
    finer = boundary > stored && boundary > enrolment ? boundary : stored
    return finer
  })
}
