import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import {
  alert, answer, bigint, decimal, entity, instant, integer, oneOf, open, series, stream, text, type Tidemark,
} from '../../src/index.ts'
import { type ServeOptions, serve, type Server } from '../../src/server/server.ts'
import { scratchRoot } from '../histories/scratch.ts'

export const shop = entity('shop', { tenant: 'company', zone: 'UTC' })

export const sales = stream('sales', {
  of: shop, tenant: 'company', entity: 'shop', id: 'id', at: 'at',
  fields: { company: text(), shop: text(), id: text(), at: instant(), kind: oneOf(['web', 'till']), amount: decimal(2), big: bigint(), items: integer(), note: text().optional() },
})

export const turnover = series('turnover', { of: shop, grain: 'day' })
  .from(sales, (e, { count, delta, any, max }) => ({ sales: count(), amount: delta(e.amount), big: delta(e.big), items: delta(e.items), open: any(), most: max(e.amount) }))
  .by('kind')
  .derive(({ ratio }) => ({ mean: ratio('amount', 'sales') }))
  .window('quarter', { anchor: 'firstEvent', months: 3 })
  .keep({ day: '1y', month: '3y', quarter: 'forever', asOfDays: 60 })

const anything = { '~standard': { version: 1, vendor: 'test', validate: (value: unknown) => ({ value: value as { readonly note: string } }) } } as const

/** What the live source of `stock` has now. */
export interface World {
  roster: { readonly tenant: string; readonly entity: string; readonly attributes?: Readonly<Record<string, string | null>> }[]
  level: (tenant: string, entity: string) => number
}

const stockOf = (world: World) => series('stock', { of: shop, grain: 'day' })
  .measures(({ gauge, state }) => ({ level: gauge(integer(), { across: 'sum', unit: 'pieces' }), mood: state(['full', 'empty']) }))
  .payload(anything, { version: 1 })
  .collect(async ({ entities }) => entities.map((one) => {
    const level = world.level(one.tenant, one.entity)
    return { ...one, values: { level, mood: level > 0 ? 'full' as const : 'empty' as const }, payload: { note: `${one.entity} has ${level}` } }
  }), { entities: async () => world.roster })

/** Totals, which a viewer may see, too. */
const sold = answer('sold', {
  title: 'Sold', summary: 'What a company has sold, month by month.', words: { tenant: 'optional', from: 'optional', to: 'optional' }, coverage: { rows: 'months', path: 'coverage' },
  panel: {
    draw: 'chart', left: { title: 'EUR', unit: 'EUR' }, right: null, lines: [], marks: [], facts: [],
    traces: [{ title: 'sold', rows: 'months', x: 'period', y: 'amount.value', as: 'bars', axis: 'left' }],
  },
  place: { row: 0, column: 0, width: 'whole' },
  async ask(reader, { tenant, from, to }) {
    const { rows } = await reader.query(turnover, {
      select: ['amount.sum'], total: true, grain: 'month', ...(tenant === undefined ? { allTenants: true } : { tenant }), ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }),
    })
    return { months: rows.map((row) => ({ tenant: row.tenant, period: row.period, amount: { value: row['amount.sum'] }, coverage: row.coverage })) }
  },
})

/** Rows of shops, by every way that an answer may read. */
const shopsOf = (stock: ReturnType<typeof stockOf>) => answer('shops', {
  title: 'Shops', summary: 'A company\'s shops beside each other.', words: { tenant: 'required', entity: 'optional' }, coverage: { path: 'coverage' },
  panel: { draw: 'table', rows: 'shops', columns: [{ title: 'shop', path: 'entity', unit: null, entity: true }, { title: 'level', path: 'level', unit: null }], order: null },
  async ask(reader, { tenant, entity = 'one' }) {
    const range = { tenant, from: '2026-02-01', to: '2026-03-01' } as const
    const [states, one, earlier, ranked, likely, windows, alerts] = await Promise.all([
      reader.latestAll(stock, { tenant }), reader.latest(stock, { tenant, entity }), reader.stateAt(stock, { tenant, entity, at: NOW }), reader.rank(turnover, { ...range, select: 'amount.sum' }),
      reader.forecast(turnover, { select: 'sales.sum', tenant, entity, horizon: 2 }), reader.window(turnover, { select: ['sales.sum'], tenant }), reader.alerts.list(),
    ])
    return {
      now: reader.now, shops: states.map((state) => ({ entity: state.entity, level: state.values.level, mood: state.values.mood })), one, earlier, ranked, likely, windows, alerts,
      coverage: ranked[0]?.coverage ?? { expected: 0, present: 0, reasons: {} },
    }
  },
})

export const NOW = '2026-03-10T12:00:00Z'

/** An event of a shop. */
export function sale(company: string, name: string, id: string, at: string, more: object = {}) {
  return { company, shop: name, id, at, kind: 'web' as const, amount: '10.50', big: '9007199254740993', items: 2, ...more }
}

/** A history of shops in a folder of its own, and servers of it on sockets of this machine. */
export class Place {
  readonly folder = mkdtempSync(join(scratchRoot(), 'tidemark-server-'))
  readonly world: World = { roster: [], level: () => 1 }
  now = Date.parse(NOW)
  readonly stock = stockOf(this.world)
  #history: Tidemark | null = null
  readonly #servers: Server[] = []

  get history(): Tidemark {
    return this.#history as Tidemark
  }

  async open(): Promise<this> {
    const low = alert('low_stock', { of: this.stock, measure: 'level.last', below: 1, action: 'Order more' })
    this.#history = await open({ store: `sqlite:${join(this.folder, 'history.db')}`, series: [turnover, this.stock], alerts: [low], answers: [sold, shopsOf(this.stock)], channels: [{ name: 'none', send: async () => {} }], now: () => this.now })
    return this
  }

  async serve(options: ServeOptions = {}): Promise<Server> {
    const server = await serve(this.history, { now: () => this.now, report: (error, request) => this.unforeseen.push(`${request}: ${error.message} ${(error.cause as Error | undefined)?.stack ?? ''}`), ...options })
    this.#servers.push(server)
    return server
  }

  /** What the servers met that nobody foresaw. */
  readonly unforeseen: string[] = []

  async token(role = 'admin', tenants: readonly string[] | null = null): Promise<string> {
    return (await this.history.access.tokens.create({ name: `${role} of ${tenants?.join(' and ') ?? 'all'}`, role, tenants })).text
  }

  async close(): Promise<void> {
    for (const server of this.#servers.splice(0)) await server.close()
    await this.#history?.close()
    rmSync(this.folder, { recursive: true, force: true })
  }
}

/** A history with some shops of two companies, sold and captured through some weeks. */
export async function furnished(): Promise<Place> {
  const place = await new Place().open()
  const events = ['acme', 'beta'].flatMap((company, c) => ['one', 'two', '=three'].flatMap((name, n) => Array.from({ length: 12 }, (_, i) =>
    sale(company, name, `${name}-${i}`, `2026-02-${String(1 + i * 2).padStart(2, '0')}T10:00:00Z`, { kind: i % 2 === 0 ? 'web' : 'till', amount: `${10 * c + n}.${10 + i}`, items: i }))))
  await place.history.ingest(sales, events)
  await place.history.capture(turnover)
  place.world.roster = ['acme', 'beta'].flatMap((tenant) => ['one', 'two', '=three'].map((entity) => ({ tenant, entity })))
  place.world.level = (tenant, entity) => (tenant === 'beta' && entity === 'two' ? 0 : entity.length + tenant.length)
  await place.history.capture(place.stock)
  await place.history.alerts.check()
  return place
}

export interface Got {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: tests look into whatever came.
  readonly json: any
}

/** Sends a request and reads the answer whole. */
export async function ask(server: Pick<Server, 'url'>, path: string, options: { readonly token?: string; readonly method?: string; readonly body?: unknown; readonly headers?: Record<string, string> } = {}): Promise<Got> {
  const { token, method = 'GET', body, headers = {} } = options
  const response = await fetch(`${server.url}${path}`, {
    method, redirect: 'manual',
    headers: { ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...(body !== undefined && !(body instanceof Uint8Array) && typeof body !== 'string' ? { 'content-type': 'application/json' } : {}), ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' || body instanceof Uint8Array ? body as never : JSON.stringify(body) }),
  })
  const said = await response.text()
  const isJson = /json/.test(response.headers.get('content-type') ?? '')
  return { status: response.status, headers: response.headers, text: said, json: isJson && said !== '' && !/ndjson/.test(response.headers.get('content-type') ?? '') ? JSON.parse(said) : null }
}

/** A query string of words; lists several times. */
export function words(given: Readonly<Record<string, string | number | boolean | readonly string[]>>): string {
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(given)) for (const one of Array.isArray(value) ? value as readonly string[] : [String(value)]) params.append(name, one)
  return `?${params}`
}
