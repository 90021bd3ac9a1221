import type { StoredEntity } from './catalogue.ts'

/** 300 bytes an entity, so 30 MB at most. One that is not remembered costs a look-up. */
const MOST_OF_A_GENERATION = 50_000

/**
 * The entities that were met last, by a key of the caller's. Two generations: when the younger is full the older goes, and
 * whoever is met again moves to the younger. One map, emptied when full, forgets those that come every time, too: of 100,000
 * entities met at random, three in four events then met theirs anew.
 */
export class EntityMemory {
  readonly #most: number
  #young = new Map<string, StoredEntity>()
  #old = new Map<string, StoredEntity>()

  constructor(most: number = MOST_OF_A_GENERATION) {
    this.#most = most
  }

  get(key: string): StoredEntity | undefined {
    const known = this.#young.get(key)
    if (known !== undefined) return known
    const met = this.#old.get(key)
    if (met !== undefined) this.set(key, met)
    return met
  }

  set(key: string, entity: StoredEntity): void {
    if (this.#young.size >= this.#most) {
      this.#old = this.#young
      this.#young = new Map()
    }
    this.#young.set(key, entity)
  }

  clear(): void {
    this.#young.clear()
    this.#old.clear()
  }
}
