import type { DayRange } from '../stores/contract/read.ts'
import type { CoverageBasis } from './coverage.ts'

/** Bases of one calendar that differ in nothing but the day of enrolment, in the order of that. */
interface Alike {
  readonly bases: readonly CoverageBasis[]
  /** Of the first so many bases together. */
  readonly weights: readonly number[]
}

/**
 * What decides the coverage of a total, period by period. All who had enrolled before a period count alike in it, and so
 * do all who enrol after it: only those who enrol in it are looked at one by one, so that a total of many periods does
 * not walk all days of enrolment for each.
 */
export class TotalBases {
  readonly #alike: readonly Alike[]
  /** Those that something of their own befell. */
  readonly #own: readonly CoverageBasis[]

  constructor(bases: readonly CoverageBasis[]) {
    const plain = ({ damaged, erased, enrolment }: CoverageBasis): boolean => damaged.length === 0 && !erased && enrolment !== null
    this.#own = bases.filter((basis) => !plain(basis))
    this.#alike = [...Map.groupBy(bases.filter(plain), ({ days }) => days).values()].map((list) => {
      const sorted = list.toSorted((a, b) => (a.enrolment as number) - (b.enrolment as number))
      const weights = [0]
      for (const { weight } of sorted) weights.push((weights.at(-1) as number) + weight)
      return { bases: sorted, weights }
    })
  }

  /** Bases that count in the range what all of them do. */
  in({ from, to }: DayRange): readonly CoverageBasis[] {
    const found = [...this.#own]
    for (const { bases, weights } of this.#alike) {
      const [first, last] = [placeOf(bases, from + 1), placeOf(bases, to)]
      const [early, late] = [weights[first] as number, (weights.at(-1) as number) - (weights[last] as number)]
      if (early > 0) found.push({ ...(bases[0] as CoverageBasis), weight: early })
      found.push(...bases.slice(first, last))
      if (late > 0) found.push({ ...(bases.at(-1) as CoverageBasis), weight: late })
    }
    return found
  }
}

/** How many enrolled before a day. */
function placeOf(bases: readonly CoverageBasis[], day: number): number {
  let [least, most] = [0, bases.length]
  while (least < most) {
    const middle = (least + most) >> 1
    if (((bases[middle] as CoverageBasis).enrolment as number) < day) least = middle + 1
    else most = middle
  }
  return least
}
