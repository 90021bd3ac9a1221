import { expect, test } from 'vitest'
import { inspectedRows, shownKeys } from '../src/entity/inspection.ts'
import { joined, ofKind, type Teller, type TimelineEntry, toldEntry } from '../src/entity/timeline-entry.ts'
import { localDay, localTime, spanText } from '../src/format/local.ts'
import { answerUnit } from '../src/generic/answer-unit.ts'
import { entitySearch } from '../src/search/entity-search.ts'

const zone = 'Europe/Amsterdam'
const measure = (name: string, kind: string, unit: string | null, keys: readonly string[], scale = 2) => ({ name, kind, unit, across: null, values: null, ratio: null, answers: keys.map((answer) => ({ key: `${name}.${answer}`, answer, type: 'decimal', scale, alone: true, total: true, asOf: true })) })
const series = { name: 'metrics', source: 'collected', frequency: { activity: 'sessions' }, measures: [measure('hours', 'counter', 'h', ['last', 'increase']), measure('used', 'ratio', null, ['value'], 4), measure('status', 'state', null, ['last', 'share:active'], 4)] } as unknown as Teller['series'] & Parameters<typeof inspectedRows>[0]
const captured = (from: string, to: string, reason: 'busier' | 'status' = 'busier'): TimelineEntry => ({ at: from, key: `captured ${from}`, kind: 'captured', transaction: 7, window: { from, to }, why: 'scheduled', frequency: { every: 'sixHours', since: '2026-05-28', reason } })
const told = (entry: TimelineEntry) => toldEntry(entry, { zone, series })

test('a span is told on the clock of its zone, whole days as days', () => {
  expect([localDay('2026-10-31T23:00:00Z', zone), localTime('2026-10-31T23:00:00Z', zone)]).toEqual(['2026-11-01', '00:00'])
  expect(spanText({ from: '2026-10-31T23:00:00Z', to: '2026-11-01T05:00:00Z' }, zone)).toBe('1 Nov 2026, 00:00 to 06:00')
  expect(spanText({ from: '2026-10-31T17:00:00Z', to: '2026-10-31T23:00:00Z' }, zone)).toBe('31 Oct 2026, 18:00 to 24:00')
  // The day on which summer time ends has 25 hours.
  expect(spanText({ from: '2026-10-24T22:00:00Z', to: '2026-10-25T23:00:00Z' }, zone)).toBe('25 Oct 2026')
  expect(spanText({ from: '2026-03-02', to: '2026-03-09' }, zone)).toBe('2 Mar 2026 to 8 Mar 2026')
})

test('what a value is in follows from its declaration', () => {
  expect(['hours.last', 'hours', 'used', 'used.value', 'status.share:active', 'status.last', 'nobody.sum'].map((key) => answerUnit(series, key))).toEqual(['h', 'h', 'share', 'share', 'share', null, null])
})

test('an entry says what, why, and where it can be looked at', () => {
  expect(told(captured('2026-10-31T23:00:00Z', '2026-11-01T05:00:00Z'))).toMatchObject({ title: 'Captured', why: 'as scheduled; every six hours since 28 May 2026, when it became busier', moments: [{ moment: '2026-10-31T23:00:00Z', text: '00:00–06:00' }] })
  expect(told({ at: '2026-05-27T22:00:00Z', key: 'f', kind: 'frequency', day: '2026-05-28', before: 'day', every: 'sixHours', reason: 'status', status: 'active', activity: 25 }))
    .toMatchObject({ title: 'Captured every six hours from 28 May 2026 on', why: 'because its status changed; status active; 25 sessions in the seven days before; once a day until then', moments: [{ moment: '2026-05-28' }] })
  expect(told({ at: '2026-05-27T22:00:00Z', key: 'a', kind: 'adjusted', transaction: 8, day: '2026-05-20', measure: 'hours', by: '-2.50', reason: 'counted twice', id: 'a' })).toMatchObject({ title: 'Hours adjusted by −2.50 h', why: 'counted twice' })
  expect(told({ at: '2026-05-27T22:00:00Z', key: 'n', kind: 'captured', transaction: 9, window: null, why: 'scheduled', frequency: null })).toMatchObject({ title: 'Days were closed', moments: [] })
  // What a later server may tell.
  expect(told({ at: '2026-05-27T22:00:00Z', key: 'x', kind: 'moved_house' } as unknown as TimelineEntry)).toMatchObject({ title: 'Moved house', moments: [] })
})

test('captures of a day for the same reason are one line, in the order of the day', () => {
  const days = joined([captured('2026-10-31T11:00:00Z', '2026-10-31T17:00:00Z'), captured('2026-10-31T05:00:00Z', '2026-10-31T11:00:00Z', 'status'), captured('2026-10-30T23:00:00Z', '2026-10-31T05:00:00Z'), captured('2026-10-30T17:00:00Z', '2026-10-30T23:00:00Z')].map(told), zone)
  expect(days.map(({ day, entries }) => [day, entries.map(({ moments }) => moments.map(({ text }) => text))])).toEqual([['2026-10-31', [['00:00–06:00', '12:00–18:00'], ['06:00–12:00']]], ['2026-10-30', [['18:00–24:00']]]])
})

test('is told by kind', () => {
  const entries = [captured('2026-10-31T11:00:00Z', '2026-10-31T17:00:00Z'), { at: '', key: '', kind: 'adjusted', transaction: 1, day: '', measure: '', by: 1, reason: '', id: '' } as const]
  expect([ofKind(entries, undefined).length, ofKind(entries, 'corrections')[0]?.kind, ofKind(entries, 'failures').length]).toEqual([2, 'adjusted', 0])
})

test('a row is told beside what it said before, the latest first; what has changed is always shown', () => {
  const belief = (revision: number, value: string) => ({ transaction: revision, at: '', until: null, version: 1, revision, facts: 1, answers: { 'hours.last': value, 'hours.increase': '1.00' } })
  const row = { answers: { 'hours.last': '9007199254740993.10', 'hours.increase': '1.00' }, earlier: [belief(1, '1.00'), belief(2, '2.00')] }
  expect(inspectedRows(series, row)).toEqual({
    columns: [{ title: 'Answer', unit: null, holds: 'name' }, { title: 'Unit', unit: null, holds: 'name' }, { title: 'Now', unit: null, holds: 'value' }, { title: 'Revision 2', unit: null, holds: 'value' }, { title: 'Revision 1', unit: null, holds: 'value' }],
    rows: [['Hours, last', 'h', '9007199254740993.10', '2.00', '1.00'], ['Hours, increase', 'h', '1.00', '1.00', '1.00']],
  })
  expect(shownKeys(series, row)).toEqual(['hours.last', 'hours.increase'])
  expect(shownKeys(series, { ...row, earlier: [] })).toEqual(['hours.increase'])
})

test('an address keeps the instant, the row and the kind; what it does not understand is left out', () => {
  expect(entitySearch({ at: '2026-10-31T23:00:00Z', row: '2026-10-31', told: 'failures', measures: 'all' })).toEqual({ at: '2026-10-31T23:00:00Z', row: '2026-10-31', told: 'failures', measures: 'all' })
  expect(entitySearch({ at: '2026-10-31', row: 'yesterday', told: 'x', measures: 'few' })).toEqual({})
})
