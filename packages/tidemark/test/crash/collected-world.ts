import { runCollect, runCollectBackfill } from '../../src/capture/collect.ts'
import type { CollectReport } from '../../src/capture/collect-report.ts'
import type { CollectedSeries } from '../../src/definitions/collected-chain.ts'
import type { CollectedRow, CollectInput, RosterEntry } from '../../src/definitions/collector.ts'
import { entity } from '../../src/definitions/entity.ts'
import { integer } from '../../src/definitions/field.ts'
import { series } from '../../src/definitions/series.ts'
import type { StandardSchema } from '../../src/definitions/standard-schema.ts'
import type { Store } from '../../src/stores/contract/store.ts'

export const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000
export const LEVELS = 'levels'
export const SITE = entity('site', { tenant: 'client', zone: 'UTC' })

/** A place that is watched. Its zone has one offset for ever, so that its days can be told without a calendar. */
export interface Site {
  readonly tenant: string
  readonly name: string
  readonly zone: string
  readonly offsetHours: number
  /** Days after the start from which the source lists it, and from which it does so no more. */
  readonly from: number
  readonly until: number
  /** From when it is captured four times a day; once before. */
  readonly busyFrom: number
}

/** Words that stand nowhere else, so that they are found if they are left anywhere. */
export const SITES: readonly Site[] = [
  { tenant: 'acme', name: 'north-Ada', zone: 'UTC', offsetHours: 0, from: 0, until: Infinity, busyFrom: 103 },
  { tenant: 'acme', name: 'south-Béa', zone: 'Asia/Kathmandu', offsetHours: 5.75, from: 0, until: Infinity, busyFrom: 0 },
  { tenant: 'Zeta', name: 'west-Cleo', zone: 'Etc/GMT+9', offsetHours: -9, from: 0, until: 90, busyFrom: Infinity },
  { tenant: 'acme', name: 'Wilhelmina-Quux', zone: 'UTC', offsetHours: 0, from: 0, until: Infinity, busyFrom: 60 },
  { tenant: 'Zeta', name: 'east-Dora', zone: 'UTC', offsetHours: 0, from: 109, until: Infinity, busyFrom: Infinity },
]

/** Erased while the world is built; its source goes on listing it. */
export const ERASED_EARLY = SITES[3] as Site

/** Half-open, in epoch milliseconds. */
export interface Span {
  readonly from: number
  readonly to: number
}

export interface Said {
  readonly level: number
  readonly total: number
  /** A state that lasts for three days: several windows have the same. */
  readonly payload: { readonly of: string; readonly since: number; readonly note: string }
}

/** What the source says, by entity, window and the instant that it is asked at: it has no memory and no chance. */
export class Source {
  readonly startMs: number
  readonly #chances = new Map<string, number>()

  constructor(startMs: number) {
    this.startMs = startMs
  }

  /** null: it has nothing, now or ever. */
  ask(site: Site, span: Span, now: number): Said | null {
    const chance = this.#chanceOf(site, span)
    if (chance % 13 === 0) return null
    if (chance % 7 === 1 && now < span.to + 2 * DAY_MS) return null
    return this.said(site, span, now >= this.at(115))
  }

  /** @param corrected whether it is asked after the correction, or before */
  said(site: Site, { from }: Span, corrected: boolean): Said {
    const chance = this.#chanceOf(site, { from })
    // Some days were measured wrongly: all of them had been captured once before it was noticed.
    const right = corrected && from >= this.at(100) && from < this.at(105)
    const level = chance % 1000 - 300 + (right ? 5 : 0)
    return { level, total: Math.floor((from - this.startMs) / HOUR_MS) * 3 + chance % 5 + (right ? 1 : 0), payload: { of: site.name, since: Math.floor(from / (3 * DAY_MS)), note: `kept for ${site.name}` } }
  }

  /** Of a window in which it does not answer at all. */
  breaks({ from, to }: Span, now: number): boolean {
    return Math.floor(from / (6 * HOUR_MS)) % 31 === 3 && now < to + DAY_MS
  }

  /** Different for each window, and always the same. */
  #chanceOf({ name }: Site, { from }: Pick<Span, 'from'>): number {
    const key = `${name} ${from}`
    let chance = this.#chances.get(key)
    if (chance === undefined) {
      chance = hashOf(key)
      this.#chances.set(key, chance)
    }
    return chance
  }

  at(days: number): number {
    return this.startMs + days * DAY_MS
  }

  listed(now: number): readonly Site[] {
    return SITES.filter(({ from, until }) => now >= this.at(from) && now < this.at(until))
  }

  statusOf({ busyFrom }: Site, now: number): 'busy' | 'calm' {
    return now >= this.at(busyFrom) ? 'busy' : 'calm'
  }
}

const anything: StandardSchema<Said['payload']> = { '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value: value as Said['payload'] }) } }

/** Short ages, so that a few months fill every tier and the archive. */
export function declareLevels(source: Source, { more = false } = {}): CollectedSeries {
  return series(LEVELS, { of: SITE, grain: 'sixHours' })
    .measures(({ gauge, counter, count }) => ({ level: gauge(integer(), { across: 'sum' }), total: counter(integer(), { across: 'sum' }), ...(more ? { visits: count() } : {}) }))
    .payload(anything, { version: 1 })
    .frequency({ status: 'status', rules: [{ when: ['busy'], every: 'sixHours' }, { when: ['calm'], every: 'day' }] })
    .keep({ captured: '10d', day: '20d', week: '40d', month: 'archive', asOfDays: 7 })
    .collect((async (input: CollectInput) => rowsOf(source, input)) as never, {
      past: true, batch: 3,
      entities: async ({ now }): Promise<RosterEntry[]> => source.listed(now.getTime()).map((site) => ({
        tenant: site.tenant, entity: site.name, zone: site.zone, attributes: { status: source.statusOf(site, now.getTime()), region: 'north' },
      })),
    }) as unknown as CollectedSeries
}

function rowsOf(source: Source, { entities, window, now }: CollectInput): CollectedRow[] {
  const span = { from: window.from.getTime(), to: window.to.getTime() }
  if (source.breaks(span, now.getTime())) throw new Error('the source is away')
  return entities.flatMap(({ tenant, entity: name }) => {
    const site = SITES.find((one) => one.tenant === tenant && one.name === name) as Site
    const said = source.ask(site, span, now.getTime())
    return said === null ? [] : [{ tenant, entity: name, values: { level: said.level, total: said.total }, payload: said.payload }]
  })
}

export function collect(store: Store, declared: CollectedSeries, now: number): Promise<CollectReport> {
  return runCollect({ store, series: declared.definition, collector: declared.collector, sources: () => ({}), now })
}

export function collectAnew(store: Store, declared: CollectedSeries, from: number, to: number, now: number): Promise<CollectReport> {
  return runCollectBackfill({ store, series: declared.definition, collector: declared.collector, sources: () => ({}), now }, from, to)
}

/** FNV-1a, 32 bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193) >>> 0
  return hash
}
