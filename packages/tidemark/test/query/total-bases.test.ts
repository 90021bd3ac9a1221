import { expect, test } from 'vitest'
import fc from 'fast-check'
import { addCoverage, type CoverageBasis, DayCounts } from '../../src/query/coverage.ts'
import { TotalBases } from '../../src/query/total-bases.ts'

const calendars = [{ today: 12, coveredEnd: 10 }, { today: 13, coveredEnd: 9 }].map((one) => ({ ...one, existing: (from: number, to: number) => Math.max(0, to - from) })) as unknown as CoverageBasis['days'][]
const basis = fc.record({ days: fc.constantFrom(...calendars), enrolment: fc.option(fc.integer({ min: 0, max: 14 })), weight: fc.integer({ min: 1, max: 5 }), erased: fc.boolean(), damaged: fc.constantFrom([], [], [{ from: 3, to: 5 }]) })

function counted(bases: readonly CoverageBasis[], range: { from: number; to: number }): DayCounts {
  const counts = new DayCounts(1)
  for (const one of bases) addCoverage(counts, one, range, [6])
  return counts
}

test('a period counts what all bases do, whenever their entities enrolled', () => {
  fc.assert(fc.property(fc.array(basis, { maxLength: 12 }), fc.integer({ min: 0, max: 13 }), fc.integer({ min: 1, max: 6 }), (bases, from, length) => {
    const range = { from, to: from + length }
    expect(counted(new TotalBases(bases).in(range), range)).toEqual(counted(bases, range))
  }))
})

test('of a thousand days of enrolment a period looks at those in it, and at the others as two', () => {
  const bases = Array.from({ length: 1_000 }, (_, enrolment): CoverageBasis => ({ days: calendars[0] as CoverageBasis['days'], enrolment, weight: 2, erased: false, damaged: [] }))
  expect(new TotalBases(bases).in({ from: 500, to: 501 }).map(({ weight }) => weight)).toEqual([1_002, 998])
  expect(new TotalBases(bases).in({ from: 500, to: 503 })).toHaveLength(4)
})
