import { Collectors } from './collectors.ts'
import type { SeriesDefinition } from './definitions/series.ts'
import { Declared } from './declared.ts'
import { LazyArchive } from './lazy-archive.ts'
import { Questions } from './question-desk.ts'
import type { StoreLocation } from './store-url.ts'
import type { Store } from './stores/contract/store.ts'
import { openStore } from './tidemark.ts'

/** Where the answers of a history lie: plain data, which a thread can be given. */
export interface QuestionPlace {
  readonly store: StoreLocation
  /** The folder, absolute. */
  readonly archive: string
  readonly series: readonly SeriesDefinition[]
}

/** The questions of a place, on connections of their own, which write nothing. Payloads, whose versions are functions, are not among them. */
export class PlacedQuestions {
  readonly declared: Declared
  readonly #store: Store
  readonly #archive: LazyArchive

  private constructor(place: QuestionPlace, store: Store) {
    this.declared = new Declared(place.series)
    this.#store = store
    this.#archive = new LazyArchive(place.archive)
  }

  /** Throws STORE_* when the store cannot be opened. */
  static async open(place: QuestionPlace): Promise<PlacedQuestions> {
    return new PlacedQuestions(place, await openStore(place.store))
  }

  /** The questions as they are answered at an instant, in epoch milliseconds. */
  at(now: number): Questions {
    return new Questions({ store: this.#store, declared: this.declared, collectors: new Collectors([]), clock: () => now }, this.#archive)
  }

  close(): Promise<void> {
    return this.#store.close()
  }
}
