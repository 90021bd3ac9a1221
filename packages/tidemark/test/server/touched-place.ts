import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { answer, entity, instant, integer, oneOf, open, series, stream, text, type Tidemark } from '../../src/index.ts'
import type { Reader } from '../../src/panels/reader.ts'
import { serve, type Server } from '../../src/server/server.ts'
import { scratchRoot } from '../histories/scratch.ts'

export const shop = entity('shop', { tenant: 'company', zone: 'Europe/Berlin' })

const fields = { company: text(), shop: text(), id: text(), at: instant(), kind: oneOf(['web', 'till']), items: integer() }
const key = { of: shop, tenant: 'company', entity: 'shop', id: 'id', at: 'at', fields } as const

export const sales = stream('sales', key)
export const visits = stream('visits', key)

/** Two series of one stream, one of another, and a collected one: with tiers that move while a test goes on. */
export const sold = series('sold', { of: shop, grain: 'day' })
  .from(sales, (e, { count, delta, any, max }) => ({ sales: count(), items: delta(e.items), open: any(), most: max(e.items) })).by('kind')
  .window('quarter', { anchor: 'firstEvent', months: 3 }).checkpoint({ every: 3, of: sales }).keep({ day: '30d', month: '90d', quarter: 'archive', asOfDays: 20 })
export const basket = series('basket', { of: shop, grain: 'day' }).from(sales, (_, { count }) => ({ n: count() })).keep({ day: '60d', month: 'forever', asOfDays: 20 })
export const visited = series('visited', { of: shop, grain: 'day' }).from(visits, (_, { count }) => ({ n: count() })).keep({ day: 'forever' })

/** What the live source has: whom, and of each how much; `broken` ones fail. */
export interface Source {
  roster: { readonly tenant: string; readonly entity: string; readonly attributes?: Readonly<Record<string, string>> }[]
  level: number
  words: readonly string[]
  broken: string | null
}

const stockOf = (source: Source) => series('stock', { of: shop, grain: 'day' })
  .measures(({ gauge, counter }) => ({ level: gauge(integer(), { across: 'sum' }), total: counter(integer(), { across: 'sum' }) }))
  .by({ word: { most: 2 } }).keep({ captured: '20d', day: '40d', month: 'forever', asOfDays: 10 })
  .collect(async ({ entities }) => entities.flatMap((one) => {
    if (one.entity === source.broken) return []
    const values = { level: source.level, total: source.level * 2 }
    return [{ ...one, values, groups: source.words.map((word) => ({ group: { word }, values })) }]
  }) as never, { entities: async () => source.roster as never, past: true } as never)

/** One history, opened twice as two processes have it, and two servers over it: one that keeps answers, one that does not. */
export class TouchedPlace {
  readonly folder = mkdtempSync(join(scratchRoot(), 'tidemark-touched-'))
  readonly source: Source = { roster: [], level: 1, words: ['red'], broken: null }
  readonly stock = stockOf(this.source)
  now = Date.parse('2026-03-10T12:00:00Z')
  #opened: { readonly here: Tidemark; readonly there: Tidemark; readonly kept: Server; readonly plain: Server } | null = null

  get here(): Tidemark { return this.#all.here }
  get there(): Tidemark { return this.#all.there }
  get kept(): Server { return this.#all.kept }
  get plain(): Server { return this.#all.plain }

  get #all() {
    if (this.#opened === null) throw new Error('not open')
    return this.#opened
  }

  async open(): Promise<this> {
    const { stock } = this
    const shown = answer('shown', {
      title: 'Shown', summary: 'What two series say of a company.', words: { tenant: 'required', from: 'optional', to: 'optional' }, coverage: { path: 'coverage' }, panel: null,
      async ask(reader: Reader, { tenant, from = '2026-02-01', to = '2026-03-01' }: { tenant: string; from?: string; to?: string }) {
        const { rows } = await reader.query(sold, { select: ['sales.sum'], tenant, from, to, grain: 'month' })
        return { sales: rows, ranked: await reader.rank(visited, { select: 'n.sum', tenant, from, to }), coverage: { expected: 0, present: 0, reasons: {} } }
      },
    } as never)
    const levels = answer('levels', {
      title: 'Levels', summary: 'What is in stock.', words: { tenant: 'optional' }, coverage: { path: 'coverage' }, panel: null,
      ask: async (reader: Reader, { tenant }: { tenant?: string }) => ({ states: await reader.latestAll(stock as never, tenant === undefined ? {} : { tenant }), coverage: { expected: 0, present: 0, reasons: {} } }),
    } as never)
    const options = { store: `sqlite:${join(this.folder, 'history.db')}`, archive: join(this.folder, 'archive'), series: [sold, basket, visited, stock], answers: [shown, levels], now: () => this.now }
    const here = await open(options as never)
    const there = await open(options as never)
    const [kept, plain] = [await serve(here, { now: () => this.now }), await serve(here, { now: () => this.now, cache: null })]
    this.#opened = { here, there, kept, plain }
    return this
  }

  async furnish(): Promise<this> {
    const days = Array.from({ length: 10 }, (_, i) => i)
    for (const [name, of] of [['s', sales], ['v', visits]] as const) {
      await this.here.ingest(of, ['acme', 'beta'].flatMap((company) => ['one', 'two'].flatMap((one) => days.map((i) => event(company, one, `${name}${one}${i}`, `2026-0${1 + i % 3}-${String(1 + i).padStart(2, '0')}`)))))
    }
    this.source.roster = ['acme', 'beta'].flatMap((tenant) => ['one', 'two'].map((entity) => ({ tenant, entity })))
    for (const one of [sold, basket, visited]) await this.here.capture(one)
    for (let day = 0; day < 12; day++) {
      this.source.level++
      await this.here.capture(this.stock)
      this.now += 86_400_000
    }
    return this
  }

  async close(): Promise<void> {
    if (this.#opened !== null) {
      const { here, there, kept, plain } = this.#opened
      for (const one of [kept, plain, there, here]) await one.close()
    }
    rmSync(this.folder, { recursive: true, force: true })
  }

  token(role = 'admin', tenants: readonly string[] | null = null): Promise<string> {
    return this.here.access.tokens.create({ name: role, role, tenants }).then(({ text }) => text)
  }
}

export function event(company: string, name: string, id: string, day: string, more: object = {}) {
  return { company, shop: name, id: `${company}-${id}`, at: `${day}T10:00:00Z`, kind: 'web' as const, items: 2, ...more }
}

/** Lookups of a server by route and result. */
export async function lookupsOf(server: Pick<Server, 'url'>): Promise<Readonly<Record<string, number>>> {
  const said = await (await fetch(`${server.url}/metrics`)).text()
  return Object.fromEntries([...said.matchAll(/^tidemark_cache_lookups_total\{route="(\w+)",result="(\w+)"\} (\d+)$/gm)].map(([, route, result, count]) => [`${route} ${result}`, Number(count)]))
}
