import type { EpochDay } from './state.ts'

/** A payload that lies in a row of its own. */
export interface PlainPayload {
  readonly id: number
  readonly entity: number
}

export interface PackingStanding {
  readonly plain: number
  readonly packed: number
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

/**
 * Older payloads of collected series, kept in blocks of one entity: what is answered is the same, and any SQL reads only
 * those that lie plain. Nothing here is history, so none of it is a transaction of its own on record.
 */
export interface PackingStore {
  /** How many payloads lie plain, and how many packed. */
  standing(series: string): Promise<PackingStanding>
  /** Plain payloads after a number, a piece of them in the order of numbers; `next` null: there are no more. None of a series that is kept plain. */
  plain(series: string, after: number): Promise<{ readonly payloads: readonly PlainPayload[]; readonly next: number | null }>
  /**
   * Packs what may be of these in one transaction, and says how many it were: what recent captured rows name stays plain,
   * and so does the latest of each entity. Throws STORE_CORRUPT, and changes nothing, when what was packed is not what
   * lay there.
   */
  pack(order: PackOrder): Promise<number>
  /** Gives some blocks' payloads rows of their own again, as they were; how many, 0 when nothing is packed. */
  unpack(series: string): Promise<number>
  /** Whether runs leave the payloads of a series plain. */
  keepPlain(series: string, plain: boolean): Promise<void>
}
