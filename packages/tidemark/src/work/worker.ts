import { TidemarkError } from '../errors.ts'
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
  /** Another worker took it over while this one was too slow; nothing of it was committed here. */
  | { readonly event: 'lost'; readonly job: string }

export interface WorkerRequest {
  readonly store: Store
  readonly jobs: readonly Job[]
  /** Does a job, and says in a few words what came of it. Its writes carry the fence. */
  readonly perform: (job: Job, context: { readonly now: Instant; readonly fence: Fence; readonly signal: AbortSignal }) => Promise<string>
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
  const { store, jobs, clock, stop, once, wait, heartbeatMs } = request
  const counts = { finished: 0, failed: 0, lost: 0 }
  while (!stop.aborted) {
    const now = clock()
    const { due, nextAt } = await decided(store, jobs, now)
    let worked = false
    for (const { job } of due) {
      if (stop.aborted) break
      const outcome = await underLease(request, job)
      if (outcome === 'busy') continue
      worked = true
      if (outcome !== 'done') counts[outcome]++
    }
    // Failed jobs wait for their retry; the others may have become due while these ran.
    if (worked && !once) continue
    if (once) return counts
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
  { store, report, perform: work }: WorkerRequest, { job, reason, signal }: DueJob, now: Instant, fence: Fence, lost: AbortSignal,
): Promise<'finished' | 'failed' | 'lost'> {
  report({ event: 'started', job: job.name, reason })
  try {
    const summary = await work(job, { now, fence, signal: lost })
    await store.jobs.finish(fence, now, signal)
    report({ event: 'finished', job: job.name, summary })
    return 'finished'
  } catch (error) {
    if (lost.aborted || isLost(error)) {
      report({ event: 'lost', job: job.name })
      return 'lost'
    }
    const text = error instanceof TidemarkError ? `${error.code}: ${error.message}` : String(error)
    report({ event: 'failed', job: job.name, error: text })
    try {
      await store.jobs.fail(fence, now, text.slice(0, MOST_ERROR_CHARACTERS))
    } catch (again) {
      if (!isLost(again)) throw again
    }
    return 'failed'
  }
}

const MOST_ERROR_CHARACTERS = 1000

function isLost(error: unknown): boolean {
  return error instanceof TidemarkError && error.code === 'LEASE_LOST'
}

function lifetimeMs(heartbeatMs: number): number {
  return Math.round(1.5 * heartbeatMs)
}

/** Renews a lease until it is ended; its signal says that it was lost. */
function beating({ store, heartbeatMs }: WorkerRequest, fence: Fence): { readonly signal: AbortSignal; end(): Promise<void> } {
  const lost = new AbortController()
  let beat: Promise<void> = Promise.resolve()
  const timer = setInterval(() => {
    beat = beat.then(async () => {
      // A beat that fails is not the end: the next one may come in time, and the fence judges every write.
      const renewed = await store.leases.renew(fence, lifetimeMs(heartbeatMs)).catch(() => fence)
      if (renewed === null) lost.abort()
    })
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
