import { describe, expect, test } from 'vitest'
import { runQuery } from '../../src/query/query.ts'
import { contextOf, coverage, E, events, plain, queryCases } from './cases.ts'
import { local60 } from './declarations.ts'
import type { FakeStore } from './fake-snapshot.ts'

const select = ['n.sum'] as const

/** Transaction 1 on the 3rd (captured), 2 corrects on the 6th, 3 brings a second entity and captures on the 8th. */
const store: FakeStore = {
  definition: local60,
  transactions: [[1, '2024-05-03T06:00:00Z'], [2, '2024-05-06T06:00:00Z'], [3, '2024-05-08T06:00:00Z']],
  coveredAt: [[1, '2024-05-03T06:00:00Z'], [3, '2024-05-08T06:00:00Z']],
  entities: [{ entity: 'e', enrolment: '2024-05-01', transaction: 1 }, { entity: 'f', enrolment: '2024-05-02', transaction: 3 }],
  rows: [
    { entity: 'e', from: '2024-05-01', states: events(2), transaction: 1, until: 2 },
    { entity: 'e', from: '2024-05-01', states: events(3), transaction: 2 },
    { entity: 'f', from: '2024-05-02', states: events(9), transaction: 3 },
  ],
}
const range = { grain: 'range', from: '2024-05-01', to: '2024-05-05' } as const

describe('as of', () => {
  queryCases([
    {
      name: 'values, captures and the clock are those of the instant', store, request: { select, ...range, entity: 'e', asOf: '2024-05-04T12:00:00Z' },
      rows: [{ ...E, period: '2024-05-01', 'n.sum': 2, coverage: coverage(4, 2, { not_captured: 1, open: 1 }) }],
    },
    {
      name: 'a correction is believed from its own instant on', store, request: { select, ...range, entity: 'e', asOf: new Date('2024-05-06T06:00:00Z') },
      rows: [{ ...E, period: '2024-05-01', 'n.sum': 3, coverage: coverage(4, 2, { not_captured: 2 }) }],
    },
    {
      name: 'an entity first heard of later is not enrolled', store, request: { select, ...range, asOf: '2024-05-07T00:00:00Z' },
      rows: [{ ...E, period: '2024-05-01', 'n.sum': 3, coverage: coverage(4, 2, { not_captured: 2 }) }],
    },
    {
      name: 'and asked by name it is unknown', store, request: { select, ...range, entity: 'f', asOf: '2024-05-07T00:00:00Z' },
      rows: [{ ...E, entity: 'f', period: '2024-05-01', 'n.sum': null, coverage: coverage(4, 0, { before_enrolment: 4 }) }],
    },
    {
      name: 'before the first transaction nothing is known', store, request: { select, ...range, asOf: '2024-05-01T00:00:00Z' }, rows: [],
    },
    {
      name: 'the default range ends at today as of then', store, request: { select, grain: 'range', entity: 'e', asOf: '2024-05-02T12:00:00Z' }, rows: [],
    },
    { name: 'beyond the horizon is refused', store, request: { select, ...range, asOf: '2024-04-05T11:59:59Z' }, refused: 'AS_OF_BEYOND_HORIZON' },
    { name: 'exactly at the horizon is not', store, request: { select, ...range, asOf: '2024-04-05T12:00:00Z' }, rows: [] },
  ])

  test('an instant after now is the same as now', async () => {
    const later = await runQuery(contextOf(store), 'activity', { select, ...range, asOf: '2030-01-01T00:00:00Z' })
    expect(plain(later.rows)).toEqual(plain((await runQuery(contextOf(store), 'activity', { select, ...range })).rows))
    expect(later.asOf).toBe('2030-01-01T00:00:00Z')
  })

  test('the answer names the instant that was asked for, in UTC', async () => {
    expect((await runQuery(contextOf(store), 'activity', { select, asOf: '2024-05-07T02:00:00+02:00' })).asOf).toBe('2024-05-07T00:00:00Z')
  })
})
