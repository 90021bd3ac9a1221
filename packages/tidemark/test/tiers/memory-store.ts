import { calendarOf } from '../../src/capture/calendar-of.ts'
import { decideCapture } from '../../src/capture/decide.ts'
import { rowDigest } from '../../src/canonical/row-digest.ts'
import { tierEnd, tierStart } from '../../src/calendar/period.ts'
import type { Tier } from '../../src/definitions/keep.ts'
import type { EventSeriesDefinition } from '../../src/definitions/series.ts'
import { layoutOf } from '../../src/measures/layout.ts'
import { mergeVersions } from '../../src/measures/versions.ts'
import { believedAfter } from '../../src/stores/contract/clock.ts'
import type { EntityState } from '../../src/stores/contract/entity-state.ts'
import type { Snapshot } from '../../src/stores/contract/read.ts'
import type { StoredSchema } from '../../src/stores/contract/schema.ts'
import type { ArchiveFile, SeriesState } from '../../src/stores/contract/series-state.ts'
import type { State } from '../../src/stores/contract/state.ts'
import type { Lock, RecomputeReport, Store } from '../../src/stores/contract/store.ts'
import type { ArchiveCommit, ArchiveSource, RollupResult, RollupStep, StoredRow, SupersededRow, TierStatus } from '../../src/stores/contract/tiers.ts'
import { seriesState } from './sample.ts'

export interface HeldRow extends StoredRow {
  readonly tier: Tier
}

/** As much of a store as capture and tiers ask for, in arrays. What it stands for is tested on the real ones. */
export class MemoryStore implements Partial<Store> {
  readonly definition: EventSeriesDefinition
  entities: readonly EntityState[]
  rows: HeldRow[] = []
  superseded: SupersededRow[] = []
  archives: ArchiveFile[] = []
  captures: number[] = []
  recomputed: RecomputeReport = { created: 0, unchanged: 0, restated: 0, sealed: 0 }
  believed: number | null = null
  transaction = 0
  horizonTransaction = 0
  pruned: number[] = []
  pieces: number[] = []
  /** Called before each commit of an archive, to move the source under it. */
  beforeCommit: () => void = () => {}
  #locked = new Set<string>()

  constructor(definition: EventSeriesDefinition, entities: readonly EntityState[]) {
    this.definition = definition
    this.entities = entities
  }

  /** This double where the whole contract is asked for. */
  get store(): Store {
    return this as unknown as Store
  }

  row(tier: Tier, entity: string, from: number, to: number, transaction: number, states: readonly State[], facts = 1, cell = 0): HeldRow {
    this.transaction = Math.max(this.transaction, transaction)
    return { tier, tenant: 'acme', entity, cell, from, to, transaction, believedAt: transaction * 1000, version: 1, revision: 1, facts, digest: this.#digest(tier, entity, from, to, facts, states), states }
  }

  #digest(tier: Tier, entity: string, from: number, to: number, facts: number, states: readonly State[]): Uint8Array {
    return rowDigest({ series: this.definition.name, tenant: 'acme', entity, tier, from, to, group: null }, facts, layoutOf(this.definition).columns, states)
  }

  state(): SeriesState<EventSeriesDefinition> {
    return seriesState(this.definition, this.captures.length === 0 ? null : Math.max(...this.captures), { archives: this.archives })
  }

  async schema(): Promise<StoredSchema> {
    return { id: null, format: 1, series: [{ definition: this.definition, version: 1 }], migrations: [] }
  }

  async snapshot(): Promise<Snapshot> {
    const state = this.state()
    const { entities } = this
    return {
      series: async (name: string) => (name === this.definition.name ? state : null),
      entities: async () => entities,
      transactionAt: async () => this.horizonTransaction,
      close: () => {},
    } as unknown as Snapshot
  }

  async capture(_series: string, now: number): Promise<{ covered: number; entities: number }> {
    await new Promise(setImmediate)
    const { covered } = decideCapture({ series: this.state(), entities: this.entities, now })
    this.captures.push(now)
    return { covered, entities: this.entities.length }
  }

  async recompute(): Promise<RecomputeReport> {
    return this.recomputed
  }

  readonly holds = { list: async () => [], rows: async () => 0 } as unknown as Store['holds']

  async lock(name: string): Promise<Lock | null> {
    if (this.#locked.has(name)) return null
    this.#locked.add(name)
    return { release: async () => { this.#locked.delete(name) } }
  }

  async believedClock(): Promise<number | null> {
    return this.believed
  }

  async believeClock(now: number, confirmed: boolean): Promise<void> {
    this.believed = believedAfter(this.believed, now, confirmed)
  }

  async rollUp({ source, target, entities, boundary }: RollupStep): Promise<RollupResult> {
    this.pieces.push(entities.length)
    const names = new Set(this.entities.filter(({ id }) => entities.includes(id)).map(({ entity }) => entity))
    const moving = this.rows.filter((row) => row.tier === source && row.from < boundary && names.has(row.entity))
    if (moving.some(({ to }) => to > boundary)) throw new Error('a boundary cuts a row')
    const keyOf = (row: HeldRow): string => `${row.entity} ${tierStart(target, row.from)}`
    const targets = this.rows.filter((row) => row.tier === target && moving.some((one) => keyOf(one) === keyOf(row)))
    const written = new Map<string, HeldRow[]>()
    for (const row of [...targets, ...moving]) written.set(keyOf(row), [...(written.get(keyOf(row)) ?? []), row])
    this.rows = this.rows.filter((row) => !moving.includes(row) && !targets.includes(row))
    for (const parts of written.values()) {
      const [first] = parts as [HeldRow]
      const merged = mergeVersions(layoutOf(this.definition).columns, parts.map(({ transaction, ...row }) => [{ ...row, from: transaction, until: null }])).at(-1)
      if (merged === undefined) continue
      this.rows.push(this.row(target, first.entity, tierStart(target, first.from), tierEnd(target, first.from), merged.from, merged.states, merged.facts))
    }
    this.entities = this.entities.map((entity) => (entities.includes(entity.id) ? { ...entity, boundaries: { ...entity.boundaries, [source]: boundary } } : entity))
    return { rolledUp: written.size, retired: moving.length, eventsRetired: 0, held: 0, refused: [] }
  }

  #lastTier(): Tier {
    return (this.definition.keep.tiers.at(-1) as { tier: Tier }).tier
  }

  #inPeriod(period: number): HeldRow[] {
    return this.rows.filter((row) => row.tier === this.#lastTier() && tierStart(this.#lastTier(), row.from) === period)
  }

  async archivePeriods(): Promise<readonly number[]> {
    return [...new Set(this.rows.filter(({ tier }) => tier === this.#lastTier()).map(({ from }) => tierStart(this.#lastTier(), from)))].sort((a, b) => a - b)
  }

  async archiveSource(_series: string, period: number): Promise<ArchiveSource> {
    const rows = this.#inPeriod(period)
    return { rows, superseded: this.superseded.filter(({ from }) => tierStart(this.#lastTier(), from) === period), met: new Map(), highWater: this.#highWater(rows) }
  }

  #highWater(rows: readonly StoredRow[]): ArchiveSource['highWater'] {
    return { transaction: Math.max(0, ...rows.map(({ transaction }) => transaction)), rows: rows.length, facts: rows.reduce((sum, { facts }) => sum + facts, 0) }
  }

  async commitArchive({ period, file, highWater, superseded }: ArchiveCommit): Promise<boolean> {
    this.beforeCommit()
    const rows = this.#inPeriod(period)
    if (JSON.stringify(this.#highWater(rows)) !== JSON.stringify(highWater)) return false
    this.rows = this.rows.filter((row) => !rows.includes(row))
    this.superseded = [...this.superseded.filter(({ from }) => tierStart(this.#lastTier(), from) !== period), ...superseded]
    this.archives = [...this.archives.filter((one) => one.period !== period), file]
    return true
  }

  async pruneSuperseded(_series: string, horizon: number): Promise<number> {
    this.pruned.push(horizon)
    return 0
  }

  async tierStatus(): Promise<readonly TierStatus[]> {
    return this.definition.keep.tiers.map(({ tier }) => {
      const rows = this.rows.filter((row) => row.tier === tier)
      return { tier, rows: rows.length, bytes: rows.length * 100, oldest: rows.length === 0 ? null : Math.min(...rows.map(({ from }) => from)), newest: rows.length === 0 ? null : Math.max(...rows.map(({ to }) => to - 1)) }
    })
  }

  async quarantined(): Promise<readonly never[]> {
    return []
  }

  /** One day row a day from enrolment up to `until`, in transaction 1: a count, a flag, a sum and a maximum. */
  fillDays(until: number): void {
    for (const entity of this.entities) {
      const calendar = calendarOf(this.definition.stream, entity)
      for (let day = entity.enrolment as number; day < until; day++) {
        if (calendar.dayExists(day)) this.rows.push(this.row('day', entity.entity, day, day + 1, 1, [2, 1, `${day}:1`, day % 7, 2, day % 5], 2))
      }
    }
  }
}
