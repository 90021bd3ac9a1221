import { TidemarkError } from '../errors.ts'

/** Who may do what, from most to least. */
export const ROLES = ['admin', 'analyst', 'developer', 'viewer'] as const
export type Role = (typeof ROLES)[number]

/**
 * What can be done. `summary`: read totals · `read`: read rows of entities, too · `export`: take them out as a file ·
 * `write`: take events in, capture, adjust, signal, acknowledge · `delete`: holds and erasure · `administer`: tokens, audit, tiers.
 */
export const ACTIONS = ['summary', 'read', 'export', 'write', 'delete', 'administer'] as const
export type Action = (typeof ACTIONS)[number]

const RIGHTS: Readonly<Record<Role, readonly Action[]>> = {
  admin: ACTIONS,
  analyst: ['summary', 'read', 'export'],
  developer: ['summary', 'read'],
  viewer: ['summary'],
}

/** Who asks. */
export interface Principal {
  /** Of the token, for the audit log. */
  readonly name: string
  readonly role: Role
  /** null: every tenant. */
  readonly tenants: readonly string[] | null
  /** The number of the token; left out for whoever holds the file. */
  readonly token?: number
}

/** How whoever asks stands in records. A token is named by whom it was made, as they like: its number tells it from others of the name. */
export function actorOf({ name, token }: Principal): string {
  return token === undefined ? name : `${name} (token ${token})`
}

/** Whoever holds the store's file. */
export const OWNER: Principal = Object.freeze({ name: 'owner', role: 'admin', tenants: null })

/** What a role may do. */
export function actionsOf(role: Role): readonly Action[] {
  return RIGHTS[role]
}

/** A role gets totals only, without anybody's own rows. */
export function summaryOnly({ role }: Principal): boolean {
  return !RIGHTS[role].includes('read')
}

/** Throws FORBIDDEN when the role lacks the action; what is asked for plays no part in it. */
export function requireAction({ role }: Principal, action: Action, what: string): void {
  if (RIGHTS[role].includes(action)) return
  throw new TidemarkError('FORBIDDEN', `a ${role} may not ${action}`, {
    where: what, why: `${what} needs the right to ${action}, which the role ${role} does not have.`,
  })
}

/** Throws FORBIDDEN for a principal that is bound to tenants: what is asked for is of all of them at once. */
export function requireAllTenants({ tenants }: Principal, what: string): void {
  if (tenants === null) return
  throw new TidemarkError('FORBIDDEN', `${what} is about every tenant, and this token is bound to some`, { where: what, hint: 'Ask with a token that is not bound to tenants.' })
}
