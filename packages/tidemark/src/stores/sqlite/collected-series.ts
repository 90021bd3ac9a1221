import { localCalendar, type LocalCalendar } from '../../calendar/local-calendar.ts'
import type { CollectedSeriesDefinition } from '../../definitions/collected.ts'
import type { Group } from '../../definitions/cell.ts'
import { type DimensionDefinition, hasFreeText, withMet } from '../../definitions/dimension.ts'
import type { Tier } from '../../definitions/keep.ts'
import { type Layout, layoutOf } from '../../measures/layout.ts'
import type { CollectedEntity, FrequencyDecision, RosteredEntity } from '../contract/collected.ts'
import type { ZoneChange } from '../contract/entity-state.ts'
import { loadCollectedEntities } from './collected-entities.ts'
import { numberedCell, readMet } from './dimension-places.ts'
import { LatestValues } from './latest-values.ts'
import { rowTable, supersededTable } from './names.ts'
import type { NamedOwner, RowSeries } from './rows.ts'
import type { WriteSession } from './session.ts'

/** An entity of a collected series as the writer remembers it. Changes with the transaction that is open. */
export interface StoredRostered extends NamedOwner {
  zones: readonly ZoneChange[]
  calendar: LocalCalendar
  attributes: Readonly<Record<string, string | null>>
  decisions: readonly FrequencyDecision[]
  decidedDay: number | null
  lowDays: number
  boundaries: Readonly<Partial<Record<Tier, number>>>
  readonly latest: LatestValues
  /** The payload of the latest window and the length of its text, when it is known: the next one is often the same. */
  payload: { readonly length: number; readonly id: number } | null
  /** Starts of windows whose failure is on record. */
  readonly failures: Set<number>
  /** As it was last said what is known of it. */
  told: CollectedEntity | null
}

/** A roster that was taken in. */
export interface TakenRoster {
  /** No other taking of this process has it. */
  readonly round: number
  readonly entities: readonly RosteredEntity[]
  /** In the same places whom it lists; undefined: one that was erased. */
  readonly stored: readonly (StoredRostered | undefined)[]
  /** All are as it says, in its zones already: to take it in once more changes nothing. */
  readonly settled: boolean
}

/**
 * A collected series with what the writer knows of its entities: read once and kept while no other process writes, so
 * that a capture of a few windows costs what it writes and not a walk over all entities' catalogue rows.
 */
export class StoredCollected implements RowSeries {
  readonly id: number
  readonly version: number
  readonly layout: Layout
  readonly definition: CollectedSeriesDefinition
  readonly late: ReadonlySet<string>
  readonly #session: WriteSession
  /** The latest roster: the next one is mostly the same. */
  taken: TakenRoster | null = null
  /** When its entities were last told (see capture-look.ts). */
  toldRound = 0
  #entities: Map<number, StoredRostered> | null = null
  /** By tenant, with the values that free-text dimensions have met of it. */
  readonly #dimensions = new Map<string, readonly DimensionDefinition[]>()
  #byName: Map<string, StoredRostered> | null = null

  static #rounds = 0

  /** A number that was never given before. */
  static nextRound(): number {
    return ++StoredCollected.#rounds
  }

  constructor(session: WriteSession, id: number, version: number, definition: CollectedSeriesDefinition, late: ReadonlySet<string>) {
    this.#session = session
    this.id = id
    this.version = version
    this.layout = layoutOf(definition)
    this.definition = definition
    this.late = late
  }

  /** Every entity that a roster has listed, by id. */
  get entities(): ReadonlyMap<number, StoredRostered> {
    return this.#loaded()
  }

  /** One that a roster has listed, by its names. */
  find(tenant: string, entity: string): StoredRostered | undefined {
    this.#byName ??= new Map([...this.#loaded().values()].map((one) => [nameOf(one), one]))
    return this.#byName.get(nameOf({ tenant, entity }))
  }

  /** Takes up one that has just been rostered, or whose zones have changed. */
  remember(id: number): StoredRostered {
    const [read] = loadCollectedEntities(this.#session, { id: this.id, definition: this.definition }, { ids: [id] }, null)
    if (read === undefined) throw new Error(`the entity ${id} was never rostered in ${this.definition.name}`)
    const entity = this.#storedOf(read)
    this.#loaded().set(id, entity)
    this.#byName?.set(nameOf(entity), entity)
    return entity
  }

  /** Tables whose rows name payloads. */
  get payloadTables(): readonly string[] {
    const { name, keep } = this.definition
    return [...keep.tiers.map(({ tier }) => rowTable(name, tier)), supersededTable(name)]
  }

  /** The dimensions by which a tenant's cells are told. */
  dimensionsOf(tenant: string): readonly DimensionDefinition[] {
    const { dimensions } = this.definition
    if (!hasFreeText(dimensions)) return dimensions
    let own = this.#dimensions.get(tenant)
    if (own === undefined) this.#dimensions.set(tenant, own = withMet(dimensions, readMet(this.#session, this.id, tenant).get(tenant)))
    return own
  }

  /** The cell of a tenant's group; numbers a free-text value that is new to it. */
  cellOf({ tenant, tenantId }: Pick<NamedOwner, 'tenant' | 'tenantId'>, group: Group | null): number {
    if (group === null) return 0
    const known = this.dimensionsOf(tenant)
    const { cell, dimensions } = numberedCell(this.#session, { seriesId: this.id, tenantId }, known, group)
    if (dimensions !== known) this.#dimensions.set(tenant, dimensions)
    return cell
  }

  #loaded(): Map<number, StoredRostered> {
    if (this.#entities !== null) return this.#entities
    const read = loadCollectedEntities(this.#session, { id: this.id, definition: this.definition }, {}, null)
    const failures = this.#session.sql('SELECT entity_id AS id, at FROM tm_failure WHERE series_id = ? AND resolved IS NULL').all(this.id) as { id: number; at: number }[]
    this.#entities = new Map(read.map((one) => [one.id, this.#storedOf(one)]))
    for (const { id, at } of failures) this.#entities.get(id)?.failures.add(at)
    return this.#entities
  }

  #storedOf(read: ReturnType<typeof loadCollectedEntities>[number]): StoredRostered {
    const { id, tenantId, tenant, entity, zones, attributes, decisions, decidedDay, lowDays, boundaries, latestAt } = read
    return {
      id, tenantId, tenant, entity, zones, calendar: localCalendar(zones), attributes, decisions, decidedDay, lowDays, boundaries,
      latest: new LatestValues(this.#session, this, { id, tenantId }, latestAt), payload: null, failures: new Set(), told: null,
    }
  }
}

function nameOf({ tenant, entity }: { readonly tenant: string; readonly entity: string }): string {
  return `${tenant}\0${entity}`
}
