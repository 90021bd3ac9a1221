import { keyOf, NO_ID } from './asked.ts'

/** What finds an entity: the store's number, and its names. */
interface Listed {
  readonly id: number
  readonly tenant: string
  readonly entity: string
}

/** So many entities without a row are passed over before all are laid out by id. */
const NEAR = 32

/**
 * Finds the asked entities by id, and by name for rows of the archive. Rows come in runs of one entity, so the last one is
 * kept; and mostly in the order of the entities, so the next ones are looked at first.
 */
export class Directory {
  readonly entities: readonly Listed[]
  /** The subject of each entity: itself, or its tenant in a total. */
  readonly #subjects: Int32Array | null
  #byId: Map<number, number> | null = null
  #byName: Map<string, number> | null = null
  #lastId: number = NO_ID
  #lastOfId = -1
  #lastRow = { tenant: '', entity: '' }
  #lastOfRow = -1

  constructor(entities: readonly Listed[], subjects: Int32Array | null) {
    this.entities = entities
    this.#subjects = subjects
  }

  /** The place of the entity among those asked; -1 when it is none of them. */
  placeOfId(id: number): number {
    if (id === this.#lastId) return this.#lastOfId
    const next = this.#lastOfId + 1
    for (let place = next; place < this.entities.length && place < next + NEAR; place++) {
      if ((this.entities[place] as Listed).id !== id || id === NO_ID) continue
      this.#lastId = id
      return this.#lastOfId = place
    }
    this.#byId ??= new Map(this.entities.map((entity, place) => [entity.id, place]))
    this.#lastId = id
    this.#lastOfId = id === NO_ID ? -1 : this.#byId.get(id) ?? -1
    return this.#lastOfId
  }

  placeOfName(row: { readonly tenant: string; readonly entity: string }): number {
    if (this.#byName !== null && row.entity === this.#lastRow.entity && row.tenant === this.#lastRow.tenant) return this.#lastOfRow
    this.#byName ??= new Map(this.entities.map((entity, place) => [keyOf(entity.tenant, entity.entity), place]))
    this.#lastRow = row
    this.#lastOfRow = this.#byName.get(keyOf(row.tenant, row.entity)) ?? -1
    return this.#lastOfRow
  }

  subjectOf(place: number): number {
    return this.#subjects === null ? place : (this.#subjects[place] as number)
  }
}
