import type { Server as HttpServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import fastifyRateLimit from '@fastify/rate-limit'
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { Gate, type GateOptions } from '../access/gate.ts'
import { OWNER } from '../access/principal.ts'
import { type Clock, monotonicMs, wallClock } from '../clock.ts'
import { TidemarkError } from '../errors.ts'
import type { Tidemark } from '../tidemark.ts'
import { Answers } from './answers.ts'
import { readBodies } from './bodies.ts'
import { type AnswerCache, MemoryCache } from './cache.ts'
import { registerDashboard } from './dashboard.ts'
import { connectionFault, faultOf } from './faults.ts'
import { Gatekeeper, RateRefusal } from './gatekeeper.ts'
import { isLoopback, isServedHost } from './host.ts'
import { DEFAULT_LIMITS, type Limits } from './limits.ts'
import { Metrics } from './metrics.ts'
import { PAGE_URL, registerOpenapi } from './openapi.ts'
import { registerOwnRoutes } from './own-routes.ts'
import { PROBLEM_TYPE, problemOf } from './problem.ts'
import { parsedQuery } from './request-words.ts'
import { ReadingThread } from './reading.ts'
import { judgeBySchemas, registerRoute } from './route-handler.ts'
import type { Route } from './route.ts'
import { ROUTES } from './routes.ts'
import { securityHeaders } from './security-headers.ts'
import { COOKIES, Sessions } from './session.ts'

/** How a history is served. */
export interface ServeOptions {
  /** Default 127.0.0.1. Any other is refused without `tls` or `insecurePublic`. */
  readonly host?: string
  /** Default 0: a free one. */
  readonly port?: number
  /** PEM texts. */
  readonly tls?: { readonly cert: string | Buffer; readonly key: string | Buffer }
  /** Serves other machines without TLS: something in front has it. */
  readonly insecurePublic?: boolean
  /** `https://history.example`: where browsers find the server, behind something that ends TLS. Its pages, links and cookies are of this origin. */
  readonly publicUrl?: string
  /** Names that requests may be sent to; left out, any of this machine (on loopback) or any at all. */
  readonly hosts?: readonly string[]
  /** The fewest entities that a row of a viewer stands for. Default 10. */
  readonly minimumPeople?: number
  readonly limits?: Partial<Limits>
  /** Where answers are kept; null: nowhere. Default: in memory. */
  readonly cache?: AnswerCache | null
  /** A folder of static files to serve beside. */
  readonly dashboard?: string
  /** The clock that the history was opened with. Default: the wall clock. */
  readonly now?: Clock
  /** Told of what nobody foresaw. */
  readonly report?: (error: TidemarkError, request: string) => void
  /** Routes in place of the built ones: tests plant one. */
  readonly routes?: readonly Route[]
}

/** A running server. */
export interface Server {
  /** `http://127.0.0.1:4000` */
  readonly url: string
  readonly port: number
  /** A link that opens a session in a browser: good once, for ten minutes. */
  link(): string
  /** Takes no more requests, lets those under way finish, and stops. The history stays open. */
  close(): Promise<void>
}

/**
 * Serves a history over HTTP until it is closed.
 *
 * Throws OPTION_INVALID for a public address that is none, HOST_PUBLIC for another host than this machine's own without TLS, and LISTEN_FAILED when the port cannot be had.
 */
export async function serve(history: Tidemark, options: ServeOptions = {}): Promise<Server> {
  const host = options.host ?? DEFAULT_HOST
  checkHost(options)
  if (options.publicUrl !== undefined) publicOrigin(options.publicUrl)
  const running = new RunningServer(history, host, options)
  await running.listen(options.port ?? 0)
  return running
}

const DEFAULT_HOST = '127.0.0.1'

/** Throws HOST_PUBLIC. */
export function checkHost({ host = DEFAULT_HOST, tls, insecurePublic }: Pick<ServeOptions, 'host' | 'tls' | 'insecurePublic'>): void {
  if (isLoopback(host) || tls !== undefined || insecurePublic === true) return
  throw new TidemarkError('HOST_PUBLIC', `${host} can be reached by other machines, and nothing would be encrypted`, { where: 'host' })
}

/** The origin of a public address. Throws OPTION_INVALID for what is no https address, or has more than a host and a port. */
export function publicOrigin(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url !== null && url.protocol === 'https:' && url.hostname !== '' && `${url.origin}/` === url.href) return url.origin
  throw new TidemarkError('OPTION_INVALID', `a public address is https:// with a host, and a port or none, not ${JSON.stringify(text)}`, { where: 'publicUrl', hint: 'Write it as --public-url https://history.example.' })
}

const KEEP_ALIVE_MS = 72_000
const MOST_CHECK_MS = 5_000
const LEAST_CHECK_MS = 100

class RunningServer implements Server {
  readonly #history: Tidemark
  readonly #host: string
  readonly #options: ServeOptions
  readonly #limits: Limits
  readonly #scheme: 'http' | 'https'
  readonly #names: readonly string[]
  readonly #sessions = new Sessions(monotonicMs)
  readonly #cache: AnswerCache | null
  readonly #metrics: Metrics
  readonly #underWay = new Set<Promise<unknown>>()
  /** null: of routes that are planted, no thread knows. */
  readonly #threads: { readonly documents: ReadingThread; readonly tables: ReadingThread } | null
  readonly #headers: Readonly<Record<string, string>>
  /** The `Host` that was served last: most requests name the same. */
  #servedHost: string | undefined
  #app: FastifyInstance | null = null
  #closing: Promise<void> | null = null
  port = 0

  constructor(history: Tidemark, host: string, options: ServeOptions) {
    this.#history = history
    this.#host = host
    this.#options = options
    // What listens on this machine alone is asked by the public name all the same.
    this.#names = options.publicUrl === undefined || !isLoopback(host) ? options.hosts ?? [] : [...options.hosts ?? [], new URL(options.publicUrl).hostname]
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits }
    this.#scheme = options.tls === undefined ? 'http' : 'https'
    this.#headers = { ...securityHeaders({ tls: this.#scheme === 'https' || options.publicUrl !== undefined }), 'cache-control': 'private, no-cache', vary: 'authorization, cookie' }
    this.#cache = options.cache === undefined ? new MemoryCache() : options.cache
    this.#metrics = new Metrics(this.#cache)
    const thread = (patient: boolean): ReadingThread => new ReadingThread({ place: history.place, gate: this.#gateOptions, patient }, (record) => history.access.audit.record(record))
    this.#threads = options.routes === undefined ? { documents: thread(false), tables: thread(true) } : null
  }

  get url(): string {
    return `${this.#scheme}://${this.#host.includes(':') ? `[${this.#host}]` : this.#host}:${this.port}`
  }

  link(): string {
    const { publicUrl } = this.#options
    return `${publicUrl === undefined ? this.url : publicOrigin(publicUrl)}/link?word=${this.#sessions.link()}`
  }

  async listen(port: number): Promise<void> {
    const app = await this.#build()
    this.#app = app
    try {
      await app.listen({ host: this.#host, port })
    } catch (cause) {
      await app.close()
      throw new TidemarkError('LISTEN_FAILED', `${this.#host}:${port} cannot be listened on: ${(cause as NodeJS.ErrnoException).code ?? String(cause)}`, { where: `${this.#host}:${port}`, cause })
    }
    this.port = (app.server.address() as AddressInfo).port
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    const app = this.#app as FastifyInstance
    const late = setTimeout(() => app.server.closeAllConnections(), this.#limits.graceMs)
    await app.close()
    // A client that went away does not end what was begun for it.
    await Promise.allSettled([...this.#underWay])
    await Promise.all([this.#threads?.documents.close(), this.#threads?.tables.close()])
    clearTimeout(late)
    this.#metrics.close()
  }

  async #build(): Promise<FastifyInstance> {
    const app = this.#framework()
    ;(app.server as HttpServer).maxConnections = this.#limits.connections
    readBodies(app, this.#limits)
    judgeBySchemas(app)
    await app.register(fastifyRateLimit, { global: false })
    app.addHook('onRequest', async (request, reply) => this.#admit(request, reply))
    app.addHook('onResponse', async (request, reply) => this.#count(request, reply))
    app.setErrorHandler((error, request, reply) => this.#refuse(error, request, reply))
    app.setNotFoundHandler((request, reply) => this.#refuse(this.#unknown(request, reply), request, reply))
    const { dashboard, now = wallClock } = this.#options
    // Cookies know no ports: each server has a name of its own, so that two on one machine do not end each other's sessions.
    const origin = this.#options.publicUrl === undefined ? null : publicOrigin(this.#options.publicUrl)
    const scheme = origin === null ? this.#scheme : 'https' as const
    const identity = () => ({ cookie: scheme === 'https' ? COOKIES.secure : `${COOKIES.plain}-${this.port}`, scheme, origin })
    const gatekeeper = new Gatekeeper(app, {
      history: this.#history, sessions: this.#sessions, limits: this.#limits, identity, gateOptions: this.#gateOptions,
    })
    await registerOpenapi(app, this.#routes)
    const answers = new Answers(this.#cache, this.#metrics)
    const project = () => ({ answers: this.#history.answers, now: this.#history.now, clockSet: this.#history.clockSet })
    for (const route of this.#routes) {
      registerRoute(app, route, { limits: this.#limits, metrics: this.#metrics, answers, gatekeeper, now, project, threads: this.#threads, track: (work) => this.#track(work) })
    }
    registerOwnRoutes(app, {
      gatekeeper, sessions: this.#sessions, metrics: this.#metrics, identity, home: dashboard === undefined ? PAGE_URL : '/',
      ready: () => new Gate(this.#history, OWNER).transaction(),
    })
    if (dashboard !== undefined) await registerDashboard(app, dashboard)
    await app.ready()
    return app
  }

  #framework(): FastifyInstance {
    const { headersMs, headerBytes, idleMs, requestMs, bodyBytes, urlCharacters } = this.#limits
    const { tls } = this.#options
    const node = { headersTimeout: headersMs, maxHeaderSize: headerBytes, connectionsCheckingInterval: Math.max(LEAST_CHECK_MS, Math.min(headersMs, MOST_CHECK_MS)) }
    return fastify({
      ...(tls === undefined ? { http: node } : { https: { ...tls, ...node } as never }),
      connectionTimeout: idleMs, requestTimeout: requestMs, keepAliveTimeout: KEEP_ALIVE_MS, bodyLimit: bodyBytes,
      forceCloseConnections: 'idle', return503OnClosing: false, exposeHeadRoutes: false,
      routerOptions: { querystringParser: parsedQuery, maxParamLength: urlCharacters },
      frameworkErrors: (error, request, reply) => { void this.#refuse(error, request as unknown as FastifyRequest, reply as unknown as FastifyReply) },
      clientErrorHandler: (error, socket) => { refuseConnection(error as NodeJS.ErrnoException, socket) },
    }) as unknown as FastifyInstance
  }

  get #gateOptions(): GateOptions {
    const { minimumPeople } = this.#options
    return minimumPeople === undefined ? {} : { minimumPeople }
  }

  get #routes(): readonly Route[] {
    return this.#options.routes ?? ROUTES
  }

  #track<T>(work: Promise<T>): Promise<T> {
    const settled = work.catch(() => {}).finally(() => this.#underWay.delete(settled))
    this.#underWay.add(settled)
    return work
  }

  /** What every request must pass, whoever asks. */
  #admit(request: FastifyRequest, reply: FastifyReply): void {
    this.#metrics.underWay.inc()
    reply.headers(this.#headers)
    if (this.#closing !== null) {
      reply.header('connection', 'close')
      throw new TidemarkError('SERVER_CLOSING', 'the server is stopping')
    }
    if (request.url.length > this.#limits.urlCharacters) throw new TidemarkError('URL_TOO_LONG', `the URL has more than ${this.#limits.urlCharacters} characters`, { where: 'url' })
    const { host } = request.headers
    if (host !== undefined && host === this.#servedHost) return
    if (!isServedHost(host, { listening: this.#host, names: this.#names })) throw new TidemarkError('HOST_UNKNOWN', `${JSON.stringify(host ?? '')} is not served here`, { where: 'host' })
    this.#servedHost = host
  }

  #count(request: FastifyRequest, reply: FastifyReply): void {
    const labels = { method: request.method, route: request.routeOptions.url ?? 'none' }
    this.#metrics.underWay.dec()
    this.#metrics.requests.inc({ ...labels, status: reply.statusCode })
    this.#metrics.seconds.observe(labels, reply.elapsedTime / 1000)
  }

  #unknown(request: FastifyRequest, reply: FastifyReply): TidemarkError {
    const path = request.url.split('?', 1)[0] as string
    const fitting = this.#routes.filter(({ url }) => new RegExp(`^${url.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path))
    if (fitting.length === 0) return new TidemarkError('ROUTE_UNKNOWN', `there is nothing at ${JSON.stringify(path)}`, { where: 'path' })
    const methods = fitting.map(({ method }) => method).join(', ')
    reply.header('allow', methods)
    return new TidemarkError('METHOD_UNKNOWN', `${request.method} is not what ${path} takes`, { where: 'method', hint: `It takes ${methods}.` })
  }

  async #refuse(thrown: unknown, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const error = faultOf(thrown)
    const problem = problemOf(error)
    if (error.code === 'UNEXPECTED') this.#options.report?.(error, `${request.method} ${request.routeOptions?.url ?? 'none'}`)
    if (problem.status === 401) reply.header('www-authenticate', 'Bearer realm="tidemark", Basic realm="tidemark"')
    if (error instanceof RateRefusal) reply.header('retry-after', error.retryAfterSeconds)
    if (!request.raw.complete) await drained(request, reply)
    return reply.code(problem.status).type(PROBLEM_TYPE).header('cache-control', 'no-store').send(JSON.stringify(problem))
  }
}

const DRAIN_MS = 1_000

/** Lets a client that is still sending finish for a moment, so that it reads what is answered; then the connection ends. */
async function drained({ raw }: FastifyRequest, reply: FastifyReply): Promise<void> {
  reply.header('connection', 'close')
  if (raw.destroyed) return
  await new Promise<void>((done) => {
    const late = setTimeout(done, DRAIN_MS)
    const end = (): void => {
      clearTimeout(late)
      done()
    }
    raw.once('end', end).once('close', end).once('error', end)
    raw.resume()
  })
}

function refuseConnection(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return
  const problem = problemOf(connectionFault(error.code))
  const body = JSON.stringify(problem)
  if (socket.writable) {
    socket.end(`HTTP/1.1 ${problem.status} ${problem.code}\r\nContent-Type: ${PROBLEM_TYPE}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`)
  }
  socket.destroySoon()
}
