import type { RecordFilter } from './access.ts'
import type { Tier } from '../../definitions/keep.ts'
import { TidemarkError } from '../../errors.ts'
import type { ArchiveFile } from './series-state.ts'
import type { EpochDay, Instant } from './state.ts'

/** The error of a hold that does not exist, or that is none of whoever asks. */
export function holdUnknown(id: number): TidemarkError {
  return new TidemarkError('HOLD_UNKNOWN', `there is no hold ${id}`, { where: String(id) })
}

/** The hold, where there is one and it is in force. Throws HOLD_UNKNOWN. */
export function inForce(id: number, hold: Hold | undefined): Hold {
  if (hold === undefined) throw holdUnknown(id)
  if (hold.lifted !== null) throw new TidemarkError('HOLD_UNKNOWN', `the hold ${id} was lifted at ${new Date(hold.lifted.at).toISOString()} by ${hold.lifted.by}`, { where: String(id) })
  return hold
}

/** The error of an entity that does not exist, or that is none of whoever asks. */
export function entityUnknown({ kind, tenant, entity }: { readonly kind: string; readonly tenant: string; readonly entity: string }): TidemarkError {
  return new TidemarkError('ENTITY_UNKNOWN', `the store has never heard of a ${kind} ${JSON.stringify(entity)} of ${JSON.stringify(tenant)}`, { where: `${tenant}, ${entity}` })
}

/** What a legal hold covers. */
export interface HoldScope {
  readonly tenant: string
  /** null: every entity of the tenant. */
  readonly entity: string | null
}

/** A legal hold: what it covers is neither retired nor erased until it is lifted. Never deleted: it is the record. */
export interface Hold extends HoldScope {
  readonly id: number
  readonly reason: string
  readonly placedBy: string
  readonly placedAt: Instant
  readonly lifted: { readonly by: string; readonly at: Instant; readonly reason: string } | null
}

export interface HoldRequest extends HoldScope {
  readonly by: string
  readonly reason: string
}

/** Holds are obeyed inside the transactions that roll up, archive, prune and erase, whenever they were placed. */
export interface HoldStore {
  /** Placing the same twice makes two. What it covers need not be known yet. */
  place(hold: HoldRequest, now: Instant): Promise<Hold>
  /** Throws HOLD_UNKNOWN when there is none of that id, or when it was lifted before. */
  lift(id: number, by: string, reason: string, now: Instant): Promise<Hold>
  /** Oldest first, lifted ones included. */
  list(filter?: RecordFilter): Promise<readonly Hold[]>
  /** How many rows of a tier these entities have before a day. */
  rows(series: string, tier: Tier, entities: readonly number[], before: EpochDay): Promise<number>
}

/** Whether a hold that is in force covers an entity. */
export function isHeld(holds: readonly Hold[], { tenant, entity }: { readonly tenant: string; readonly entity: string }): boolean {
  return holds.some((hold) => hold.lifted === null && hold.tenant === tenant && (hold.entity === null || hold.entity === entity))
}

/** Whom an erasure is about. */
export interface ErasureSubject {
  /** The kind of entity, by its declared name. */
  readonly kind: string
  readonly tenant: string
  readonly entity: string
}

/** What was erased: it holds no word of the entity, only a keyed digest by which a later question finds it. */
export interface Erasure {
  readonly id: number
  readonly at: Instant
  readonly by: string
  readonly reason: string
  /** Why a hold was overridden; null when none covered it. */
  readonly override: string | null
  /** Lower-case hex: HMAC-SHA-256 of (kind, tenant, entity) under the store's own key. */
  readonly subject: string
  /**
   * Rows by where they lay: `captured`, `day`, … `archive`, `superseded`, `events`, `identities`, `quarantine`; and
   * `zone`, `enrolment`, … for what the catalogue held.
   */
  readonly rows: Readonly<Record<string, number>>
  /** Archive files that were made anew without it: path, and SHA-256 before and after; null when nothing was left for one. */
  readonly files: readonly ErasedFile[]
  /** When no byte of it was left in the store and its archive; null while that is not so. */
  readonly completedAt: Instant | null
}

export interface ErasedFile {
  readonly path: string
  readonly before: string
  readonly after: string | null
}

/** An erasure that was begun; whoever finds it finishes it. Its subject is null once nothing in store or archive needs its name any more. */
export interface OpenErasure {
  readonly id: number
  readonly subject: ErasureSubject | null
}

export interface ErasureRequest extends ErasureSubject {
  readonly by: string
  readonly reason: string
  /** Why a hold may be overridden; null: it may not. */
  readonly override: string | null
}

/** What an erasure would remove from the store itself. */
export interface ErasurePreview {
  readonly rows: Readonly<Record<string, number>>
  /** Holds in force that cover it. */
  readonly holds: readonly Hold[]
}

/** Each step is one transaction and safe to repeat; src/erasure/run.ts gives them their order. */
export interface ErasureStore {
  preview(subject: ErasureSubject): Promise<ErasurePreview>
  /**
   * Enters the erasure: from here on nothing of the entity is answered or taken in. One that was entered before is
   * returned as it stands. Throws HELD.
   */
  begin(request: ErasureRequest, now: Instant): Promise<Erasure>
  /** Those that are not complete, oldest first; also those that a cascade has entered. */
  open(): Promise<readonly OpenErasure[]>
  /** Removes some of its rows; says whether any are left. A hold that is placed after it was entered comes too late. */
  removeRows(id: number, now: Instant): Promise<boolean>
  /** Puts a file made anew in the place of one that held rows of these erasures; null: nothing was left for it. `false` when that one is no longer current. */
  replaceArchive(erased: readonly { readonly id: number; readonly rows: number }[], before: ArchiveFile, after: ArchiveFile | null, now: Instant): Promise<boolean>
  /** Removes what has come since, and every word of the entity's name with it. */
  forgetName(id: number, now: Instant): Promise<void>
  /** Leaves no byte of what was removed in the store's files, and completes these. Throws STORE_BUSY while a reader keeps an older view. */
  complete(ids: readonly number[], now: Instant): Promise<void>
  /** Oldest first. */
  list(): Promise<readonly Erasure[]>
  /** Whether this entity was erased, or is being. */
  erased(subject: ErasureSubject): Promise<boolean>
  /** Lets deletes of an application's table enter erasures; see `CascadeSource`. Repeating it changes nothing. */
  cascadeFrom(kind: string, source: CascadeSource): Promise<void>
}

/**
 * A table of the same database that has a row for each entity: deleting one erases its history, and is refused (`HELD`
 * in the message) while a hold covers it.
 */
export interface CascadeSource {
  readonly table: string
  /** Columns that hold the entity's and the tenant's names. */
  readonly entity: string
  readonly tenant: string
}
