import { monotonicMs } from './clock.ts'
import type { Series, SeriesDefinition } from './definitions/series.ts'
import { PROGRAM } from './program.ts'
import type { Parts } from './tidemark.ts'
import type { ArchivePlace } from './tiers/archive-period.ts'
import type { TierPlan } from './tiers/plan.ts'
import type { LivePolicy } from './tiers/policy.ts'
import type { TiersReport, TierStepReport } from './tiers/run.ts'
import type { SeriesStanding } from './tiers/status.ts'

/** Rollup, retention and archive of one history. */
export class Tiers {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** What `run` would do now. Changes nothing. */
  async plan(series: Series | string): Promise<TierPlan> {
    const { planRun } = await import('./tiers/run.ts')
    return planRun(this.#parts.store, this.#named(series).name, this.#parts.clock())
  }

  /**
   * Rolls up, proves, retires and archives what is due. Throws CLOCK_JUMPED when the clock cannot be believed and was
   * not given to `open`.
   */
  async run(series: Series | string, options: { readonly progress?: (step: TierStepReport) => void } = {}): Promise<TiersReport> {
    const { store, clock, clockConfirmed } = this.#parts
    const { runTiers } = await import('./tiers/run.ts')
    return runTiers({
      store, series: this.#named(series).name, now: clock(), confirmed: clockConfirmed, archive: await this.#place(), monotonicMs,
      ...(options.progress === undefined ? {} : { progress: options.progress }),
    })
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

  #named(series: Series | string): SeriesDefinition {
    return this.#parts.declared.seriesNamed(typeof series === 'string' ? series : series.definition.name)
  }

  async #place(): Promise<ArchivePlace | null> {
    if (!this.#parts.declared.series.some((series) => series.keep.archive)) return null
    const [{ ArchiveReader }, { LocalFolder }] = await Promise.all([import('./archive/reader.ts'), import('./archive/local-folder.ts')])
    const folder = new LocalFolder(this.#parts.archive)
    return { folder, reader: new ArchiveReader(folder), program: PROGRAM, owner: (await this.#parts.store.schema()).id ?? '' }
  }
}
