import { calendarOf } from '../capture/calendar-of.ts'
import type { StreamDefinition } from '../definitions/stream.ts'
import type { EntityState } from '../stores/contract/entity-state.ts'
import type { EpochDay } from '../stores/contract/state.ts'

/** How many finest windows a row should have had, and how many it had. */
export interface Presence {
  readonly expected: number
  readonly present: number
}

export type PresenceOf = (tenant: string, entity: string, from: EpochDay, to: EpochDay) => Presence

/**
 * The finest windows of a retired row: expected are its days that exist for the entity, present those from enrolment
 * on, because only covered days retire.
 */
export function presenceOf(stream: StreamDefinition, entity: EntityState, from: EpochDay, to: EpochDay): Presence {
  const calendar = calendarOf(stream, entity)
  const existing = (first: EpochDay): number => (first >= to ? 0 : to - first - calendar.missingDays(first, to))
  return { expected: existing(from), present: entity.enrolment === null ? 0 : existing(Math.max(from, entity.enrolment)) }
}

/** Entities by name, read anew when rows name one that was first heard of since. */
export class PresenceBook {
  readonly #stream: StreamDefinition
  readonly #reload: () => Promise<readonly EntityState[]>
  #entities: ReadonlyMap<string, EntityState>

  constructor(stream: StreamDefinition, entities: readonly EntityState[], reload: () => Promise<readonly EntityState[]>) {
    this.#stream = stream
    this.#entities = byName(entities)
    this.#reload = reload
  }

  async of(rows: readonly { readonly tenant: string; readonly entity: string }[]): Promise<PresenceOf> {
    if (rows.some(({ tenant, entity }) => !this.#entities.has(nameOf(tenant, entity)))) this.#entities = byName(await this.#reload())
    const entities = this.#entities
    return (tenant, entity, from, to) => {
      const state = entities.get(nameOf(tenant, entity))
      if (state === undefined) throw new Error(`rows of ${JSON.stringify([tenant, entity])} belong to no entity of the store`)
      return presenceOf(this.#stream, state, from, to)
    }
  }
}

function byName(entities: readonly EntityState[]): ReadonlyMap<string, EntityState> {
  return new Map(entities.map((state) => [nameOf(state.tenant, state.entity), state]))
}

function nameOf(tenant: string, entity: string): string {
  return `${tenant}\0${entity}`
}
