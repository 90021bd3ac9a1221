import { TidemarkError } from '../errors.ts'
import type { EventSeriesDefinition } from '../definitions/series.ts'
import type { SeriesState } from '../stores/contract/series-state.ts'
import type { Store } from '../stores/contract/store.ts'
import type { EpochDay, Instant } from '../stores/contract/state.ts'
import { decideCapture, type CaptureDecision } from './decide.ts'
import { SingleFlight } from './single-flight.ts'

/** What a capture did, in rows; for series that store only windows in which something happened, in covered intervals. */
export interface CaptureReport {
  readonly created: number
  readonly unchanged: number
  readonly restated: number
  readonly failed: number
  /** Entities whose covered interval grew. */
  readonly covered: number
  /** By reason: entities, and for `window_sealed` days that can no longer be recomputed. */
  readonly skipped: Readonly<Record<string, number>>
}

/** By store: two captures of one series in one process are one, unless the later closes more. */
const flights = new WeakMap<Store, SingleFlight<CaptureReport>>()

/**
 * Records that the days before `now` are closed. Rows of event-fed series are written when their events are accepted,
 * so a capture writes none; repeating it changes nothing.
 */
export function runCapture(store: Store, series: string, now: Instant): Promise<CaptureReport> {
  let flight = flights.get(store)
  if (flight === undefined) {
    flight = new SingleFlight()
    flights.set(store, flight)
  }
  return flight.run(series, now, async (latest) => {
    const decision = await planCapture(store, series, latest)
    const { covered } = decision.write ? await store.capture(series, latest) : { covered: 0 }
    return { created: 0, unchanged: 0, restated: 0, failed: 0, covered, skipped: decision.skipped }
  })
}

/** What `runCapture` would do to an event-fed series, for `--dry-run`. Throws SERIES_UNKNOWN. */
export async function planCapture(store: Store, series: string, now: Instant): Promise<CaptureDecision> {
  const snapshot = await store.snapshot()
  try {
    const state = await snapshot.series(series, null)
    if (state === null) throw new TidemarkError('SERIES_UNKNOWN', `the store has no series ${JSON.stringify(series)}`, { hint: 'Run tidemark migrate.' })
    return decideCapture({ series: state as SeriesState<EventSeriesDefinition>, entities: await snapshot.entities(series, {}, null), now })
  } finally {
    snapshot.close()
  }
}

/**
 * Computes the rows of the days [from, to) anew from the retained events, and captures. Days whose events have retired
 * stay as they are and are counted as `window_sealed`.
 */
export async function runBackfill(store: Store, series: string, from: EpochDay, to: EpochDay, now: Instant): Promise<CaptureReport> {
  const captured = await runCapture(store, series, now)
  const { created, unchanged, restated, sealed } = await store.recompute(series, from, to, now)
  const skipped = sealed === 0 ? captured.skipped : { ...captured.skipped, window_sealed: sealed }
  return { ...captured, created, unchanged, restated, skipped }
}
