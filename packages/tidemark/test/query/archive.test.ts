import { describe, expect, test } from 'vitest'
import { runQuery } from '../../src/query/query.ts'
import { contextOf, coverage, E, events, plain, queryCases } from './cases.ts'
import { archivedSeries } from './declarations.ts'
import type { FakeEntity, FakeRow, FakeStore } from './fake-snapshot.ts'

const select = ['n.sum', 'active.count'] as const
const e: FakeEntity = { entity: 'e', enrolment: '2020-01-01', boundaries: { day: '2024-02-05', week: '2023-05-01', month: '2020-07-01' } }

/** The days 2020-01-01 (18262) and 02 in the file; 02 and 03 again in the additions beside it. */
const file: FakeRow = { entity: 'e', tier: 'quarter', from: '2020-01-01', to: '2020-04-01', states: events(10, [2, '18262:3']) }
const additions: FakeRow = { ...file, states: events(2, [2, '18263:3']), loose: true }
const second: FakeRow = { entity: 'e', tier: 'quarter', from: '2020-04-01', to: '2020-07-01', states: events(5, [1, '18353:1']) }
const june: FakeRow = { entity: 'e', tier: 'month', from: '2020-07-01', to: '2020-08-01', states: events(7, [3, '18444:7']) }

const store: FakeStore = {
  definition: archivedSeries, coveredAt: '2024-05-10T01:00:00Z', entities: [e],
  rows: [additions, june], files: { '2020-01-01': [file], '2020-04-01': [second] },
}
const damaged: FakeStore = { ...store, files: { '2020-01-01': null, '2020-04-01': [second] } }
const quarter = (from: string, n: number | null, active: number | null, rest: object) => ({ ...E, period: from, 'n.sum': n, 'active.count': active, ...rest })

describe('the archive', () => {
  queryCases([
    {
      name: 'a row of the file and additions beside it are one window: a day that both know counts once', store,
      request: { select, grain: 'quarter', from: '2020-01-01', to: '2020-07-01' },
      rows: [quarter('2020-01-01', 12, 3, { coverage: coverage(91, 91) }), quarter('2020-04-01', 5, 1, { coverage: coverage(91, 91) })],
    },
    {
      name: 'rows of the store, of files and beside them add up over a year', store, request: { select, grain: 'year', from: '2020-01-01', to: '2021-01-01' },
      rows: [quarter('2020-01-01', 24, 7, { coverage: coverage(366, 366) })],
    },
    {
      name: 'an archived row that the range cuts is left out, like any other', store, request: { select, grain: 'range', from: '2020-03-01', to: '2020-07-01' },
      rows: [quarter('2020-03-01', 5, 1, { coverage: coverage(122, 91, { finer_detail_retired: 31 }), widened: { from: '2020-01-01', to: '2020-07-01' } })],
    },
    {
      name: 'a quarter in a damaged file is null, and what lies beside the file is not taken for it', store: damaged,
      request: { select, grain: 'quarter', from: '2020-01-01', to: '2020-07-01' },
      rows: [quarter('2020-01-01', null, null, { coverage: coverage(91, 0, { archive_damaged: 91 }) }), quarter('2020-04-01', 5, 1, { coverage: coverage(91, 91) })],
    },
    {
      name: 'a period that touches it counts its days', store: damaged, request: { select, grain: 'range', from: '2019-12-30', to: '2020-02-01' },
      rows: [quarter('2019-12-30', null, null, { coverage: coverage(33, 0, { before_enrolment: 2, archive_damaged: 31 }) })],
    },
    {
      name: 'damage is listed without a range, where nobody can say whether there was a row', store: damaged, request: { select, grain: 'quarter', to: '2020-07-01' },
      rows: [quarter('2020-01-01', null, null, { coverage: coverage(91, 0, { archive_damaged: 91 }) }), quarter('2020-04-01', 5, 1, { coverage: coverage(91, 91) })],
    },
    {
      name: 'an entity whose days still lie in finer tiers has lost nothing',
      store: { ...damaged, entities: [{ entity: 'e', enrolment: '2020-01-01' }], rows: [{ entity: 'e', from: '2020-01-02', states: events(1) }] },
      request: { select: ['n.sum'], grain: 'quarter', from: '2020-01-01', to: '2020-04-01' },
      rows: [{ ...E, period: '2020-01-01', 'n.sum': 1, coverage: coverage(91, 91) }],
    },
    {
      name: 'a total counts the damage of each entity', store: { ...damaged, entities: [e, { ...e, entity: 'f' }, { ...e, entity: 'g', enrolment: '2020-03-31' }] },
      request: { select: ['n.sum'], grain: 'quarter', total: true, from: '2020-01-01', to: '2020-04-01' },
      rows: [{ tenant: 't', entity: null, group: null, period: '2020-01-01', 'n.sum': null, coverage: coverage(273, 0, { before_enrolment: 90, archive_damaged: 183 }) }],
    },
    {
      name: 'a total adds true days of entities, also where they are the same days',
      store: {
        ...store, entities: [e, { ...e, entity: 'f' }], rows: [additions],
        files: { '2020-01-01': [file, { ...file, entity: 'f' }], '2020-04-01': [second] },
      },
      request: { select, grain: 'year', total: true, from: '2020-01-01', to: '2021-01-01' },
      rows: [{ tenant: 't', entity: null, group: null, period: '2020-01-01', 'n.sum': 27, 'active.count': 6, coverage: coverage(732, 732) }],
    },
    {
      name: 'as of an earlier instant, a younger row of the file gives way to what the store kept',
      store: {
        ...store, transactions: [[4, '2024-05-01T00:00:00Z'], [9, '2024-05-09T00:00:00Z']],
        rows: [{ ...file, states: events(8, [1, '18262:1']), loose: true, transaction: 3, until: 9 }],
        files: { '2020-01-01': [{ ...file, transaction: 9 }] },
      },
      request: { select, grain: 'quarter', from: '2020-01-01', to: '2020-04-01', asOf: '2024-05-02T00:00:00Z' },
      rows: [quarter('2020-01-01', 8, 1, { coverage: coverage(91, 91) })],
    },
  ])

  test('a file is read once a query, whatever is compared, and only where the range reaches', async () => {
    const context = contextOf(store)
    await runQuery(context, 'activity', { select, grain: 'quarter', compare: ['previous', 'year'], from: '2020-04-01', to: '2020-07-01' })
    expect(context.archive.reads).toEqual(['activity/2020-01-01.parquet', 'activity/2020-04-01.parquet'])
    const recent = contextOf(store)
    await runQuery(recent, 'activity', { select, from: '2024-05-01', to: '2024-05-03' })
    expect(recent.archive.reads).toEqual([])
  })

  test('explain names the tiers, files and ranges that answered', async () => {
    const { explain } = await runQuery(contextOf(damaged), 'activity', { select, grain: 'year', compare: ['previous'], from: '2020-01-01', to: '2021-01-01' }, { explain: true })
    expect(plain(explain)).toEqual({
      transaction: null,
      tiers: [{ tier: 'month', rows: 1 }],
      archive: [{ path: 'activity/2020-04-01.parquet', generation: 1, rows: 1 }],
      damaged: [{ path: 'activity/2020-01-01.parquet', reason: 'hash', detail: 'the hash differs' }],
      reads: [
        { purpose: 'answer', ranges: 1, from: '2020-01-01', to: '2021-01-01' },
        { purpose: 'previous', ranges: 1, from: '2019-01-01', to: '2020-01-01' },
      ],
    })
  })
})
