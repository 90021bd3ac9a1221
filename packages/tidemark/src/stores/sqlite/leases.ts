import { TidemarkError } from '../../errors.ts'
import type { Fence, Lease } from '../contract/lease.ts'
import type { WriteSession } from './session.ts'

export const LEASE_TABLES: readonly string[] = [
  'CREATE TABLE tm_lease (name TEXT PRIMARY KEY, holder TEXT, token INTEGER NOT NULL, expires_at INTEGER NOT NULL) STRICT, WITHOUT ROWID',
]

/** The database's clock, in epoch milliseconds: every process of the machine reads the same. */
const CLOCK = "CAST(unixepoch('subsec') * 1000 AS INTEGER)"

/** Takes a lease that is free or has run out; null while another holds it. The token grows with every taking, for ever. */
export function acquireLease(session: WriteSession, name: string, holder: string, ttlMs: number): Lease | null {
  return session.housekeeping(() => {
    const taken = session.sql(`
      INSERT INTO tm_lease (name, holder, token, expires_at) VALUES (:name, :holder, 1, ${CLOCK} + :ttl)
      ON CONFLICT DO UPDATE SET holder = excluded.holder, token = token + 1, expires_at = excluded.expires_at
        WHERE tm_lease.holder IS NULL OR tm_lease.expires_at <= ${CLOCK}
      RETURNING token, expires_at AS expiresAt`).get({ name, holder, ttl: ttlMs }) as { token: number; expiresAt: number } | undefined
    return taken === undefined ? null : { name, ...taken }
  })
}

/** Prolongs a lease that nobody has taken over, even when it had run out; null when somebody has. */
export function renewLease(session: WriteSession, { name, token }: Fence, ttlMs: number): Lease | null {
  return session.housekeeping(() => {
    const renewed = session.sql(`UPDATE tm_lease SET expires_at = ${CLOCK} + :ttl WHERE name = :name AND token = :token AND holder IS NOT NULL RETURNING expires_at AS expiresAt`)
      .get({ name, token, ttl: ttlMs }) as { expiresAt: number } | undefined
    return renewed === undefined ? null : { name, token, expiresAt: renewed.expiresAt }
  })
}

/** Gives a lease back. The row stays, so that the next token is higher. */
export function releaseLease(session: WriteSession, { name, token }: Fence): void {
  session.housekeeping(() => session.sql('UPDATE tm_lease SET holder = NULL, expires_at = 0 WHERE name = ? AND token = ?').run(name, token))
}

/**
 * Refuses a write whose lease has been taken over, inside the write's own transaction: a worker that was stopped and
 * wakes up can commit nothing. Throws LEASE_LOST.
 */
export function checkFence(session: Pick<WriteSession, 'sql'>, fence: Fence | null): void {
  if (fence === null) return
  const token = session.sql('SELECT token FROM tm_lease WHERE name = ?').pluck().get(fence.name) as number | undefined
  if (token === fence.token) return
  throw new TidemarkError('LEASE_LOST', `the lease ${fence.name} was taken over by another worker`, { where: fence.name })
}
