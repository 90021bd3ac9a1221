import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addCoverage, type CoverageBasis, DayCounts, loseCutRows } from '../../src/query/coverage.ts'
import { EntityDays } from '../../src/query/entity-days.ts'
import { localCalendar } from '../../src/calendar/local-calendar.ts'

const day = fc.integer({ min: 0, max: 60 })
const range = fc.tuple(day, day).map(([a, b]) => ({ from: Math.min(a, b), to: Math.max(a, b) }))

/** Disjoint ranges from sorted, distinct edges. */
const ranges = fc.uniqueArray(day, { maxLength: 4 }).map((edges) => {
  const sorted = edges.toSorted((a, b) => a - b)
  return sorted.flatMap((from, index) => (index % 2 === 0 && sorted[index + 1] !== undefined ? [{ from, to: sorted[index + 1] as number }] : []))
})

const basis = fc.record({
  missing: fc.uniqueArray(day, { maxLength: 3 }), today: day, coveredEnd: fc.oneof(day, fc.constant(-Infinity)),
  enrolment: fc.option(day), damaged: ranges, weight: fc.constant(1), erased: fc.constant(false),
}).map(({ missing, today, coveredEnd, ...rest }): CoverageBasis & { missing: readonly number[] } => ({
  ...rest, missing,
  days: {
    today, coveredEnd,
    existing(from, to) {
      let count = 0
      for (let each = from; each < to; each++) if (!missing.includes(each)) count++
      return count
    },
  },
}))

type Counted = Record<string, number>

/** The page's own words, a day at a time. */
function naive({ days, enrolment, damaged, missing }: CoverageBasis & { missing: readonly number[] }, { from, to }: { from: number; to: number }, cuts: readonly { from: number; to: number }[], since: number): Counted {
  const counts: Counted = {}
  const add = (reason: string): void => {
    counts[reason] = (counts[reason] ?? 0) + 1
  }
  const within = (each: number) => (other: { from: number; to: number }): boolean => each >= other.from && each < other.to
  for (let each = from; each < to; each++) {
    if (missing.includes(each)) continue
    add('expected')
    if (enrolment === null || each < enrolment) add('before_enrolment')
    else if (each >= days.today) add('open')
    else if (each >= days.coveredEnd) add('not_captured')
    else if (cuts.some(within(each))) add('finer_detail_retired')
    else if (damaged.some(within(each))) add('archive_damaged')
    else {
      add('present')
      if (each < since) add('unmeasured')
    }
  }
  return counts
}

describe('coverage by arithmetic', () => {
  test('counts what a loop over the days counts', () => {
    fc.assert(fc.property(basis, range, fc.array(range, { maxLength: 3 }), day, (entity, asked, cuts, since) => {
      const counts = new DayCounts(1)
      addCoverage(counts, entity, asked, [since])
      if (cuts.length > 0) loseCutRows(counts, entity, asked, cuts, [since])
      const { expected, present } = counts
      const found: Counted = { expected, present, unmeasured: counts.unmeasured[0] as number, ...counts.reasons() }
      expect(Object.fromEntries(Object.entries(found).filter(([, count]) => count !== 0))).toEqual(naive(entity, asked, cuts, since))
    }), { numRuns: 2000 })
  })

  test('entities that are alike count by their weight', () => {
    fc.assert(fc.property(basis, range, day, fc.integer({ min: 1, max: 5 }), (entity, asked, since, weight) => {
      const one = new DayCounts(1)
      const many = new DayCounts(1)
      for (let i = 0; i < weight; i++) addCoverage(one, entity, asked, [since])
      addCoverage(many, { ...entity, weight }, asked, [since])
      expect(many).toEqual(one)
    }))
  })

  test('days that a zone skips are listed once and not counted', () => {
    const apia = new EntityDays(localCalendar([{ zone: 'Pacific/Apia', from: 0 }]), Date.UTC(2012, 0, 1), null)
    const skipped = Date.UTC(2011, 11, 30) / 86_400_000
    for (const surveyed of [false, true]) {
      if (surveyed) apia.survey({ from: skipped - 400, to: skipped + 400 })
      expect([apia.existing(skipped, skipped + 1), apia.existing(skipped - 1, skipped + 2), apia.existing(skipped + 1, skipped + 3)]).toEqual([0, 2, 2])
    }
  })
})
