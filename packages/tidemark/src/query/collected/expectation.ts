import { windowsOfDay } from '../../capture/windows-of-day.ts'
import { type Cadence, type Frequency, FREQUENCIES } from '../../definitions/frequency.ts'
import type { FrequencyDecision, WindowKey } from '../../stores/contract/collected.ts'
import type { EpochDay, Instant } from '../../stores/contract/state.ts'
import type { DayLengths } from './day-lengths.ts'

/** What decides which windows an entity should have. */
export interface ExpectationBasis {
  readonly lengths: DayLengths
  /** Ascending by day; the first is the enrolment. */
  readonly decisions: readonly FrequencyDecision[]
  /** Windows that were over before the first decision can be collected, too. */
  readonly past: boolean
  /** The instant that windows are open at. */
  readonly clock: Instant
  readonly erased: boolean
}

/** Windows of some days, by what is known of them without looking at any row. */
export interface ExpectedWindows {
  expected: number
  beforeEnrolment: number
  ended: number
  erased: number
  /** Not over at the clock. */
  open: number
  /** Over at the clock: present, failed or not captured. */
  over: number
}

/** The frequency that a cadence's days are cut by; a last window is of a whole day, and days without any count as one. */
export function frequencyOf(cadence: Cadence): Frequency {
  return FREQUENCIES.includes(cadence as Frequency) ? (cadence as Frequency) : 'day'
}

/**
 * Which windows one entity should have: days between two decisions are alike, so intervals are counted and windows are
 * not walked. Ask in the order of time where you can.
 */
export class Expectation {
  readonly today: EpochDay
  readonly #basis: ExpectationBasis
  readonly #counts: ExpectedWindows = { expected: 0, beforeEnrolment: 0, ended: 0, erased: 0, open: 0, over: 0 }
  /** The decision that was found last. */
  #at = 0

  constructor(basis: ExpectationBasis) {
    this.#basis = basis
    this.today = basis.lengths.calendar.today(basis.clock)
  }

  /** Of the days [from, to). Good until the next call. */
  count(from: EpochDay, to: EpochDay): ExpectedWindows {
    const counts = this.#counts
    counts.expected = counts.beforeEnrolment = counts.ended = counts.erased = counts.open = counts.over = 0
    if (from >= to) return counts
    const { lengths, decisions } = this.#basis
    const enrolment = decisions[0]?.day ?? Infinity
    if (from < enrolment) {
      const end = Math.min(to, enrolment)
      const days = lengths.windows('day', from, end)
      const erased = this.#basis.erased ? lengths.windows('day', from, Math.min(end, this.today + 1)) : 0
      counts.expected += days
      counts.erased += erased
      counts.beforeEnrolment += days - erased
      if (end === to) return counts
    }
    let day = Math.max(from, enrolment)
    for (let at = this.#find(day); day < to; at++) {
      const end = Math.min(to, decisions[at + 1]?.day ?? Infinity)
      this.#add(decisions[at] as FrequencyDecision, day, end)
      day = end
    }
    return counts
  }

  /**
   * Whether a window is one of its day's: after it failed, the same day may have been decided to end the entity, or to
   * be cut otherwise.
   */
  expects({ day, at, to }: WindowKey): boolean {
    return windowsOfDay(this.#basis.lengths.calendar, day, this.cadenceOf(day) ?? 'never').some((window) => window.at === at && window.to === to)
  }

  /** The cadence of a day; null before the enrolment. */
  cadenceOf(day: EpochDay): Cadence | null {
    const first = this.#basis.decisions[0]
    return first === undefined || day < first.day ? null : (this.#basis.decisions[this.#find(day)] as FrequencyDecision).cadence
  }

  /** The place of the decision that holds on a day, which is not before the first. */
  #find(day: EpochDay): number {
    const { decisions } = this.#basis
    let at = this.#at
    while ((decisions[at] as FrequencyDecision).day > day) at--
    while (at + 1 < decisions.length && (decisions[at + 1] as FrequencyDecision).day <= day) at++
    return this.#at = at
  }

  /** Days of one decision. */
  #add({ cadence }: FrequencyDecision, from: EpochDay, to: EpochDay): void {
    const counts = this.#counts
    const { lengths, clock, past, decisions } = this.#basis
    const frequency = frequencyOf(cadence)
    const windows = lengths.windows(frequency, from, to)
    counts.expected += windows
    if (cadence === 'never') {
      counts.ended += windows
      return
    }
    const { today } = this
    let open = to > today + 1 ? lengths.windows(frequency, Math.max(from, today + 1), to) : 0
    const first = decisions[0] as FrequencyDecision
    let before = 0
    if (!past && from <= first.day && first.day < to) {
      before = lengths.overBy(frequency, first.day, first.at)
      if (first.day > today) open -= before
    }
    if (from <= today && today < to) {
      const over = lengths.overBy(frequency, today, clock)
      open += lengths.windows(frequency, today, today + 1) - (first.day === today ? Math.max(over, before) : over)
    }
    counts.beforeEnrolment += before
    counts.open += open
    counts.over += windows - before - open
  }
}
