import { determinedBy } from './determined.ts'

/** One number of a table: a group in a period. */
export interface TableCell {
  /** Entities that have something to it. */
  readonly behind: number
  /** Entities that could have. */
  readonly among: number
}

/** Cells, by their places, and their sum. */
export interface Relation {
  readonly parts: readonly number[]
  /** null: the sum is no cell, but may be had by another question, when it stands for enough entities. */
  readonly total: number | null
}

/** Cells of a table that is told elsewhere: what is suppressed of it is settled. */
export interface Settled {
  /** Places from this one on are of it. */
  readonly from: number
  readonly suppressed: ReadonlySet<number>
}

/** What an elimination may cost, in multiplications: some 0.2 s. Past it the cells that hang together are all suppressed. */
const MOST_WORK = 5e7

/** A cell of too few. Nobody's part tells of all who could have had one: it is shown where these are enough. */
export function tooFew({ behind, among }: Pick<TableCell, 'behind' | 'among'>, least: number): boolean {
  return behind === 0 ? among < least : behind < least
}

/**
 * The places of cells that are not told: those of fewer than `least` entities, and of the others as few and as small
 * as are needed, so that no relation gives one of the first. In every relation with an unknown cell there are at least
 * two, which together stand for at least `least` entities; and no combination of relations has one cell of too few as
 * its only unknown. A cell of nobody is no secret once its neighbours are known, so it hides none of them.
 */
export function suppressedCells(cells: readonly TableCell[], relations: readonly Relation[], least: number, settled: Settled = { from: cells.length, suppressed: new Set() }): ReadonlySet<number> {
  const suppressed = new Set(cells.flatMap((cell, place) => (place < settled.from && tooFew(cell, least) ? [place] : [])))
  for (const place of settled.suppressed) suppressed.add(place)
  const secrets = new Set([...suppressed].filter((place) => (cells[place] as TableCell).behind > 0 && (cells[place] as TableCell).behind < least))
  if (secrets.size === 0) return suppressed
  const table = new Table(cells, relations, least, settled.from)
  table.hideNeighbours(suppressed)
  while (table.hideDetermined(suppressed, secrets)) table.hideNeighbours(suppressed)
  return suppressed
}

class Table {
  readonly #cells: readonly TableCell[]
  readonly #relations: readonly Relation[]
  /** By cell, places of relations. */
  readonly #of = new Map<number, number[]>()
  readonly #least: number
  readonly #settled: number

  constructor(cells: readonly TableCell[], relations: readonly Relation[], least: number, settled: number) {
    this.#cells = cells
    this.#settled = settled
    this.#least = least
    this.#relations = relations.flatMap(({ parts, total }) => {
      const filled = parts.filter((place) => this.#behind(place) > 0)
      // A sum of too few is not told elsewhere, either.
      const told = total !== null || filled.reduce((sum, place) => sum + this.#behind(place), 0) >= least
      return told && filled.length > 0 ? [{ parts: filled, total }] : []
    })
    for (const [index, relation] of this.#relations.entries()) {
      for (const place of cellsOf(relation)) {
        const known = this.#of.get(place)
        if (known === undefined) this.#of.set(place, [index])
        else known.push(index)
      }
    }
  }

  /** Suppresses in every relation with an unknown cell until there are two, and they stand for enough. */
  hideNeighbours(suppressed: Set<number>): void {
    const waiting = new Set([...suppressed].flatMap((place) => this.#of.get(place) ?? []))
    for (const index of waiting) {
      waiting.delete(index)
      const { parts, total } = this.#relations[index] as Relation
      const unknown = parts.filter((place) => suppressed.has(place))
      // Together they are known as the rest of the sum; all of them together are the sum itself. A sum that is not told is not to be added up.
      if (total !== null && suppressed.has(total) ? unknown.length > 0 : unknown.length === 0 || (unknown.length > 1 && unknown.some((place) => this.#behind(place) >= this.#least))) continue
      const next = this.#smallest(parts.filter((place) => !suppressed.has(place)))
        ?? (unknown.length === 1 && total !== null && !suppressed.has(total) && total < this.#settled ? total : null)
      if (next === null) continue
      suppressed.add(next)
      for (const other of this.#of.get(next) ?? []) waiting.add(other)
    }
  }

  /** Suppresses one more cell of each group of relations that together still give a secret; says whether it did. */
  hideDetermined(suppressed: Set<number>, secrets: ReadonlySet<number>): boolean {
    const before = suppressed.size
    for (const component of this.#components(this.#binding(suppressed, secrets), suppressed)) {
      const cells = [...new Set(component.flatMap((index) => cellsOf(this.#relations[index] as Relation)))]
      const unknown = cells.filter((place) => suppressed.has(place))
      const near = cells.filter((place) => !suppressed.has(place) && place < this.#settled && this.#behind(place) > 0)
      if (near.length === 0 || !unknown.some((place) => secrets.has(place))) continue
      if (component.length * component.length * unknown.length > MOST_WORK) {
        for (const place of near) suppressed.add(place)
        continue
      }
      const determined = determinedBy(unknown, component.map((index) => this.#relations[index] as Relation))
      const secret = unknown.find((place) => secrets.has(place) && determined.has(place))
      if (secret === undefined) continue
      const own = (this.#of.get(secret) ?? []).flatMap((index) => cellsOf(this.#relations[index] as Relation)).filter((place) => near.includes(place))
      suppressed.add(this.#smallest(own) ?? this.#smallest(near) as number)
    }
    return suppressed.size > before
  }

  /** The relations that can have a part in telling a secret. One with an unknown that is none, and stands in no other, has not: nothing takes that one away. */
  #binding(suppressed: ReadonlySet<number>, secrets: ReadonlySet<number>): ReadonlySet<number> {
    const binding = new Set([...suppressed].flatMap((place) => this.#of.get(place) ?? []))
    const left = new Map([...suppressed].map((place) => [place, this.#of.get(place)?.length ?? 0]))
    const waiting = [...suppressed].filter((place) => !secrets.has(place) && left.get(place) === 1)
    for (let place = waiting.pop(); place !== undefined; place = waiting.pop()) {
      const index = this.#of.get(place)?.find((one) => binding.has(one))
      if (index === undefined) continue
      binding.delete(index)
      for (const other of cellsOf(this.#relations[index] as Relation)) {
        const count = left.get(other)
        if (count === undefined) continue
        left.set(other, count - 1)
        if (count === 2 && !secrets.has(other)) waiting.push(other)
      }
    }
    return binding
  }

  /** The cell of the fewest entities; of equal ones the first. */
  #smallest(places: readonly number[]): number | null {
    return places.filter((place) => place < this.#settled).reduce<number | null>((least, place) => (least === null || this.#behind(place) < this.#behind(least) ? place : least), null)
  }

  /** Which of the relations hang together by unknown cells. */
  #components(relations: ReadonlySet<number>, suppressed: ReadonlySet<number>): readonly (readonly number[])[] {
    const seen = new Set<number>()
    const components: number[][] = []
    for (const start of relations) {
      if (seen.has(start)) continue
      const component: number[] = []
      const waiting = [start]
      seen.add(start)
      for (let index = waiting.pop(); index !== undefined; index = waiting.pop()) {
        component.push(index)
        for (const place of cellsOf(this.#relations[index] as Relation)) {
          if (!suppressed.has(place)) continue
          for (const other of this.#of.get(place) ?? []) {
            if (seen.has(other) || !relations.has(other)) continue
            seen.add(other)
            waiting.push(other)
          }
        }
      }
      components.push(component)
    }
    return components
  }

  #behind(place: number): number {
    return (this.#cells[place] as TableCell).behind
  }
}

function cellsOf({ parts, total }: Relation): readonly number[] {
  return total === null ? parts : [...parts, total]
}
