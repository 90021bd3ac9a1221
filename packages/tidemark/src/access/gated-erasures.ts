import type { ErasureCertificate } from '../erasure/certificate.ts'
import type { ErasurePlan } from '../erasure/plan.ts'
import { entityUnknown } from '../stores/contract/hold.ts'
import type { GatedForget, GatedHistory } from './history.ts'
import { actorOf, type Principal, requireAction, requireAllTenants } from './principal.ts'
import { NOBODY, ownTenant } from './scope.ts'

/** Erasure, for one principal: of entities of its tenants, in its name. */
export class GatedErasures {
  readonly #history: GatedHistory
  readonly #principal: Principal

  constructor(history: GatedHistory, principal: Principal) {
    this.#history = history
    this.#principal = principal
  }

  async plan(request: GatedForget): Promise<ErasurePlan> {
    requireAction(this.#principal, 'delete', 'forget')
    return this.#history.erasures.plan(ownTenant(this.#principal.tenants, request.tenant) ? request : { ...request, tenant: NOBODY })
  }

  async forget(request: GatedForget, options: { readonly reason: string; readonly overrideHold?: string }): Promise<ErasureCertificate> {
    requireAction(this.#principal, 'delete', 'forget')
    if (!ownTenant(this.#principal.tenants, request.tenant)) throw entityUnknown({ kind: request.of, tenant: request.tenant, entity: request.entity })
    return this.#history.erasures.forget(request, { ...options, by: actorOf(this.#principal) })
  }

  /** A certificate no longer says whose it is: those of all tenants, for one that is bound to none. */
  async certificate(id: number): Promise<ErasureCertificate> {
    requireAction(this.#principal, 'delete', 'forget')
    requireAllTenants(this.#principal, 'certificates')
    return this.#history.erasures.certificate(id)
  }

  async certificates(): Promise<readonly ErasureCertificate[]> {
    requireAction(this.#principal, 'delete', 'forget')
    requireAllTenants(this.#principal, 'certificates')
    return this.#history.erasures.certificates()
  }

  async finish(): Promise<readonly number[]> {
    requireAction(this.#principal, 'delete', 'forget')
    requireAllTenants(this.#principal, 'forget --pending')
    return this.#history.erasures.finish()
  }
}
