import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { portableSha256 } from '../../src/canonical/row-digest.ts'
import { layoutOf } from '../../src/measures/layout.ts'
import { mergeStates } from '../../src/measures/merge.ts'
import type { State } from '../../src/stores/contract/state.ts'
import type { StoredRow, SupersededRow } from '../../src/stores/contract/tiers.ts'
import { mergePeriod } from '../../src/tiers/merge-period.ts'
import { activity, day } from './sample.ts'

const definition = activity({ day: '35d', quarter: 'archive' })
const layout = layoutOf(definition)
const FROM = day('2024-01-01')
const TO = day('2024-04-01')

function row(transaction: number, n: number, change: Partial<StoredRow> = {}): StoredRow {
  const dayOf = FROM + (n % 80)
  return {
    tenant: 'acme', entity: 'e1', cell: 0, from: FROM, to: TO, transaction, believedAt: transaction * 1000, version: 1, revision: 1, facts: n,
    digest: new Uint8Array(16), states: [n, 1, `${dayOf}:1`, n * 3, n, n], ...change,
  }
}
const until = (one: StoredRow, transaction: number): SupersededRow => ({ ...one, until: transaction })

const merge = (base: readonly StoredRow[], rows: readonly StoredRow[], superseded: readonly SupersededRow[] = [], horizon = 0) =>
  mergePeriod({ definition, dimensionsOf: () => definition.dimensions, layout, tier: 'quarter', base, source: { rows, superseded }, horizon, presence: () => ({ expected: 91, present: 90 }), sha256: portableSha256 })

const brief = (one: StoredRow & { until?: number }) => [one.entity, one.transaction, one.until ?? null, one.facts]

describe('mergePeriod', () => {
  it('adds late events to the row of the file and keeps what it said before', () => {
    const merged = merge([row(5, 10)], [row(8, 2)])
    expect(merged.rows.map(brief)).toEqual([['e1', 8, null, 12]])
    expect(merged.rows[0]).toMatchObject({ believedAt: 8000, expected: 91, present: 90, states: [12, 2, expect.any(String), 36, 12, 10] })
    expect(merged.superseded.map(brief)).toEqual([['e1', 5, 8, 10]])
  })

  it('tells the history of the file\'s row from that of the additions beside it', () => {
    const merged = merge([row(5, 10)], [row(9, 3)], [until(row(2, 7), 5), until(row(8, 2), 9)])
    expect(merged.rows.map(brief)).toEqual([['e1', 9, null, 13]])
    expect(merged.superseded.map(brief)).toEqual([['e1', 2, 5, 7], ['e1', 5, 8, 10], ['e1', 8, 9, 12]])
  })

  it('drops what nobody can ask for any more', () => {
    expect(merge([row(5, 10)], [row(9, 3)], [until(row(2, 7), 5), until(row(8, 2), 9)], 8).superseded.map(brief)).toEqual([['e1', 8, 9, 12]])
  })

  it('keeps rows of other entities, cells and windows apart, in the order of the file', () => {
    const merged = merge(
      [row(5, 10, { entity: 'b' }), row(5, 4, { entity: 'b', cell: 1 })],
      [row(8, 2, { entity: 'a' }), row(8, 1, { entity: 'b', cell: 2 }), row(8, 1, { entity: 'b', cell: 1 })],
    )
    expect(merged.rows.map(({ entity, cell, facts }) => [entity, cell, facts])).toEqual([['a', 0, 2], ['b', 0, 10], ['b', 1, 5], ['b', 2, 1]])
    expect(merge([row(5, 10, { to: FROM + 40 }), row(5, 4, { from: FROM + 40 })], []).rows).toHaveLength(2)
  })

  it('adds to the row that holds the days when windows are cut otherwise by now', () => {
    const inside = merge([row(5, 10)], [row(8, 2, { to: FROM + 40 }), row(9, 1, { from: FROM + 40 })])
    expect(inside.rows).toMatchObject([{ from: FROM, to: TO, facts: 13 }])
    const around = merge([row(5, 10, { to: FROM + 40 }), row(6, 1, { from: FROM + 40 })], [row(8, 2)])
    expect(around.rows).toMatchObject([{ from: FROM, to: TO, facts: 13 }])
    expect(around.superseded.map(brief)).toEqual([['e1', 5, 6, 10], ['e1', 6, 8, 11]])
  })

  it('computes the same digest for the same content, however it came together', () => {
    const [together] = merge([], [row(5, 10)]).rows
    const [apart] = merge([row(3, 4)], [{ ...row(5, 6), states: [6, 1, `${FROM + 10}:1`, 18, 6, 10] }]).rows
    expect(apart?.facts).toBe(together?.facts)
    const fold = (rows: readonly StoredRow[]) => merge([], [rows.reduce((one, next) => {
      const states: State[] = [...one.states]
      mergeStates(layout.columns, states, next.states)
      return { ...one, states, facts: one.facts + next.facts, transaction: next.transaction }
    })]).rows[0]?.digest
    expect(merge([row(3, 4)], [row(5, 6)]).rows[0]?.digest).toEqual(fold([row(3, 4), row(5, 6)]))
  })

  it('generation after generation answers at every moment what the parts said then', () => {
    fc.assert(fc.property(fc.array(fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 5 }), (runs) => {
      let transaction = 1
      let base: readonly StoredRow[] = []
      let history: readonly SupersededRow[] = []
      const said: { at: number; facts: number }[] = []
      let total = 0
      for (const events of runs) {
        let addition: StoredRow | null = null
        const changed: SupersededRow[] = []
        for (const n of events) {
          transaction++
          if (addition !== null) changed.push(until(addition, transaction))
          addition = row(transaction, (addition?.facts ?? 0) + n, { revision: (addition?.revision ?? 0) + 1 })
          total += n
          said.push({ at: transaction, facts: total })
        }
        const merged = merge(base, addition === null ? [] : [addition], [...history, ...changed])
        base = merged.rows
        history = merged.superseded
      }
      for (const [index, { at, facts }] of said.entries()) {
        const last = said[index + 1]?.at ?? transaction + 1
        for (let asOf = at; asOf < last; asOf++) {
          const believed = [...history.filter((one) => one.transaction <= asOf && asOf < one.until), ...base.filter((one) => one.transaction <= asOf)]
          expect(believed.map((one) => one.facts)).toEqual([facts])
        }
      }
    }))
  })
})
