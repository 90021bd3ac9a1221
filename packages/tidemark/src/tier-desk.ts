import { archivingPlaceOf } from './archive-place.ts'
import { monotonicMs } from './clock.ts'
import type { Series, SeriesDefinition } from './definitions/series.ts'
import { Erasures } from './erasure-desk.ts'
import { TidemarkError } from './errors.ts'
import type { Parts } from './tidemark.ts'
import type { PackingStanding } from './stores/contract/packing.ts'
import type { Packed } from './tiers/pack.ts'
import type { LivePolicy } from './tiers/policy.ts'
import type { RunPlan, TiersReport } from './tiers/run.ts'
import type { TierStepReport } from './tiers/step-report.ts'
import type { SeriesStanding } from './tiers/status.ts'

/** Rollup, retention and archive of one history. */
export class Tiers {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** What `run` would do now. Changes nothing. */
  async plan(series: Series | string): Promise<RunPlan> {
    const { planRun } = await import('./tiers/run.ts')
    return planRun(this.#parts.store, this.#named(series).name, this.#parts.clock())
  }

  /**
   * Rolls up, proves, retires and archives what is due, and finishes erasures first. Throws CLOCK_JUMPED when the clock
   * cannot be believed and was not given to `open`.
   */
  async run(series: Series | string, options: { readonly progress?: (step: TierStepReport) => void } = {}): Promise<TiersReport> {
    const { store, clock, clockConfirmed } = this.#parts
    const { runTiers } = await import('./tiers/run.ts')
    const { name } = this.#named(series)
    const first = (await store.erasures.open()).length === 0 ? [] : [await this.#finishErasures()]
    for (const step of first) options.progress?.(step)
    const report = await runTiers({
      store, series: name, now: clock(), confirmed: clockConfirmed, archive: await archivingPlaceOf(this.#parts), monotonicMs,
      ...(options.progress === undefined ? {} : { progress: options.progress }),
    })
    return { ...report, steps: [...first, ...report.steps] }
  }

  /** Packs the payloads of a series that are older than a fortnight, and its captured rows older than a quarter of a year, now and with every run from now on; says how many. */
  async pack(series: Series | string): Promise<Packed> {
    const { store, clock } = this.#parts
    const { packSeries } = await import('./tiers/pack.ts')
    return packSeries({ store, series: this.#named(series).name, now: clock(), monotonicMs })
  }

  /** Gives packed rows and payloads their places again, as they were; runs leave them so until `pack`. Says how many. */
  async unpack(series: Series | string): Promise<Packed> {
    const { unpackSeries } = await import('./tiers/pack.ts')
    return unpackSeries({ store: this.#parts.store, series: this.#named(series).name })
  }

  /** How many payloads and captured rows of a series lie plain, and how many packed. */
  async packing(series: Series | string): Promise<PackingStanding> {
    return this.#parts.store.packing.standing(this.#named(series).name)
  }

  /** Rows, bytes and ages of each tier, of the events and of the archive; what waits, and how much is in quarantine. */
  async status(series: Series | string): Promise<SeriesStanding> {
    const { tiersStatus } = await import('./tiers/status.ts')
    return tiersStatus(this.#parts.store, this.#named(series).name, this.#parts.clock())
  }

  /** The retention policy in force, and the migration that made it so. */
  async policy(series: Series | string): Promise<LivePolicy> {
    const { livePolicy } = await import('./tiers/policy.ts')
    return livePolicy(await this.#parts.store.schema(), this.#named(series).name)
  }

  /** An erasure that cannot be finished now keeps nothing else from being done: nothing of it is answered any more. */
  async #finishErasures(): Promise<TierStepReport> {
    const { store, clock, clockConfirmed } = this.#parts
    const { guardClock } = await import('./tiers/clock-guard.ts')
    await guardClock(store, clock(), clockConfirmed)
    try {
      return { step: 'erase', erasures: await new Erasures(this.#parts).finish(), code: null, message: null }
    } catch (error) {
      if (!(error instanceof TidemarkError) || error.code === 'LEASE_LOST') throw error
      return { step: 'erase', erasures: [], code: error.code, message: error.message }
    }
  }

  #named(series: Series | string): SeriesDefinition {
    return this.#parts.declared.seriesNamed(typeof series === 'string' ? series : series.definition.name)
  }
}
