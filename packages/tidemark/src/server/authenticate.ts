import { hash } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { TidemarkError } from '../errors.ts'
import { cookieOf, type Sessions } from './session.ts'

/** How a server's cookie is called, and how browsers speak to it. */
export interface Identity {
  readonly cookie: string
  readonly scheme: 'http' | 'https'
  /** What its pages are of; null: whatever `Host` a request names. */
  readonly origin: string | null
}

/** How somebody said who they are. */
export type Credentials = { readonly kind: 'token'; readonly text: string; readonly key: string } | { readonly kind: 'session'; readonly key: string }

/**
 * The credentials of a request: a bearer token, the password of Basic, or the cookie of a session. Throws TOKEN_MISSING,
 * TOKEN_MALFORMED for a header that is neither, and ORIGIN_FOREIGN for a write by cookie from another page.
 */
export function credentialsOf(
  request: { readonly method: string; readonly headers: IncomingHttpHeaders }, sessions: Sessions, { cookie, scheme, origin }: Identity,
): Credentials {
  const { headers, method } = request
  if (headers.authorization !== undefined) {
    const text = tokenIn(headers.authorization)
    return { kind: 'token', text, key: hash('sha256', text, 'base64url') }
  }
  const word = cookieOf(headers.cookie, cookie)
  const session = word === null ? null : sessions.find(word)
  if (session === null) throw new TidemarkError('TOKEN_MISSING', 'the request says not who asks', { where: 'authorization' })
  // A browser sends the cookie whoever made it ask; only a page of ours may have it write.
  if (method !== 'GET' && headers.origin !== (origin ?? `${scheme}://${headers.host}`)) {
    throw new TidemarkError('ORIGIN_FOREIGN', `a page of ${headers.origin === undefined ? 'nobody knows where' : JSON.stringify(headers.origin)} asked`, { where: 'origin' })
  }
  return { kind: 'session', key: session.id }
}

function tokenIn(authorization: string): string {
  const [, scheme, rest] = /^(bearer|basic) +(\S+)$/i.exec(authorization.trim()) ?? []
  if (scheme === undefined || rest === undefined) throw new TidemarkError('TOKEN_MALFORMED', 'the header is neither Bearer nor Basic', { where: 'authorization' })
  if (scheme.toLowerCase() === 'bearer') return rest
  const pair = Buffer.from(rest, 'base64').toString('utf8')
  return pair.slice(pair.indexOf(':') + 1)
}
