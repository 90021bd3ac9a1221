import type { AuditEntry, AuditFilter } from '../stores/contract/access.ts'
import type { GatedHistory } from './history.ts'
import { type Principal, requireAction } from './principal.ts'
import { withinScope } from './scope.ts'

/** The audit log, for one principal: what was about its tenants alone. */
export class GatedAudit {
  readonly #history: GatedHistory
  readonly #principal: Principal

  constructor(history: GatedHistory, principal: Principal) {
    this.#history = history
    this.#principal = principal
  }

  async list({ after = 0, limit = 100 }: Omit<AuditFilter, 'tenants'> = {}): Promise<readonly AuditEntry[]> {
    requireAction(this.#principal, 'administer', 'audit')
    return this.#history.access.audit.list({ after, limit, ...withinScope(this.#principal.tenants) })
  }
}
