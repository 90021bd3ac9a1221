import type { CollectPlan } from './capture/collect-plan.ts'
import type { CollectRequest } from './capture/collect.ts'
import type { CaptureDecision } from './capture/decide.ts'
import type { CaptureReport } from './capture/run.ts'
import type { CollectedSeriesDefinition } from './definitions/collected.ts'
import { isCollected, type SeriesDefinition } from './definitions/series.ts'
import type { HistoryParts } from './history-parts.ts'
import type { EpochDay, Instant } from './stores/contract/state.ts'

/** What a capture is done under; left out, it is nobody's but its caller's. */
export interface CaptureTerms {
  readonly now?: Instant
  /** Aborted: nothing more is asked for. */
  readonly stop?: AbortSignal
}

/** Captures of one history: of days that are closed, and of windows that are collected. */
export class Captures {
  readonly #parts: HistoryParts

  constructor(parts: HistoryParts) {
    this.#parts = parts
  }

  async run(series: SeriesDefinition, backfill: { readonly from: EpochDay; readonly to: EpochDay } | null, terms: CaptureTerms = {}): Promise<CaptureReport> {
    const { store, clock } = this.#parts
    if (isCollected(series)) {
      const { runCollect, runCollectBackfill } = await import('./capture/collect.ts')
      const request = this.#request(series, terms)
      return backfill === null ? runCollect(request) : runCollectBackfill(request, backfill.from, backfill.to)
    }
    const { runBackfill, runCapture } = await import('./capture/run.ts')
    const now = terms.now ?? clock()
    return backfill === null ? runCapture(store, series.name, now) : runBackfill(store, series.name, backfill.from, backfill.to, now)
  }

  /** What `run` would do now. Changes nothing; of a collected series it asks the source for its roster. */
  async plan(series: SeriesDefinition): Promise<CaptureDecision | CollectPlan> {
    if (isCollected(series)) {
      const { planCollect } = await import('./capture/collect.ts')
      return planCollect(this.#request(series, {}))
    }
    const { planCapture } = await import('./capture/run.ts')
    return planCapture(this.#parts.store, series.name, this.#parts.clock())
  }

  #request(series: CollectedSeriesDefinition, { now, stop }: CaptureTerms): CollectRequest {
    const { store, collectors, clock } = this.#parts
    return {
      store, series, collector: collectors.of(series.name), sources: (signal) => collectors.sources.during(signal),
      now: now ?? clock(), ...(stop === undefined ? {} : { stop }),
    }
  }
}
