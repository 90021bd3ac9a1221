import { labelCalendar, localCalendar, type LocalCalendar } from '../calendar/local-calendar.ts'
import type { EventSeriesDefinition } from '../definitions/series.ts'
import type { ZoneChange } from '../stores/contract/entity-state.ts'
import type { DayRange } from '../stores/contract/read.ts'
import type { EpochDay, Instant } from '../stores/contract/state.ts'

/** What coverage must know of a calendar. */
export interface DayFacts {
  /** The first day that is not closed. */
  readonly today: EpochDay
  /** The first day that no capture has closed; -Infinity when there was none. */
  readonly coveredEnd: EpochDay
  /** How many days of [from, to) exist; 0 when it is empty. */
  existing(from: EpochDay, to: EpochDay): number
}

/** One calendar at one clock, shared by all entities that live by it. */
export class EntityDays implements DayFacts {
  readonly today: EpochDay
  readonly coveredEnd: EpochDay
  readonly #calendar: LocalCalendar
  /** The range whose missing days are listed: almost always none, and then counting is a subtraction. */
  #surveyed: DayRange = { from: 0, to: 0 }
  #missing: readonly EpochDay[] = []

  constructor(calendar: LocalCalendar, clock: Instant, coveredAt: Instant | null) {
    this.#calendar = calendar
    this.today = calendar.today(clock)
    this.coveredEnd = coveredAt === null ? -Infinity : calendar.today(coveredAt)
  }

  /** Lists the missing days of a range once, before days in it are counted. */
  survey(range: DayRange): void {
    this.#surveyed = range
    this.#missing = missingDays(this.#calendar, range.from, range.to)
  }

  existing(from: EpochDay, to: EpochDay): number {
    if (from >= to) return 0
    if (from < this.#surveyed.from || to > this.#surveyed.to) return to - from - this.#calendar.missingDays(from, to)
    let count = to - from
    for (const day of this.#missing) if (day >= from && day < to) count--
    return count
  }
}

/** The missing days themselves, by halving the ranges that have some. */
function missingDays(calendar: LocalCalendar, from: EpochDay, to: EpochDay): EpochDay[] {
  if (calendar.missingDays(from, to) === 0) return []
  if (to - from === 1) return [from]
  const middle = from + Math.floor((to - from) / 2)
  return [...missingDays(calendar, from, middle), ...missingDays(calendar, middle, to)]
}

/** Finds the calendar of an entity by its zones; label days have one for all. */
export class EntityCalendars {
  readonly #label: boolean
  readonly #clock: Instant
  readonly #coveredAt: Instant | null
  readonly #known = new Map<LocalCalendar, EntityDays>()

  constructor(series: EventSeriesDefinition, clock: Instant, coveredAt: Instant | null) {
    this.#label = series.stream.day === 'eventOffset'
    this.#clock = clock
    this.#coveredAt = coveredAt
  }

  daysOf(zones: readonly ZoneChange[]): EntityDays {
    const calendar = this.#label ? labelCalendar : localCalendar(zones)
    const known = this.#known.get(calendar)
    if (known !== undefined) return known
    const days = new EntityDays(calendar, this.#clock, this.#coveredAt)
    this.#known.set(calendar, days)
    return days
  }

  survey(range: DayRange): void {
    for (const days of this.#known.values()) days.survey(range)
  }
}
