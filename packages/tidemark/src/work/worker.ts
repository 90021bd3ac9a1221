import { type ErrorCode, TidemarkError } from '../errors.ts'
import type { Fence } from '../stores/contract/lease.ts'
import type { Instant } from '../stores/contract/state.ts'
import type { Store } from '../stores/contract/store.ts'
import { decideWork, type DueJob, type DueReason } from './decide.ts'
import type { Job } from './job.ts'

/** What a worker has to say while it works. */
export type WorkEvent =
  | { readonly event: 'started'; readonly job: string; readonly reason: DueReason }
  | { readonly event: 'finished'; readonly job: string; readonly summary: string }
  /** `error` is a coded one's code and message. It will be tried again. */
  | { readonly event: 'failed'; readonly job: string; readonly error: string }
  /** Another worker took it over while this one was too slow; nothing is committed here from then on. */
  | { readonly event: 'lost'; readonly job: string }
  /** The store is locked by another process; a heartbeat later it is tried again. */
  | { readonly event: 'waiting'; readonly error: string }

export interface WorkerRequest {
  readonly store: Store
  readonly jobs: readonly Job[]
  /** Does a job, and says in a few words what came of it. `store` carries the job's lease: all of its writes go through it. */
  readonly perform: (job: Job, context: { readonly now: Instant; readonly store: Store; readonly signal: AbortSignal }) => Promise<string>
  readonly clock: () => Instant
  /** Names this worker among others. */
  readonly holder: string
  /** Two of these after a worker's death another has its job: a lease lives for one and a half, and is renewed twice in each. */
  readonly heartbeatMs: number
  /** Aborted: what is under way is finished, and nothing more begun. */
  readonly stop: AbortSignal
  /** Ends as soon as nothing is due. */
  readonly once: boolean
  readonly wait: (ms: number, stop: AbortSignal) => Promise<void>
  readonly report: (event: WorkEvent) => void
}

export interface WorkReport {
  readonly finished: number
  readonly failed: number
  readonly lost: number
}

/**
 * Does what is due, again and again. Several may work on one store: each job has a lease, so that one does it at a time,
 * and what is due is decided anew under the lease, so that none does what another has done.
 */
export async function runWorker(request: WorkerRequest): Promise<WorkReport> {
  const { store, jobs, clock, stop, once, wait, heartbeatMs, report } = request
  const counts = { finished: 0, failed: 0, lost: 0 }
  const round = async (): Promise<{ readonly worked: boolean; readonly nextAt: Instant | null }> => {
    const { due, nextAt } = await decided(store, jobs, clock())
    let worked = false
    for (const { job } of due) {
      if (stop.aborted) break
      const outcome = await underLease(request, job)
      if (outcome === 'busy') continue
      worked = true
      if (outcome !== 'done') counts[outcome]++
    }
    return { worked, nextAt }
  }
  while (!stop.aborted) {
    const done = await round().catch((error: unknown) => {
      // An erasure's rewriting may hold the store for long; a worker is there to be there afterwards.
      if (once || !isCoded(error, 'STORE_BUSY')) throw error
      report({ event: 'waiting', error: textOf(error) })
      return null
    })
    if (done === null) {
      await wait(heartbeatMs, stop)
      continue
    }
    const { worked, nextAt } = done
    if (once) return counts
    // Failed jobs wait for their retry; the others may have become due while these ran.
    if (worked) continue
    // Other workers' leases run out and signals come unannounced: look again several times a heartbeat.
    const untilNext = nextAt === null ? heartbeatMs : nextAt - clock()
    if (!stop.aborted) await wait(Math.max(LEAST_WAIT_MS, Math.min(untilNext, heartbeatMs / 4)), stop)
  }
  return counts
}

const LEAST_WAIT_MS = 20

async function decided(store: Store, jobs: readonly Job[], now: Instant): Promise<ReturnType<typeof decideWork>> {
  return decideWork(jobs, await store.jobs.states(), await store.jobs.signals(), now)
}

/** `done`: another worker had done it by the time its lease was free. */
async function underLease(request: WorkerRequest, job: Job): Promise<'finished' | 'failed' | 'lost' | 'busy' | 'done'> {
  const { store, heartbeatMs, holder } = request
  const lease = await store.leases.acquire(job.name, holder, lifetimeMs(heartbeatMs))
  if (lease === null) return 'busy'
  const heart = beating(request, lease)
  try {
    const now = request.clock()
    const { due: [due] } = await decided(store, [job], now)
    if (due === undefined) return 'done'
    return await perform(request, due, now, lease, heart.signal)
  } finally {
    await heart.end()
    await store.leases.release(lease)
  }
}

async function perform(
  { store, report, perform: work }: WorkerRequest, { job, reason, signal }: DueJob, now: Instant, lease: Fence, lost: AbortSignal,
): Promise<'finished' | 'failed' | 'lost'> {
  report({ event: 'started', job: job.name, reason })
  try {
    const summary = await work(job, { now, store: store.under(lease), signal: lost })
    await store.jobs.finish(lease, now, signal)
    report({ event: 'finished', job: job.name, summary })
    return 'finished'
  } catch (error) {
    if (lost.aborted || isCoded(error, 'LEASE_LOST')) {
      report({ event: 'lost', job: job.name })
      return 'lost'
    }
    const text = textOf(error)
    report({ event: 'failed', job: job.name, error: text })
    try {
      await store.jobs.fail(lease, now, text.slice(0, MOST_ERROR_CHARACTERS))
    } catch (again) {
      if (!isCoded(again, 'LEASE_LOST')) throw again
    }
    return 'failed'
  }
}

const MOST_ERROR_CHARACTERS = 1000

function isCoded(error: unknown, code: ErrorCode): boolean {
  return error instanceof TidemarkError && error.code === code
}

function textOf(error: unknown): string {
  return error instanceof TidemarkError ? `${error.code}: ${error.message}` : String(error)
}

function lifetimeMs(heartbeatMs: number): number {
  return Math.round(1.5 * heartbeatMs)
}

/** Renews a lease until it is ended; its signal says that it was lost. */
function beating({ store, heartbeatMs }: WorkerRequest, fence: Fence): { readonly signal: AbortSignal; end(): Promise<void> } {
  const lost = new AbortController()
  let beat: Promise<void> | null = null
  const timer = setInterval(() => {
    // One at a time: while the store is locked they would pile up, and be waited for.
    beat ??= (async () => {
      // A beat that fails is not the end: the next one may come in time, and the fence judges every write.
      const renewed = await store.leases.renew(fence, lifetimeMs(heartbeatMs)).catch(() => fence)
      if (renewed === null) lost.abort()
      beat = null
    })()
  }, heartbeatMs / 2)
  timer.unref()
  return {
    signal: lost.signal,
    async end() {
      clearInterval(timer)
      await beat
    },
  }
}
