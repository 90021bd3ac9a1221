/** 2^31 − 1: another prime than the program's, by another arithmetic. */
const PRIME = 2_147_483_647n

/** What somebody knows who knows some sums of unknown numbers: whatever is a combination of them. */
export class Equations {
  readonly #size: number
  /** In echelon form, by the first place that is not zero. */
  readonly #rows = new Map<number, bigint[]>()

  constructor(size: number) {
    this.#size = size
  }

  /** The sum of these numbers is known. */
  know(places: readonly number[]): void {
    const rest = this.#reduced(places)
    const first = rest.findIndex((value) => value !== 0n)
    if (first < 0) return
    const inverse = power(rest[first] as bigint, PRIME - 2n)
    this.#rows.set(first, rest.map((value) => (value * inverse) % PRIME))
  }

  /** Whether the sum of these can be told. */
  tell(places: readonly number[]): boolean {
    return this.#reduced(places).every((value) => value === 0n)
  }

  #reduced(places: readonly number[]): bigint[] {
    const row = Array.from({ length: this.#size }, () => 0n)
    for (const place of places) row[place] = 1n
    for (let at = 0; at < this.#size; at++) {
      const times = row[at] as bigint
      const known = this.#rows.get(at)
      if (times === 0n || known === undefined) continue
      for (let place = at; place < this.#size; place++) row[place] = ((row[place] as bigint) + (PRIME - times) * (known[place] as bigint)) % PRIME
    }
    return row
  }
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n
  for (let [rest, square] = [exponent, base]; rest > 0n; rest >>= 1n, square = (square * square) % PRIME) if ((rest & 1n) === 1n) result = (result * square) % PRIME
  return result
}
