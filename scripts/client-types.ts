// node scripts/client-types.ts: writes packages/tidemark/src/client-types.ts from the OpenAPI document of a server.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

interface Schema {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: Schema | boolean
}

type Content = Readonly<Record<string, { readonly schema: Schema }>>

interface Operation {
  readonly operationId: string
  readonly summary?: string
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required?: boolean; readonly schema: Schema }[]
  readonly requestBody?: { readonly content: Content }
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>
}

/** The parts of an OpenAPI 3.1 document that types are made from. */
export interface OpenApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> }
}

const PROBLEM = 'application/problem+json'

const HEAD = '/** The routes of the HTTP API, as openapi-fetch reads them. Written by scripts/client-types.ts from the OpenAPI document. */'

/** The types of a document, a line a schema and an operation. */
export function clientTypes({ paths, components }: OpenApiDocument): string {
  const routes = Object.entries(paths).flatMap(([url, methods]) => [
    `  ${JSON.stringify(url)}: {`, ...Object.entries(methods).flatMap(([method, operation]) => [`    /** ${(operation.summary ?? operation.operationId).replaceAll("'", '’')} */`, `    ${method}: ${operationType(operation)}`]), '  }',
  ])
  const schemas = Object.entries(components.schemas).map(([name, schema]) => `    ${name}: ${typeOf(schema)}`)
  return [HEAD, 'export interface paths {', ...routes, '}', '', '/** The schemas of the document. */', 'export interface components {', '  schemas: {', ...schemas, '  }', '}', '', `interface Refused { content: { '${PROBLEM}': components['schemas']['Problem'] } }`, ''].join('\n').replaceAll('"', "'")
}

function operationType({ parameters = [], requestBody, responses }: Operation): string {
  const words = (place: string): string => {
    const own = parameters.filter((one) => one.in === place)
    const required = own.some((one) => one.required === true)
    return own.length === 0 ? `${place}?: never` : `${place}${required ? '' : '?'}: { ${own.map(({ name, required: must, schema }) => `${key(name)}${must === true ? '' : '?'}: ${typeOf(schema)}`).join('; ')} }`
  }
  const body = requestBody === undefined ? 'requestBody?: never' : `requestBody: { content: ${contentType(requestBody.content)} }`
  const answers = Object.entries(responses).map(([status, { content }]) => `${status}: ${content !== undefined && Object.keys(content).join() === PROBLEM ? 'Refused' : `{ content: ${content === undefined ? 'never' : contentType(jsonAlone(content))} }`}`).join('; ')
  return `{ parameters: { ${['query', 'path', 'header', 'cookie'].map(words).join('; ')} }; ${body}; responses: { ${answers} } }`
}

/** Files are fetched by themselves; what the client reads is JSON. */
function jsonAlone(content: Content): Content {
  const json = content['application/json']
  return json === undefined ? content : { 'application/json': json }
}

function contentType(content: Content): string {
  return `{ ${Object.entries(content).map(([type, { schema }]) => `${key(type)}: ${typeOf(schema)}`).join('; ')} }`
}

function typeOf(schema: Schema): string {
  if (schema.$ref !== undefined) return `components["schemas"]["${schema.$ref.split('/').at(-1)}"]`
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(' | ')
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  const choices = schema.anyOf ?? schema.oneOf
  if (choices !== undefined) return choices.map(typeOf).join(' | ')
  if (Array.isArray(schema.type)) return (schema.type as readonly string[]).map((type) => typeOf({ ...schema, type })).join(' | ')
  switch (schema.type) {
    case 'integer': case 'number': return 'number'
    case 'boolean': return 'boolean'
    case 'string': return 'string'
    case 'null': return 'null'
    case 'array': return `(${typeOf(schema.items ?? {})})[]`
    case 'object': return objectType(schema)
    default: return 'unknown'
  }
}

function objectType({ properties = {}, required = [], additionalProperties }: Schema): string {
  const own = Object.entries(properties).map(([name, schema]) => `${key(name)}${required.includes(name) ? '' : '?'}: ${typeOf(schema)}`)
  const rest = additionalProperties === undefined || additionalProperties === false ? [] : [`[key: string]: ${own.length > 0 || additionalProperties === true ? 'unknown' : typeOf(additionalProperties)}`]
  // An object that is described no further may have anything.
  const all = own.length + rest.length === 0 && additionalProperties === undefined && Object.keys(properties).length === 0 ? ['[key: string]: unknown'] : [...own, ...rest]
  return `{ ${all.join('; ')} }`
}

function key(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? name : JSON.stringify(name)
}

/** The document of a server that serves an empty history. */
export async function liveDocument(): Promise<OpenApiDocument> {
  const [{ entity, instant, open, series, stream, text }, { serve }] = await Promise.all([import('../packages/tidemark/src/index.ts'), import('../packages/tidemark/src/server/server.ts')])
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-types-'))
  const thing = entity('thing', { tenant: 'tenant' })
  const things = stream('things', { of: thing, tenant: 'owner', entity: 'thing', id: 'id', at: 'at', fields: { owner: text(), thing: text(), id: text(), at: instant() } })
  const history = await open({ store: `sqlite:${join(folder, 'history.db')}`, series: [series('counts', { of: thing, grain: 'day' }).from(things, (_e, { count }) => ({ n: count() }))] })
  const server = await serve(history)
  try {
    return await (await fetch(`${server.url}/v1/openapi.json`)).json() as OpenApiDocument
  } finally {
    await server.close()
    await history.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(fileURLToPath(new URL('../packages/tidemark/src/client-types.ts', import.meta.url)), clientTypes(await liveDocument()))
}
