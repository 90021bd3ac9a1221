import { formatInstant } from '../calendar/instant.ts'
import { TidemarkError } from '../errors.ts'
import { type AuditEntry, MOST_ENTRIES, type StoredAudit } from '../stores/contract/access.ts'

export function shownEntry({ at, ...entry }: StoredAudit): AuditEntry {
  return { ...entry, at: formatInstant(at) }
}

/** Throws REQUEST_INVALID. */
export function checkAuditPage({ after, limit }: { readonly after: number; readonly limit: number }): void {
  if (!Number.isSafeInteger(after) || after < 0) throw new TidemarkError('REQUEST_INVALID', `after is the number of an entry, not ${String(after)}`, { where: 'after' })
  if (!Number.isSafeInteger(limit) || limit < 1 || limit > MOST_ENTRIES) throw new TidemarkError('REQUEST_INVALID', `a page has 1 to ${MOST_ENTRIES} entries, not ${String(limit)}`, { where: 'limit' })
}
