import type { QuarantinedEvent } from '../stores/contract/events.ts'
import type { GatedHistory, GatedReplay } from './history.ts'
import { actorOf, type Principal, requireAction } from './principal.ts'
import { withinScope } from './scope.ts'

/** Which quarantined events are meant; see `Quarantine`. */
export interface GatedQuarantineFilter {
  readonly stream?: string
  readonly ids?: readonly number[]
  /** Default 100. */
  readonly limit?: number
}

/**
 * What was not accepted, for one principal: what says of itself that it is of its tenants. What does not say whose it
 * is, only those see who see all. Reading it is in the audit log: it is as it was sent.
 */
export class GatedQuarantine {
  readonly #history: GatedHistory
  readonly #principal: Principal

  constructor(history: GatedHistory, principal: Principal) {
    this.#history = history
    this.#principal = principal
  }

  async list(filter: GatedQuarantineFilter = {}): Promise<readonly QuarantinedEvent[]> {
    requireAction(this.#principal, 'read', 'quarantine')
    const found = await this.#own(filter)
    await this.#read(found)
    return found
  }

  /** null when there is none of that id, or it is not the principal's. */
  async show(id: number): Promise<QuarantinedEvent | null> {
    requireAction(this.#principal, 'read', 'quarantine')
    const found = await this.#own({ ids: [id], limit: 1 })
    await this.#read(found)
    return found[0] ?? null
  }

  async replay(filter: { readonly ids?: readonly number[]; readonly stream?: string } = {}): Promise<GatedReplay> {
    requireAction(this.#principal, 'write', 'quarantine replay')
    const report = await this.#history.quarantine.replay({ ...filter, ...withinScope(this.#principal.tenants) })
    const { replayed, accepted, duplicate, rejected } = report
    await this.#history.access.audit.record({
      actor: actorOf(this.#principal), action: 'quarantine.replay', target: filter.stream ?? 'quarantine', tenants: this.#principal.tenants, detail: { replayed, accepted, duplicate, rejected },
    })
    return report
  }

  #own(filter: GatedQuarantineFilter): Promise<readonly QuarantinedEvent[]> {
    return this.#history.quarantine.list({ ...filter, ...withinScope(this.#principal.tenants) })
  }

  async #read(found: readonly QuarantinedEvent[]): Promise<void> {
    if (found.length === 0) return
    await this.#history.access.audit.record({
      actor: actorOf(this.#principal), action: 'quarantine.read', target: 'quarantine', tenants: this.#principal.tenants, detail: { ids: found.map(({ id }) => id) },
    })
  }
}
