import type { FastifyInstance, FastifyRequest } from 'fastify'
import { LRUCache } from 'lru-cache'
import { Gate, type GateOptions } from '../access/gate.ts'
import { OWNER } from '../access/principal.ts'
import { TidemarkError } from '../errors.ts'
import type { Tidemark } from '../tidemark.ts'
import { credentialsOf, type Identity } from './authenticate.ts'
import type { Limits } from './limits.ts'
import type { Sessions } from './session.ts'

/** Counts a request by a key; in how many seconds it may come again, or null: it may. Without `count` it only looks. */
type Limiter = (request: FastifyRequest, key: string, count: boolean) => Promise<number | null>

export interface GatekeeperParts {
  readonly history: Tidemark
  readonly sessions: Sessions
  readonly limits: Limits
  readonly gateOptions: GateOptions
  readonly identity: () => Identity
}

/** Lets requests in: who asks, and how often they may. */
export class Gatekeeper {
  readonly #parts: GatekeeperParts
  readonly #byRefusal: Limiter
  readonly #byToken: Limiter
  readonly #byTenant: Limiter
  readonly #byAddress: Limiter
  /** Tokens that were let in, by their keys. */
  readonly #known = new LRUCache<string, true>({ max: 10_000 })

  constructor(app: FastifyInstance, parts: GatekeeperParts) {
    this.#parts = parts
    const { refusedRate, tokenRate, tenantRate } = parts.limits
    this.#byRefusal = limiter(app, refusedRate)
    this.#byToken = limiter(app, tokenRate)
    this.#byTenant = limiter(app, tenantRate)
    this.#byAddress = limiter(app, refusedRate)
  }

  /** The gate of whoever asks. Throws TOKEN_*, ORIGIN_FOREIGN and RATE_EXCEEDED. */
  async admit(request: FastifyRequest): Promise<Gate> {
    const { history, sessions, gateOptions, identity } = this.#parts
    // Nothing is looked up for who shows no token, so nothing is counted: any page of a browser can ask in this address' name.
    const credentials = credentialsOf(request, sessions, identity())
    const gate = credentials.kind === 'token' ? await this.#holder(request, credentials) : new Gate(history, OWNER, gateOptions)
    refuse(await this.#byToken(request, credentials.key, true), 'this token')
    for (const tenant of gate.principal.tenants ?? []) refuse(await this.#byTenant(request, tenant, true), 'a tenant of this token')
    return gate
  }

  /** Counts what anybody may ask for without saying who they are, each by itself. Throws RATE_EXCEEDED. */
  async heed(request: FastifyRequest, what: 'link' | 'ready'): Promise<void> {
    refuse(await this.#byAddress(request, `${what} ${request.socket.remoteAddress ?? ''}`, true), 'this address')
  }

  /**
   * Guessing tokens costs a look-up each: of an address that has guessed too often none is looked up any more, but those
   * that were let in before. Others may ask from the same one, behind a proxy or on this machine.
   */
  async #holder(request: FastifyRequest, { text, key }: { readonly text: string; readonly key: string }): Promise<Gate> {
    const address = request.socket.remoteAddress ?? ''
    if (!this.#known.has(key)) refuse(await this.#byRefusal(request, address, false), 'this address')
    try {
      const gate = await this.#parts.history.as(text, this.#parts.gateOptions)
      this.#known.set(key, true)
      return gate
    } catch (error) {
      this.#known.delete(key)
      if (error instanceof TidemarkError && error.code.startsWith('TOKEN_')) refuse(await this.#byRefusal(request, address, true), 'this address')
      throw error
    }
  }
}

/** A refusal that says when to come again. */
export class RateRefusal extends TidemarkError {
  readonly retryAfterSeconds: number

  constructor(seconds: number, whose: string) {
    super('RATE_EXCEEDED', `${whose} has asked too often; it may again in ${seconds} seconds`)
    this.retryAfterSeconds = seconds
  }
}

function refuse(seconds: number | null, whose: string): void {
  if (seconds !== null) throw new RateRefusal(seconds, whose)
}

const WINDOW_MS = 60_000

function limiter(app: FastifyInstance, most: number): Limiter {
  if (!Number.isFinite(most)) return async () => null
  // The limiter asks for the key before it waits for anything, so one variable serves all requests.
  let key = ''
  const limit = app.createRateLimit({ max: most, timeWindow: WINDOW_MS, keyGenerator: () => key })
  return async (request, meant, count) => {
    key = meant
    const told = await limit(request, { increment: count })
    if (told.isAllowed) return null
    return (count ? told.isExceeded : told.remaining === 0) ? Math.max(1, told.ttlInSeconds) : null
  }
}
