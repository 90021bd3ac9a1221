import { DAY_MS } from '../calendar/day.ts'
import { formatInstant } from '../calendar/instant.ts'
import { TidemarkError } from '../errors.ts'
import { nearest } from '../nearest.ts'
import type { NewToken, StoredToken } from '../stores/contract/access.ts'
import type { Instant } from '../stores/contract/state.ts'
import type { Token, TokenRequest } from './history.ts'
import { type Principal, type Role, ROLES } from './principal.ts'
import { sameDigest } from './token.ts'

const MOST_DAYS = 3_660
const MOST_NAME = 200

/** Whom a token lets in. Throws TOKEN_UNKNOWN, TOKEN_REVOKED, TOKEN_EXPIRED; the first of them when nothing else is to be told. */
export function principalOf(token: StoredToken | null, digest: string, now: Instant): Principal {
  if (token === null || !sameDigest(token.digest, digest) || !isRole(token.role)) throw new TidemarkError('TOKEN_UNKNOWN', 'the store knows no such token', { where: 'token' })
  const { id, name, role, tenants, revoked, expiresAt } = token
  if (revoked !== null) throw new TidemarkError('TOKEN_REVOKED', `the token ${id} was revoked`, { where: 'token' })
  if (expiresAt !== null && expiresAt <= now) throw new TidemarkError('TOKEN_EXPIRED', `the token ${id} expired at ${formatInstant(expiresAt)}`, { where: 'token' })
  return { name, role, tenants, token: id }
}

/** Checks what a token is to be. Throws TOKEN_INVALID. */
export function readTokenRequest(request: TokenRequest, now: Instant): Omit<NewToken, 'digest' | 'createdBy'> {
  const { name, role, tenants = null, expiresInDays } = request
  if (typeof name !== 'string' || name.trim() === '' || name.length > MOST_NAME) throw invalid(`a token has a name of 1 to ${MOST_NAME} characters, which stands in the audit log`, 'name')
  if (!isRole(role)) throw invalid(`there is no role ${JSON.stringify(role)}`, 'role', nearest(String(role), ROLES))
  if (tenants !== null && (!Array.isArray(tenants) || tenants.length === 0 || tenants.some((one) => typeof one !== 'string' || one === '' || one.includes('\0')))) {
    throw invalid('a token is bound to one tenant or several, or to none', 'tenants')
  }
  if (expiresInDays !== undefined && !(Number.isFinite(expiresInDays) && expiresInDays > 0 && expiresInDays <= MOST_DAYS)) {
    throw invalid(`a token expires in more than 0 and at most ${MOST_DAYS} days, not ${String(expiresInDays)}`, 'expiresInDays')
  }
  return {
    name, role, tenants: tenants === null ? null : [...new Set(tenants)].sort(),
    expiresAt: expiresInDays === undefined ? null : Math.round(now + expiresInDays * DAY_MS),
  }
}

export function shownToken({ id, name, role, tenants, createdAt, createdBy, expiresAt, revoked }: StoredToken): Token {
  return {
    id, name, role, tenants, createdAt: formatInstant(createdAt), createdBy, expiresAt: expiresAt === null ? null : formatInstant(expiresAt),
    revoked: revoked === null ? null : { at: formatInstant(revoked.at), by: revoked.by },
  }
}

export function tokenUnknown(id: number): TidemarkError {
  return new TidemarkError('TOKEN_UNKNOWN', `there is no token ${id}`, { where: String(id), hint: 'See tidemark token list.' })
}

function isRole(role: unknown): role is Role {
  return ROLES.some((known) => known === role)
}

function invalid(message: string, where: string, hint?: string): TidemarkError {
  return new TidemarkError('TOKEN_INVALID', message, { where, ...(hint === undefined ? {} : { hint }) })
}
