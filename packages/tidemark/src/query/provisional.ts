import type { SeriesDefinition } from '../definitions/series.ts'
import type { AnswerRef } from '../measures/answers.ts'
import type { DayRange, Snapshot } from '../stores/contract/read.ts'
import type { EntityState } from '../stores/contract/entity-state.ts'
import type { EpochDay } from '../stores/contract/state.ts'
import type { Combined } from './combine.ts'
import type { CoverageBasis } from './coverage.ts'
import type { MeasuredSince } from './since.ts'

/** For a measure and a slot: how many rows lie outside the covered interval, on days from which the measure counts. */
export type Provisional = (measure: string, slot: number) => number

const NONE: Provisional = () => 0

/**
 * Counts rows of days that are open or not captured. Only `all` of a flag needs their number ("of so many windows, all
 * were true"), so only for it are they read, and only where the answer has a row on such a day.
 */
export async function countProvisional(
  snapshot: Snapshot, series: SeriesDefinition, asOf: number | null, answers: readonly AnswerRef[], since: MeasuredSince,
  combined: Combined, entities: readonly EntityState[], basisOf: (entity: number) => CoverageBasis,
): Promise<Provisional> {
  const flags = new Set(answers.filter(({ measure, answer }) => answer === 'all' && series.measures[measure]?.kind === 'flag').map(({ measure }) => measure))
  if (flags.size === 0) return NONE
  const bySince = new Map<EpochDay, ReadonlyMap<number, number>>()
  const firstOf = (measure: string): EpochDay => {
    const place = since.places.get(measure)
    return place === undefined ? -Infinity : (since.days[place] as EpochDay)
  }
  for (const first of new Set([...flags].map(firstOf))) bySince.set(first, await countFrom(first))
  return (measure, slot) => (flags.has(measure) ? bySince.get(firstOf(measure))?.get(slot) ?? 0 : 0)

  async function countFrom(first: EpochDay): Promise<ReadonlyMap<number, number>> {
    const { frame, rows } = combined
    // Whatever the cell, the range is the same: the slot of the first cell stands for all, and puts them in order.
    const wholes = new Set<number>()
    for (const slot of rows.filled()) {
      const { subject, range } = frame.placeOf(slot)
      wholes.add(frame.slot(subject, 0, range))
    }
    const ranges: (DayRange & { readonly entity: number })[] = []
    const asked: { readonly subject: number; readonly range: number }[] = []
    for (const whole of [...wholes].sort((a, b) => a - b)) {
      const { subject, range } = frame.placeOf(whole)
      const { days } = basisOf(subject)
      const { from, to } = frame.rangesOf(subject)[range] as DayRange
      const start = Math.max(from, Math.min(days.coveredEnd, days.today), first)
      if (start >= to) continue
      ranges.push({ entity: (entities[subject] as EntityState).id, from: start, to })
      asked.push({ subject, range })
    }
    const counts = new Map<number, number>()
    if (ranges.length === 0) return counts
    const read = await snapshot.read({ series: series.name, plan: { kind: 'own', ranges }, cells: frame.cells, measures: [], total: false, asOf })
    for (const row of read.rows) {
      const { subject, range } = asked[row.range] as { subject: number; range: number }
      const cell = frame.placeOfCell(row.cell)
      if (cell === undefined) continue
      const slot = frame.slot(subject, cell, range)
      counts.set(slot, (counts.get(slot) ?? 0) + row.dayRows)
    }
    return counts
  }
}
