/**
 * A grain that an answer can have: one row a local day, an ISO week, a civil month, quarter or year, or one for the
 * whole range; of collected series also one a window as it was to be captured.
 */
export const GRAINS = ['captured', 'day', 'week', 'month', 'quarter', 'year', 'range'] as const
export type Grain = (typeof GRAINS)[number]

/** What an answer can be set beside: the period before, the period a year before. */
export const COMPARISONS = ['previous', 'year'] as const
export type Comparison = (typeof COMPARISONS)[number]

/** Which rows of which entities are asked for; shared by `query` and `window`. */
export interface Selection<Key extends string = string> {
  /** Answers to give: `contributions.sum`, `fixShare.value`. */
  readonly select: readonly Key[]
  /** Must be given when the store holds several tenants, unless `allTenants`. */
  readonly tenant?: string
  readonly allTenants?: boolean
  /** One entity or several; left out, all of the tenant. */
  readonly entity?: string | readonly string[]
  /** Only events with these values of the declared dimensions. */
  readonly where?: Readonly<Record<string, string>>
  /** A row for each value of these dimensions. */
  readonly by?: readonly string[]
  /** First local day, `YYYY-MM-DD`. */
  readonly from?: string
  /** The local day after the last, `YYYY-MM-DD`. */
  readonly to?: string
  /** The instant whose belief is asked for: ISO 8601 or a Date. Left out: now. */
  readonly asOf?: string | Date
}

/** A question by calendar periods. Left out, `from` is the start of the civil year of the earliest enrolment, and `to` the end of the period that holds today. */
export interface QueryRequest<Key extends string = string> extends Selection<Key> {
  /** Default `day`. */
  readonly grain?: Grain
  /** Merge the entities of each tenant into one row. */
  readonly total?: boolean
  readonly compare?: readonly Comparison[]
}

/** A question by windows of some months each, anchored at a day: the declared one of each entity, or one for all. */
export interface WindowRequest<Key extends string = string> extends Selection<Key> {
  /** A declared window; may be left out when the series declares just one. */
  readonly window?: string
  /** A day that all windows are anchored at, in place of a declared anchor; needs `months`. */
  readonly anchor?: string
  readonly months?: number
}
