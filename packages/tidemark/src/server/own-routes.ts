import type { FastifyInstance, FastifyRequest } from 'fastify'
import { TidemarkError } from '../errors.ts'
import type { Identity } from './authenticate.ts'
import { etagOf, isKnown } from './document-bytes.ts'
import type { Gatekeeper } from './gatekeeper.ts'
import { isLoopback } from './host.ts'
import type { Metrics } from './metrics.ts'
import { DOCUMENT_URL } from './openapi.ts'
import { cookieOf, SESSION_SECONDS, type Sessions } from './session.ts'

export interface OwnRoutesParts {
  readonly gatekeeper: Gatekeeper
  readonly sessions: Sessions
  readonly metrics: Metrics
  readonly identity: () => Identity
  /** Throws when the store cannot be read. */
  readonly ready: () => Promise<unknown>
  /** Where a browser lands that opened its link. */
  readonly home: string
}

const HIDDEN = { schema: { hide: true } } as object
const JSON_TYPE = 'application/json; charset=utf-8'

/** What a server says about itself, and how a browser gets its session: no data of a history. */
export function registerOwnRoutes(app: FastifyInstance, { gatekeeper, sessions, metrics, identity, ready, home }: OwnRoutesParts): void {
  let document: { readonly text: string; readonly etag: string } | null = null
  app.get(DOCUMENT_URL, HIDDEN, async (request, reply) => {
    if (document === null) {
      const text = JSON.stringify(app.swagger())
      document = { text, etag: etagOf(text) }
    }
    reply.header('etag', document.etag)
    return isKnown(request.headers['if-none-match'], document.etag) ? reply.code(304).send() : reply.type(JSON_TYPE).send(document.text)
  })
  app.get('/healthz', HIDDEN, async (_request, reply) => reply.type(JSON_TYPE).send('{"ok":true}'))
  app.get('/readyz', HIDDEN, async (request, reply) => {
    await gatekeeper.heed(request, 'ready')
    await ready()
    return reply.type(JSON_TYPE).send('{"ok":true}')
  })
  app.get('/metrics', HIDDEN, async (request, reply) => {
    if (identity().origin !== null || !isNear(request)) {
      const gate = await gatekeeper.admit(request)
      if (gate.principal.tenants !== null || !gate.may('read')) throw new TidemarkError('FORBIDDEN', 'metrics are about the whole server', { where: 'metrics' })
    }
    return reply.type(metrics.contentType).send(await metrics.text())
  })
  app.get('/link', HIDDEN, async (request, reply) => {
    const { word } = request.query as { readonly word?: unknown }
    const secret = typeof word === 'string' ? sessions.exchange(word) : null
    // Who has the word comes in, however often others have guessed in this address' name.
    if (secret === null) await gatekeeper.heed(request, 'link')
    if (secret === null) throw new TidemarkError('LINK_SPENT', 'the link was used, or is too old', { where: 'word' })
    return reply.header('set-cookie', cookieText(identity(), secret, SESSION_SECONDS)).header('cache-control', 'no-store').redirect(home, 303)
  })
  app.delete('/session', HIDDEN, async (request, reply) => {
    await gatekeeper.admit(request)
    const word = cookieOf(request.headers.cookie, identity().cookie)
    if (word !== null) sessions.end(word)
    return reply.header('set-cookie', cookieText(identity(), '', 0)).code(204).send()
  })
}

function cookieText({ cookie, scheme }: { readonly cookie: string; readonly scheme: string }, secret: string, seconds: number): string {
  return `${cookie}=${secret}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${seconds}${scheme === 'https' ? '; Secure' : ''}`
}

const HANDED_ON = /^(?:x-)?forwarded(?:-.+)?$|^via$|^(?:x-real|x-client|x-cluster-client|true-client|cf-connecting|fastly-client)-ip$/

/** Asked from this machine itself, not handed on by something in front. */
function isNear({ headers, socket }: FastifyRequest): boolean {
  return isLoopback(socket.remoteAddress ?? '') && !Object.keys(headers).some((name) => HANDED_ON.test(name))
}
