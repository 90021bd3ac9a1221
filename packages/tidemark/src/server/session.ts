import { createHash, randomBytes } from 'node:crypto'

/** A browser that opened the one-time link. */
export interface Session {
  /** Known to the limits and the log; not what the cookie holds. */
  readonly id: string
}

const LINK_MS = 10 * 60_000
const SESSION_MS = 12 * 3_600_000
const WORD_BYTES = 32
const MOST_SESSIONS = 1_000

/** The name that a browser sends only over the connection it was set on; plain http has no such prefix. */
export const COOKIES = { secure: '__Host-tidemark', plain: 'tidemark' } as const

/**
 * One-time links and the sessions that they are exchanged for, in the memory of the process: both end with it. Only
 * digests are kept.
 */
export class Sessions {
  readonly #links = new Map<string, number>()
  readonly #sessions = new Map<string, { readonly id: string; readonly until: number }>()
  readonly #monotonicMs: () => number

  constructor(monotonicMs: () => number) {
    this.#monotonicMs = monotonicMs
  }

  /** The secret word of a new link: good once, for ten minutes. */
  link(): string {
    const word = randomBytes(WORD_BYTES).toString('base64url')
    this.#links.set(digestOf(word), this.#monotonicMs() + LINK_MS)
    return word
  }

  /** The word for the cookie; null for a link that is not known, was used, or is too old. */
  exchange(word: string): string | null {
    const digest = digestOf(word)
    const until = this.#links.get(digest)
    this.#links.delete(digest)
    const now = this.#monotonicMs()
    if (until === undefined || now >= until) return null
    for (const [key, session] of this.#sessions) if (now >= session.until || this.#sessions.size >= MOST_SESSIONS) this.#sessions.delete(key)
    const secret = randomBytes(WORD_BYTES).toString('base64url')
    this.#sessions.set(digestOf(secret), { id: randomBytes(8).toString('hex'), until: now + SESSION_MS })
    return secret
  }

  find(word: string): Session | null {
    const found = this.#sessions.get(digestOf(word))
    return found === undefined || this.#monotonicMs() >= found.until ? null : { id: found.id }
  }

  end(word: string): void {
    this.#sessions.delete(digestOf(word))
  }
}

/** What a cookie of ours lives for, in seconds. */
export const SESSION_SECONDS = SESSION_MS / 1000

function digestOf(word: string): string {
  return createHash('sha256').update(word).digest('hex')
}

/** The value of a cookie in a `Cookie` header; null when it is not there. */
export function cookieOf(header: string | undefined, name: string): string | null {
  for (const pair of (header ?? '').split(';')) {
    const at = pair.indexOf('=')
    if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim()
  }
  return null
}
