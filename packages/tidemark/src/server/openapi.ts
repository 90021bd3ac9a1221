import type { FastifyInstance } from 'fastify'
import fastifySwagger from '@fastify/swagger'
import fastifySwaggerUi from '@fastify/swagger-ui'
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod'
import { PROGRAM_VERSION } from '../program.ts'
import type { Route } from './route.ts'

export const DOCUMENT_URL = '/v1/openapi.json'
export const PAGE_URL = '/v1/docs'

const TAGS = [
  { name: 'questions', description: 'Answers, each with its coverage.' },
  { name: 'entities', description: 'Whom there are answers of.' },
  { name: 'declarations', description: 'What can be asked.' },
  { name: 'writing', description: 'Events, corrections, captures.' },
  { name: 'alerts', description: 'What is past its bound.' },
  { name: 'operation', description: 'How the history itself is doing.' },
  { name: 'access', description: 'Who may do what, and who did.' },
]

/** Bodies of events are read as they come, so no schema of the router judges them; the document tells what they are. */
const EVENTS = {
  content: {
    'application/json': { schema: { anyOf: [{ type: 'object' }, { type: 'array', items: { type: 'object' } }], description: 'One event or a list of them, as the stream declares its fields.' } },
    'application/x-ndjson': { schema: { type: 'string', description: 'One event a line.' } },
  },
}

/** Collects the document from the routes that are registered after it. Its page has everything with it: it refers to no other host. */
export async function registerOpenapi(server: FastifyInstance, routes: readonly Route[]): Promise<void> {
  const eventUrls = new Set(routes.filter(({ body }) => body === 'events').map(({ url }) => url))
  await server.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Tidemark', version: PROGRAM_VERSION, description: 'The history of an application\'s metrics: answers with their coverage. Errors are problem+json with the codes of docs/errors.md.' },
      tags: TAGS,
      security: [{ bearer: [] }, { basic: [] }],
      components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' }, basic: { type: 'http', scheme: 'basic', description: 'Any name; the token is the password.' } } },
    },
    transform: (given) => {
      const { schema, url } = jsonSchemaTransform(given as Parameters<typeof jsonSchemaTransform>[0])
      const events = eventUrls.has(url.replaceAll(/:(\w+)/g, '{$1}')) && given.route.method === 'POST'
      return { schema: events ? { ...schema, body: EVENTS } : schema, url }
    },
    transformObject: jsonSchemaTransformObject,
  })
  await server.register(fastifySwaggerUi, {
    routePrefix: PAGE_URL,
    // Without it the page asks a validator elsewhere to judge the document.
    uiConfig: { url: DOCUMENT_URL, validatorUrl: null, docExpansion: 'list' },
    theme: { title: 'Tidemark API' },
  })
}
