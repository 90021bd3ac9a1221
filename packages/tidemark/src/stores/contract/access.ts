import type { Instant } from './state.ts'

/** A token as the store keeps it: never its text. Tokens are never deleted, so that the audit log goes on naming who held one. */
export interface StoredToken {
  readonly id: number
  /** SHA-256 of the text, hexadecimal. */
  readonly digest: string
  readonly name: string
  /** See access/principal.ts. */
  readonly role: string
  /** null: every tenant. */
  readonly tenants: readonly string[] | null
  readonly createdAt: Instant
  readonly createdBy: string
  /** null: it does not expire. */
  readonly expiresAt: Instant | null
  readonly revoked: { readonly at: Instant; readonly by: string } | null
}

export type NewToken = Pick<StoredToken, 'digest' | 'name' | 'role' | 'tenants' | 'createdBy' | 'expiresAt'>

/** Something done that stays on record. Names of entities are in none, so that an erasure has nothing to find there. */
export interface AuditRecord {
  /** A token's name, or who else did it. */
  readonly actor: string
  /** `export`, `retract`, `adjust`, `quarantine.read`, `quarantine.replay`; the store itself writes `hold.place`, `hold.lift`, `erase`, `token.create`, `token.revoke`, `migrate`. */
  readonly action: string
  /** `hold 3`, `token 5`, the name of a series. */
  readonly target: string
  /** Whom it was about; null: every tenant, or none. */
  readonly tenants: readonly string[] | null
  /** Plain JSON. */
  readonly detail: Readonly<Record<string, unknown>>
}

export interface StoredAudit extends AuditRecord {
  readonly id: number
  readonly at: Instant
}

/** An entry as it is listed. */
export interface AuditEntry extends AuditRecord {
  readonly id: number
  /** ISO 8601. */
  readonly at: string
}

/** The longest page of the audit log. */
export const MOST_ENTRIES = 1_000

/** A page of the audit log: oldest first. */
export interface AuditFilter {
  /** Only entries after this one, by id. */
  readonly after?: number
  /** 1 to `MOST_ENTRIES` (1,000); default 100. */
  readonly limit?: number
  /** Only entries that are about some of these alone. */
  readonly tenants?: readonly string[]
}

/** Which of what stays on record is meant; left out, all of it. */
export interface RecordFilter {
  readonly ids?: readonly number[]
  /** Only what is of one of these; of a token, what is bound to none but these. */
  readonly tenants?: readonly string[]
}

/** Tokens and the audit log. */
export interface AccessStore {
  createToken(token: NewToken, now: Instant): Promise<StoredToken>
  /** By its digest; null when there is none. */
  findToken(digest: string): Promise<StoredToken | null>
  /** Oldest first. */
  listTokens(filter?: RecordFilter): Promise<readonly StoredToken[]>
  /** null when there is none; one that is revoked already stays as it is. */
  revokeToken(id: number, by: string, now: Instant): Promise<StoredToken | null>
  /** Appends. What is in the log is never changed and never goes: the database itself refuses it. */
  audit(record: AuditRecord, now: Instant): Promise<void>
  /** `tenants`: only what was about some of these alone. */
  audited(filter: { readonly after: number; readonly limit: number; readonly tenants?: readonly string[] }): Promise<readonly StoredAudit[]>
}
