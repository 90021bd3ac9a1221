import type { Clock } from './clock.ts'
import type { Declared } from './declared.ts'
import type { Collector, Source } from './definitions/collector.ts'
import type { Store } from './stores/contract/store.ts'

/** What questions and captures of a history need of it, wherever it runs. */
export interface HistoryParts {
  readonly store: Store
  readonly declared: Declared
  readonly clock: Clock
  readonly collectors: {
    of(series: string): Collector
    /** The databases that collectors read, until the signal is aborted. */
    readonly sources: { during(signal: AbortSignal): Readonly<Record<string, Source>> }
  }
}
