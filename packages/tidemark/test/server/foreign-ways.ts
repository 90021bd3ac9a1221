import type { Route } from '../../src/server/route.ts'
import type { BaseRequest } from './base-request.ts'

/** What of the other tenant stands in its world alone: no answer to anybody else may hold a word of it. */
export const SECRET = { tenant: 'betacorp', entity: 'hiddenshop', id: 'secretid', amount: '777123.45', word: 'betaword' } as const

/** A request as it is sent. */
export interface Sent extends BaseRequest {
  readonly headers?: Readonly<Record<string, string>>
  /** Whoever sees all asks the same first, so that a cache has the answer. */
  readonly warmed?: boolean
}

/** What an owner has of the other tenant that a request may try to use. */
export interface Loot {
  readonly etag: string
  readonly cursor: string
}

/** One way to ask for another tenant's things. */
export type Way = (base: BaseRequest, route: Route, loot: Loot) => Sent

const query = (more: BaseRequest['query']): Way => (base) => ({ ...base, query: { ...base.query, ...more } })
const header = (headers: Readonly<Record<string, string>>): Way => (base) => ({ ...base, query: { ...base.query, ...('tenant' in base.query ? { tenant: SECRET.tenant } : {}) }, headers })
const path = (change: (words: string) => string): Way => (base) => ({ ...base, path: Object.fromEntries(Object.entries(base.path).map(([name, value]) => [name, change(value)])) })
const body = (change: (value: unknown) => unknown): Way => (base) => (base.body === undefined ? { ...base, query: { ...base.query, tenant: SECRET.tenant } } : { ...base, body: change(base.body) })

/** Every `acme` in a body replaced, at any depth. */
function replaced(value: unknown, by: string): unknown {
  return JSON.parse(JSON.stringify(value).replaceAll('"acme"', JSON.stringify(by))) as unknown
}

/** Thirty ways and more, put to every route: those of faults.md, 17. */
export const WAYS: Readonly<Record<string, Way>> = {
  'query: the tenant': query({ tenant: SECRET.tenant }),
  'query: the tenant and everything': query({ tenant: SECRET.tenant, allTenants: 'true' }),
  'query: all tenants': (base) => ({ ...base, query: { ...without(base.query, 'tenant'), allTenants: 'true' } }),
  'query: all tenants and its entity': (base) => ({ ...base, query: { ...without(base.query, 'tenant'), allTenants: 'true', entity: SECRET.entity } }),
  'query: no tenant': (base) => ({ ...base, query: without(base.query, 'tenant') }),
  'query: its entity under our tenant': query({ entity: SECRET.entity }),
  'query: its tenant and entity': query({ tenant: SECRET.tenant, entity: SECRET.entity }),
  'query: both tenants': query({ tenant: ['acme', SECRET.tenant] }),
  'query: another case': query({ tenant: SECRET.tenant.toUpperCase() }),
  'query: a blank behind': query({ tenant: `${SECRET.tenant} ` }),
  'query: NUL behind': query({ tenant: `${SECRET.tenant}\0` }),
  'query: SQL': query({ tenant: `x' OR '1'='1` }),
  'query: a pattern': query({ tenant: '%', entity: '%', q: '%' }),
  'array: its entity beside ours': query({ entity: ['one', SECRET.entity] }),
  'array: brackets': query({ 'tenant[]': SECRET.tenant }),
  'array: an object': query({ 'tenant[name]': SECRET.tenant }),
  'filter: the tenant as a dimension': query({ where: `company=${SECRET.tenant}` }),
  'filter: how its names begin': query({ q: 'hidden', allTenants: 'true' }),
  'sort: by the tenant': query({ by: 'company' }),
  'sort: past all of ours': query({ limit: '1', allTenants: 'true' }),
  'cursor: of the owner': (base, _route, { cursor }) => ({ ...base, query: { ...base.query, after: cursor } }),
  'cursor: made up': query({ after: Buffer.from(JSON.stringify([SECRET.tenant, SECRET.entity])).toString('base64url') }),
  'export: CSV': query({ tenant: SECRET.tenant, format: 'csv' }),
  'export: Parquet of everything': (base) => ({ ...base, query: { ...without(base.query, 'tenant'), allTenants: 'true', format: 'parquet' } }),
  'archive: long ago': query({ tenant: SECRET.tenant, from: '2000-01-01', to: '2001-01-01' }),
  'archive: as of then': query({ tenant: SECRET.tenant, asOf: '2026-03-10T00:00:00Z' }),
  'cache: what the owner asked before': (base) => ({ ...base, query: { ...base.query, ...('tenant' in base.query ? { tenant: SECRET.tenant } : {}) }, warmed: true }),
  'cache: the tag of the owner': (base, _route, { etag }) => ({ ...base, query: { ...base.query, ...('tenant' in base.query ? { tenant: SECRET.tenant } : {}) }, headers: { 'if-none-match': etag } }),
  'header: a tenant': header({ 'x-tenant': SECRET.tenant, 'x-tenant-id': SECRET.tenant, tenant: SECRET.tenant }),
  'header: somebody else': header({ 'x-forwarded-user': 'owner', 'x-original-url': '/v1/tenants', 'x-http-method-override': 'GET', forwarded: 'for=127.0.0.1' }),
  'header: a cookie': header({ cookie: `tidemark=${SECRET.tenant}; tenant=${SECRET.tenant}` }),
  'body: the tenant': body((value) => replaced(value, SECRET.tenant)),
  'body: the tenant behind ours': body((value) => (Array.isArray(value) ? [...value, ...replaced(value, SECRET.tenant) as unknown[]] : { ...value as object, tenant: SECRET.tenant })),
  'body: its event': body((value) => JSON.parse(JSON.stringify(replaced(value, SECRET.tenant)).replaceAll(/"(?:none|base)"/g, `"${SECRET.id}"`)) as unknown),
  'path: the tenant': path(() => SECRET.tenant),
  'path: out of ours': path((value) => `${value}/../${SECRET.tenant}`),
  'path: the next number': path((value) => (/^\d+$/.test(value) ? '2' : value)),
  'job: a capture of it': body((value) => ({ ...value as object, tenant: SECRET.tenant, entity: SECRET.entity })),
  'error text: a wrong word beside it': query({ tenant: SECRET.tenant, select: 'nothing.sum' }),
  'error text: a wrong value beside it': query({ tenant: SECRET.tenant, entity: SECRET.entity, from: 'yesterday', day: 'yesterday', at: 'yesterday' }),
}

function without(words: BaseRequest['query'], name: string): BaseRequest['query'] {
  return Object.fromEntries(Object.entries(words).filter(([key]) => key !== name))
}
