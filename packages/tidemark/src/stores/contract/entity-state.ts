import type { Tier } from '../../definitions/keep.ts'
import type { EpochDay, Instant } from './state.ts'

/** A zone and the instant from which it holds; the first holds for all time before, too. */
export interface ZoneChange {
  readonly zone: string
  readonly from: Instant
}

/** What the catalogue knows of one entity in one series. */
export interface EntityState {
  readonly id: number
  readonly tenant: string
  readonly entity: string
  /** Ascending; at least one. */
  readonly zones: readonly ZoneChange[]
  /** The earliest day of any accepted event (as of the asked transaction); null when there was none. */
  readonly enrolment: EpochDay | null
  /** The day that windows anchored at the first event start from. */
  readonly anchor: EpochDay | null
  /** For each tier of the policy but the last: the first day not yet retired from it; absent when nothing has been. */
  readonly boundaries: Readonly<Partial<Record<Tier, EpochDay>>>
}

export interface EntityFilter {
  /** Left out: every tenant. */
  readonly tenant?: string
  /** Left out: every entity of the tenant. */
  readonly entities?: readonly string[]
}
