import type { DayRange } from '../stores/contract/read.ts'
import type { EpochDay } from '../stores/contract/state.ts'
import type { Combined, Cut } from './combine.ts'
import { addCoverage, type CoverageBasis, DayCounts, loseCutRows } from './coverage.ts'

/**
 * The coverage of every slot of a frame. What does not depend on the cell is counted once for each subject and range;
 * the counts are reused from subject to subject, so ask in the order of the slots.
 */
export class CoverageSheet {
  readonly #combined: Combined
  readonly #basesOf: (subject: number, range: DayRange) => readonly CoverageBasis[]
  readonly #basisOf: (entity: number) => CoverageBasis
  readonly #since: readonly EpochDay[]
  readonly #counts: DayCounts[] = []
  /** The subject whose counts stand in a place, plus 1. */
  readonly #stamps: Int32Array
  readonly #cut: DayCounts
  #losing: readonly Cut[] = []

  /**
   * @param basesOf what decides the coverage of a subject in a range
   * @param basisOf the same for one entity, by its place among those asked
   */
  constructor(
    combined: Combined, basesOf: (subject: number, range: DayRange) => readonly CoverageBasis[],
    basisOf: (entity: number) => CoverageBasis, since: readonly EpochDay[],
  ) {
    this.#combined = combined
    this.#basesOf = basesOf
    this.#basisOf = basisOf
    this.#since = since
    this.#stamps = new Int32Array(combined.frame.longest)
    this.#cut = new DayCounts(since.length)
  }

  /** Good until the next call. */
  counts(slot: number, subject: number, range: number): DayCounts {
    const counts = this.#whole(subject, range)
    const cuts = this.#combined.cuts.get(slot)
    if (cuts === undefined) return counts
    this.#cut.copy(counts)
    const days = this.#combined.frame.rangesOf(subject)[range] as { from: EpochDay; to: EpochDay }
    this.#losing = []
    for (const [entity, rows] of byEntity(cuts)) {
      const before = this.#cut.retired
      loseCutRows(this.#cut, this.#basisOf(entity), days, rows, this.#since)
      if (this.#cut.retired > before) this.#losing = this.#losing.length === 0 ? rows : [...this.#losing, ...rows]
    }
    return this.#cut
  }

  /** The cut rows of those entities that lost days by them in what was counted last. */
  get losing(): readonly Cut[] {
    return this.#losing
  }

  #whole(subject: number, range: number): DayCounts {
    const counts = (this.#counts[range] ??= new DayCounts(this.#since.length))
    if (this.#stamps[range] === subject + 1) return counts
    this.#stamps[range] = subject + 1
    counts.clear()
    const days = this.#combined.frame.rangesOf(subject)[range] as { from: EpochDay; to: EpochDay }
    for (const basis of this.#basesOf(subject, days)) addCoverage(counts, basis, days, this.#since)
    return counts
  }
}

function byEntity(cuts: readonly Cut[]): Iterable<readonly [number, readonly Cut[]]> {
  const first = cuts[0] as Cut
  return cuts.every((cut) => cut.entity === first.entity) ? [[first.entity, cuts]] : Map.groupBy(cuts, (cut) => cut.entity)
}
