import { describe } from 'vitest'
import { coverage, events, windowCases } from './cases.ts'
import { archivedSeries, local60 } from './declarations.ts'
import type { FakeStore } from './fake-snapshot.ts'

const select = ['n.sum'] as const
const head = (entity: string, from: string, to: string) => ({ tenant: 't', entity, group: null, from, to })

/** `e` from 31 October (windows end clamped: 29 February, 30 June), `f` from 1 March. */
const store: FakeStore = {
  definition: local60, coveredAt: '2024-05-10T01:00:00Z',
  entities: [{ entity: 'e', enrolment: '2023-10-31' }, { entity: 'f', enrolment: '2024-03-01' }],
  rows: [
    { entity: 'e', from: '2023-10-31', states: events(1) }, { entity: 'e', from: '2024-02-28', states: events(2) },
    { entity: 'e', from: '2024-02-29', states: events(4) }, { entity: 'f', from: '2024-05-09', states: events(8) },
  ],
}

describe('anchored windows', () => {
  windowCases([
    {
      name: 'each entity has its own, from its enrolment to today, all listed; ends are clamped, not drifting', store, request: { select },
      rows: [
        { ...head('e', '2023-10-31', '2024-02-29'), 'n.sum': 3, coverage: coverage(121, 121) },
        { ...head('e', '2024-02-29', '2024-06-30'), 'n.sum': 4, coverage: coverage(122, 71, { open: 51 }) },
        { ...head('f', '2024-03-01', '2024-07-01'), 'n.sum': 8, coverage: coverage(122, 70, { open: 52 }) },
      ],
    },
    {
      name: 'a range keeps the windows that intersect, and does not clip them', store, request: { select, window: 'four', entity: ['f', 'e'], from: '2024-02-01', to: '2024-02-29' },
      rows: [{ ...head('e', '2023-10-31', '2024-02-29'), 'n.sum': 3, coverage: coverage(121, 121) }],
    },
    {
      name: 'so does one end', store, request: { select, from: '2024-02-29' },
      rows: [
        { ...head('e', '2024-02-29', '2024-06-30'), 'n.sum': 4, coverage: coverage(122, 71, { open: 51 }) },
        { ...head('f', '2024-03-01', '2024-07-01'), 'n.sum': 8, coverage: coverage(122, 70, { open: 52 }) },
      ],
    },
    {
      name: 'windows before the anchor count, once it is frozen',
      store: {
        ...store, entities: [{ entity: 'e', enrolment: '2023-12-01', anchor: '2024-01-15' }], rows: [{ entity: 'e', from: '2023-12-01', states: events(3) }],
      },
      request: { select },
      rows: [
        { ...head('e', '2023-09-15', '2024-01-15'), 'n.sum': 3, coverage: coverage(122, 45, { before_enrolment: 77 }) },
        { ...head('e', '2024-01-15', '2024-05-15'), 'n.sum': 0, coverage: coverage(121, 116, { open: 5 }) },
      ],
    },
    {
      name: 'a given anchor holds for all; an entity has the windows since its enrolment', store, request: { select, anchor: '2024-02-01', months: 1, to: '2024-03-02' },
      rows: [
        { ...head('e', '2023-10-01', '2023-11-01'), 'n.sum': 1, coverage: coverage(31, 1, { before_enrolment: 30 }) },
        { ...head('e', '2023-11-01', '2023-12-01'), 'n.sum': 0, coverage: coverage(30, 30) },
        { ...head('e', '2023-12-01', '2024-01-01'), 'n.sum': 0, coverage: coverage(31, 31) },
        { ...head('e', '2024-01-01', '2024-02-01'), 'n.sum': 0, coverage: coverage(31, 31) },
        { ...head('e', '2024-02-01', '2024-03-01'), 'n.sum': 6, coverage: coverage(29, 29) },
        { ...head('e', '2024-03-01', '2024-04-01'), 'n.sum': 0, coverage: coverage(31, 31) },
        { ...head('f', '2024-03-01', '2024-04-01'), 'n.sum': 0, coverage: coverage(31, 31) },
      ],
    },
    {
      name: 'groups stand between entity and window', store: { ...store, rows: [{ entity: 'e', from: '2024-02-28', group: { kind: 'fix' }, states: events(2) }] },
      request: { select, entity: 'e', by: ['kind'] },
      rows: [
        { ...head('e', '2023-10-31', '2024-02-29'), group: { kind: 'feat' }, 'n.sum': 0, coverage: coverage(121, 121) },
        { ...head('e', '2024-02-29', '2024-06-30'), group: { kind: 'feat' }, 'n.sum': 0, coverage: coverage(122, 71, { open: 51 }) },
        { ...head('e', '2023-10-31', '2024-02-29'), group: { kind: 'fix' }, 'n.sum': 2, coverage: coverage(121, 121) },
        { ...head('e', '2024-02-29', '2024-06-30'), group: { kind: 'fix' }, 'n.sum': 0, coverage: coverage(122, 71, { open: 51 }) },
      ],
    },
    {
      name: 'all of a flag counts the rows of open days',
      store: { ...store, entities: [{ entity: 'f', enrolment: '2024-05-10' }], rows: [{ entity: 'f', from: '2024-05-10', states: events(1, [1, '19853:1']) }] },
      request: { select: ['active.all'] },
      rows: [{ ...head('f', '2024-05-10', '2024-09-10'), 'active.all': true, coverage: coverage(123, 0, { open: 123 }) }],
    },
    {
      name: 'as of an instant, the last window is that of its day', store: { ...store, transactions: [[1, '2024-01-01T00:00:00Z']] },
      now: '2024-03-01T12:00:00Z', request: { select, entity: 'e', asOf: '2024-02-28T12:00:00Z' },
      rows: [{ ...head('e', '2023-10-31', '2024-02-29'), 'n.sum': 3, coverage: coverage(121, 120, { open: 1 }) }],
    },
    {
      name: 'a window is answered from the archive; one that a damaged file touches says so',
      store: {
        definition: archivedSeries, coveredAt: '2024-05-10T01:00:00Z', entities: [{ entity: 'e', enrolment: '2020-02-01', boundaries: { month: '2020-10-01' } }],
        files: { '2020-01-01': [{ entity: 'e', from: '2020-02-01', to: '2020-04-01', states: events(3) }], '2020-04-01': [
          { entity: 'e', from: '2020-04-01', to: '2020-06-01', states: events(4) }, { entity: 'e', from: '2020-06-01', to: '2020-07-01', states: events(5) },
        ], '2020-07-01': null },
      },
      now: '2020-09-30T00:00:00Z', request: { select },
      rows: [
        { ...head('e', '2020-02-01', '2020-06-01'), 'n.sum': 7, coverage: coverage(121, 121) },
        { ...head('e', '2020-06-01', '2020-10-01'), 'n.sum': 5, coverage: coverage(122, 30, { archive_damaged: 91, open: 1 }) },
      ],
    },
    { name: 'an entity that no event has reached has no anchor', store, request: { select, entity: 'x', from: '2024-01-01', to: '2024-02-01' }, rows: [] },
    { name: 'an empty store has no windows', store: { definition: local60 }, request: { select }, rows: [] },
    { name: 'an undeclared window is refused', store, request: { select, window: 'five' }, refused: 'WINDOW_UNKNOWN' },
    { name: 'an anchor needs a length', store, request: { select, anchor: '2024-01-01' }, refused: 'WINDOW_INVALID' },
    { name: 'a length needs an anchor', store, request: { select, months: 3 }, refused: 'WINDOW_INVALID' },
    { name: 'a length is a whole number of months', store, request: { select, anchor: '2024-01-01', months: 0.5 }, refused: 'WINDOW_INVALID' },
    { name: 'a window is declared or anchored, not both', store, request: { select, window: 'four', anchor: '2024-01-01', months: 3 }, refused: 'WINDOW_INVALID' },
    { name: 'an anchor is a day', store, request: { select, anchor: '2024-02-30', months: 3 }, refused: 'DATE_INVALID' },
  ])
})
