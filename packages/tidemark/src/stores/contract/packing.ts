import type { EpochDay, Instant } from './state.ts'

/** A payload that lies in a row of its own. */
export interface PlainPayload {
  readonly id: number
  readonly entity: number
}

/** Payloads of a collected series, and its captured rows. */
export interface PackingStanding {
  readonly plain: number
  readonly packed: number
  readonly rows: { readonly plain: number; readonly packed: number }
  /** It was unpacked, and runs leave it so until it is to be packed again. */
  readonly keptPlain: boolean
}

/** What may be packed, and what of it is to be. */
export interface PackOrder {
  readonly series: string
  readonly pieces: readonly PackPiece[]
  /** First day from which what captured rows name stays plain. */
  readonly before: EpochDay
  /** Where fewer of a piece may be packed, none is. */
  readonly least: number
}

/** Payloads of one entity that are packed together, in the order of their numbers. */
export interface PackPiece {
  readonly entity: number
  readonly payloads: readonly number[]
}

/** Captured rows of one entity from a window on. */
export interface RowsPiece {
  readonly entity: number
  readonly bucket: EpochDay
  readonly at: Instant
}

/** Which captured rows are to be packed. */
export interface RowsOrder {
  readonly series: string
  readonly pieces: readonly RowsPiece[]
  readonly rule: RowsRule
}

/** How rows become blocks. */
export interface RowsRule {
  /** First day that stays plain. */
  readonly before: EpochDay
  /** A block is full with so many rows, and the rest of its last window. */
  readonly full: number
  /** What does not fill a block waits, until it begins before this day; */
  readonly waited: EpochDay
  /** then so many rows are enough. */
  readonly least: number
}

export interface RowsPacked {
  readonly rows: number
  /** Where the entity's windows were not yet looked at; null: all were. */
  readonly next: Omit<RowsPiece, 'entity'> | null
}

/**
 * Older payloads and captured rows of collected series, kept in blocks of one entity: what is answered is the same, and any SQL reads only
 * those that lie plain. Nothing here is history, so none of it is a transaction of its own on record.
 */
export interface PackingStore {
  /** How many lie plain, and how many packed. */
  standing(series: string): Promise<PackingStanding>
  /** Plain payloads after a number, a piece of them in the order of numbers; `next` null: there are no more. None of a series that is kept plain. */
  plain(series: string, after: number): Promise<{ readonly payloads: readonly PlainPayload[]; readonly next: number | null }>
  /**
   * Packs what may be of these in one transaction, and says how many it were: what recent captured rows name stays plain,
   * and so does the latest of each entity. Throws STORE_CORRUPT, and changes nothing, when what was packed is not what
   * lay there.
   */
  pack(order: PackOrder): Promise<number>
  /** How many payloads `pack` would pack. */
  packable(order: PackOrder): Promise<number>
  /** Gives some blocks' payloads rows of their own again, as they were; how many, 0 when nothing is packed. */
  unpack(series: string): Promise<number>
  /** How many rows `packRows` would pack of each piece; none of a series that is kept plain. */
  packableRows(order: RowsOrder): Promise<readonly number[]>
  /**
   * Packs whole windows of each piece in one transaction, some of each: what does not fill a block waits, and so does the
   * latest window of an entity. A row that is not what its digest says stays plain, with its neighbours. Throws
   * STORE_CORRUPT, and changes nothing, when what was packed is not what lay there.
   */
  packRows(order: RowsOrder): Promise<readonly RowsPacked[]>
  /** Gives some blocks' rows their places back, as they were; how many, 0 when none is packed. */
  unpackRows(series: string): Promise<number>
  /** Whether runs leave the payloads and rows of a series plain. */
  keepPlain(series: string, plain: boolean): Promise<void>
}
