import { bigint, decimal, entity, integer, series } from '../../src/index.ts'
import type { CollectedSeriesDefinition } from '../../src/definitions/collected.ts'
import type { StandardSchema } from '../../src/definitions/standard-schema.ts'
import type { SeriesDefinition } from '../../src/definitions/series.ts'
import { layoutOf } from '../../src/measures/layout.ts'
import type { CapturedCell, CapturedReport, CapturedWindow, DecidedFrequency, TierRowRead } from '../../src/stores/contract/collected.ts'
import type { Fence } from '../../src/stores/contract/lease.ts'
import type { Snapshot } from '../../src/stores/contract/read.ts'
import { planMigration } from '../../src/stores/schema/plan-migration.ts'
import { StoreFolder } from './store-folder.ts'

export const campaign = entity('campaign', { tenant: 'company', zone: 'UTC' })

const anything: StandardSchema = { '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value }) } }

/** A gauge, a counter, a state, a flag and a payload, split by an open dimension of two values. */
export const metrics = () => series('metrics', { of: campaign, grain: 'hour' })
  .measures(({ gauge, counter, state, flag, histogram, distinct, delta }) => ({
    budget: gauge(decimal(2), { across: 'sum' }), hours: counter(integer(), { across: 'sum' }), status: state(['active', 'paused']), open: flag(),
    waits: histogram(integer()), who: distinct({ exact: 3 }), big: delta(bigint()),
  }))
  .by({ channel: { most: 2 } })
  .payload(anything, { version: 1 })

const nowhere = { entities: () => Promise.resolve([]) }
export const collected = (chain: { collect(collect: never, options: typeof nowhere & { past: true }): { definition: CollectedSeriesDefinition } }): CollectedSeriesDefinition =>
  chain.collect((async () => []) as never, { ...nowhere, past: true }).definition

/** What the default series is given for one cell: left out is null, or none. */
export interface Given {
  readonly budget?: number | null
  readonly hours?: number | null
  readonly status?: string | null
  readonly open?: 0 | 1 | null
  readonly waits?: readonly number[]
  readonly who?: readonly string[]
  readonly big?: bigint | number | null
}

export function cell({ budget = null, hours = null, status = null, open = null, waits = [], who = [], big = null }: Given, group: CapturedCell['group'] = null): CapturedCell {
  return { group, samples: [budget, hours, status, open, waits, who, big] }
}

const HOUR = 3_600_000
export const day = (text: string): number => Date.parse(`${text}T00:00:00Z`) / 86_400_000

/** A whole day in UTC, or an hour of it. */
export function window(entity: number, date: string, cells: readonly CapturedCell[] | Given, options: { hour?: number; payload?: string } = {}): CapturedWindow {
  const start = Date.parse(`${date}T00:00:00Z`)
  const [at, to] = options.hour === undefined ? [start, start + 24 * HOUR] : [start + options.hour * HOUR, start + (options.hour + 1) * HOUR]
  return {
    entity, day: day(date), at, to, cells: Array.isArray(cells) ? cells as readonly CapturedCell[] : [cell(cells as Given)],
    payload: options.payload === undefined ? null : { version: 1, text: options.payload },
  }
}

/** A store in a folder of its own, with a collected series in it. */
export class CollectedPlace extends StoreFolder {
  definition: CollectedSeriesDefinition = collected(metrics())

  async declare(definitions: readonly SeriesDefinition[], now: string, accepted: readonly string[] = []): Promise<void> {
    const store = await this.store()
    await store.migrate(planMigration(await store.schema(), definitions, accepted), Date.parse(now))
    const first = definitions[0]
    if (first !== undefined) this.definition = first as CollectedSeriesDefinition
  }

  /** Registers `a`, `b`, … of the company `acme`, enrolled from a day on; gives their ids. */
  async roster(names: readonly string[], now: string): Promise<readonly number[]> {
    const { collected } = await this.store()
    const at = Date.parse(now)
    const ids = await collected.roster(this.definition.name, names.map((name) => ({ tenant: 'acme', entity: name, zone: null, attributes: { status: 'active' } })), at)
    const today = Math.floor(at / 86_400_000)
    await this.decide(ids.map((id) => ({ entity: id, day: today, at, cadence: 'hour' as const, status: 'active', activity: null, lowDays: 0, changes: true })), now)
    return ids
  }

  async decide(decisions: readonly DecidedFrequency[], now: string): Promise<void> {
    await (await this.store()).collected.write({ series: this.definition.name, now: Date.parse(now), windows: [], failures: [], decisions, restates: false })
  }

  async write(windows: readonly CapturedWindow[], now: string, options: { restates?: boolean; fence?: Fence; failures?: readonly { window: CapturedWindow; message: string }[] } = {}): Promise<CapturedReport> {
    const failures = (options.failures ?? []).map(({ window: { entity, day, at, to }, message }) => ({ entity, day, at, to, message }))
    const store = await this.store()
    return (options.fence === undefined ? store : store.under(options.fence)).collected.write({ series: this.definition.name, now: Date.parse(now), windows, failures, decisions: [], restates: options.restates ?? false })
  }

  /** Packs captured rows of entities before a day in blocks of so many, however young. */
  async packBefore(entities: readonly number[], before: string, full: number): Promise<void> {
    const { packing } = await this.store()
    const rule = { before: day(before), waited: day(before), full, least: 1 }
    for (let pieces = entities.map((entity) => ({ entity, bucket: 0, at: 0 })); pieces.length > 0;) {
      const done = await packing.packRows({ series: this.definition.name, pieces, rule })
      pieces = done.flatMap(({ next }, place) => (next === null ? [] : [{ entity: pieces[place]?.entity as number, ...next }]))
    }
  }

  async read<T>(work: (snapshot: Snapshot) => Promise<T>): Promise<T> {
    const snapshot = await (await this.store()).snapshot()
    try {
      return await work(snapshot)
    } finally {
      snapshot.close()
    }
  }

  /** Rows as objects by column, the values that are wanted by name. */
  async rows(columns: readonly string[], options: { cells?: readonly number[]; asOf?: string; from?: string; to?: string } = {}): Promise<readonly (Omit<TierRowRead, 'states'> & { readonly values: readonly unknown[] })[]> {
    return this.read(async (snapshot) => {
      const layout = layoutOf(this.definition)
      const places = columns.map((name) => layout.columns.findIndex((column) => column.name === name))
      const ascending = places.toSorted((a, b) => a - b)
      const asOf = options.asOf === undefined ? null : await snapshot.transactionAt(Date.parse(options.asOf))
      const rows = await snapshot.rows({
        series: this.definition.name, entities: 'all', tenant: 'acme', from: day(options.from ?? '2000-01-01'), to: day(options.to ?? '2100-01-01'), tiers: this.definition.keep.tiers.map(({ tier }) => tier), cells: options.cells ?? [0], columns: ascending, asOf, merged: null,
      })
      return rows.map(({ states, ...row }) => ({ ...row, values: places.map((place) => states[ascending.indexOf(place)]) }))
    })
  }
}
