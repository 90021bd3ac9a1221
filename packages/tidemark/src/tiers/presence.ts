import { decisionOn, windowsOfDay } from '../capture/windows-of-day.ts'
import { isCollected, type SeriesDefinition } from '../definitions/series.ts'
import type { FrequencyDecision } from '../stores/contract/collected.ts'
import type { EpochDay } from '../stores/contract/state.ts'
import { calendarOfEntity, type TieredEntity } from './tiered-entity.ts'

/** How many finest windows a row should have had, and how many it had. */
export interface Presence {
  readonly expected: number
  readonly present: number
}

/** @param facts of the row */
export type PresenceOf = (tenant: string, entity: string, from: EpochDay, to: EpochDay, facts: number) => Presence

type Presented = Pick<TieredEntity, 'zones' | 'enrolment'> & { readonly decisions?: readonly FrequencyDecision[] }

/**
 * The finest windows of a retired row. Event-fed: expected are its days that exist for the entity, present those from
 * enrolment on, because only covered days retire. Collected: expected are each day's windows of the cadence in force,
 * one where none was; present are those that were captured.
 */
function presenceOf(definition: SeriesDefinition, entity: Presented, from: EpochDay, to: EpochDay, facts: number): Presence {
  const calendar = calendarOfEntity(definition, entity)
  if (!isCollected(definition)) {
    const existing = (first: EpochDay): number => (first >= to ? 0 : to - first - calendar.missingDays(first, to))
    return { expected: existing(from), present: entity.enrolment === null ? 0 : existing(Math.max(from, entity.enrolment)) }
  }
  let expected = 0
  for (let day = from; day < to; day++) {
    const cadence = decisionOn(entity.decisions ?? [], day)?.cadence ?? 'never'
    expected += windowsOfDay(calendar, day, cadence === 'never' ? 'day' : cadence).length
  }
  return { expected, present: facts }
}

/** Entities by name, read anew when rows name one that was first heard of since. */
export class PresenceBook {
  readonly #definition: SeriesDefinition
  readonly #reload: () => Promise<readonly TieredEntity[]>
  #entities: ReadonlyMap<string, TieredEntity>

  constructor(definition: SeriesDefinition, entities: readonly TieredEntity[], reload: () => Promise<readonly TieredEntity[]>) {
    this.#definition = definition
    this.#entities = byName(entities)
    this.#reload = reload
  }

  /** null: one of these rows is of nobody that the store knows, so of an entity whose erasure is not finished. */
  async of(rows: readonly { readonly tenant: string; readonly entity: string }[]): Promise<PresenceOf | null> {
    const strange = (): boolean => rows.some(({ tenant, entity }) => !this.#entities.has(nameOf(tenant, entity)))
    if (strange()) this.#entities = byName(await this.#reload())
    if (strange()) return null
    const entities = this.#entities
    return (tenant, entity, from, to, facts) => {
      const state = entities.get(nameOf(tenant, entity))
      if (state === undefined) throw new Error(`rows of ${JSON.stringify([tenant, entity])} belong to no entity of the store`)
      return presenceOf(this.#definition, state, from, to, facts)
    }
  }
}

function byName(entities: readonly TieredEntity[]): ReadonlyMap<string, TieredEntity> {
  return new Map(entities.map((state) => [nameOf(state.tenant, state.entity), state]))
}

function nameOf(tenant: string, entity: string): string {
  return `${tenant}\0${entity}`
}
