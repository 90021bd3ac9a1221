import type { Fence } from './lease.ts'
import type { Instant } from './state.ts'

/** What became of a job, whichever worker did it. */
export interface JobState {
  readonly job: string
  /** The now of its last run that succeeded; null: none has. */
  readonly ranAt: Instant | null
  /** Runs in a row that failed since. */
  readonly failures: number
  readonly failedAt: Instant | null
  readonly error: string | null
  /** The latest signal that a successful run has answered; 0: none. */
  readonly signal: number
}

/** A signal, by its latest sending: ids grow by one with each. */
export interface Signal {
  readonly name: string
  readonly id: number
  readonly at: Instant
}

/** What workers know of each other's work. */
export interface JobStore {
  states(): Promise<readonly JobState[]>
  /** Throws LEASE_LOST when the job was taken over meanwhile. */
  finish(fence: Fence, at: Instant, signal: number): Promise<void>
  fail(fence: Fence, at: Instant, error: string): Promise<void>
  /** Says that something else has finished. */
  signal(name: string, now: Instant): Promise<Signal>
  /** The latest of each name. */
  signals(): Promise<readonly Signal[]>
}
