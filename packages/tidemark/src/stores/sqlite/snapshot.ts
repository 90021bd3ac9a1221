import { hasFreeText, type MetByTenant } from '../../definitions/dimension.ts'
import type { Tier } from '../../definitions/keep.ts'
import { type EventSeriesDefinition, isCollected, type SeriesDefinition } from '../../definitions/series.ts'
import { type Fold, foldOf } from '../../measures/fold.ts'
import { type Layout, layoutOf } from '../../measures/layout.ts'
import type { AttributeValue, CollectedEntity, FailureRead, LatestPlan, RowsPlan, TierRowRead } from '../contract/collected.ts'
import type { EntityFilter, EntityState, ZoneChange } from '../contract/entity-state.ts'
import type { Extent } from '../contract/extent.ts'
import type { ReadPlan, ReadResult, Snapshot } from '../contract/read.ts'
import type { ArchiveFile, SeriesState } from '../contract/series-state.ts'
import { attributeValues } from './attribute-values.ts'
import { AskedWindows } from './asked-windows.ts'
import { type BoundaryRow, tiersOf } from './boundary.ts'
import { lateOf, sinceOf, type StoredSeries, type StoredStream } from './catalogue.ts'
import { loadCollectedEntities } from './collected-entities.ts'
import { type ReadableCollected, readFailures, readLatest, readRows } from './collected-reads.ts'
import { translated } from './connection.ts'
import { readMet } from './dimension-places.ts'
import type { SqliteConnection, SqliteStatement } from './driver.ts'
import { entityNamed } from './entity-named.ts'
import { ErasedNames } from './erased.ts'
import { KeptReads, MOST_ENTITIES, MOST_PACKED } from './kept-reads.ts'
import { lastCapture } from './last-capture.ts'
import { readPlan } from './read.ts'
import { touchedSince } from './touched.ts'

/** A stored definition, and its measures compiled; an event-fed one's with how they are told from events. */
type Compiled =
  | { readonly definition: EventSeriesDefinition; readonly fold: Fold }
  | { readonly definition: ReadableCollected['definition']; readonly layout: Layout }

/** A series with its stream, as a reader needs them. */
export interface ReadableSeries {
  readonly series: StoredSeries
  readonly stream: StoredStream
}

/** A connection for reads with its prepared statements; lent to one snapshot at a time, unless there is no other. */
export class ReadConnection {
  readonly connection: SqliteConnection
  readonly path: string
  readonly kept = new KeptReads(MOST_ENTITIES)
  /** Rows out of blocks. */
  readonly packed = new KeptReads(MOST_PACKED)
  readonly asked: AskedWindows
  readonly #statements = new Map<string, SqliteStatement>()
  readonly #compiled = new Map<string, Compiled>()
  #begun = 0

  constructor(connection: SqliteConnection, path: string) {
    this.connection = connection
    this.path = path
    this.asked = new AskedWindows(connection)
    this.makeTables()
  }

  /** What reads put their ranges into. */
  makeTables(): void {
    // Of this connection alone, in memory: where a row of many finds its range by its day.
    this.connection.exec('CREATE TEMP TABLE IF NOT EXISTS asked_range (lo INTEGER PRIMARY KEY, hi INTEGER NOT NULL, i INTEGER NOT NULL)')
    this.asked.makeTable()
  }

  /** Begins a read transaction, or joins the one that is open. */
  begin(): void {
    if (this.#begun === 0) {
      this.sql('BEGIN').run()
      // The snapshot begins with the first read, not with BEGIN.
      const version = this.sql('PRAGMA data_version').pluck().get() as number
      this.kept.renew(version)
      this.packed.renew(version)
    }
    this.#begun++
  }

  /** Ends the read transaction, when nobody else is in it. */
  end(): void {
    if (--this.#begun > 0) return
    // Of the store nothing was written, and a rollback would undo what the connection keeps for itself.
    if (this.connection.inTransaction) this.sql('COMMIT').run()
    else this.asked.forget()
  }

  /** For whoever writes on the very connection. */
  forget(): void {
    this.kept.forget()
    this.packed.forget()
  }

  sql(text: string): SqliteStatement {
    let statement = this.#statements.get(text)
    if (statement === undefined) {
      statement = this.connection.prepare(text)
      this.#statements.set(text, statement)
    }
    return statement
  }

  compiled(text: string): Compiled {
    let compiled = this.#compiled.get(text)
    if (compiled === undefined) {
      const definition = JSON.parse(text) as SeriesDefinition
      compiled = isCollected(definition) ? { definition, layout: layoutOf(definition) } : { definition, fold: foldOf(definition) }
      this.#compiled.set(text, compiled)
    }
    return compiled
  }
}

/** One read transaction: what it sees does not change until it is closed. */
export class SqliteSnapshot implements Snapshot {
  readonly #read: ReadConnection
  readonly #release: () => void
  #open = true

  constructor(read: ReadConnection, release: () => void) {
    this.#read = read
    this.#release = release
    translated(read.path, () => read.begin())
  }

  async transactionAt(instant: number): Promise<number> {
    return translated(this.#read.path, () => (this.#read.sql('SELECT max(id) FROM tm_transaction WHERE at <= ?').pluck().get(instant) as number | null) ?? 0)
  }

  async touchedSince(transaction: number, most: number): Promise<readonly Extent[] | null> {
    return translated(this.#read.path, () => touchedSince(this.#read, transaction, most))
  }

  async series(name: string, asOf: number | null): Promise<SeriesState | null> {
    return this.#kept(['series', name, asOf], () => {
      const found = this.#find(name)
      if (found === null) return null
      const series = 'stream' in found ? found.series : found
      return {
        definition: series.definition,
        version: series.version,
        coveredAt: lastCapture(this.#read, series.id, asOf),
        since: sinceOf(this.#read, series.id),
        proofs: this.#read.sql('SELECT x.at FROM tm_archive a JOIN tm_transaction x ON x.id = a.transaction_id WHERE a.series_id = ? AND a.current = 1 ORDER BY a.period').pluck().all(series.id) as number[],
        archives: (this.#read.sql('SELECT file FROM tm_archive WHERE series_id = ? AND current = 1 ORDER BY period').pluck().all(series.id) as string[]).map((text) => JSON.parse(text) as ArchiveFile),
      }
    })
  }

  async tenants(): Promise<readonly string[]> {
    return this.#kept(['tenants'], () => this.#read.sql('SELECT name FROM tm_tenant ORDER BY name').pluck().all() as string[])
  }

  async entities(seriesName: string, filter: EntityFilter, asOf: number | null): Promise<readonly EntityState[]> {
    return this.#kept(['entities', seriesName, filter, asOf], () => {
      const found = this.#find(seriesName)
      if (found === null) return []
      if (!('stream' in found)) {
        return loadCollectedEntities(this.#read, found, filter, asOf).flatMap(({ id, tenant, entity, zones, decisions, boundaries }): EntityState[] => {
          const enrolment = decisions[0]?.day ?? null
          return enrolment === null && filter.entities === undefined ? [] : [{ id, tenant, entity, zones, enrolment, anchor: enrolment, boundaries }]
        })
      }
      const { tenant, entities: names } = filter
      if (asOf === null && tenant !== undefined && names?.length === 1) return entityNamed(this.#read, found, tenant, names[0] as string)
      const { series, stream } = found
      // A condition for each thing that is asked, and none for what is not: `:x IS NULL OR …` would hide the indexes
      // on names, and one entity then costs a walk over all of its tenant's.
      const scope = `${filter.tenant === undefined ? '' : 'AND t.name = :tenant'} ${filter.entities === undefined ? '' : filter.entities.length === 1 ? 'AND e.name = :entity' : 'AND e.name IN (SELECT value FROM json_each(:entities))'}`
      const enrolled = (belief: string): string => `(SELECT min(day) FROM tm_enrolment en WHERE en.tenant_id = e.tenant_id AND en.stream_id = :stream AND en.entity_id = e.id ${belief})`
      // In most stores nobody has a zone of their own, or nothing has retired: then nobody's is looked up.
      const zoned = this.#read.sql('SELECT 1 FROM tm_zone LIMIT 1').get() !== undefined
      const retired = this.#read.sql('SELECT 1 FROM tm_boundary LIMIT 1').get() !== undefined
      // Tenants first, then each one's entities by their index: that is the order of the answer, and nothing is sorted.
      const rows = this.#read.sql(`
        SELECT e.id, t.name AS tenant, e.name AS entity,
          ${enrolled(asOf === null ? '' : 'AND en.transaction_id <= :asOf')} AS enrolment,
          ${asOf === null ? 'NULL' : enrolled('')} AS today,
          ${retired ? 'b.anchor, b.day, b.week, b.month' : 'NULL AS anchor'},
          ${zoned ? `CASE WHEN EXISTS (SELECT 1 FROM tm_zone z WHERE z.tenant_id = e.tenant_id AND z.entity_id = e.id)
            THEN (SELECT json_group_array(json_object('zone', z.zone, 'from', z.from_at) ORDER BY z.from_at) FROM tm_zone z WHERE z.tenant_id = e.tenant_id AND z.entity_id = e.id) END` : 'NULL'} AS zones
        FROM tm_tenant t CROSS JOIN tm_entity e ON e.tenant_id = t.id
        ${retired ? 'LEFT JOIN tm_boundary b ON b.tenant_id = e.tenant_id AND b.series_id = :series AND b.entity_id = e.id' : ''}
        WHERE e.kind = :kind ${scope}
        ORDER BY t.name, e.name`).all({
        stream: stream.id, series: series.id, kind: stream.definition.of.name, asOf, tenant: filter.tenant ?? null,
        entity: filter.entities?.[0] ?? null, entities: filter.entities === undefined ? null : JSON.stringify(filter.entities),
      }) as EntityRow[]
      const usual: readonly ZoneChange[] = [{ zone: stream.definition.of.zone, from: 0 }]
      // The database orders by bytes of UTF-8; names beyond the basic plane stand elsewhere by code units.
      if (rows.some((row, index) => index > 0 && byCodeUnits(rows[index - 1] as EntityRow, row) > 0)) rows.sort(byCodeUnits)
      const entities: EntityState[] = []
      for (const row of rows) {
        if (row.enrolment === null && filter.entities === undefined) continue
        entities.push({
          id: row.id, tenant: row.tenant, entity: row.entity, zones: row.zones === null ? usual : JSON.parse(row.zones) as ZoneChange[],
          enrolment: row.enrolment, anchor: row.anchor ?? (asOf === null ? row.enrolment : row.today), boundaries: row.anchor === null ? NONE : tiersOf(row as BoundaryRow),
        })
      }
      return entities
    })
  }

  async read(plan: ReadPlan): Promise<ReadResult> {
    return translated(this.#read.path, () => {
      const found = this.#find(plan.series)
      return found === null || !('stream' in found) ? { rows: [], cuts: [], loose: [], rowsByTier: {} } : readPlan(this.#read, found, plan)
    })
  }

  async collectedEntities(series: string, filter: EntityFilter, asOf: number | null): Promise<readonly CollectedEntity[]> {
    return this.#kept(['collectedEntities', series, filter, asOf], () => {
      const found = this.#find(series)
      if (found === null || 'stream' in found) return []
      // Nobody who was erased is among them: a name leaves the catalogue in the transaction that enters the erasure.
      return loadCollectedEntities(this.#read, found, filter, asOf).flatMap(({ tenantId: _, ...one }): CollectedEntity[] => (
        one.decisions.length === 0 && filter.entities === undefined ? [] : [{ ...one, activity: null }]
      ))
    })
  }

  async attributes(series: string, attribute: string, filter: EntityFilter): Promise<readonly AttributeValue[]> {
    return this.#collected(series, (found) => attributeValues(this.#read, found, attribute, filter))
  }

  async rows(plan: RowsPlan): Promise<readonly TierRowRead[]> {
    return this.#collected(plan.series, (found) => readRows(this.#read, found, plan))
  }

  async latest(plan: LatestPlan): Promise<readonly TierRowRead[]> {
    return this.#collected(plan.series, (found) => readLatest(this.#read, found, plan))
  }

  async failures(series: string, entities: readonly number[] | 'all', from: number, to: number, asOf: number | null): Promise<readonly FailureRead[]> {
    return this.#collected(series, (found) => readFailures(this.#read, found, entities, from, to, asOf))
  }

  async met(series: string, tenant: string | null): Promise<MetByTenant> {
    return this.#kept(['met', series, tenant], () => {
      const found = this.#find(series)
      return found === null || 'stream' in found || !hasFreeText(found.definition.dimensions) ? new Map() : readMet(this.#read, found.id, tenant)
    })
  }

  async erased(kind: string, tenant: string, entity: string): Promise<boolean> {
    return translated(this.#read.path, () => this.#erasedNames()?.has({ kind, tenant, entity }) ?? false)
  }

  #collected<T>(name: string, answer: (found: ReadableCollected) => readonly T[]): readonly T[] {
    return translated(this.#read.path, () => {
      const found = this.#find(name)
      return found === null || 'stream' in found ? [] : answer(found)
    })
  }

  #erasedNames(): ErasedNames | null {
    return this.#read.kept.of('erased', () => ErasedNames.of(this.#read))
  }

  #kept<T>(key: readonly unknown[], read: () => T): T {
    return translated(this.#read.path, () => this.#read.kept.of(JSON.stringify(key), read))
  }

  close(): void {
    if (!this.#open) return
    this.#open = false
    this.#read.end()
    this.#release()
  }

  /** The series by name; null when the store has none. */
  #find(name: string): ReadableSeries | ReadableCollected | null {
    return this.#read.kept.of(`found ${name}`, () => this.#lookUp(name))
  }

  #lookUp(name: string): ReadableSeries | ReadableCollected | null {
    const row = this.#read.sql('SELECT s.id, s.stream_id AS streamId, s.version, s.definition, s.first_day AS firstDay, t.definition AS stream FROM tm_series s LEFT JOIN tm_stream t ON t.id = s.stream_id WHERE s.name = ?')
      .get(name) as { id: number; streamId: number; version: number; definition: string; firstDay: number | null; stream: string } | undefined
    return row === undefined ? null : this.#readable(row)
  }

  #readable(row: { readonly id: number; readonly streamId: number; readonly version: number; readonly definition: string; readonly firstDay: number | null }): ReadableSeries | ReadableCollected {
    const compiled = this.#read.compiled(row.definition)
    if (!('fold' in compiled)) return { id: row.id, version: row.version, definition: compiled.definition, layout: compiled.layout, late: lateOf(this.#read, row.id) }
    const { definition, fold } = compiled
    const series: StoredSeries = {
      id: row.id, streamId: row.streamId, version: row.version, definition, fold, layout: fold.layout, firstDay: row.firstDay, since: sinceOf(this.#read, row.id),
    }
    return { series, stream: { id: row.streamId, definition: definition.stream, series: [series] } }
  }
}

interface EntityRow {
  readonly id: number
  readonly tenant: string
  readonly entity: string
  /** The first day, as believed. */
  readonly enrolment: number | null
  /** The first day, as of today; null where that is what is believed. */
  readonly today: number | null
  readonly anchor: number | null
  readonly day: number | null
  readonly week: number | null
  readonly month: number | null
  /** null: the zone of the declaration, for ever. */
  readonly zones: string | null
}

const NONE: Readonly<Partial<Record<Tier, number>>> = {}

function byCodeUnits(a: EntityRow, b: EntityRow): number {
  if (a.tenant !== b.tenant) return a.tenant < b.tenant ? -1 : 1
  return a.entity === b.entity ? 0 : a.entity < b.entity ? -1 : 1
}
