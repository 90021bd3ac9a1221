import type { GateOptions, Gate } from './access/gate.ts'
import type { CreatedToken, GatedHistory, Token, TokenRequest } from './access/history.ts'
import type { Declared } from './declared.ts'
import type { Questions } from './question-desk.ts'
import type { AuditEntry, AuditFilter, AuditRecord, RecordFilter, StoredToken } from './stores/contract/access.ts'
import type { Parts } from './tidemark.ts'

/** Tokens of one history. */
export class Tokens {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /**
   * Makes a token. Its text is told here and never again: the store keeps a digest of it. Throws TOKEN_INVALID.
   * @param request.by who makes it, for the audit log. Default `owner`.
   */
  async create(request: TokenRequest & { readonly by?: string }): Promise<CreatedToken> {
    const [{ mintToken }, { readTokenRequest, shownToken }] = await Promise.all([import('./access/token.ts'), import('./access/token-record.ts')])
    const now = this.#parts.clock()
    const wanted = readTokenRequest(request, now)
    const { text, digest } = mintToken()
    return { ...shownToken(await this.#parts.store.access.createToken({ ...wanted, digest, createdBy: request.by ?? 'owner' }, now)), text }
  }

  /** Every token that was ever made, oldest first. */
  async list(filter: RecordFilter = {}): Promise<readonly Token[]> {
    const { shownToken } = await import('./access/token-record.ts')
    return (await this.#parts.store.access.listTokens(filter)).map(shownToken)
  }

  /** Ends a token, from the next question on. Repeating it changes nothing. Throws TOKEN_UNKNOWN. */
  async revoke(id: number, by = 'owner'): Promise<Token> {
    const { shownToken, tokenUnknown } = await import('./access/token-record.ts')
    const revoked = await this.#parts.store.access.revokeToken(id, by, this.#parts.clock())
    if (revoked === null) throw tokenUnknown(id)
    return shownToken(revoked)
  }
}

/** The audit log of one history: nothing in it is ever changed, and nothing goes. */
export class AuditLog {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** Oldest first, a page at a time. Throws REQUEST_INVALID. */
  async list({ after = 0, limit = 100, tenants }: AuditFilter = {}): Promise<readonly AuditEntry[]> {
    const { checkAuditPage, shownEntry } = await import('./access/audit-entry.ts')
    checkAuditPage({ after, limit })
    return (await this.#parts.store.access.audited({ after, limit, ...(tenants === undefined ? {} : { tenants }) })).map(shownEntry)
  }

  /** Enters something of an application's own. Nothing that may have to be forgotten belongs into it. */
  record(entry: AuditRecord): Promise<void> {
    return this.#parts.store.access.audit(entry, this.#parts.clock())
  }
}

/** More tokens than are in use at once. */
const MOST_KNOWN = 10_000

const gateParts = () => Promise.all([import('./access/gate.ts'), import('./access/token.ts'), import('./access/token-record.ts')])

/** Who may do what with one history, and what was done. */
export class Access {
  readonly tokens: Tokens
  readonly audit: AuditLog
  /** Every question by names, for the gate. */
  readonly questions: Questions
  readonly declared: Declared
  readonly #parts: Parts
  #loaded: ReturnType<typeof gateParts> | null = null
  /** Tokens by their digests, while nothing was committed since: one that is revoked, by whichever process, is looked up anew. */
  readonly #known = new Map<string, StoredToken>()
  #committed = -1

  constructor(parts: Parts, questions: Questions) {
    this.#parts = parts
    this.tokens = new Tokens(parts)
    this.audit = new AuditLog(parts)
    this.questions = questions
    this.declared = parts.declared
  }

  /** The gate for the holder of a token. Throws TOKEN_MALFORMED, TOKEN_UNKNOWN, TOKEN_EXPIRED, TOKEN_REVOKED. */
  async gate(history: GatedHistory, token: string, options: GateOptions = {}): Promise<Gate> {
    const [{ Gate }, { readToken }, { principalOf }] = await (this.#loaded ??= gateParts())
    const digest = readToken(token)
    return new Gate(history, principalOf(await this.#find(digest), digest, this.#parts.clock()), options)
  }

  async #find(digest: string): Promise<StoredToken | null> {
    const { store } = this.#parts
    const committed = await store.committed()
    if (committed !== this.#committed || this.#known.size >= MOST_KNOWN) this.#known.clear()
    this.#committed = committed
    const known = this.#known.get(digest)
    if (known !== undefined) return known
    const found = await store.access.findToken(digest)
    // Another request may have learnt of a commit since this one began.
    if (found !== null && this.#committed === committed) this.#known.set(digest, found)
    return found
  }
}
