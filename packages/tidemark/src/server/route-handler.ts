import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Gate } from '../access/gate.ts'
import { TidemarkError } from '../errors.ts'
import type { EventReport } from '../intake.ts'
import type { Answers, MadeAnswer } from './answers.ts'
import type { CachedAnswer } from './cache.ts'
import { documentBytes, etagOf, isKnown } from './document-bytes.ts'
import type { Gatekeeper } from './gatekeeper.ts'
import type { Limits } from './limits.ts'
import { mend } from './mend.ts'
import type { Metrics } from './metrics.ts'
import type { ReadingThread } from './reading.ts'
import type { Order, ReadDocument } from './reading-protocol.ts'
import { judged, normalised, typedWords } from './request-words.ts'
import { type Call, type QuestionSpan, type Route, routerPath, type ServedProject, type Told } from './route.ts'
import { problem } from './schemas.ts'
import { isLong } from './span.ts'
import { sendCsv, sendParquet, sendTable } from './table-reply.ts'

/** What all routes of a server share. */
export interface RouteParts {
  readonly limits: Limits
  readonly metrics: Metrics
  readonly answers: Answers
  readonly gatekeeper: Gatekeeper
  readonly now: () => number
  /** For long documents and for tables each one: neither waits for the other. null: everything is answered here. */
  readonly threads: { readonly documents: ReadingThread; readonly tables: ReadingThread } | null
  readonly project: () => ServedProject
  /** Keeps the server from stopping before the work is done. */
  track<T>(work: Promise<T>): Promise<T>
}

const TABLE_TYPES = { csv: 'text/csv', parquet: 'application/vnd.apache.parquet' } as const
const JSON_TYPE = 'application/json; charset=utf-8'

const gates = new WeakMap<FastifyRequest, Gate>()

/** The schemas of the routes judge requests, and nothing is judged twice: what is sent was made by us. */
export function judgeBySchemas(app: FastifyInstance): void {
  app.setValidatorCompiler<z.ZodType>(({ schema, httpPart }) => (value: unknown) => {
    try {
      if (httpPart === 'querystring') return { value: judged(schema, typedWords(schema as z.ZodObject, value as Readonly<Record<string, unknown>>), 'query') }
      // A request without a body has null.
      return { value: judged(schema, value ?? undefined, httpPart === 'params' ? 'path' : 'body') }
    } catch (error) {
      return { error: error as Error }
    }
  })
  app.setSerializerCompiler(() => (document) => JSON.stringify(document))
}

/** Puts one route of the table on the server. */
export function registerRoute(app: FastifyInstance, route: Route, parts: RouteParts): void {
  const { method, body } = route
  app.route({
    method, url: routerPath(route.url), config: { body: body === null ? 'none' : body === 'events' ? 'events' : 'json' },
    schema: {
      operationId: route.id, summary: route.summary, tags: [route.tag], ...(route.description === undefined ? {} : { description: route.description }),
      ...(route.path === null ? {} : { params: route.path }), ...(route.query === null ? {} : { querystring: route.query }),
      ...(body === null || body === 'events' ? {} : { body: route.bodyOptional === true ? body.optional() : body }),
      response: responsesOf(route),
    } as object,
    // Before the body is read, and before a word of the request is judged.
    onRequest: async (request, reply) => {
      const gate = await parts.gatekeeper.admit(request)
      gates.set(request, gate)
      if (route.cached === undefined) return undefined
      // Words that were judged before need not be judged again.
      const kept = await parts.answers.again(wordsOf(request, gate), { route: route.id, transaction: await gate.transaction(), now: parts.now() }, (about, since) => gate.touched(about, since))
      return kept === null ? undefined : sendBody(request, reply, kept)
    },
    handler: (request, reply) => parts.track(answer(route, parts, request, reply)),
  })
}

function responsesOf({ answer, created, tables, method, body }: Route): object {
  const content: Record<string, object> = { 'application/json': { schema: answer ?? z.null() } }
  for (const table of tables ?? []) content[TABLE_TYPES[table]] = { schema: z.string() }
  const refused = (description: string): object => ({ description, content: { 'application/problem+json': { schema: problem } } })
  return {
    [created === true ? 201 : 200]: { description: 'Done.', content },
    ...(method === 'GET' ? { 304: { description: 'The client has it already.', content: { 'application/json': { schema: z.null() } } } } : {}),
    400: refused('A word of the request is wrong.'), 401: refused('Nobody that is known asks.'), 403: refused('The role may not do this.'), 404: refused('There is no such thing.'),
    ...(body === null ? {} : { 413: refused('The body is too large.'), 415: refused('The body is of another type.') }),
    422: refused('The answer would be too large.'), 429: refused('Asked too often; Retry-After says when to come again.'), 503: refused('The store or the server cannot answer now.'),
  }
}

async function answer(route: Route, parts: RouteParts, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const gate = gates.get(request) as Gate
  const path = (request.params ?? {}) as Readonly<Record<string, string>>
  const query = (request.query ?? {}) as Readonly<Record<string, unknown>>
  if (route.body === 'events' && request.body === undefined) throw new TidemarkError('BODY_INVALID', 'the request has no body', { where: 'body' })
  const question = `${route.id} ${scopeOf(gate)} ${normalised(path)} ${normalised(query, ['after', 'limit', 'format'])}`
  const call: Call = { gate, path, query, body: request.body, limits: parts.limits, project: parts.project(), question }
  const tell = (asked = query): Promise<Told> => route.handle({ ...call, query: asked } as Call<never, never, never>)
  const isTable = query['format'] === 'csv' || query['format'] === 'parquet'
  const threads = route.span === undefined ? null : parts.threads
  const order = (asked = query): Order => ({ route: route.id, principal: gate.principal, path, query: asked, limits: parts.limits, question, now: call.project.now })
  if (isTable && threads !== null) {
    const table = await threads.tables.table(order())
    return table.kind === 'csv' ? sendCsv(reply, table.name, table.bytes) : sendParquet(reply, table.name, table.path)
  }
  if (route.cached !== undefined && !isTable) {
    const transaction = await gate.transaction()
    const key = `${question} ${normalised({ after: query['after'], limit: query['limit'] })}`
    const asked = { key, route: route.id, about: route.cached(gate, path, query), transaction, now: parts.now() }
    // What is mended is made where the whole was: what is loaded and compiled there need not be here.
    const thread = threads !== null && isLong(route.span?.(query) as QuestionSpan) ? threads.documents : null
    const make = async (words = query): Promise<MadeAnswer> => (thread === null ? madeOf(await tell(words)) : readOf(await thread.document(order(words))))
    const mendable = query['after'] === undefined ? route.mended?.(query) ?? null : null
    const told = await parts.answers.get(asked, (about, since) => gate.touched(about, since), {
      whole: make, ...(mendable === null ? {} : { mended: (kept, stale) => mend(kept, stale, mendable, (range) => make({ ...query, ...range })) }),
    })
    parts.answers.remember(wordsOf(request, gate), key)
    return sendBody(request, reply, told)
  }
  const told = await tell()
  switch (told.kind) {
    case 'nothing': return reply.code(204).send()
    case 'table': return sendTable(reply, told)
    case 'document': {
      if (route.id === 'ingest') countEvents(parts.metrics, told.document as EventReport)
      const body = await documentBytes(told.document)
      if (route.method === 'GET') return sendBody(request, reply, { body, etag: etagOf(body), next: told.next ?? null })
      return reply.code(told.status ?? 200).type(JSON_TYPE).send(body)
    }
  }
}

/** What the same question is answered alike to. */
function scopeOf({ principal: { role, tenants } }: Gate): string {
  return JSON.stringify([role, tenants?.toSorted() ?? null])
}

async function madeOf(told: Told): Promise<MadeAnswer> {
  if (told.kind !== 'document') throw new Error('only documents are kept')
  const body = await documentBytes(told.document)
  return { body, etag: etagOf(body), closed: told.closed === true, next: told.next ?? null, about: told.about }
}

function readOf({ body, etag, closed, next, about }: ReadDocument): MadeAnswer {
  return { body: Buffer.from(body.buffer, body.byteOffset, body.byteLength), etag, closed, next, about: about ?? undefined }
}

/** The very words of a question, and whom it is answered to. */
function wordsOf(request: FastifyRequest, gate: Gate): string {
  return `${scopeOf(gate)} ${request.url}`
}

function sendBody(request: FastifyRequest, reply: FastifyReply, { body, etag, next }: Pick<CachedAnswer, 'body' | 'etag' | 'next'>): FastifyReply {
  reply.header('etag', etag)
  if (next !== null) reply.header('link', `<${nextUrl(request.url, next)}>; rel="next"`)
  if (isKnown(request.headers['if-none-match'], etag)) return reply.code(304).send()
  return reply.type(JSON_TYPE).send(body)
}

function nextUrl(url: string, next: string): string {
  const [path = '', words = ''] = url.split('?', 2)
  const params = new URLSearchParams(words)
  params.set('after', next)
  return `${path}?${params}`
}

function countEvents({ events }: Metrics, { accepted, duplicate, rejected }: EventReport): void {
  events.inc({ result: 'accepted' }, accepted)
  events.inc({ result: 'duplicate' }, duplicate)
  events.inc({ result: 'rejected' }, rejected)
}
