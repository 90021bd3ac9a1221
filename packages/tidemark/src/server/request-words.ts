import type { z } from 'zod'
import { TidemarkError } from '../errors.ts'
import { nearest } from '../nearest.ts'

interface Described {
  readonly def: { readonly type: string; readonly innerType?: Described }
}

/** A query string as it stands: what is given several times is a list. */
export function parsedQuery(text: string): Record<string, string | string[]> {
  const words = Object.create(null) as Record<string, string | string[]>
  for (const [name, value] of new URLSearchParams(text)) {
    const before = words[name]
    words[name] = before === undefined ? value : Array.isArray(before) ? [...before, value] : [before, value]
  }
  return words
}

/**
 * Gives words the types that their schemas ask for: a query string knows text alone. What is not of its type's form
 * stays text, and the schema says so. So the schemas stay plain, and OpenAPI shows numbers and lists as what they are.
 */
export function typedWords(schema: z.ZodObject, words: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const shape = schema.shape as unknown as Readonly<Record<string, Described>>
  return Object.fromEntries(Object.entries(words).map(([name, value]) => {
    const declared = Object.hasOwn(shape, name) ? shape[name] : undefined
    return [name, declared === undefined ? value : typed(innermost(declared), value)]
  }))
}

function innermost(declared: Described): Described {
  return declared.def.type === 'optional' && declared.def.innerType !== undefined ? innermost(declared.def.innerType) : declared
}

function typed({ def: { type } }: Described, value: unknown): unknown {
  if (type === 'array') return Array.isArray(value) ? value : [value]
  if (typeof value !== 'string') return value
  if (type === 'number' && /^-?\d{1,15}$/.test(value)) return Number(value)
  if (type === 'boolean' && /^(?:true|false|1|0)$/.test(value)) return value === 'true' || value === '1'
  return value
}

/** The words of a request, judged. Throws REQUEST_INVALID for the first that is wrong. */
export function judged<S extends z.ZodType>(schema: S, value: unknown, what: 'path' | 'query' | 'body'): z.output<S> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const [issue] = result.error.issues
  const path = (issue?.path ?? []).map(String).join('.')
  if (issue?.code === 'unrecognized_keys') {
    const key = issue.keys[0] as string
    const known = Object.keys((schema as unknown as z.ZodObject).shape ?? {})
    throw new TidemarkError('REQUEST_INVALID', `${what === 'body' ? 'the body' : 'the request'} has no ${JSON.stringify(key)}`, { where: path === '' ? key : `${path}.${key}`, ...(path === '' ? { hint: nearest(key, known) } : {}) })
  }
  throw new TidemarkError('REQUEST_INVALID', path === '' ? `the ${what} is not what the route takes` : `${path} is not what the route takes: ${shown(valueAt(value, issue?.path ?? []))}`, {
    where: path === '' ? what : path, why: `${issue?.message ?? 'It is not of the form that is described'}.`, hint: 'See /v1/docs for what the route takes.',
  })
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((inner, key) => (typeof inner === 'object' && inner !== null ? (inner as Record<PropertyKey, unknown>)[key] : undefined), value)
}

const MOST_SHOWN = 80

function shown(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value)
  return text.length <= MOST_SHOWN ? text : `${text.slice(0, MOST_SHOWN)}…`
}

/** A question in one form, whatever the order of its words: for cursors and for the cache. */
export function normalised(words: Readonly<Record<string, unknown>>, without: readonly string[] = []): string {
  return JSON.stringify(Object.entries(words).filter(([name, value]) => value !== undefined && !without.includes(name)).sort(([a], [b]) => (a < b ? -1 : 1)))
}
