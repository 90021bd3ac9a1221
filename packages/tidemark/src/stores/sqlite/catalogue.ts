import { localCalendar, type LocalCalendar } from '../../calendar/local-calendar.ts'
import { TidemarkError } from '../../errors.ts'
import type { Tier } from '../../definitions/keep.ts'
import type { CollectedSeriesDefinition } from '../../definitions/collected.ts'
import type { EventSeriesDefinition } from '../../definitions/series.ts'
import type { StreamDefinition } from '../../definitions/stream.ts'
import { type Fold, foldOf } from '../../measures/fold.ts'
import { nearest } from '../../nearest.ts'
import type { ZoneChange } from '../contract/entity-state.ts'
import { type BoundaryRow, tiersOf } from './boundary.ts'
import { StoredCollected } from './collected-series.ts'
import { EntityMemory } from './entity-memory.ts'
import { ErasedNames } from './erased.ts'
import type { RowSeries } from './rows.ts'
import type { WriteSession } from './session.ts'

/** A stream as the store holds it, with the series that it feeds. */
export interface StoredStream {
  readonly id: number
  readonly definition: StreamDefinition
  readonly series: readonly StoredSeries[]
}

export interface StoredSeries extends RowSeries {
  readonly streamId: number
  readonly definition: EventSeriesDefinition
  readonly fold: Fold
  /** A series added over a stream that had begun has no rows before this day; null for one that was there from the start. */
  readonly firstDay: number | null
  /** The first day of each measure that was added later. */
  readonly since: Readonly<Record<string, number>>
}

/** One entity of a stream. Changes with the transaction that is open; forgotten when that is undone. */
export interface StoredEntity {
  readonly id: number
  readonly tenantId: number
  readonly tenant: string
  readonly entity: string
  readonly calendar: LocalCalendar
  enrolment: number | null
  /** By series id; absent while nothing has retired. */
  readonly boundaries: ReadonlyMap<number, StoredBoundary>
}

export interface StoredBoundary {
  readonly anchor: number
  readonly tiers: Readonly<Partial<Record<Tier, number>>>
}

/** Shared by all of which nothing has retired: a map of its own is 180 bytes. */
const NO_BOUNDARIES: ReadonlyMap<number, StoredBoundary> = new Map()

/** What the writer knows of declarations and entities, read once and kept while no other process writes. */
export class Catalogue {
  readonly #session: WriteSession
  #streams: Map<string, StoredStream> | null = null
  #collected: Map<string, StoredCollected> | null = null
  readonly #entities = new EntityMemory()

  constructor(session: WriteSession) {
    this.#session = session
  }

  forgetAll(): void {
    this.#streams = null
    this.#collected = null
    this.#entities.clear()
  }

  forgetEntities(): void {
    this.#entities.clear()
  }

  stream(name: string): StoredStream {
    const streams = this.#load()
    const stream = streams.get(name)
    if (stream === undefined) {
      throw new TidemarkError('STREAM_UNKNOWN', `the store has no stream ${JSON.stringify(name)}`, { hint: nearest(name, [...streams.keys()]) })
    }
    return stream
  }

  streams(): readonly StoredStream[] {
    return [...this.#load().values()]
  }

  /** An event-fed series. */
  series(name: string): { readonly series: StoredSeries; readonly stream: StoredStream } {
    for (const stream of this.#load().values()) {
      const series = stream.series.find((candidate) => candidate.definition.name === name)
      if (series !== undefined) return { series, stream }
    }
    throw this.#unknown(name)
  }

  collected(name: string): StoredCollected {
    const series = this.#loadCollected().get(name)
    if (series !== undefined) return series
    throw this.#unknown(name)
  }

  /** A series of whatever feed, as far as its rows go. */
  rowsOf(name: string): RowSeries {
    return this.#loadCollected().get(name) ?? this.series(name).series
  }

  #unknown(name: string): TidemarkError {
    const names = this.#session.sql('SELECT name FROM tm_series').pluck().all() as string[]
    return new TidemarkError('SERIES_UNKNOWN', `the store has no series ${JSON.stringify(name)}`, { hint: nearest(name, names) })
  }

  /** The entity, or undefined when it was never heard of. */
  find(stream: StoredStream, tenant: string, entity: string): StoredEntity | undefined {
    const key = `${stream.id}\0${tenant}\0${entity}`
    const known = this.#entities.get(key)
    if (known !== undefined) return known
    const row = this.owner(stream.definition.of.name, tenant, entity)
    if (row === undefined) return undefined
    const found = this.#describe(stream, row.id, row.tenantId, tenant, entity)
    this.#entities.set(key, found)
    return found
  }

  /** An entity that is known to be there. */
  byId(stream: StoredStream, tenantId: number, entityId: number): StoredEntity {
    const row = this.#session.sql('SELECT t.name AS tenant, e.name AS entity FROM tm_entity e JOIN tm_tenant t ON t.id = e.tenant_id WHERE e.tenant_id = ? AND e.id = ?')
      .get(tenantId, entityId) as { tenant: string; entity: string }
    // One that is being erased is found by its number alone: rows that still name it do so until they go.
    return this.find(stream, row.tenant, row.entity) ?? this.#describe(stream, entityId, tenantId, row.tenant, row.entity)
  }

  /** The entity; registered when it was never heard of. */
  ensure(stream: StoredStream, tenant: string, entity: string): StoredEntity {
    const known = this.find(stream, tenant, entity)
    if (known !== undefined) return known
    this.register(stream.definition.of.name, tenant, entity)
    return this.find(stream, tenant, entity) as StoredEntity
  }

  /** Throws ERASED for a name that stands for something erased. */
  register(kind: string, tenant: string, entity: string): { id: number; tenantId: number } {
    if (ErasedNames.of(this.#session)?.has({ kind, tenant, entity }) === true) {
      throw new TidemarkError('ERASED', `the history of ${JSON.stringify(entity)} of ${JSON.stringify(tenant)} was erased`, { where: `${tenant}, ${entity}` })
    }
    const sql = (text: string) => this.#session.sql(text)
    sql('INSERT INTO tm_tenant (name) VALUES (?) ON CONFLICT DO NOTHING').run(tenant)
    const tenantId = sql('SELECT id FROM tm_tenant WHERE name = ?').pluck().get(tenant) as number
    sql('INSERT INTO tm_entity (tenant_id, kind, name) VALUES (?, ?, ?) ON CONFLICT DO NOTHING').run(tenantId, kind, entity)
    const id = sql('SELECT id FROM tm_entity WHERE tenant_id = ? AND kind = ? AND name = ?').pluck().get(tenantId, kind, entity) as number
    this.#session.touching.known(tenantId)
    return { id, tenantId }
  }

  zonesOf(tenantId: number, entityId: number, fallback: string): readonly ZoneChange[] {
    const zones = this.#session.sql('SELECT zone, from_at AS "from" FROM tm_zone WHERE tenant_id = ? AND entity_id = ? ORDER BY from_at').all(tenantId, entityId) as ZoneChange[]
    return zones.length === 0 ? [{ zone: fallback, from: 0 }] : zones
  }

  /** The numbers of an entity, or undefined when it was never heard of. */
  owner(kind: string, tenant: string, entity: string): { readonly id: number; readonly tenantId: number } | undefined {
    return this.#session.sql(
      'SELECT id, tenant_id AS tenantId FROM tm_entity WHERE tenant_id = (SELECT id FROM tm_tenant WHERE name = ?) AND kind = ? AND name = ?',
    ).get(tenant, kind, entity) as { id: number; tenantId: number } | undefined
  }

  #describe(stream: StoredStream, id: number, tenantId: number, tenant: string, entity: string): StoredEntity {
    // The least of few rows is found here: min() costs SQLite six times the reading of them.
    const days = this.#session.sql('SELECT day FROM tm_enrolment WHERE tenant_id = ? AND stream_id = ? AND entity_id = ?').pluck().all(tenantId, stream.id, id) as number[]
    const boundaries = new Map<number, StoredBoundary>()
    for (const series of stream.series) {
      const row = this.#session.sql('SELECT anchor, day, week, month FROM tm_boundary WHERE tenant_id = ? AND series_id = ? AND entity_id = ?').get(tenantId, series.id, id) as BoundaryRow | undefined
      if (row !== undefined) boundaries.set(series.id, { anchor: row.anchor, tiers: tiersOf(row) })
    }
    return {
      id, tenantId, tenant, entity, calendar: localCalendar(this.zonesOf(tenantId, id, stream.definition.of.zone)), enrolment: days.length === 0 ? null : Math.min(...days),
      boundaries: boundaries.size === 0 ? NO_BOUNDARIES : boundaries,
    }
  }

  #load(): Map<string, StoredStream> {
    if (this.#streams !== null) return this.#streams
    const streams = new Map<string, StoredStream>()
    const { connection } = this.#session
    const stored = connection.prepare('SELECT id, name, definition FROM tm_stream ORDER BY id').all() as { id: number; name: string; definition: string }[]
    for (const { id, name, definition } of stored) {
      const rows = connection.prepare('SELECT id, version, definition, first_day AS firstDay FROM tm_series WHERE stream_id = ? ORDER BY id').all(id) as { id: number; version: number; definition: string; firstDay: number | null }[]
      const series = rows.map((row): StoredSeries => {
        const parsed = JSON.parse(row.definition) as EventSeriesDefinition
        const fold = foldOf(parsed)
        return {
          id: row.id, streamId: id, version: row.version, definition: parsed, fold, layout: fold.layout, firstDay: row.firstDay,
          since: sinceOf(this.#session, row.id),
        }
      })
      streams.set(name, { id, definition: JSON.parse(definition) as StreamDefinition, series })
    }
    this.#streams = streams
    return streams
  }

  #loadCollected(): Map<string, StoredCollected> {
    if (this.#collected !== null) return this.#collected
    const rows = this.#session.sql('SELECT id, version, definition FROM tm_series WHERE stream_id IS NULL').all() as { id: number; version: number; definition: string }[]
    this.#collected = new Map(rows.map(({ id, version, definition }) => {
      const parsed = JSON.parse(definition) as CollectedSeriesDefinition
      return [parsed.name, new StoredCollected(this.#session, id, version, parsed, lateOf(this.#session, id))]
    }))
    return this.#collected
  }
}

/** The measures of a series that were added later. */
export function lateOf(session: Pick<WriteSession, 'sql'>, seriesId: number): ReadonlySet<string> {
  return new Set(Object.keys(sinceOf(session, seriesId)))
}

/** The first day of each measure that was added later. */
export function sinceOf(session: Pick<WriteSession, 'sql'>, seriesId: number): Readonly<Record<string, number>> {
  const since = session.sql('SELECT measure, day FROM tm_since WHERE series_id = ?').all(seriesId) as { measure: string; day: number }[]
  return Object.fromEntries(since.map(({ measure, day }) => [measure, day]))
}
