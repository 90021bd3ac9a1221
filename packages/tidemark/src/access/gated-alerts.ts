import { ALERT_STATES, type AlertState } from '../stores/contract/alert.ts'
import { type Alert, type AlertExplanation, type AlertReport, alertUnknown, scopeUnknown } from '../watch/desk.ts'
import type { AlertPlan } from '../watch/evaluate.ts'
import type { AlertRule } from '../watch/rule.ts'
import { TidemarkError } from '../errors.ts'
import type { GatedHistory } from './history.ts'
import { actorOf, type Principal, requireAction, requireAllTenants } from './principal.ts'
import { ownTenant, withinScope } from './scope.ts'

/** Alerts, for one principal: those of its tenants, acknowledged and silenced in its name. */
export class GatedAlerts {
  readonly #history: GatedHistory
  readonly #principal: Principal

  constructor(history: GatedHistory, principal: Principal) {
    this.#history = history
    this.#principal = principal
  }

  rules(): readonly AlertRule[] {
    requireAction(this.#principal, 'summary', 'alerts')
    return this.#history.alerts.rules
  }

  async list(filter: { readonly states?: readonly AlertState[]; readonly ids?: readonly number[] } = {}): Promise<readonly Alert[]> {
    requireAction(this.#principal, 'read', 'alerts')
    return this.#history.alerts.list({ ...filter, ...withinScope(this.#principal.tenants) })
  }

  async explain(id: number): Promise<AlertExplanation> {
    requireAction(this.#principal, 'read', 'alerts')
    await this.#own(id)
    return this.#history.alerts.explain(id)
  }

  /** Throws ALERT_UNKNOWN, also for an alert of another tenant. */
  async acknowledge(id: number, note: string | null = null): Promise<Alert> {
    requireAction(this.#principal, 'write', 'alerts acknowledge')
    await this.#own(id)
    return this.#history.alerts.acknowledge(id, actorOf(this.#principal), note)
  }

  /** A principal that is bound to tenants names one; of one that has only one, it may be left out. */
  async silence(scope: { readonly rule?: string; readonly tenant?: string; readonly entity?: string }, until: Date | number, note: string | null = null): Promise<void> {
    requireAction(this.#principal, 'write', 'alerts silence')
    const { tenants } = this.#principal
    const tenant = scope.tenant ?? (tenants?.length === 1 ? tenants[0] : undefined)
    if (tenants !== null && tenant === undefined) throw new TidemarkError('TENANT_NEEDED', 'a silence of this token is of a tenant, and none was named', { where: 'tenant' })
    if (tenant !== undefined && !ownTenant(tenants, tenant)) throw scopeUnknown(tenant, scope.entity ?? null)
    await this.#history.alerts.silence({ ...scope, ...(tenant === undefined ? {} : { tenant }) }, until, actorOf(this.#principal), note)
  }

  /** A check is of every tenant. */
  async check(): Promise<AlertReport> {
    requireAction(this.#principal, 'write', 'alerts check')
    requireAllTenants(this.#principal, 'alerts check')
    return this.#history.alerts.check()
  }

  async plan(): Promise<AlertPlan> {
    requireAction(this.#principal, 'write', 'alerts check')
    requireAllTenants(this.#principal, 'alerts check')
    return this.#history.alerts.plan()
  }

  async #own(id: number): Promise<void> {
    if (this.#principal.tenants === null) return
    const [found] = await this.#history.alerts.list({ states: ALERT_STATES, ids: [id], ...withinScope(this.#principal.tenants) })
    if (found === undefined) throw alertUnknown(id)
  }
}
