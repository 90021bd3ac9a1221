import type { PackingStanding } from '../stores/contract/packing.ts'
import type { LivePolicy } from '../tiers/policy.ts'
import type { Packed } from '../tiers/pack.ts'
import type { RunPlan, TiersReport } from '../tiers/run.ts'
import type { TierStepReport } from '../tiers/step-report.ts'
import type { SeriesStanding } from '../tiers/status.ts'
import type { GatedHistory } from './history.ts'
import { type Principal, requireAction, requireAllTenants } from './principal.ts'

/** Tiers, for one principal. Rows and bytes are those of every tenant, so that only one that is bound to none is told. */
export class GatedTiers {
  readonly #history: GatedHistory
  readonly #principal: Principal

  constructor(history: GatedHistory, principal: Principal) {
    this.#history = history
    this.#principal = principal
  }

  async status(series: string): Promise<SeriesStanding> {
    requireAction(this.#principal, 'read', 'tiers status')
    requireAllTenants(this.#principal, 'tiers status')
    return this.#history.tiers.status(series)
  }

  /** What is declared is nobody's secret. */
  async policy(series: string): Promise<LivePolicy> {
    requireAction(this.#principal, 'read', 'tiers policy')
    return this.#history.tiers.policy(series)
  }

  async plan(series: string): Promise<RunPlan> {
    requireAction(this.#principal, 'administer', 'tiers plan')
    requireAllTenants(this.#principal, 'tiers plan')
    return this.#history.tiers.plan(series)
  }

  async run(series: string, options: { readonly progress?: (step: TierStepReport) => void } = {}): Promise<TiersReport> {
    requireAction(this.#principal, 'administer', 'tiers run')
    requireAllTenants(this.#principal, 'tiers run')
    return this.#history.tiers.run(series, options)
  }

  async packing(series: string): Promise<PackingStanding> {
    requireAction(this.#principal, 'read', 'tiers pack')
    requireAllTenants(this.#principal, 'tiers pack')
    return this.#history.tiers.packing(series)
  }

  async pack(series: string): Promise<Packed> {
    requireAction(this.#principal, 'administer', 'tiers pack')
    requireAllTenants(this.#principal, 'tiers pack')
    return this.#history.tiers.pack(series)
  }

  async unpack(series: string): Promise<Packed> {
    requireAction(this.#principal, 'administer', 'tiers unpack')
    requireAllTenants(this.#principal, 'tiers unpack')
    return this.#history.tiers.unpack(series)
  }
}
