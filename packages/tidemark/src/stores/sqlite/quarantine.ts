import { createHash } from 'node:crypto'
import type { QuarantinedEvent, RejectedEvent } from '../contract/events.ts'
import type { Writing, WriteSession } from './session.ts'

/** Longest text of a rejected event that is kept. */
const MOST_RAW = 1_048_576

/**
 * Keeps rejected events with their reasons. Keyed by what was sent and why, so that a rerun of the same file adds
 * nothing. Says whether anything was new.
 */
export function quarantine(
  session: WriteSession, stream: string, source: string, rejects: readonly RejectedEvent[], now: number, writing: Writing,
): boolean {
  let kept = false
  for (const { line, code, reason, raw } of rejects) {
    const key = createHash('sha256').update(`${stream}\0${code}\0${raw}`).digest().subarray(0, 16)
    const known = session.sql('SELECT id FROM tm_quarantine WHERE key = ?').pluck().get(key)
    if (known !== undefined) continue
    if (!kept) void writing.id
    kept = true
    session.sql('INSERT INTO tm_quarantine (key, stream, source, line, code, reason, raw, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
      .run(key, stream, source, line, code, reason, raw.slice(0, MOST_RAW), now)
  }
  if (kept) session.reach('append.after-quarantine')
  return kept
}

export function quarantined(
  session: WriteSession, filter: { readonly stream?: string; readonly ids?: readonly number[]; readonly limit: number },
): readonly QuarantinedEvent[] {
  return session.read(() => session.sql(
    'SELECT id, stream, source, line, code, reason, raw, at FROM tm_quarantine WHERE (:stream IS NULL OR stream = :stream) AND (:ids IS NULL OR id IN (SELECT value FROM json_each(:ids))) ORDER BY id LIMIT :limit',
  ).all({ stream: filter.stream ?? null, ids: filter.ids === undefined ? null : JSON.stringify(filter.ids), limit: filter.limit }) as QuarantinedEvent[])
}

/** Takes events out of quarantine. */
export function release(session: WriteSession, ids: readonly number[], now: number | null): void {
  session.write(now, 'release', (writing) => {
    const { changes } = session.sql('DELETE FROM tm_quarantine WHERE id IN (SELECT value FROM json_each(?))').run(JSON.stringify(ids))
    if (changes > 0) void writing.id
  })
}
