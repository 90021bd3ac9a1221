import { formatInstant } from '../calendar/instant.ts'
import { canonicalJson } from '../canonical/json.ts'
import type { Erasure } from '../stores/contract/hold.ts'
import { sha256Hex } from '../machine/sha256-hex.ts'

/** What shows that an entity was erased, and says no word of it. */
export interface ErasureCertificate {
  /** Of the store whose ledger holds the erasure. */
  readonly store: string
  readonly erasure: number
  readonly enteredAt: string
  /** null while it is not complete: then it certifies no more than that it was begun. */
  readonly completedAt: string | null
  readonly by: string
  readonly reason: string
  /** Why a hold was overridden; null when none covered it. */
  readonly override: string | null
  /** HMAC-SHA-256 of (kind, tenant, entity) under the store's key, in lower-case hex. */
  readonly subject: string
  readonly rows: Readonly<Record<string, number>>
  readonly files: readonly { readonly path: string; readonly before: string; readonly after: string | null }[]
  /** Lower-case hex SHA-256 over the canonical JSON (RFC 8785) of all the rest. */
  readonly digest: string
}

/** The same erasure has the same certificate, whenever it is asked for. */
export function certificateOf(store: string, erasure: Erasure): ErasureCertificate {
  const { id, at, by, reason, override, subject, rows, files, completedAt } = erasure
  const said = {
    store, erasure: id, enteredAt: formatInstant(at), completedAt: completedAt === null ? null : formatInstant(completedAt),
    by, reason, override, subject, rows, files,
  }
  return { ...said, digest: sha256Hex(canonicalJson(said)) }
}
