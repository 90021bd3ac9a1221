/** A seeded source of chance (mulberry32): the same seed gives the same history on every machine. */
export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = (seed ^ 0x9e3779b9) >>> 0
    // Neighbouring seeds start alike; a few draws set them apart.
    for (let draw = 0; draw < 4; draw += 1) this.next()
  }

  /** From 0 up to, not including, 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let bits = this.#state
    bits = Math.imul(bits ^ (bits >>> 15), bits | 1)
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61)
    return ((bits ^ (bits >>> 14)) >>> 0) / 4_294_967_296
  }

  /** A whole number from `least` to `most`, both included. */
  whole(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1))
  }

  chance(probability: number): boolean {
    return this.next() < probability
  }

  pick<T>(items: readonly T[]): T {
    if (items.length === 0) throw new Error('nothing to pick from')
    return items[this.whole(0, items.length - 1)] as T
  }

  /** So many of the items, in their order. */
  some<T>(items: readonly T[], count: number): readonly T[] {
    const places = items.map((_, index) => ({ index, weight: this.next() }))
      .sort((left, right) => left.weight - right.weight).slice(0, count).map(({ index }) => index)
    return items.filter((_, index) => places.includes(index))
  }
}
