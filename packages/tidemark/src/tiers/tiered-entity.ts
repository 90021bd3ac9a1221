import { calendarOf } from '../capture/calendar-of.ts'
import { localCalendar, type LocalCalendar } from '../calendar/local-calendar.ts'
import type { KeepDefinition, Tier } from '../definitions/keep.ts'
import { isCollected, type SeriesDefinition } from '../definitions/series.ts'
import type { CollectedEntity } from '../stores/contract/collected.ts'
import type { EntityState, ZoneChange } from '../stores/contract/entity-state.ts'
import type { Snapshot } from '../stores/contract/read.ts'
import type { EpochDay } from '../stores/contract/state.ts'

/** What moving an entity's rows goes by, whatever feeds the series. */
export interface TieredEntity {
  readonly id: number
  readonly tenant: string
  readonly entity: string
  readonly zones: readonly ZoneChange[]
  /** null: it has no days. */
  readonly enrolment: EpochDay | null
  readonly boundaries: Readonly<Partial<Record<Tier, EpochDay>>>
  /** Current values, of collected series. */
  readonly attributes?: Readonly<Record<string, string | null>>
}

/** Every entity of a series that may have rows. */
export async function tieredEntities(snapshot: Snapshot, definition: SeriesDefinition): Promise<readonly (EntityState | CollectedTiered)[]> {
  if (!isCollected(definition)) return snapshot.entities(definition.name, {}, null)
  return (await snapshot.collectedEntities(definition.name, {}, null)).map(tieredOf)
}

/** One of a collected series: how complete its windows are follows from its decisions. */
export type CollectedTiered = TieredEntity & Pick<CollectedEntity, 'decisions'>

function tieredOf({ id, tenant, entity, zones, attributes, decisions, boundaries }: CollectedEntity): CollectedTiered {
  return { id, tenant, entity, zones, attributes, decisions, boundaries, enrolment: decisions[0]?.day ?? null }
}

export function calendarOfEntity(definition: SeriesDefinition, entity: Pick<TieredEntity, 'zones'>): LocalCalendar {
  return isCollected(definition) ? localCalendar(entity.zones) : calendarOf(definition.stream, entity)
}

/** How many times as long as others an entity keeps its rows, by its attribute's value today. */
export function timesOf({ longer }: KeepDefinition, { attributes }: Pick<TieredEntity, 'attributes'>): number {
  return longer !== undefined && attributes?.[longer.attribute] === longer.is ? longer.times : 1
}
