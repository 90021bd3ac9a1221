/** Past this a list with a place for every slot would be mostly holes, and large. */
const MOST_LISTED = 2 ** 24

/** Values by number, from 0 up to `size`: a list while that is small, else a map. */
export class Slots<Value> {
  readonly #list: (Value | undefined)[] | null
  readonly #map = new Map<number, Value>()

  constructor(size: number) {
    this.#list = size <= MOST_LISTED ? new Array<Value | undefined>(size) : null
  }

  get(slot: number): Value | undefined {
    return this.#list === null ? this.#map.get(slot) : this.#list[slot]
  }

  set(slot: number, value: Value): void {
    if (this.#list === null) this.#map.set(slot, value)
    else this.#list[slot] = value
  }

  /** The numbers that have a value, ascending. */
  filled(): number[] {
    if (this.#list === null) return [...this.#map.keys()].sort((a, b) => a - b)
    const slots: number[] = []
    // forEach passes over the holes.
    this.#list.forEach((_value, slot) => slots.push(slot))
    return slots
  }
}
