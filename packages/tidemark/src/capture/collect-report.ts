import { TidemarkError } from '../errors.ts'
import type { CapturedReport, CollectedEntity, WindowKey } from '../stores/contract/collected.ts'
import { type CaptureFailure, type FrequencyChange, windowName } from './collect-plan.ts'
import type { CaptureReport } from './run.ts'

/** What a capture of a collected series did, in windows; of entities, those of `skipped` that no window was due of. */
export interface CollectReport extends CaptureReport {
  /** The first of what failed; `failed` counts all windows. */
  readonly failures: readonly CaptureFailure[]
  /** Why the roster could not be had; null when it was. */
  readonly rosterFailed: string | null
  /** Cadences that changed. */
  readonly decisions: readonly FrequencyChange[]
  /** Spent waiting for the source, and for the store. */
  readonly sourceMs: number
  readonly storeMs: number
  /** Calls of the source that took more than half of the time they have, those that were given up included. */
  readonly slowCalls: number
}

/** What a capture that had nothing and lacked something failed with; null: it had something, or nothing was due. */
export function sourceFailure(series: string, { created, unchanged, restated, failed, failures, rosterFailed }: CollectReport): TidemarkError | null {
  if (rosterFailed === null && (failed === 0 || created + unchanged + restated > 0)) return null
  const why = rosterFailed ?? failures[0]?.message ?? ''
  const lacking = failed === 0 ? '' : `, ${failed === 1 ? '1 window' : `${failed.toLocaleString('en')} windows`} failed`
  return new TidemarkError('SOURCE_FAILED', `nothing was captured${lacking}: ${why}`, { where: series })
}

const MOST_FAILURES = 20

/** Counts what a capture does while it does it. */
export class CollectTally {
  readonly failures: CaptureFailure[] = []
  readonly skipped: Record<string, number> = {}
  readonly #counts = { created: 0, unchanged: 0, restated: 0, failed: 0 }
  rosterFailed: string | null = null
  decisions: readonly FrequencyChange[] = []
  sourceMs = 0
  storeMs = 0
  slowCalls = 0

  skip(reason: string, count = 1): void {
    if (count > 0) this.skipped[reason] = (this.skipped[reason] ?? 0) + count
  }

  fail(entity: CollectedEntity, window: WindowKey, message: string): void {
    this.tell({ tenant: entity.tenant, entity: entity.entity, window: windowName(entity, window), message })
  }

  tell(failure: CaptureFailure): void {
    if (this.failures.length < MOST_FAILURES) this.failures.push(failure)
  }

  wrote(report: CapturedReport): void {
    for (const key of ['created', 'unchanged', 'restated', 'failed'] as const) this.#counts[key] += report[key]
    this.skip('window_sealed', report.sealed)
  }

  report(): CollectReport {
    const { failures, skipped, rosterFailed, decisions, sourceMs, storeMs, slowCalls } = this
    const whole = { sourceMs: Math.round(sourceMs), storeMs: Math.round(storeMs) }
    return { ...this.#counts, covered: 0, skipped, failures, rosterFailed, decisions, ...whole, slowCalls }
  }
}
