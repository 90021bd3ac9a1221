import type { ArchiveFolder } from '../archive/folder.ts'
import { type LocalCalendar, localCalendar } from '../calendar/local-calendar.ts'
import type { CollectedSeriesDefinition } from '../definitions/collected.ts'
import { type DimensionsOf, dimensionsByTenant, type MetByTenant } from '../definitions/dimension.ts'
import { type EventSeriesDefinition, isCollected, type SeriesDefinition } from '../definitions/series.ts'
import type { HeldEntity, HeldErasure, HeldSeries, HeldStream, HeldValue, Inventory } from '../stores/contract/inventory.ts'
import type { AppliedMigration } from '../stores/contract/schema.ts'

/** Without `deep`, what has to be recomputed row by row is recomputed for at most so many entities of a kind. */
const MOST_ENTITIES = 1_000

/** A series that is fed by events, and one whose windows are collected. */
export type EventSeries = HeldSeries & { readonly definition: EventSeriesDefinition }
export type CollectedSeries = HeldSeries & { readonly definition: CollectedSeriesDefinition }

/** What is verified: a store as it lies, the folder of its archive, and how thoroughly. */
export class Subject {
  readonly inventory: Inventory
  readonly folder: ArchiveFolder
  readonly deep: boolean
  readonly streams: readonly HeldStream[]
  readonly series: readonly HeldSeries[]
  /** What free-text dimensions have met, by series. */
  readonly values: ReadonlyMap<number, readonly HeldValue[]>
  readonly migrations: readonly AppliedMigration[]
  /** Erasures that are under way: what is left of these is neither right nor wrong. */
  readonly erasing: readonly HeldErasure[]
  /** Entities that are recomputed; null for all. */
  readonly #sample: ReadonlySet<number> | null
  readonly #dimensions: ReadonlyMap<number, DimensionsOf>

  private constructor(
    inventory: Inventory, folder: ArchiveFolder, deep: boolean,
    stored: { streams: readonly HeldStream[]; series: readonly HeldSeries[]; values: ReadonlyMap<number, readonly HeldValue[]>; migrations: readonly AppliedMigration[]; erasing: readonly HeldErasure[]; sample: ReadonlySet<number> | null },
  ) {
    this.inventory = inventory
    this.folder = folder
    this.deep = deep
    this.streams = stored.streams
    this.series = stored.series
    this.values = stored.values
    this.migrations = stored.migrations
    this.erasing = stored.erasing
    this.#sample = stored.sample
    this.#dimensions = new Map(stored.series.map(({ id, definition }) => [id, dimensionsByTenant(definition.dimensions, metOf(stored.values.get(id) ?? []))]))
  }

  /** Throws what reading a damaged catalogue throws. */
  static async read(inventory: Inventory, folder: ArchiveFolder, deep: boolean): Promise<Subject> {
    const streams = await inventory.streams()
    const series = await inventory.series()
    const values = new Map<number, readonly HeldValue[]>()
    for (const { id, streamId } of series) if (streamId === null) values.set(id, await inventory.values(id))
    const migrations = await inventory.migrations()
    return new Subject(inventory, folder, deep, { streams, series, values, migrations, erasing: (await inventory.erasures()).filter(({ completed }) => !completed), sample: deep ? null : await sampleOf(inventory) })
  }

  get eventSeries(): readonly EventSeries[] {
    return this.series.filter((series): series is EventSeries => !isCollected(series.definition))
  }

  get collectedSeries(): readonly CollectedSeries[] {
    return this.series.filter((series): series is CollectedSeries => isCollected(series.definition))
  }

  streamOf(series: EventSeries): HeldStream {
    const stream = this.streams.find(({ id }) => id === series.streamId)
    if (stream === undefined) throw new Error(`${series.name} is fed by a stream that is not there`)
    return stream
  }

  seriesOf(stream: HeldStream): readonly EventSeries[] {
    return this.eventSeries.filter(({ streamId }) => streamId === stream.id)
  }

  /** By which a series' cells are told. */
  dimensionsOf({ id }: HeldSeries): DimensionsOf {
    return this.#dimensions.get(id) as DimensionsOf
  }

  /** A series' definition with what its free-text dimensions have met of a tenant: by it a row is named. */
  definitionOf(series: HeldSeries, { tenant }: { readonly tenant: string }): SeriesDefinition {
    return { ...series.definition, dimensions: this.dimensionsOf(series)(tenant) }
  }

  isErasing(entityId: number): boolean {
    return this.erasing.some((erasure) => erasure.entityId === entityId)
  }

  /** The same by the name under which the archive has it. */
  isErasingName(kind: string, { tenant, entity }: { readonly tenant: string; readonly entity: string }): boolean {
    return this.erasing.some(({ name }) => name?.kind === kind && name.tenant === tenant && name.entity === entity)
  }

  /** Every entity of a kind. */
  async *entities(kind: string): AsyncGenerator<HeldEntity> {
    for await (const entity of this.inventory.entities()) if (entity.kind === kind) yield entity
  }

  /** Those that are recomputed row by row: all with `deep`, else a thousand spread evenly. */
  async *chosen(kind: string): AsyncGenerator<HeldEntity> {
    for await (const entity of this.entities(kind)) if (this.#sample === null || this.#sample.has(entity.entityId)) yield entity
  }

  calendarOf({ definition: { of } }: HeldStream | HeldSeries, entity: HeldEntity): LocalCalendar {
    return localCalendar(entity.zones.length === 0 ? [{ zone: of.zone, from: 0 }] : entity.zones)
  }

  /** Every definition that a series has had, oldest first, the one in force included. */
  definitionsOf<D extends SeriesDefinition>(series: HeldSeries & { readonly definition: D }): readonly D[] {
    const had = this.migrations.flatMap(({ series: declared }) => declared.filter(({ name }) => name === series.name))
    // A series keeps its feed: one that is fed otherwise has another name.
    return [...had as D[], series.definition]
  }
}

function metOf(values: readonly HeldValue[]): MetByTenant {
  return new Map([...Map.groupBy(values, ({ tenant }) => tenant ?? '')].map(([tenant, own]) => [
    tenant, new Map([...Map.groupBy(own, ({ field }) => field)].map(([field, met]) => [field, met.map(({ value }) => value)])),
  ]))
}

async function sampleOf(inventory: Inventory): Promise<ReadonlySet<number> | null> {
  const kinds = new Map<string, number[]>()
  for await (const { kind, entityId } of inventory.entities()) {
    const ids = kinds.get(kind)
    if (ids === undefined) kinds.set(kind, [entityId])
    else ids.push(entityId)
  }
  if ([...kinds.values()].every(({ length }) => length <= MOST_ENTITIES)) return null
  // By even steps, so that the same store is always sampled alike and neighbours do not hide each other.
  return new Set([...kinds.values()].flatMap((ids) => {
    const step = Math.max(1, ids.length / MOST_ENTITIES)
    return Array.from({ length: Math.min(ids.length, MOST_ENTITIES) }, (_, index) => ids[Math.floor(index * step)] as number)
  }))
}
