import { machine } from '../../machine/machine.ts'
import type { QuarantinedEvent, RejectedEvent } from '../contract/events.ts'
import { tenantOfRaw } from '../contract/quarantined-tenant.ts'
import type { Writing, WriteSession } from './session.ts'

/** `tenant` is whose an event says it is; null: it does not say, or cannot be read for sure. */
export const QUARANTINE_BY_TENANT: readonly string[] = [
  'ALTER TABLE tm_quarantine ADD COLUMN tenant TEXT',
  'CREATE INDEX tm_quarantine_tenant ON tm_quarantine (tenant, id) WHERE tenant IS NOT NULL',
]

/** What an adjustment of a series that was not accepted is kept under, and the field of it that has the tenant. */
export const ADJUSTED = { suffix: '.adjust', tenant: 'tenant' } as const

/** Longest text of a rejected event that is kept. */
const MOST_RAW = 1_048_576

/**
 * Keeps rejected events with their reasons. Keyed by what was sent and why, so that a rerun of the same file adds
 * nothing. Says whether anything was new.
 */
export function quarantine(
  session: WriteSession, { name: stream, tenant }: { readonly name: string; readonly tenant: string }, source: string, rejects: readonly RejectedEvent[], now: number, writing: Writing,
): boolean {
  let kept = false
  for (const { line, code, reason, raw } of rejects) {
    const key = machine.sha256(`${stream}\0${code}\0${raw}`)
    const known = session.sql('SELECT id FROM tm_quarantine WHERE key = ?').pluck().get(key)
    if (known !== undefined) continue
    if (!kept) void writing.id
    kept = true
    session.sql('INSERT INTO tm_quarantine (key, stream, source, line, code, reason, raw, at, tenant) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)')
      .run(key, stream, source, line, code, reason, raw.slice(0, MOST_RAW), now, tenantOfRaw(raw.slice(0, MOST_RAW), tenant))
  }
  if (kept) session.reach('append.after-quarantine')
  return kept
}

export function quarantined(
  session: WriteSession, { stream, ids, tenants, after, upTo, limit }: { readonly stream?: string; readonly ids?: readonly number[]; readonly tenants?: readonly string[]; readonly after?: number; readonly upTo?: number; readonly limit: number },
): readonly QuarantinedEvent[] {
  // Only the conditions that there are: each finds its rows by key or index.
  const conditions = [
    ...(stream === undefined ? [] : ['stream = :stream']),
    ...(ids === undefined ? [] : ['id IN (SELECT value FROM json_each(:ids))']),
    ...(tenants === undefined ? [] : ['tenant IN (SELECT value FROM json_each(:tenants))']),
    ...(after === undefined ? [] : ['id > :after']),
    ...(upTo === undefined ? [] : ['id <= :upTo']),
  ]
  return session.read(() => session.sql(
    `SELECT id, stream, source, line, code, reason, raw, at FROM tm_quarantine ${conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`} ORDER BY id LIMIT :limit`,
  ).all({ limit, ...(after === undefined ? {} : { after }), ...(upTo === undefined ? {} : { upTo }), ...(stream === undefined ? {} : { stream }), ...(ids === undefined ? {} : { ids: JSON.stringify(ids) }), ...(tenants === undefined ? {} : { tenants: JSON.stringify(tenants) }) }) as QuarantinedEvent[])
}

export function lastQuarantined(session: WriteSession): number {
  return session.read(() => (session.sql('SELECT max(id) FROM tm_quarantine').pluck().get() as number | null) ?? 0)
}

const AT_ONCE = 1_000

/** Reads of what was kept before whose it is. */
export function nameTenants(session: Pick<WriteSession, 'sql'>): void {
  const fields = new Map((session.sql("SELECT name, definition ->> 'tenant' AS tenant FROM tm_stream").all() as { name: string; tenant: string }[]).map(({ name, tenant }) => [name, tenant]))
  for (const name of session.sql('SELECT name FROM tm_series WHERE stream_id IS NOT NULL').pluck().all() as string[]) fields.set(name + ADJUSTED.suffix, ADJUSTED.tenant)
  for (let last = 0; ;) {
    const rows = session.sql('SELECT id, stream, raw FROM tm_quarantine WHERE id > ? ORDER BY id LIMIT ?').all(last, AT_ONCE) as { id: number; stream: string; raw: string }[]
    for (const { id, stream, raw } of rows) {
      const field = fields.get(stream)
      if (field !== undefined) session.sql('UPDATE tm_quarantine SET tenant = ? WHERE id = ?').run(tenantOfRaw(raw, field), id)
      last = id
    }
    if (rows.length < AT_ONCE) return
  }
}

/** Takes events out of quarantine. */
export function release(session: WriteSession, ids: readonly number[], now: number | null): void {
  session.write(now, 'release', (writing) => {
    const { changes } = session.sql('DELETE FROM tm_quarantine WHERE id IN (SELECT value FROM json_each(?))').run(JSON.stringify(ids))
    if (changes > 0) void writing.id
  })
}
