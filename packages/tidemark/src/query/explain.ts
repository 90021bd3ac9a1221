import type { Tier } from '../definitions/keep.ts'

/** What answered a query: plain data, for `--explain`. */
export interface Explanation {
  /** The transaction that was believed; null for the current rows. */
  readonly transaction: number | null
  /** Rows of the store that were read, finest tier first. */
  readonly tiers: readonly { readonly tier: Tier; readonly rows: number }[]
  /** Archive files that were read, and the rows taken from each. */
  readonly archive: readonly { readonly path: string; readonly generation: number; readonly rows: number }[]
  /** Archive files that were not believed. */
  readonly damaged: readonly { readonly path: string; readonly reason: string; readonly detail: string }[]
  /** What was read, in order: how many ranges of days, and the days that they lie in (half-open). */
  readonly reads: readonly ExplainedRead[]
}

export interface ExplainedRead {
  readonly purpose: 'answer' | 'previous' | 'year'
  readonly ranges: number
  readonly from: string
  readonly to: string
}

/** An option of `runQuery` and `runWindow`. */
export interface QueryOptions {
  /** Adds `explain` to the answer. Default false. */
  readonly explain?: boolean
  /** Only these tenants exist for the question. Default: all that do. */
  readonly tenants?: readonly string[] | null
  /** Of totals: says in `behind` and `among` how many entities each row tells of (see behind.ts). Default false. */
  readonly behind?: boolean
  /** Beside the groups by several dimensions, those by each subset of them, and the whole. Default false. */
  readonly margins?: boolean
  /** An answer that must have more rows is refused before anything is read: ANSWER_TOO_LARGE. Default: none is. */
  readonly mostRows?: number
}
