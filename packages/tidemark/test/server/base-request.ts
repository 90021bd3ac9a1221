import type { Route } from '../../src/server/route.ts'

/** A request that a route answers well, in the histories of place.ts. */
export interface BaseRequest {
  readonly path: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string | readonly string[]>>
  readonly body?: unknown
}

const EVENT = { company: 'acme', shop: 'one', id: 'base', at: '2026-03-01T10:00:00Z', kind: 'web', amount: '1.00', big: '1', items: 1 }
const TURNOVER = { series: 'turnover' }

/** By the id of the operation: a new route has no base until it is given one, and its tests say so. */
const BASES: Readonly<Record<string, BaseRequest>> = {
  me: { path: {}, query: {} },
  declarations: { path: {}, query: {} },
  listTenants: { path: {}, query: {} },
  listEntities: { path: TURNOVER, query: { tenant: 'acme' } },
  listAnswers: { path: {}, query: {} },
  answer: { path: { name: 'sold' }, query: { tenant: 'acme', from: '2026-02-01', to: '2026-03-01' } },
  query: { path: TURNOVER, query: { select: 'sales.sum', tenant: 'acme', grain: 'month', total: 'true', from: '2026-02-01', to: '2026-03-01' } },
  queryWindows: { path: TURNOVER, query: { select: 'sales.sum', tenant: 'acme' } },
  rank: { path: TURNOVER, query: { select: 'sales.sum', tenant: 'acme', from: '2026-02-01', to: '2026-03-01' } },
  forecast: { path: TURNOVER, query: { select: 'sales.sum', tenant: 'acme', entity: 'one', horizon: '2' } },
  inspect: { path: TURNOVER, query: { tenant: 'acme', entity: 'one', day: '2026-02-01' } },
  states: { path: { series: 'stock' }, query: { tenant: 'acme' } },
  ingest: { path: { stream: 'sales' }, query: {}, body: [EVENT] },
  retract: { path: { stream: 'sales' }, query: {}, body: { retractions: [{ tenant: 'acme', id: 'none' }] } },
  adjust: { path: TURNOVER, query: {}, body: { adjustments: [{ tenant: 'acme', entity: 'one', day: '2026-02-01', measure: 'sales', by: 1, id: 'base', reason: 'test', group: { kind: 'web' } }] } },
  planCapture: { path: TURNOVER, query: {} },
  capture: { path: TURNOVER, query: {}, body: {} },
  signal: { path: {}, query: {}, body: { name: 'base' } },
  timeline: { path: { series: 'stock' }, query: { tenant: 'acme', entity: 'one' } },
  listRuns: { path: {}, query: {} },
  listFailures: { path: { series: 'stock' }, query: { tenant: 'acme' } },
  listTiers: { path: {}, query: {} },
  healthReport: { path: {}, query: {} },
  listQuarantine: { path: {}, query: {} },
  listHolds: { path: {}, query: {} },
  listAlerts: { path: {}, query: {} },
  acknowledgeAlert: { path: { id: '1' }, query: {}, body: { note: 'seen' } },
  silenceAlert: { path: { id: '1' }, query: {}, body: { until: '2026-03-11T00:00:00Z' } },
  listAudit: { path: {}, query: {} },
  listTokens: { path: {}, query: {} },
  createToken: { path: {}, query: {}, body: { name: 'made', role: 'viewer', tenants: ['acme'] } },
  revokeToken: { path: { id: '99999' }, query: {} },
}

export function baseOf({ id }: Pick<Route, 'id'>): BaseRequest {
  const base = BASES[id]
  if (base === undefined) throw new Error(`the route ${id} has no base request: give it one in base-request.ts`)
  return base
}

/** The URL of a request without the server. */
export function pathOf({ url }: Pick<Route, 'url'>, { path, query }: BaseRequest): string {
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) for (const one of typeof value === 'string' ? [value] : value) params.append(name, one)
  const words = params.toString()
  return `${url.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(path[name] ?? ''))}${words === '' ? '' : `?${words}`}`
}
