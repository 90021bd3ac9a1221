/** A local day as days since 1970-01-01 on the civil calendar, whatever the zone. */
export type EpochDay = number

/** Milliseconds since 1970-01-01T00:00:00Z. */
export type Instant = number

/** Local days from `from` up to, and without, `to`. */
export interface DayRange {
  readonly from: EpochDay
  readonly to: EpochDay
}

/** Milliseconds in 24 hours: a civil day, not necessarily a local one. */
export const DAY_MS = 86_400_000
