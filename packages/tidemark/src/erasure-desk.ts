import type { EntityDefinition } from './definitions/entity.ts'
import type { ErasureCertificate } from './erasure/certificate.ts'
import type { ErasurePlan } from './erasure/plan.ts'
import { TidemarkError } from './errors.ts'
import { required } from './hold-desk.ts'
import { archivePlaceOf } from './archive-place.ts'
import type { CascadeSource, ErasureSubject } from './stores/contract/hold.ts'
import type { Parts } from './tidemark.ts'

/** Whom to forget: `of` is the entity's declaration, or its name. */
export interface ForgetRequest {
  readonly of: EntityDefinition | string
  readonly tenant: string
  readonly entity: string
}

/** Erasure of one history, with a ledger and certificates. */
export class Erasures {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** What `forget` would remove. Changes nothing. */
  async plan(request: ForgetRequest): Promise<ErasurePlan> {
    const { planErasure } = await import('./erasure/plan.ts')
    return planErasure(this.#parts.store, await archivePlaceOf(this.#parts), subjectOf(request))
  }

  /**
   * Removes everything that is kept of an entity, and keeps a ledger entry without its name. Safe to repeat: of one that
   * is complete, the same certificate again.
   *
   * @param options.overrideHold why it is erased although a hold covers it: for administrators, and recorded
   * @throws HELD, ENTITY_UNKNOWN, STORE_BUSY, ARCHIVE_DAMAGED
   */
  async forget(request: ForgetRequest, options: { readonly by: string; readonly reason: string; readonly overrideHold?: string }): Promise<ErasureCertificate> {
    const { by, reason, overrideHold = null } = options
    required('by', by)
    required('reason', reason)
    if (overrideHold !== null) required('overrideHold', overrideHold)
    const [{ runErasure }, { certificateOf }] = await Promise.all([import('./erasure/run.ts'), import('./erasure/certificate.ts')])
    const erasure = await runErasure(await this.#work(), { ...subjectOf(request), by, reason, override: overrideHold })
    return certificateOf(await this.#owner(), erasure)
  }

  /** Finishes what was interrupted, and what a cascade has entered; `tiers.run` does so by itself. Returns their ids. */
  async finish(): Promise<readonly number[]> {
    // Nearly always there is nothing, and asking costs less than loading what would do it.
    if ((await this.#parts.store.erasures.open()).length === 0) return []
    const { finishErasures } = await import('./erasure/run.ts')
    return finishErasures(await this.#work())
  }

  /** Throws ERASURE_UNKNOWN. */
  async certificate(id: number): Promise<ErasureCertificate> {
    const found = (await this.certificates()).find(({ erasure }) => erasure === id)
    if (found === undefined) throw new TidemarkError('ERASURE_UNKNOWN', `there is no erasure ${id}`, { where: String(id) })
    return found
  }

  /** Every erasure, oldest first. */
  async certificates(): Promise<readonly ErasureCertificate[]> {
    const { certificateOf } = await import('./erasure/certificate.ts')
    const owner = await this.#owner()
    return (await this.#parts.store.erasures.list()).map((erasure) => certificateOf(owner, erasure))
  }

  /**
   * Where the store shares its file with the application: from now on a DELETE of an entity's row, by whatever
   * connection, erases its history, and fails while a hold covers it. What has to be done beyond hiding it, the next
   * `tiers.run` or `finish` does. Repeating it changes nothing. Throws CASCADE_INVALID.
   */
  cascadeFrom(of: EntityDefinition | string, source: CascadeSource): Promise<void> {
    return this.#parts.store.erasures.cascadeFrom(typeof of === 'string' ? of : of.name, source)
  }

  async #work() {
    return { store: this.#parts.store, place: await archivePlaceOf(this.#parts), now: this.#parts.clock() }
  }

  async #owner(): Promise<string> {
    return (await this.#parts.store.schema()).id ?? ''
  }
}

function subjectOf({ of, tenant, entity }: ForgetRequest): ErasureSubject {
  return { kind: typeof of === 'string' ? of : of.name, tenant, entity }
}
