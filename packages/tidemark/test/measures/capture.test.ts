import { describe, expect, test } from 'vitest'
import { entity } from '../../src/definitions/entity.ts'
import { decimal, integer } from '../../src/definitions/field.ts'
import { series } from '../../src/definitions/series.ts'
import { captureStates } from '../../src/measures/capture.ts'
import { layoutOf } from '../../src/measures/layout.ts'
import { mergeVersions, type Version } from '../../src/measures/versions.ts'

const start = series('campaigns', { of: entity('campaign', { tenant: 'company' }), grain: 'day' })
const schema = { '~standard': { version: 1, vendor: 'test', validate: (value: unknown) => ({ value }) } } as const
const chain = start.measures(({ gauge, counter, flag }) => ({ budget: gauge(decimal(2)), hours: counter(integer()), open: flag() }))
const source = { entities: async () => [] }
const plain = chain.derive(({ ratio }) => ({ per: ratio('budget', 'hours') })).payload(schema, { version: 1 }).collect(async () => [], source).definition
const layout = layoutOf(plain)

describe('the states of a captured row', () => {
  test('stand in the order of the layout, the payload\'s left out', () => {
    expect(layout.columns.map(({ name }) => name)).toEqual([
      'budget_first', 'budget_last', 'budget_min', 'budget_max', 'budget_weighted', 'budget_seconds', 'budget_n',
      'hours_first', 'hours_last', 'hours_increase', 'hours_n', 'open_true', 'open_n', 'payload_version', 'payload',
    ])
    expect(captureStates(layout, plain, [150, 7, 1], { seconds: 3600 }, () => [3, 5, 2, 1]))
      .toEqual([150, 150, 150, 150, 540_000, 3600, 1, 7, 7, 2, 1, 1, 1, null, null])
    expect(captureStates(layout, plain, [null, null, null], { seconds: 3600 }, () => null))
      .toEqual([null, null, null, null, null, 0, 0, null, null, null, 0, 0, 0, null, null])
  })

  test('ask for an earlier value only where one counts', () => {
    const asked: string[] = []
    const previous = (measure: string) => {
      asked.push(measure)
      return null
    }
    captureStates(layout, plain, [1, 2, 0], { seconds: 60 }, previous)
    captureStates(layout, plain, [1, null, 0], { seconds: 60 }, previous)
    expect(asked).toEqual(['hours'])
  })
})

describe('a sum that no row can hold', () => {
  test('is refused as its level is captured, by the coarsest tier that it will come to', () => {
    const quarterly = chain.keep({ captured: '30d', day: '90d', month: '1y', quarter: 'forever' }).collect(async () => [], source).definition
    // A quarter of 92 days and two more: 2^63 / 8,121,600 s = 1,135,659,480,503.2
    expect(() => captureStates(layoutOf(quarterly), quarterly, [999_999_999_999, 0, 0], { seconds: 86_400 }, () => null)).not.toThrow()
    expect(() => captureStates(layoutOf(quarterly), quarterly, [MOST_QUARTERLY, 0, 0], { seconds: 86_400 }, () => null)).not.toThrow()
    expect(() => captureStates(layoutOf(quarterly), quarterly, [MOST_QUARTERLY + 1, 0, 0], { seconds: 86_400 }, () => null)).toThrow(expect.objectContaining({ code: 'SUM_TOO_LARGE' }))
    expect(() => captureStates(layout, plain, [MOST_QUARTERLY + 1, 0, 0], { seconds: 86_400 }, () => null)).not.toThrow()
  })

  test('is refused where rows are merged into one', () => {
    const states = captureStates(layout, plain, [35_000_000_000_000, 0, 0], { seconds: 86_400 }, () => null)
    const chainOf = (from: number): readonly Version[] => [{ from, until: null, facts: 1, revision: 1, version: 1, states }]
    // 35 · 10^12 · 86,400 = 3.024 · 10^18: three are 9.07 · 10^18, and four more than 2^63 = 9.22 · 10^18.
    expect(mergeVersions(layout.columns, [1, 2, 3].map(chainOf))).toHaveLength(3)
    expect(() => mergeVersions(layout.columns, [1, 2, 3, 4].map(chainOf))).toThrow(expect.objectContaining({ code: 'SUM_TOO_LARGE' }))
  })

  test('of increases is refused too', () => {
    expect(() => captureStates(layout, plain, [0, -(2n ** 62n), 0], { seconds: 60 }, () => [0, 2n ** 62n + 1n, null, 1])).toThrow(expect.objectContaining({ code: 'SUM_TOO_LARGE' }))
  })
})

const MOST_QUARTERLY = Number((2n ** 63n - 1n) / 8_121_600n)
