import type { Random } from '../../histories/random.ts'

/** The parts of an OpenAPI document that requests are made from. */
export interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> }
}

interface Operation {
  readonly operationId: string
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required?: boolean; readonly schema: Schema }[]
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> }
}

interface Schema {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Schema[]
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly minimum?: number
  readonly maximum?: number
}

/** One request of a fuzz. */
export interface FuzzedRequest {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array | null
}

/** Words that mean something here, so that requests get past the first check. */
const KNOWN: Readonly<Record<string, readonly string[]>> = {
  series: ['turnover', 'stock'], stream: ['sales'], select: ['sales.sum', 'amount.mean', 'mean.value', 'level.last', 'mood.share:full', 'sales.sum,amount.sum', 'open.all'], tenant: ['acme', 'beta', ''],
  entity: ['one', 'two', '=three', 'nobody'], where: ['kind=web', 'kind=', 'kind=other', '=x'], by: ['kind', 'shop', 'kind,kind'], from: ['2026-02-01', '2026-02-30', '1600-01-01', '9999-12-31', '0000-00-00'],
  to: ['2026-03-01', '2026-02-01', '9999-12-31', '275760-09-13'], asOf: ['2026-03-10T12:00:00Z', '2026-03-10T12:00:00+99:99', '1970-01-01T00:00:00Z'], at: ['2026-03-10T12:00:00Z', 'now', '9999-12-31T23:59:59Z'],
  day: ['2026-02-01', '2026-02-29'], grain: ['day', 'month', 'captured', 'range', 'week'], compare: ['previous', 'year'], format: ['json', 'csv', 'parquet'], limit: ['1', '1000', '50000', '0', '-1'], horizon: ['1', '400', '0'],
  season: ['0', '7', '400'], threshold: ['1', '-0.5', '1e9', 'x'], window: ['quarter', 'year'], anchor: ['2026-01-01', '2026-02-31'], months: ['1', '1200', '0'], id: ['1', '2', '999999999999999', '0', '-1'],
  group: ['kind=web', 'kind=till', 'x=y'], state: ['open', 'resolved'], onConflict: ['replace', 'quarantine'], q: ['o', '%', '_'], name: ['loaded', 'a b'], role: ['viewer', 'admin', 'root'], until: ['2026-04-01T00:00:00Z', 'x'],
}

const HOSTILE = [
  '', ' ', '0', '-1', '1e400', '9007199254740993', 'null', 'undefined', 'NaN', 'true', '__proto__', 'constructor', 'toString', '../../etc/passwd', "' OR 1=1 --", '%00', '\0', '\ud800', '\u202e', '🌊'.repeat(50), 'x'.repeat(3000),
  '<script>', '=cmd()', '${7*7}', '{{7*7}}', '[', '{"a":', 'sales.__proto__', 'sales.sum.sum', '.', '..', '/', '\\', '%', '*', 'kind=web=web', '-', '2026-13-01', '+002026-02-01', '(a+)+$', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!', '\r\nX: y',
] as const

const TYPES = ['application/json', 'application/x-ndjson', 'text/plain', 'application/xml', 'multipart/form-data', 'application/json; charset=utf-16', 'x', ''] as const

/** Makes requests from a document: some that could be right, most that are wrong somewhere. The same seed makes the same ones. */
export class RequestMaker {
  readonly #random: Random
  readonly #document: Document
  readonly #operations: readonly { readonly method: string; readonly url: string; readonly operation: Operation }[]
  readonly #tokens: readonly string[]

  constructor(random: Random, document: Document, tokens: readonly string[]) {
    this.#random = random
    this.#document = document
    this.#tokens = tokens
    this.#operations = Object.entries(document.paths).flatMap(([url, methods]) => Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), url, operation })))
  }

  next(): FuzzedRequest {
    const random = this.#random
    const { method, url, operation } = random.pick(this.#operations)
    const parameters = operation.parameters ?? []
    let path = url
    for (const { name } of parameters.filter((one) => one.in === 'path')) path = path.replace(`{${name}}`, encoded(random.chance(0.85) ? random.pick(KNOWN[name] ?? ['x']) : this.#hostile()))
    const words: string[] = []
    for (const { name, required, schema } of parameters.filter((one) => one.in === 'query')) {
      if (!random.chance(required === true ? 0.95 : 0.3)) continue
      const times = random.chance(0.1) ? random.whole(2, 5) : 1
      for (let i = 0; i < times; i++) words.push(`${name}=${encoded(this.#word(name, schema))}`)
    }
    if (random.chance(0.05)) words.push(`${encoded(this.#hostile())}=${encoded(this.#hostile())}`)
    const body = method === 'GET' || operation.requestBody === undefined ? null : this.#body(operation.requestBody.content)
    return {
      method: random.chance(0.97) ? method : random.pick(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']),
      path: `${random.chance(0.98) ? path : `${path}/${encoded(this.#hostile())}`}${words.length === 0 ? '' : `?${words.join('&')}`}`,
      headers: this.#headers(body), body,
    }
  }

  #hostile(): string {
    return this.#random.pick(HOSTILE)
  }

  #word(name: string, schema: Schema): string {
    const random = this.#random
    if (random.chance(0.75) && KNOWN[name] !== undefined) return random.pick(KNOWN[name])
    if (random.chance(0.5)) return this.#hostile()
    const value = this.#value(schema, 0, name)
    return typeof value === 'string' ? value : JSON.stringify(value) ?? ''
  }

  #value(schema: Schema, depth: number, name = ''): unknown {
    const random = this.#random
    if (random.chance(0.08)) return random.pick([null, true, -1, 1.5, 2 ** 53, '', [], {}, 'x'.repeat(5_000), this.#hostile()])
    if (schema.$ref !== undefined) return this.#value(this.#document.components.schemas[schema.$ref.split('/').at(-1) as string] ?? {}, depth, name)
    if (schema.enum !== undefined) return random.pick(schema.enum)
    if (schema.anyOf !== undefined) return this.#value(random.pick(schema.anyOf), depth, name)
    const type = typeof schema.type === 'string' ? schema.type : random.pick(schema.type ?? ['string', 'object'])
    switch (type) {
      case 'integer': case 'number': return random.chance(0.7) ? random.whole(schema.minimum ?? -5, Math.min(schema.maximum ?? 1000, 100_000)) : random.pick([0, -1, 1e15, 2 ** 53, 1.5])
      case 'boolean': return random.chance(0.5)
      case 'array': return Array.from({ length: random.whole(0, 3) }, () => this.#value(schema.items ?? {}, depth + 1, name))
      case 'object': {
        if (depth > 4) return {}
        const properties = schema.properties ?? EVENT
        return Object.fromEntries(Object.entries(properties).filter(([key]) => random.chance((schema.required ?? []).includes(key) || properties === EVENT ? 0.95 : 0.5)).map(([key, one]) => [key, this.#value(one, depth + 1, key)]))
      }
      default: return random.chance(0.7) && KNOWN[name] !== undefined ? random.pick(KNOWN[name]) : random.chance(0.5) ? this.#hostile() : `w${random.whole(0, 1e6)}`
    }
  }

  #body(content: Readonly<Record<string, { readonly schema: Schema }>>): string | Uint8Array | null {
    const random = this.#random
    if (random.chance(0.03)) return null
    if (random.chance(0.05)) return Uint8Array.from({ length: random.whole(0, 200) }, () => random.whole(0, 255))
    const text = JSON.stringify(this.#value((content['application/json'] ?? { schema: {} }).schema, 0)) ?? ''
    const cut = random.chance(0.05) ? text.slice(0, random.whole(0, text.length)) : text
    return random.chance(0.03) ? `${'['.repeat(random.whole(1, 5_000))}${cut}` : cut
  }

  #headers(body: string | Uint8Array | null): Record<string, string> {
    const random = this.#random
    const headers: Record<string, string> = {}
    if (!random.chance(0.03)) headers['authorization'] = random.chance(0.97) ? `Bearer ${random.pick(this.#tokens)}` : random.pick(['Bearer x', 'Basic eDp5', 'Basic !!!', 'Negotiate', ''])
    if (body !== null) headers['content-type'] = random.chance(0.85) ? 'application/json' : random.pick(TYPES)
    if (body !== null && random.chance(0.04)) headers['content-encoding'] = random.pick(['gzip', 'br', 'identity', 'x'])
    if (random.chance(0.05)) headers['if-none-match'] = random.pick(['*', '"x"', 'W/"', ','])
    if (random.chance(0.03)) headers['cookie'] = 'tidemark=x; =; ;;'
    if (random.chance(0.03)) headers['accept-encoding'] = 'br;q=9'
    return headers
  }
}

/** What an event of any stream may look like; the document says no more than that it is an object. */
const EVENT: Readonly<Record<string, Schema>> = {
  company: { enum: ['acme', 'beta', 'fuzz'] }, shop: { type: 'string' }, id: { type: 'string' }, at: { enum: ['2026-03-01T10:00:00Z', '2026-02-30T10:00:00Z', 'never'] }, kind: { enum: ['web', 'till', 'x'] }, amount: { enum: ['1.00', 1, -2.5, '1e3', '1.001'] },
  big: { enum: ['1', '9223372036854775807', '9223372036854775808', 5] }, items: { type: 'integer' }, note: { type: 'string' },
}

/** As a URL can carry it: half pairs have no form in UTF-8. */
function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed())
}
