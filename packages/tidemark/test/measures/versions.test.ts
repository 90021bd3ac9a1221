import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { State } from '../../src/measures/kind.ts'
import type { StateColumn } from '../../src/measures/layout.ts'
import { mergeStates } from '../../src/measures/merge.ts'
import { mergeVersions, type Version } from '../../src/measures/versions.ts'

const COLUMNS: readonly StateColumn[] = [
  { name: 'a_n', measure: 'a', part: 'n', merge: 'sum', holds: 'integer' },
  { name: 'b_min', measure: 'b', part: 'min', merge: 'min', holds: 'integer' },
  { name: 'c_n', measure: 'c', part: 'n', merge: 'dayCount', holds: 'integer' },
  { name: 'c_days', measure: 'c', part: 'days', merge: 'days', holds: 'integer' },
]

/** A part's history: a row that comes, changes, goes and may come back. */
const chain = fc.array(fc.record({
  length: fc.integer({ min: 1, max: 6 }),
  gap: fc.constantFrom(0, 0, 0, 1, 3),
  facts: fc.integer({ min: 0, max: 3 }),
  n: fc.integer({ min: -5, max: 5 }),
  least: fc.option(fc.integer({ min: 0, max: 9 })),
  day: fc.integer({ min: 10, max: 13 }),
}), { maxLength: 5 }).chain((steps) => fc.boolean().map((open) => {
  let at = 1
  return steps.map((step, index): Version => {
    const from = at + step.gap
    at = from + step.length
    const last = index === steps.length - 1
    return {
      from, until: last && open ? null : at, facts: step.facts, revision: index + 1, version: 1 + (index % 2),
      states: [step.n, step.least, step.facts > 0 ? 1 : 0, step.facts > 0 ? `${step.day}:1` : null],
    }
  })
}))

const holdsAt = (versions: readonly Version[], transaction: number): Version | undefined =>
  versions.find((version) => version.from <= transaction && (version.until === null || transaction < version.until))

/** What all parts say together at one transaction, computed with no sweep. */
function together(chains: readonly (readonly Version[])[], transaction: number): { facts: number; states: State[] } | undefined {
  const parts = chains.flatMap((one) => holdsAt(one, transaction) ?? []).filter((part) => part.facts > 0)
  if (parts.length === 0) return undefined
  const states: State[] = COLUMNS.map(() => null)
  for (const part of parts) mergeStates(COLUMNS, states, part.states)
  return { facts: parts.reduce((sum, part) => sum + part.facts, 0), states }
}

const content = (version: Version | undefined) => version && { facts: version.facts, states: version.states }
const LAST = 60

describe('mergeVersions', () => {
  it('says at every transaction what the parts said together', () => {
    fc.assert(fc.property(fc.array(chain, { maxLength: 4 }), (chains) => {
      const merged = mergeVersions(COLUMNS, chains)
      for (let transaction = 0; transaction < LAST; transaction++) {
        expect(content(holdsAt(merged, transaction))).toEqual(together(chains, transaction))
      }
    }))
  })

  it('gives versions in order, without overlap, none of them empty', () => {
    fc.assert(fc.property(fc.array(chain, { maxLength: 4 }), (chains) => {
      const merged = mergeVersions(COLUMNS, chains)
      for (const [index, version] of merged.entries()) {
        expect(version.facts).toBeGreaterThan(0)
        const next = merged[index + 1]
        if (next) expect(version.until).toBeLessThanOrEqual(next.from)
        else if (version.until !== null) expect(version.from).toBeLessThan(version.until)
      }
    }))
  })

  it('merges in any grouping to the same', () => {
    fc.assert(fc.property(chain, chain, chain, (a, b, c) => {
      const kept = (one: readonly Version[]) => one.filter((version) => version.facts > 0)
      const [x, y, z] = [kept(a), kept(b), kept(c)] as const
      const flat = mergeVersions(COLUMNS, [x, y, z])
      expect(mergeVersions(COLUMNS, [mergeVersions(COLUMNS, [x, y]), z])).toEqual(flat)
      expect(mergeVersions(COLUMNS, [x, mergeVersions(COLUMNS, [y, z])])).toEqual(flat)
    }))
  })

  it('forgets what ended before the horizon and nothing else', () => {
    fc.assert(fc.property(fc.array(chain, { maxLength: 4 }), fc.integer({ min: 0, max: 40 }), (chains, horizon) => {
      const merged = mergeVersions(COLUMNS, chains, horizon)
      for (const version of merged) expect(version.until ?? Infinity).toBeGreaterThan(horizon)
      for (let transaction = horizon; transaction < LAST; transaction++) {
        expect(content(holdsAt(merged, transaction))).toEqual(together(chains, transaction))
      }
    }))
  })

  it('dates the current version by the youngest change among the parts', () => {
    const one: Version = { from: 3, until: null, facts: 1, revision: 1, version: 1, states: [1, 5, 1, '10:1'] }
    const other: Version = { from: 8, until: null, facts: 2, revision: 1, version: 2, states: [2, 4, 1, '10:1'] }
    expect(mergeVersions(COLUMNS, [[one], [other]])).toEqual([
      { ...one, until: 8 },
      { from: 8, until: null, facts: 3, revision: 2, version: 2, states: [3, 4, 1, '10:1'] },
    ])
  })

  it('ends where every part has been taken back', () => {
    const one: Version = { from: 3, until: 5, facts: 1, revision: 1, version: 1, states: [1, null, 0, null] }
    const empty: Version = { from: 5, until: null, facts: 0, revision: 2, version: 1, states: [0, null, 0, null] }
    expect(mergeVersions(COLUMNS, [[one, empty]])).toEqual([one])
  })

  it('has nothing to say of no parts', () => {
    expect(mergeVersions(COLUMNS, [])).toEqual([])
    expect(mergeVersions(COLUMNS, [[]])).toEqual([])
  })
})
