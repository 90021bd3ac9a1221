import type { Instant } from './state.ts'

/** Proof that its holder still holds: every write under a lease carries it, and a newer token refuses it. */
export interface Fence {
  readonly name: string
  readonly token: number
}

export interface Lease extends Fence {
  /** By the database's clock. */
  readonly expiresAt: Instant
}

/** Leases by the database's clock, never by a command's now: what several workers share the work by. */
export interface LeaseStore {
  /** Takes a lease that is free or has run out, for `ttlMs`; null while another holds it. Every taking has a higher token. */
  acquire(name: string, holder: string, ttlMs: number): Promise<Lease | null>
  /** Prolongs one that is still held; null when it was taken over. */
  renew(fence: Fence, ttlMs: number): Promise<Lease | null>
  /** Gives it back; does nothing when it was taken over. */
  release(fence: Fence): Promise<void>
}
