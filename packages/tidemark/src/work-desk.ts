import type { CollectReport } from './capture/collect-report.ts'
import type { Captures } from './capture-desk.ts'
import type { Signal } from './stores/contract/work.ts'
import type { Parts } from './tidemark.ts'
import type { Tiers } from './tier-desk.ts'
import type { Alerts } from './watch/desk.ts'
import type { WorkDecision } from './work/decide.ts'
import { checkSignalName, type Job, jobsOf } from './work/job.ts'
import type { WorkerRequest, WorkReport } from './work/worker.ts'

/** How one worker works; see work/worker.ts. */
export type WorkTerms = Pick<WorkerRequest, 'holder' | 'stop' | 'wait' | 'report'> & Partial<Pick<WorkerRequest, 'heartbeatMs' | 'once'>>

/** What the desks of a history do for its worker. */
export interface WorkDesks {
  readonly captures: Captures
  readonly tiers: Tiers
  readonly alerts: Alerts
}

const HEARTBEAT_MS = 5_000

/** What of one history is due, and the doing of it. */
export class Work {
  readonly #parts: Parts
  readonly #desksOf: (parts: Parts) => WorkDesks
  readonly #jobs: readonly Job[]

  /** @param desksOf the desks of a history: each job has its own, on the store as its lease allows */
  constructor(parts: Parts, desksOf: (parts: Parts) => WorkDesks) {
    this.#parts = parts
    this.#desksOf = desksOf
    this.#jobs = jobsOf(parts.declared.series, parts.work ?? {}, (parts.alerts ?? []).length > 0)
  }

  /**
   * Does what is due until it is told to stop: captures, tiers, alerts. Several processes may do so at once.
   * A job that fails is tried again later, and holds up no other.
   */
  async run(terms: WorkTerms): Promise<WorkReport> {
    const { runWorker } = await import('./work/worker.ts')
    const { store, clock } = this.#parts
    return runWorker({ heartbeatMs: HEARTBEAT_MS, once: false, ...terms, store, clock, jobs: this.#jobs, perform: (job, context) => this.#perform(job, context) })
  }

  /** What a worker would do now. Changes nothing. */
  async plan(): Promise<WorkDecision> {
    const { decideWork } = await import('./work/decide.ts')
    const { store, clock } = this.#parts
    return decideWork(this.#jobs, await store.jobs.states(), await store.jobs.signals(), clock())
  }

  /** Says that something else has finished: what waits for it is run by the next worker that looks. Throws SIGNAL_INVALID. */
  async signal(name: string): Promise<Signal> {
    checkSignalName(name, 'signal')
    return this.#parts.store.jobs.signal(name, this.#parts.clock())
  }

  async #perform(job: Job, { now, store, signal }: Parameters<WorkerRequest['perform']>[1]): Promise<string> {
    const { captures, tiers, alerts } = this.#desksOf({ ...this.#parts, store })
    switch (job.kind) {
      case 'capture': {
        const series = this.#parts.declared.seriesNamed(job.series as string)
        const report = await captures.run(series, null, { now, stop: signal })
        if ('rosterFailed' in report) await this.#refuseFailed(series.name, report as CollectReport)
        const { created, restated, failed, covered } = report
        return `${created} created, ${restated} restated, ${failed} failed, ${covered} covered`
      }
      case 'tiers': {
        const { rolledUp, archived, held, refused } = await tiers.run(job.series as string)
        return `${rolledUp} rolled up, ${archived} archived, ${held} held, ${refused} refused`
      }
      case 'alerts': {
        const { opened, resolved, notified } = await alerts.check()
        return `${opened.length} opened, ${resolved.length} resolved, ${notified} notified`
      }
    }
  }

  /** A source that is gone is no capture that is done: it is on record as failed, and asked again sooner. */
  async #refuseFailed(series: string, report: CollectReport): Promise<void> {
    const { sourceFailure } = await import('./capture/collect-report.ts')
    const failure = sourceFailure(series, report)
    if (failure !== null) throw failure
  }
}
