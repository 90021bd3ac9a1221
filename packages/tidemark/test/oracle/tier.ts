import type { Tier, TierPolicy } from '../../src/definitions/keep.ts'
import { addAge, addMonths, type Day, monthOf, quarterOf, type Span, weekFragmentOf } from './civil.ts'

/** The calendar window of a tier that holds a day. */
export function windowOf(tier: Tier, day: Day): Span {
  switch (tier) {
    case 'captured':
    case 'day': return { from: day, to: day + 1 }
    case 'week': return weekFragmentOf(day)
    case 'month': return monthOf(day)
    case 'quarter': return quarterOf(day)
  }
}

/** By tier, the first day of an entity that has not retired from it. None: nothing has. */
export type Boundaries = ReadonlyMap<Tier, Day>

/**
 * Where a run moves the boundaries of one entity. A successor window [s, e) is due when e plus the age is at or before
 * today, every day of it is covered by a capture, and it has already left every finer tier.
 */
export function movedBoundaries(
  tiers: readonly TierPolicy[], before: Boundaries, entity: { readonly enrolment: Day; readonly today: Day; readonly coveredUntil: Day },
): Boundaries {
  const moved = new Map(before)
  let limit = entity.coveredUntil
  for (const [index, { tier, until }] of tiers.entries()) {
    const successor = tiers[index + 1]?.tier
    if (until === null || successor === undefined) break
    const start = before.get(tier) ?? windowOf(successor, entity.enrolment).from
    let boundary = start
    for (;;) {
      const { to } = windowOf(successor, boundary)
      if (to > limit || addAge(to, until) > entity.today) break
      boundary = to
    }
    if (boundary === start) limit = before.get(tier) ?? Number.NEGATIVE_INFINITY
    else {
      moved.set(tier, boundary)
      limit = boundary
    }
  }
  return moved
}

/** Where a day's facts are kept today. */
export interface Place {
  readonly tier: Tier
  /** The row's own days: its calendar window, cut at the boundaries of declared windows. */
  readonly row: Span
  /** The calendar window that the row is of, or is a piece of. */
  readonly calendar: Span
}

/** The finest tier whose boundary the day is not before; the last tier has none. */
export function placeOf(day: Day, tiers: readonly TierPolicy[], boundaries: Boundaries, windows: readonly AnchoredWindow[]): Place {
  const policy = tiers.find(({ tier }, index) => index === tiers.length - 1 || day >= (boundaries.get(tier) ?? Number.NEGATIVE_INFINITY))
  const tier = (policy as TierPolicy).tier
  const calendar = windowOf(tier, day)
  // Windows are cut between days, so a day is never cut.
  if (tier === 'day') return { tier, calendar, row: calendar }
  const cuts = windows.map((window) => anchoredSpan(window, windowNumber(window, day)))
  return {
    tier, calendar,
    row: {
      from: Math.max(calendar.from, ...cuts.map((cut) => cut.from)),
      to: Math.min(calendar.to, ...cuts.map((cut) => cut.to)),
    },
  }
}

/** Windows of so many months, window 0 starting on the anchor. */
export interface AnchoredWindow {
  readonly anchor: Day
  readonly months: number
}

/** Window k; each end is computed from the anchor itself. */
export function anchoredSpan({ anchor, months }: AnchoredWindow, k: number): Span {
  return { from: addMonths(anchor, k * months), to: addMonths(anchor, (k + 1) * months) }
}

/** The number of the window that holds a day. */
export function windowNumber(window: AnchoredWindow, day: Day): number {
  let k = Math.floor((day - window.anchor) / (window.months * 30.436875))
  while (anchoredSpan(window, k).from > day) k -= 1
  while (anchoredSpan(window, k).to <= day) k += 1
  return k
}
