import type { Instant } from './state.ts'

/** What one command did to a series at one instant, in however many transactions. */
export interface StoredRun {
  readonly series: string
  /** `capture` of an event-fed series, `collect` of a collected one, `recompute`, `rollup`, `archive`. */
  readonly command: string
  readonly at: Instant
  readonly transactions: number
  /** Written: windows captured or restated, entities whose days were closed, rows rolled up or archived. */
  readonly rows: number
  /** Windows that could not be captured. */
  readonly failed: number
  /** Its last transaction: where a list goes on. */
  readonly last: number
}

export interface RunFilter {
  readonly series: string | null
  /** The last one of the page before. */
  readonly after: Pick<StoredRun, 'at' | 'last'> | null
  readonly limit: number
}

/** What was done to each series, latest first. Of before the store kept it there is nothing. */
export interface RunStore {
  list(filter: RunFilter): Promise<readonly StoredRun[]>
}
