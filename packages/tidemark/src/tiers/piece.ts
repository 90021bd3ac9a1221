/** Long enough that commits do not dominate, short enough that a writer who waits is not kept from its work. */
const SHORTEST_MS = 25
const LONGEST_MS = 50
const FIRST = 32
const MOST = 4096

/** How many entities one transaction takes: adapted so that it lasts 25 to 50 ms on this machine and this data. */
export class PieceSize {
  #entities: number

  /** @param first how many the first one takes */
  constructor(first = FIRST) {
    this.#entities = first
  }

  get entities(): number {
    return this.#entities
  }

  /** Learns from how long a piece of this many entities took. */
  took(entities: number, ms: number): void {
    if (ms > LONGEST_MS) this.#entities = Math.max(1, Math.floor(this.#entities / 2))
    // A last, smaller piece says nothing about a full one.
    else if (ms < SHORTEST_MS && entities >= this.#entities) this.#entities = Math.min(MOST, this.#entities * 2)
  }
}
