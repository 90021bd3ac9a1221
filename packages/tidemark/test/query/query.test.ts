import { describe } from 'vitest'
import { coverage, E, events, queryCases } from './cases.ts'
import { labelled, local60 } from './declarations.ts'
import type { FakeStore } from './fake-snapshot.ts'

const select = ['n.sum'] as const
const may = { from: '2024-05-01', to: '2024-05-04' } as const

/** `e` since 1 May; captured on the 9th, so that the 9th is not yet closed for the record, and the 10th is open. */
const store: FakeStore = {
  definition: local60, coveredAt: '2024-05-09T01:00:00Z',
  entities: [{ entity: 'e', enrolment: '2024-05-01' }],
  rows: [
    { entity: 'e', from: '2024-05-01', states: events(2) },
    { entity: 'e', from: '2024-05-03', states: events(5) },
    { entity: 'e', from: '2024-05-09', states: events(1) },
    { entity: 'e', from: '2024-05-10', states: events(4) },
  ],
}

describe('empty and unknown', () => {
  queryCases([
    { name: 'an empty store has no rows', store: { definition: local60 }, request: { select, ...may }, rows: [] },
    { name: 'an empty store has no rows without a range either', store: { definition: local60 }, request: { select }, rows: [] },
    {
      name: 'an unknown entity asked by name is before its enrolment in every period', store, request: { select, entity: 'nobody', grain: 'range', ...may },
      rows: [{ tenant: 't', entity: 'nobody', group: null, period: '2024-05-01', 'n.sum': null, coverage: coverage(3, 0, { before_enrolment: 3 }) }],
    },
    { name: 'an unknown entity has no row where only periods with one are listed', store, request: { select, entity: 'nobody' }, rows: [] },
    { name: 'an unknown tenant has no rows', store, request: { select, tenant: 'x', ...may }, rows: [] },
    {
      name: 'an entity of an unknown tenant is answered like one that is unknown', store, request: { select, tenant: 'x', entity: 'e', grain: 'month', ...may },
      rows: [{ tenant: 'x', entity: 'e', group: null, period: '2024-05-01', 'n.sum': null, coverage: coverage(3, 0, { before_enrolment: 3 }) }],
    },
    { name: 'no entity is asked for', store, request: { select, entity: [], ...may }, rows: [] },
    { name: 'a default range that ends before it starts holds nothing', store, request: { select, to: '2024-04-01' }, rows: [] },
  ])
})

describe('zero, missing and open', () => {
  queryCases([
    {
      name: 'a covered day without a row is zero', store, request: { select, ...may },
      rows: [
        { ...E, period: '2024-05-01', 'n.sum': 2, coverage: coverage(1, 1) },
        { ...E, period: '2024-05-02', 'n.sum': 0, coverage: coverage(1, 1) },
        { ...E, period: '2024-05-03', 'n.sum': 5, coverage: coverage(1, 1) },
      ],
    },
    {
      name: 'a day that no capture closed and an open one answer live, and are not present', store, request: { select, from: '2024-05-08', to: '2024-05-12' },
      rows: [
        { ...E, period: '2024-05-08', 'n.sum': 0, coverage: coverage(1, 1) },
        { ...E, period: '2024-05-09', 'n.sum': 1, coverage: coverage(1, 0, { not_captured: 1 }) },
        { ...E, period: '2024-05-10', 'n.sum': 4, coverage: coverage(1, 0, { open: 1 }) },
        { ...E, period: '2024-05-11', 'n.sum': null, coverage: coverage(1, 0, { open: 1 }) },
      ],
    },
    {
      name: 'nothing is covered before the first capture', store: { ...store, coveredAt: [] }, request: { select, grain: 'range', ...may },
      rows: [{ ...E, period: '2024-05-01', 'n.sum': 7, coverage: coverage(3, 0, { not_captured: 3 }) }],
    },
    {
      name: 'a month is cut by the range; its period is the whole month', store, request: { select, grain: 'month', from: '2024-04-29', to: '2024-05-03' },
      rows: [
        { ...E, period: '2024-04-01', 'n.sum': null, coverage: coverage(2, 0, { before_enrolment: 2 }) },
        { ...E, period: '2024-05-01', 'n.sum': 2, coverage: coverage(2, 2) },
      ],
    },
    {
      name: 'without a range only periods with a row are listed, whole, up to the end of today\'s', store, request: { select, grain: 'week' },
      rows: [
        { ...E, period: '2024-04-29', 'n.sum': 7, coverage: coverage(7, 5, { before_enrolment: 2 }) },
        { ...E, period: '2024-05-06', 'n.sum': 5, coverage: coverage(7, 3, { not_captured: 1, open: 3 }) },
      ],
    },
    {
      name: 'with one end given, too', store, request: { select, from: '2024-05-09' },
      rows: [
        { ...E, period: '2024-05-09', 'n.sum': 1, coverage: coverage(1, 0, { not_captured: 1 }) },
        { ...E, period: '2024-05-10', 'n.sum': 4, coverage: coverage(1, 0, { open: 1 }) },
      ],
    },
    {
      name: 'a day that the zone skips is not expected',
      store: {
        definition: local60, coveredAt: '2012-01-05T00:00:00Z', entities: [{ entity: 'e', enrolment: '2011-12-01', zone: 'Pacific/Apia' }],
        rows: [{ entity: 'e', from: '2011-12-29', states: events(3) }],
      },
      now: '2012-01-05T00:00:00Z', request: { select, from: '2011-12-29', to: '2012-01-01' },
      rows: [
        { ...E, period: '2011-12-29', 'n.sum': 3, coverage: coverage(1, 1) },
        { ...E, period: '2011-12-30', 'n.sum': null, coverage: coverage(0, 0) },
        { ...E, period: '2011-12-31', 'n.sum': 0, coverage: coverage(1, 1) },
      ],
    },
    {
      name: 'label days close at UTC−12, and none is skipped',
      store: { definition: labelled, coveredAt: '2011-12-31T11:59:00Z', entities: [{ entity: 'e', enrolment: '2011-12-29', zone: 'Pacific/Apia' }] },
      now: '2011-12-31T12:00:00Z', request: { select, grain: 'range', from: '2011-12-29', to: '2012-01-01' },
      rows: [{ ...E, period: '2011-12-29', 'n.sum': 0, coverage: coverage(3, 1, { not_captured: 1, open: 1 }) }],
    },
  ])
})

describe('retired detail', () => {
  const retired: FakeStore = {
    definition: local60, coveredAt: '2024-05-10T01:00:00Z',
    entities: [{ entity: 'e', enrolment: '2023-01-10', boundaries: { day: '2024-03-04', week: '2023-05-01' } }],
    rows: [
      { entity: 'e', tier: 'month', from: '2023-01-01', to: '2023-02-01', states: events(7) },
      { entity: 'e', tier: 'month', from: '2023-03-01', to: '2023-04-01', states: events(31) },
      { entity: 'e', tier: 'week', from: '2023-05-29', to: '2023-06-01', states: events(3) },
      { entity: 'e', tier: 'week', from: '2023-06-01', to: '2023-06-05', states: events(4) },
    ],
  }
  queryCases([
    {
      name: 'a month is answered from its row', store: retired, request: { select, grain: 'month', from: '2023-03-01', to: '2023-04-01' },
      rows: [{ ...E, period: '2023-03-01', 'n.sum': 31, coverage: coverage(31, 31) }],
    },
    {
      name: 'a range that cuts a row leaves it out, says so and offers the widened range', store: retired,
      request: { select, grain: 'range', from: '2023-02-20', to: '2023-03-10' },
      rows: [{ ...E, period: '2023-02-20', 'n.sum': 0, coverage: coverage(18, 9, { finer_detail_retired: 9 }), widened: { from: '2023-02-20', to: '2023-04-01' } }],
    },
    {
      name: 'a range wholly in a retired row is null', store: retired, request: { select, grain: 'range', from: '2023-03-05', to: '2023-03-10' },
      rows: [{ ...E, period: '2023-03-05', 'n.sum': null, coverage: coverage(5, 0, { finer_detail_retired: 5 }), widened: { from: '2023-03-01', to: '2023-04-01' } }],
    },
    {
      name: 'a retired window without a row needs no finer detail', store: retired, request: { select, grain: 'range', from: '2023-02-05', to: '2023-02-10' },
      rows: [{ ...E, period: '2023-02-05', 'n.sum': 0, coverage: coverage(5, 5) }],
    },
    {
      name: 'a week merges its fragments', store: retired, request: { select, grain: 'week', from: '2023-05-29', to: '2023-06-05' },
      rows: [{ ...E, period: '2023-05-29', 'n.sum': 7, coverage: coverage(7, 7) }],
    },
    {
      name: 'a cut fragment widens to the fragment, and days before enrolment stay so', store: retired,
      request: { select, grain: 'range', from: '2023-01-05', to: '2023-06-03' },
      rows: [{
        ...E, period: '2023-01-05', 'n.sum': 34,
        coverage: coverage(149, 149 - 5 - 22 - 2, { before_enrolment: 5, finer_detail_retired: 24 }), widened: { from: '2023-01-01', to: '2023-06-05' },
      }],
    },
    {
      name: 'a day inside a retired row is null', store: retired, request: { select, grain: 'day', from: '2023-05-30', to: '2023-05-31' },
      rows: [{ ...E, period: '2023-05-30', 'n.sum': null, coverage: coverage(1, 0, { finer_detail_retired: 1 }), widened: { from: '2023-05-29', to: '2023-06-01' } }],
    },
    {
      name: 'a default range begins with the year of the first enrolment, where no row is cut', store: retired, request: { select, grain: 'range', to: '2023-04-01' },
      rows: [{ ...E, period: '2023-01-01', 'n.sum': 38, coverage: coverage(90, 81, { before_enrolment: 9 }) }],
    },
    {
      name: 'the widened range of a total spans those of its entities that lost days',
      store: {
        ...retired, entities: [...(retired.entities ?? []), { entity: 'f', enrolment: '2023-01-10' }, { entity: 'g', enrolment: '2023-03-20' }],
        rows: [
          { entity: 'e', tier: 'month', from: '2023-03-01', to: '2023-04-01', states: events(31) },
          { entity: 'f', tier: 'week', from: '2023-03-06', to: '2023-03-13', states: events(1) },
          { entity: 'g', tier: 'quarter', from: '2023-01-01', to: '2023-04-01', states: events(1) },
        ],
      },
      request: { select, grain: 'range', total: true, from: '2023-03-10', to: '2023-03-15' },
      rows: [{
        tenant: 't', entity: null, group: null, period: '2023-03-10', 'n.sum': 0,
        coverage: coverage(15, 2, { before_enrolment: 5, finer_detail_retired: 8 }), widened: { from: '2023-03-01', to: '2023-04-01' },
      }],
    },
    {
      name: 'without a range, periods in retired rows are listed beside those with a row', store: retired, request: { select, to: '2023-01-12' },
      rows: [
        { ...E, period: '2023-01-10', 'n.sum': null, coverage: coverage(1, 0, { finer_detail_retired: 1 }), widened: { from: '2023-01-01', to: '2023-02-01' } },
        { ...E, period: '2023-01-11', 'n.sum': null, coverage: coverage(1, 0, { finer_detail_retired: 1 }), widened: { from: '2023-01-01', to: '2023-02-01' } },
      ],
    },
  ])
})

describe('groups, totals and comparisons', () => {
  const grouped: FakeStore = {
    definition: local60, coveredAt: '2024-05-10T01:00:00Z',
    entities: [
      { entity: 'e', enrolment: '2024-05-01' }, { entity: 'f', enrolment: '2024-05-03' }, { tenant: 'u', entity: 'e', enrolment: '2024-05-02' },
      { entity: 'never' },
    ],
    rows: [
      { entity: 'e', from: '2024-05-02', states: events(3, [1, '19845:1'], 2) },
      { entity: 'e', from: '2024-05-02', group: { kind: 'fix' }, states: events(2, [1, '19845:1'], 2) },
      { entity: 'e', from: '2024-05-02', group: { kind: 'feat' }, states: events(1, [1, '19845:1']) },
      { entity: 'f', from: '2024-05-03', states: events(4, [1, '19846:1'], 4) },
      { entity: 'f', from: '2024-05-03', group: { kind: 'fix' }, states: events(4, [1, '19846:1'], 4) },
      { tenant: 'u', entity: 'e', from: '2024-05-03', states: events(10, [1, '19846:1']) },
    ],
  }
  const range = { grain: 'range', ...may } as const
  queryCases([
    { name: 'several tenants are never mixed unasked', store: grouped, request: { select, ...may }, refused: 'TENANT_NEEDED' },
    {
      name: 'rows are ordered by tenant, entity, group, period; groups by declared value', store: grouped,
      request: { select, tenant: 't', by: ['kind'], ...range },
      rows: [
        { tenant: 't', entity: 'e', group: { kind: 'feat' }, period: '2024-05-01', 'n.sum': 1, coverage: coverage(3, 3) },
        { tenant: 't', entity: 'e', group: { kind: 'fix' }, period: '2024-05-01', 'n.sum': 2, coverage: coverage(3, 3) },
        { tenant: 't', entity: 'f', group: { kind: 'feat' }, period: '2024-05-01', 'n.sum': 0, coverage: coverage(3, 1, { before_enrolment: 2 }) },
        { tenant: 't', entity: 'f', group: { kind: 'fix' }, period: '2024-05-01', 'n.sum': 4, coverage: coverage(3, 1, { before_enrolment: 2 }) },
      ],
    },
    {
      name: 'only groups with a row are listed without a range', store: grouped, request: { select, tenant: 't', entity: 'f', by: ['kind'], grain: 'month' },
      rows: [{ tenant: 't', entity: 'f', group: { kind: 'fix' }, period: '2024-05-01', 'n.sum': 4, coverage: coverage(31, 7, { before_enrolment: 2, open: 22 }) }],
    },
    {
      name: 'where is part of the group', store: grouped, request: { select, tenant: 't', entity: 'e', where: { kind: 'fix' }, ...range },
      rows: [{ ...E, group: { kind: 'fix' }, period: '2024-05-01', 'n.sum': 2, coverage: coverage(3, 3) }],
    },
    {
      name: 'a total is one row a tenant; its coverage counts the days of each entity', store: grouped,
      request: { select: ['n.sum', 'active.count', 'share.value'], allTenants: true, total: true, ...range },
      rows: [
        { tenant: 't', entity: null, group: null, period: '2024-05-01', 'n.sum': 7, 'active.count': 2, 'share.value': '0.8571', coverage: coverage(6, 4, { before_enrolment: 2 }) },
        { tenant: 'u', entity: null, group: null, period: '2024-05-01', 'n.sum': 10, 'active.count': 1, 'share.value': '0.0000', coverage: coverage(3, 2, { before_enrolment: 1 }) },
      ],
    },
    {
      name: 'a name asked of all tenants has a row in each', store: grouped, request: { select, allTenants: true, entity: ['f'], ...range },
      rows: [
        { tenant: 't', entity: 'f', group: null, period: '2024-05-01', 'n.sum': 4, coverage: coverage(3, 1, { before_enrolment: 2 }) },
        { tenant: 'u', entity: 'f', group: null, period: '2024-05-01', 'n.sum': null, coverage: coverage(3, 0, { before_enrolment: 3 }) },
      ],
    },
    {
      name: 'the previous period is the whole one; a year before 29 February is the 28th',
      store: {
        definition: local60, coveredAt: '2024-05-10T01:00:00Z', entities: [{ entity: 'e', enrolment: '2023-01-01' }],
        rows: [
          { entity: 'e', from: '2023-02-28', states: events(1) }, { entity: 'e', from: '2024-02-28', states: events(2) },
          { entity: 'e', from: '2024-02-29', states: events(3) },
        ],
      },
      request: { select, compare: ['previous', 'year'], from: '2024-02-28', to: '2024-03-01' },
      rows: [
        { ...E, period: '2024-02-28', 'n.sum': 2, 'n.sum@previous': 0, 'n.sum@year': 1, coverage: coverage(1, 1), 'coverage@previous': coverage(1, 1), 'coverage@year': coverage(1, 1) },
        { ...E, period: '2024-02-29', 'n.sum': 3, 'n.sum@previous': 2, 'n.sum@year': 1, coverage: coverage(1, 1), 'coverage@previous': coverage(1, 1), 'coverage@year': coverage(1, 1) },
      ],
    },
    {
      name: 'a range is compared with as many days before it, and with the year before; week 53 with nothing',
      store: {
        definition: local60, coveredAt: '2024-05-10T01:00:00Z', entities: [{ entity: 'e', enrolment: '2020-01-01' }],
        rows: [{ entity: 'e', from: '2020-12-30', states: events(5) }, { entity: 'e', from: '2020-12-21', states: events(2) }],
      },
      request: { select, compare: ['previous', 'year'], grain: 'week', from: '2020-12-30', to: '2021-01-01' },
      rows: [{ ...E, period: '2020-12-28', 'n.sum': 5, 'n.sum@previous': 2, 'n.sum@year': null, coverage: coverage(2, 2), 'coverage@previous': coverage(7, 7), 'coverage@year': null }],
    },
    {
      name: 'a year before a range that clamps to nothing is null', store, request: { select, compare: ['year'], grain: 'range', from: '2024-02-28', to: '2024-02-29' },
      rows: [{ ...E, period: '2024-02-28', 'n.sum': null, 'n.sum@year': null, coverage: coverage(1, 0, { before_enrolment: 1 }), 'coverage@year': null }],
    },
  ])
})

describe('flags and measures added later', () => {
  const flags: FakeStore = {
    ...store, rows: [1, 2, 3, 4, 5, 6, 7, 8, 10].map((date) => ({
      entity: 'e', from: `2024-05-${String(date).padStart(2, '0')}`, states: events(1, [1, `${19843 + date}:1`]),
    })),
  }
  const all = ['active.all', 'active.any', 'active.count'] as const
  const later: FakeStore = {
    ...store, since: { fixes: '2024-05-03', active: '2024-05-12' },
    rows: [
      { entity: 'e', from: '2024-05-01', states: [2, 0, 0, null, null, null, null] },
      { entity: 'e', from: '2024-05-03', states: [5, 0, 0, null, null, null, 4] },
    ],
  }
  const measures = (present: number, days: number) => ({ present, reasons: { not_measured_yet: days } })
  queryCases([
    {
      name: 'all counts present windows and rows outside the covered interval', store: flags, request: { select: all, grain: 'range', from: '2024-05-01', to: '2024-05-11' },
      rows: [{ ...E, period: '2024-05-01', 'active.all': true, 'active.any': true, 'active.count': 9, coverage: coverage(10, 8, { not_captured: 1, open: 1 }) }],
    },
    {
      name: 'all is false when one of them was not', store: { ...flags, rows: (flags.rows ?? []).slice(1) }, request: { select: all, grain: 'week', from: '2024-04-29', to: '2024-05-13' },
      rows: [
        { ...E, period: '2024-04-29', 'active.all': false, 'active.any': true, 'active.count': 4, coverage: coverage(7, 5, { before_enrolment: 2 }) },
        { ...E, period: '2024-05-06', 'active.all': true, 'active.any': true, 'active.count': 4, coverage: coverage(7, 3, { not_captured: 1, open: 3 }) },
      ],
    },
    {
      name: 'days before a measure existed are counted apart, for a ratio under its own name', store: later,
      request: { select: ['n.sum', 'fixes.sum', 'share.value', 'active.any'], grain: 'range', ...may },
      rows: [{
        ...E, period: '2024-05-01', 'n.sum': 7, 'fixes.sum': 4, 'share.value': '0.5714', 'active.any': null,
        coverage: { ...coverage(3, 3), measures: { fixes: measures(1, 2), share: measures(1, 2), active: measures(0, 3) } },
      }],
    },
    {
      name: 'a measure is null where neither a present day nor a row lies at or after its first day', store: later,
      request: { select: ['fixes.sum', 'share.value'], from: '2024-05-02', to: '2024-05-05' },
      rows: [
        { ...E, period: '2024-05-02', 'fixes.sum': null, 'share.value': null, coverage: { ...coverage(1, 1), measures: { fixes: measures(0, 1), share: measures(0, 1) } } },
        { ...E, period: '2024-05-03', 'fixes.sum': 4, 'share.value': '0.8000', coverage: coverage(1, 1) },
        { ...E, period: '2024-05-04', 'fixes.sum': 0, 'share.value': null, coverage: coverage(1, 1) },
      ],
    },
    {
      name: 'measures that are not selected are not mentioned', store: later, request: { select, ...may, to: '2024-05-02' },
      rows: [{ ...E, period: '2024-05-01', 'n.sum': 2, coverage: coverage(1, 1) }],
    },
  ])
})
