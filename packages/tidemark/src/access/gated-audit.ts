import type { AuditEntry, AuditFilter } from '../stores/contract/access.ts'
import { checkAuditPage } from './audit-entry.ts'
import type { GatedHistory } from './history.ts'
import { type Principal, requireAction } from './principal.ts'
import { ownTenants } from './scope.ts'

/** The audit log, for one principal: what was about its tenants alone. */
export class GatedAudit {
  readonly #history: GatedHistory
  readonly #principal: Principal

  constructor(history: GatedHistory, principal: Principal) {
    this.#history = history
    this.#principal = principal
  }

  async list({ after = 0, limit = 100 }: AuditFilter = {}): Promise<readonly AuditEntry[]> {
    requireAction(this.#principal, 'administer', 'audit')
    const { audit } = this.#history.access
    if (this.#principal.tenants === null) return audit.list({ after, limit })
    checkAuditPage({ after, limit })
    const own: AuditEntry[] = []
    for (let last = after; own.length < limit;) {
      const page = await audit.list({ after: last })
      own.push(...page.filter(({ tenants }) => ownTenants(this.#principal.tenants, tenants)))
      if (page.length === 0) break
      last = (page.at(-1) as AuditEntry).id
    }
    return own.slice(0, limit)
  }
}
