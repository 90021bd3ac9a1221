import type { RosterEntry } from '../../src/definitions/collector.ts'
import type { EntityDefinition } from '../../src/definitions/entity.ts'
import { keyText } from './entity-key.ts'
import { ZoneHistory } from './local-day.ts'
import type { EntityKey, HoldInput } from './subject.ts'

/** What all series know of entities: their zones and attributes, what is held, and what has been erased. */
export class Registry {
  readonly #zones = new Map<string, ZoneHistory>()
  /** In the order in which they were first heard of. */
  readonly #entities: string[] = []
  readonly #attributes = new Map<string, NonNullable<RosterEntry['attributes']>>()
  readonly #erased = new Set<string>()
  /** Entities whose erasure a cascade has entered and nothing has finished yet. */
  readonly #entered = new Map<string, EntityKey>()
  readonly #holds = new Map<string, HoldInput>()

  /** An entity never heard of has the zone declared for its kind. */
  zonesOf(kind: EntityDefinition, entity: EntityKey): ZoneHistory {
    return this.#zones.get(named(kind.name, entity)) ?? new ZoneHistory(kind.zone)
  }

  isKnown(kind: string, entity: EntityKey): boolean {
    return this.#zones.has(named(kind, entity))
  }

  /** From its next local midnight; an entity never heard of starts in it. */
  setZone(kind: string, entity: EntityKey, zone: string, instantMs: number): void {
    const history = this.#zones.get(named(kind, entity))
    if (history === undefined) {
      this.#zones.set(named(kind, entity), new ZoneHistory(zone))
      this.#entities.push(named(kind, entity))
    } else if (history.latestZone !== zone) history.change(zone, instantMs)
  }

  /** By when they were first heard of. */
  compare(kind: string, left: EntityKey, right: EntityKey): number {
    return this.#entities.indexOf(named(kind, left)) - this.#entities.indexOf(named(kind, right))
  }

  attributesOf(kind: string, entity: EntityKey): NonNullable<RosterEntry['attributes']> {
    return this.#attributes.get(named(kind, entity)) ?? {}
  }

  setAttributes(kind: string, entity: EntityKey, attributes: NonNullable<RosterEntry['attributes']>): void {
    this.#attributes.set(named(kind, entity), attributes)
  }

  erase(kind: string, entity: EntityKey): void {
    this.#zones.delete(named(kind, entity))
    this.#attributes.delete(named(kind, entity))
    this.#erased.add(named(kind, entity))
  }

  isErased(kind: string, entity: EntityKey): boolean {
    return this.#erased.has(named(kind, entity))
  }

  enterErasure(kind: string, entity: EntityKey): void {
    this.#entered.set(named(kind, entity), entity)
  }

  finishErasure(kind: string, entity: EntityKey): void {
    this.#entered.delete(named(kind, entity))
    this.#forgetName(entity)
  }

  finishErasures(): void {
    for (const [key, entity] of this.#entered) {
      this.#entered.delete(key)
      this.#forgetName(entity)
    }
  }

  /** Something of the tenant is hidden and may still be there. */
  isErasing(tenant: string): boolean {
    return [...this.#entered.values()].some((entity) => entity.tenant === tenant)
  }

  /** A hold that has outlived the last entity of its name, erased in spite of it, covers nothing any more. */
  #forgetName(entity: EntityKey): void {
    if ([...this.#zones.keys()].some((key) => key.endsWith(` ${keyText(entity)}`))) return
    for (const [name, hold] of this.#holds) {
      if (hold.tenant === entity.tenant && hold.entity === entity.entity) this.#holds.delete(name)
    }
  }

  hold(name: string, hold: HoldInput): void {
    this.#holds.set(name, hold)
  }

  lift(name: string): void {
    this.#holds.delete(name)
  }

  /** A hold in force covers the entity, or its whole tenant. */
  isHeld({ tenant, entity }: EntityKey): boolean {
    return [...this.#holds.values()].some((hold) => hold.tenant === tenant && (hold.entity === null || hold.entity === entity))
  }
}

function named(kind: string, entity: EntityKey): string {
  return `${kind} ${keyText(entity)}`
}
