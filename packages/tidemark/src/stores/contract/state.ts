/**
 * One column of a row's state: a 64-bit integer (a number while it is safe, else a bigint), a day set as text, or
 * null for "nothing yet".
 */
export type State = number | bigint | string | null

/** A local day as days since 1970-01-01 on the civil calendar, whatever the zone. */
export type EpochDay = number

/** Milliseconds since 1970-01-01T00:00:00Z. */
export type Instant = number

/** A durable change: ids grow by one, instants never go back. */
export interface Transaction {
  readonly id: number
  readonly at: Instant
}
