import { machine } from '../../machine/machine.ts'
import type { ErasureSubject } from '../contract/hold.ts'
import type { SqliteStatement } from './driver.ts'

/** What prepares statements: the writing connection, or one that reads. */
interface Prepares {
  sql(text: string): SqliteStatement
}

/**
 * The digest that stands for an entity once its name is gone. Keyed with a secret of the store, so that the ledger of
 * one store says nothing about another's; whoever holds the store can still test a guess.
 */
export function subjectDigest(key: string, { kind, tenant, entity }: ErasureSubject): string {
  return machine.hmacHex(key, JSON.stringify([kind, tenant, entity]))
}

export const ERASURE_KEY = 'erasure_key'

/** Tells the names of erased entities from all others, within one transaction. */
export class ErasedNames {
  readonly #prepares: Prepares
  readonly #key: string | null

  private constructor(prepares: Prepares, key: string | null) {
    this.#prepares = prepares
    this.#key = key
  }

  /** null: nothing was ever erased, which is nearly always so. */
  static of(prepares: Prepares): ErasedNames | null {
    if (prepares.sql('SELECT 1 FROM tm_erasure LIMIT 1').get() === undefined) return null
    return new ErasedNames(prepares, (prepares.sql('SELECT value FROM tm_meta WHERE key = ?').pluck().get(ERASURE_KEY) as string | undefined) ?? null)
  }

  has(subject: ErasureSubject): boolean {
    const digest = this.#key === null ? null : subjectDigest(this.#key, subject)
    return this.#prepares.sql('SELECT 1 FROM tm_erasure WHERE subject = :digest OR (tenant = :tenant AND kind = :kind AND entity = :entity) LIMIT 1')
      .get({ digest, tenant: subject.tenant, kind: subject.kind, entity: subject.entity }) !== undefined
  }
}

/** Entities that are being erased and of which rows may still lie here. */
export function erasing(prepares: Prepares): readonly number[] {
  return prepares.sql('SELECT entity_id FROM tm_erasure WHERE completed_at IS NULL AND entity_id IS NOT NULL').pluck().all() as number[]
}

/** None of these, as a condition on a column: for reads that go by tenant and not by name. Empty when there are none. */
export function noneOf(ids: readonly number[], column: string): string {
  return ids.length === 0 ? '' : `${column} NOT IN (${ids.join(', ')}) AND`
}

/** None that are being erased, as a condition on a column. */
export function notErased(prepares: Prepares, column: string): string {
  return noneOf(erasing(prepares), column)
}
