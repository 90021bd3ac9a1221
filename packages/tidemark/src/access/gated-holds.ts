import { TidemarkError } from '../errors.ts'
import { type Hold, type HoldScope, holdUnknown } from '../stores/contract/hold.ts'
import type { GatedHistory } from './history.ts'
import { actorOf, type Principal, requireAction } from './principal.ts'
import { ownTenant, withinScope } from './scope.ts'

/** Legal holds, for one principal: those over its tenants, placed and lifted in its name. */
export class GatedHolds {
  readonly #history: GatedHistory
  readonly #principal: Principal

  constructor(history: GatedHistory, principal: Principal) {
    this.#history = history
    this.#principal = principal
  }

  async list(): Promise<readonly Hold[]> {
    requireAction(this.#principal, 'delete', 'hold list')
    return this.#history.holds.list(withinScope(this.#principal.tenants))
  }

  /** Throws FORBIDDEN for a tenant that is not the principal's, known or not. */
  async place({ tenant, entity, reason }: HoldScope & { readonly reason: string }): Promise<Hold> {
    requireAction(this.#principal, 'delete', 'hold place')
    if (!ownTenant(this.#principal.tenants, tenant)) throw new TidemarkError('FORBIDDEN', `this token has no tenant ${JSON.stringify(tenant)}`, { where: 'tenant' })
    return this.#history.holds.place({ tenant, entity, reason, by: actorOf(this.#principal) })
  }

  /** Throws HOLD_UNKNOWN, also for a hold that is not among those listed. */
  async lift(id: number, reason: string): Promise<Hold> {
    requireAction(this.#principal, 'delete', 'hold lift')
    const [known] = await this.#history.holds.list({ ids: [id], ...withinScope(this.#principal.tenants) })
    if (known === undefined) throw holdUnknown(id)
    return this.#history.holds.lift(id, actorOf(this.#principal), reason)
  }
}
