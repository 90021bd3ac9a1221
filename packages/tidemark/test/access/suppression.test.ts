import { describe, expect, test } from 'vitest'
import fc from 'fast-check'
import { determinedBy } from '../../src/access/determined.ts'
import { type Relation, suppressedCells, type TableCell } from '../../src/access/suppression.ts'
import { Equations } from './equations.ts'

const K = 10

/** Cells from counts; of each 100 entities could have had a part. */
const cells = (...counts: readonly number[]): TableCell[] => counts.map((behind) => ({ behind, among: 100 }))
const hidden = (counts: readonly number[], relations: readonly Relation[] = []): number[] => [...suppressedCells(cells(...counts), relations, K)].sort((a, b) => a - b)

describe('a cell', () => {
  test.each([[9, [0]], [10, []], [1, [0]]])('of %i entities is told from ten on', (count, expected) => {
    expect(hidden([count])).toEqual(expected)
  })

  test.each([[100, []], [10, []], [9, [0]], [0, [0]]])('of nobody tells of those who could: of %i', (among, expected) => {
    expect([...suppressedCells([{ behind: 0, among }], [], K)]).toEqual(expected)
  })
})

describe('beside a sum that is told', () => {
  // Places: 0 the sum, then its parts.
  const groups = (count: number): Relation => ({ total: 0, parts: Array.from({ length: count }, (_, place) => place + 1) })

  test('nothing is suppressed when no part is of too few', () => {
    expect(hidden([40, 12, 15, 20], [groups(3)])).toEqual([])
  })

  test('the next smallest part goes with one of too few: 40 − 15 − 20 would tell it', () => {
    expect(hidden([40, 3, 15, 20], [groups(3)])).toEqual([1, 2])
  })

  test('two of too few are not enough for each other: together they are of too few, and their sum would be told', () => {
    expect(hidden([40, 3, 4, 20, 25], [groups(4)])).toEqual([1, 2, 3])
  })

  test('when every part is of too few, their sum is told all the same: it is of enough', () => {
    expect(hidden([16, 4, 4, 4, 4], [groups(4)])).toEqual([1, 2, 3, 4])
  })

  test('a part of nobody hides nobody', () => {
    expect(hidden([40, 3, 0, 20, 30], [groups(4)])).toEqual([1, 3])
  })

  test('nothing goes when the sum is of too few itself', () => {
    expect(hidden([7, 3, 4], [groups(2)])).toEqual([0, 1, 2])
  })

  test('of equal parts the first goes', () => {
    expect(hidden([60, 20, 20, 2, 20], [groups(4)])).toEqual([1, 3])
  })
})

describe('along the periods of a group', () => {
  const month = (count: number): Relation => ({ total: null, parts: Array.from({ length: count }, (_, place) => place) })

  test('a day of too few takes another with it, since the month is told elsewhere', () => {
    expect(hidden([30, 3, 20, 25], [month(4)])).toEqual([1, 2])
  })

  test('the only day with anybody needs no other: the month is of as few', () => {
    expect(hidden([0, 3, 0], [month(3)])).toEqual([1])
  })

  test('days of few that make a month of too few need no other, either', () => {
    expect(hidden([2, 3, 4], [month(3)])).toEqual([0, 1, 2])
  })
})

describe('in a table', () => {
  /** Columns are days, rows groups: places row by row, then the sums of the days. */
  const table = (rows: number, columns: number): Relation[] => [
    ...Array.from({ length: columns }, (_, day): Relation => ({ total: rows * columns + day, parts: Array.from({ length: rows }, (_unused, row) => row * columns + day) })),
    ...Array.from({ length: rows + 1 }, (_, row): Relation => ({ total: null, parts: Array.from({ length: columns }, (_unused, day) => row * columns + day) })),
  ]

  test('what goes for one day goes in two days and two groups', () => {
    // 20  3 20      20  -  -
    // 20 11 20  →   20  -  -    the smallest of the day, then the smallest of each group, and those make two for the third day
    // 30 30 30      30 30 30
    expect(hidden([20, 3, 20, 20, 11, 20, 30, 30, 30, 60, 40, 60], table(3, 3))).toEqual([0, 1, 3, 4])
  })

  test('two of each day and group can still tell one: then another goes', () => {
    const relations: Relation[] = [{ total: null, parts: [0, 1] }, { total: null, parts: [0, 1, 2, 3] }]
    expect([...determinedBy([0, 1, 2], relations)]).toEqual([2])
  })

  test('of anything random tells no cell of too few, and no cell is suppressed that need not be where none is', () => {
    fc.assert(fc.property(
      fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }), fc.integer({ min: 2, max: 6 }),
      fc.array(fc.array(fc.nat({ max: 7 }), { maxLength: 14 }), { minLength: 25, maxLength: 25 }),
      (rows, columns, least, members) => {
        // Whose part each cell is: the counts of sums are those of unions, as in life.
        const who = (places: readonly number[]): Set<number> => new Set(places.flatMap((place) => members[place] as number[]))
        const place = (row: number, day: number): number => row * columns + day
        const days = Array.from({ length: columns }, (_, day) => Array.from({ length: rows }, (_unused, row) => place(row, day)))
        const lines = Array.from({ length: rows }, (_, row) => Array.from({ length: columns }, (_unused, day) => place(row, day)))
        const counts = [...lines.flat().map((one) => who([one]).size), ...days.map((day) => who(day).size)]
        // The longer period, as another question gives it: each group's sum over the days, and that of all. It is decided first.
        const longer = [...lines.map((line) => who(line).size), who(lines.flat()).size]
        const cell = (behind: number): TableCell => ({ behind, among: 50 })
        const kept = suppressedCells(longer.map(cell), [{ total: rows, parts: lines.map((_, row) => row) }], least)
        const over = counts.length
        const relations: Relation[] = [
          ...days.map((parts, day): Relation => ({ total: rows * columns + day, parts })), { total: over + rows, parts: lines.map((_, row) => over + row) },
          ...lines.map((parts, row): Relation => ({ total: over + row, parts })), { total: over + rows, parts: days.map((_, day) => rows * columns + day) },
        ]
        const suppressed = suppressedCells([...counts, ...longer].map(cell), relations, least, { from: over, suppressed: new Set([...kept].map((row) => over + row)) })
        const secrets = counts.flatMap((count, cell) => (count > 0 && count < least ? [cell] : []))
        for (const secret of secrets) expect(suppressed.has(secret)).toBe(true)
        if (secrets.length === 0) expect([...suppressed].filter((place) => place < over && (counts[place] as number) > 0)).toEqual([])
        // Whoever attacks knows every cell that is told in one or the other, and every empty one.
        const equations = new Equations(rows * columns)
        const vector = (cell: number): readonly number[] => (cell < rows * columns ? [cell] : days[cell - rows * columns] as number[])
        const sum = (row: number): readonly number[] => lines[row] ?? lines.flat()
        for (const cell of counts.keys()) if (counts[cell] === 0 || !suppressed.has(cell)) equations.know(vector(cell))
        for (const row of longer.keys()) if (!kept.has(row)) equations.know(sum(row))
        for (const secret of secrets) expect(equations.tell(vector(secret)), `cell ${secret} of ${counts.join(' ')}, told ${[...counts.keys()].filter((cell) => !suppressed.has(cell)).join(' ')}`).toBe(false)
        for (const [row, count] of longer.entries()) if (count > 0 && count < least) expect(equations.tell(sum(row)), `the sum of group ${row}`).toBe(false)
      },
    ), { numRuns: 3_000 })
  })

  test('that tells a secret is noticed by the attacker of this test', () => {
    const equations = new Equations(3)
    equations.know([0, 1, 2])
    equations.know([1])
    expect(equations.tell([0])).toBe(false)
    equations.know([2])
    expect(equations.tell([0])).toBe(true)
  })
})
