import type { AuditRecord, NewToken, RecordFilter, StoredAudit, StoredToken } from '../contract/access.ts'
import type { WriteSession } from './session.ts'

const refused = (verb: string): string => `BEGIN SELECT RAISE(ABORT, 'the audit log is append-only: no ${verb}'); END`
const entered = (event: string, action: string, entry: { readonly at: string; readonly actor: string; readonly target: string; readonly tenants: string; readonly detail: string }): string =>
  `CREATE TRIGGER tm_audit_${action.replace('.', '_')} AFTER ${event} BEGIN INSERT INTO tm_audit (at, actor, action, target, tenants, detail) VALUES (${entry.at}, ${entry.actor}, '${action}', ${entry.target}, ${entry.tenants}, ${entry.detail}); END`

/**
 * What has to be in the log is entered by triggers, in the transaction that does it: whoever does it, by whatever
 * connection, it is never done without. The entries hold numbers of holds and erasures, never the names or reasons
 * in them: nothing has to be taken out of the log when somebody is forgotten.
 */
export const ACCESS_TABLES: readonly string[] = [
  'CREATE TABLE tm_token (id INTEGER PRIMARY KEY, digest TEXT NOT NULL UNIQUE, name TEXT NOT NULL, role TEXT NOT NULL, tenants TEXT, created_at INTEGER NOT NULL, created_by TEXT NOT NULL, expires_at INTEGER, revoked_at INTEGER, revoked_by TEXT) STRICT',
  'CREATE TABLE tm_audit (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL, target TEXT NOT NULL, tenants TEXT, detail TEXT NOT NULL) STRICT',
  `CREATE TRIGGER tm_audit_no_update BEFORE UPDATE ON tm_audit ${refused('UPDATE')}`,
  `CREATE TRIGGER tm_audit_no_delete BEFORE DELETE ON tm_audit ${refused('DELETE')}`,
  // REPLACE deletes without the trigger above. An id that SQLite chooses is -1 here.
  `CREATE TRIGGER tm_audit_no_replace BEFORE INSERT ON tm_audit WHEN NEW.id IN (SELECT id FROM tm_audit) ${refused('REPLACE')}`,
  entered('INSERT ON tm_hold', 'hold.place', { at: 'NEW.placed_at', actor: 'NEW.placed_by', target: "'hold ' || NEW.id", tenants: 'json_array(NEW.tenant)', detail: "json_object('scope', iif(NEW.entity IS NULL, 'tenant', 'entity'))" }),
  entered('UPDATE OF lifted_at ON tm_hold WHEN OLD.lifted_at IS NULL AND NEW.lifted_at IS NOT NULL', 'hold.lift', { at: 'NEW.lifted_at', actor: "ifnull(NEW.lifted_by, '')", target: "'hold ' || NEW.id", tenants: 'json_array(NEW.tenant)', detail: "'{}'" }),
  entered('INSERT ON tm_erasure', 'erase', { at: 'NEW.at', actor: 'NEW.by', target: "'erasure ' || NEW.id", tenants: 'json_array(NEW.tenant)', detail: "json_object('heldButOverridden', json(iif(NEW.override IS NULL, 'false', 'true')))" }),
  entered('INSERT ON tm_token', 'token.create', { at: 'NEW.created_at', actor: 'NEW.created_by', target: "'token ' || NEW.id", tenants: 'NEW.tenants', detail: "json_object('name', NEW.name, 'role', NEW.role, 'expires', NEW.expires_at)" }),
  entered('UPDATE OF revoked_at ON tm_token WHEN OLD.revoked_at IS NULL AND NEW.revoked_at IS NOT NULL', 'token.revoke', { at: 'NEW.revoked_at', actor: "ifnull(NEW.revoked_by, '')", target: "'token ' || NEW.id", tenants: 'NEW.tenants', detail: "json_object('name', NEW.name)" }),
  // A migration changes the policy of retention, among other things, and names its steps.
  entered('INSERT ON tm_migration', 'migrate', { at: 'NEW.at', actor: "'owner'", target: "'version ' || NEW.version", tenants: 'NULL', detail: "json_object('steps', json(NEW.steps))" }),
]

interface TokenRow {
  readonly id: number
  readonly digest: string
  readonly name: string
  readonly role: string
  readonly tenants: string | null
  readonly createdAt: number
  readonly createdBy: string
  readonly expiresAt: number | null
  readonly revokedAt: number | null
  readonly revokedBy: string | null
}

const COLUMNS = 'id, digest, name, role, tenants, created_at AS createdAt, created_by AS createdBy, expires_at AS expiresAt, revoked_at AS revokedAt, revoked_by AS revokedBy'

export const TOKEN_BY_DIGEST = `SELECT ${COLUMNS} FROM tm_token WHERE digest = ?`

export function tokenOf(row: unknown): StoredToken | null {
  if (row === undefined) return null
  const { tenants, revokedAt, revokedBy, ...token } = row as TokenRow
  return { ...token, tenants: listOf(tenants), revoked: revokedAt === null ? null : { at: revokedAt, by: revokedBy ?? '' } }
}

export function createToken(session: WriteSession, { digest, name, role, tenants, createdBy, expiresAt }: NewToken, now: number): StoredToken {
  return session.housekeeping(() => {
    const row = session.sql(`INSERT INTO tm_token (digest, name, role, tenants, created_at, created_by, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING ${COLUMNS}`)
      .get(digest, name, role, textOf(tenants), now, createdBy, expiresAt)
    return tokenOf(row) as StoredToken
  })
}

/** A list of tenants that has some, and none but the given: text of a JSON array. */
const ONLY_OF = (list: string): string => `json_array_length(${list}) > 0 AND NOT EXISTS (SELECT 1 FROM json_each(${list}) WHERE value NOT IN (SELECT value FROM json_each(:tenants)))`

export function listTokens(session: WriteSession, { ids, tenants }: RecordFilter = {}): readonly StoredToken[] {
  const conditions = [...(ids === undefined ? [] : ['id IN (SELECT value FROM json_each(:ids))']), ...(tenants === undefined ? [] : [ONLY_OF('tm_token.tenants')])]
  return session.read(() => session.sql(`SELECT ${COLUMNS} FROM tm_token ${conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`} ORDER BY id`)
    .all({ ...(ids === undefined ? {} : { ids: JSON.stringify(ids) }), ...(tenants === undefined ? {} : { tenants: JSON.stringify(tenants) }) }).map((row) => tokenOf(row) as StoredToken))
}

export function revokeToken(session: WriteSession, id: number, by: string, now: number): StoredToken | null {
  return session.housekeeping(() => {
    session.sql('UPDATE tm_token SET revoked_at = ?, revoked_by = ? WHERE id = ? AND revoked_at IS NULL').run(now, by, id)
    return tokenOf(session.sql(`SELECT ${COLUMNS} FROM tm_token WHERE id = ?`).get(id))
  })
}

export function audit(session: WriteSession, { actor, action, target, tenants, detail }: AuditRecord, now: number): void {
  session.housekeeping(() => {
    session.sql('INSERT INTO tm_audit (at, actor, action, target, tenants, detail) VALUES (?, ?, ?, ?, ?, ?)').run(now, actor, action, target, textOf(tenants), JSON.stringify(detail))
  })
}

/** The lists of tenants that entries are about, one step of the index each, however many entries have the same. */
const LISTS = `WITH RECURSIVE lists (tenants) AS (
  SELECT min(tenants) FROM tm_audit UNION ALL SELECT (SELECT min(a.tenants) FROM tm_audit a WHERE a.tenants > lists.tenants) FROM lists WHERE lists.tenants IS NOT NULL)`

export function audited(session: WriteSession, { after, limit, tenants }: { readonly after: number; readonly limit: number; readonly tenants?: readonly string[] }): readonly StoredAudit[] {
  const columns = 'SELECT id, at, actor, action, target, tenants, detail FROM tm_audit'
  return session.read(() => ((tenants === undefined ? session.sql(`${columns} WHERE id > :after ORDER BY id LIMIT :limit`).all({ after, limit })
    : session.sql(`${LISTS} ${columns} INDEXED BY tm_audit_tenants WHERE id > :after AND tenants IN (SELECT l.tenants FROM lists l WHERE l.tenants IS NOT NULL AND ${ONLY_OF('l.tenants')}) ORDER BY id LIMIT :limit`)
      .all({ after, limit, tenants: JSON.stringify(tenants) })) as (Omit<StoredAudit, 'tenants' | 'detail'> & { tenants: string | null; detail: string })[])
    .map(({ tenants: about, detail, ...entry }) => ({ ...entry, tenants: listOf(about), detail: JSON.parse(detail) as StoredAudit['detail'] })))
}

function listOf(text: string | null): readonly string[] | null {
  return text === null ? null : JSON.parse(text) as string[]
}

function textOf(tenants: readonly string[] | null): string | null {
  return tenants === null ? null : JSON.stringify(tenants)
}
