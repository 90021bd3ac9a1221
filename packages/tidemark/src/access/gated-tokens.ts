import { TidemarkError } from '../errors.ts'
import type { CreatedToken, GatedHistory, Token, TokenRequest } from './history.ts'
import { actorOf, type Principal, requireAction } from './principal.ts'
import { ownTenants, withinScope } from './scope.ts'
import { tokenUnknown } from './token-record.ts'

/** Tokens, for one principal: those that are bound to none but its own tenants. */
export class GatedTokens {
  readonly #history: GatedHistory
  readonly #principal: Principal

  constructor(history: GatedHistory, principal: Principal) {
    this.#history = history
    this.#principal = principal
  }

  /** A principal that is bound to tenants gives no more than it has: left out, the token's tenants are its own. */
  async create(request: TokenRequest): Promise<CreatedToken> {
    requireAction(this.#principal, 'administer', 'token create')
    const tenants = request.tenants ?? this.#principal.tenants
    if (!ownTenants(this.#principal.tenants, tenants)) {
      throw new TidemarkError('FORBIDDEN', 'a token cannot reach further than the one that makes it', { where: 'tenants', why: 'It was to be bound to a tenant that this token is not bound to.' })
    }
    return this.#history.access.tokens.create({ ...request, tenants, by: actorOf(this.#principal) })
  }

  async list(): Promise<readonly Token[]> {
    requireAction(this.#principal, 'administer', 'token list')
    return this.#history.access.tokens.list(withinScope(this.#principal.tenants))
  }

  /** Throws TOKEN_UNKNOWN, also for a token that is not among those listed. */
  async revoke(id: number): Promise<Token> {
    requireAction(this.#principal, 'administer', 'token revoke')
    const [known] = await this.#history.access.tokens.list({ ids: [id], ...withinScope(this.#principal.tenants) })
    if (known === undefined) throw tokenUnknown(id)
    return this.#history.access.tokens.revoke(id, actorOf(this.#principal))
  }
}
