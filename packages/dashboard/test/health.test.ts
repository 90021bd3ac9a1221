import { expect, test } from 'vitest'
import { amountText, changeText, shownUnit, timeText } from '../src/format/amount.ts'
import { calendarRange, coverageDays, dayState, placeAfterKey, weeksOf } from '../src/health/coverage-days.ts'
import { failureRows, fileRows, standingNotes } from '../src/health/standing.ts'
import { stepped, withEntries, zoomOf, zoomText } from '../src/panels/chart-zoom.ts'
import { cellOf, cellText, countedBy, grainOfPeriods, withValues } from '../src/panels/narrowing.ts'

const coverage = (expected: number, present: number, reasons: Record<string, number> = {}) => ({ expected, present, reasons })

test.each([
  ['whole', coverage(24, 24)], ['whole', coverage(24, 20, { entity_ended: 4 })], ['open', coverage(24, 3, { open: 21 })], ['gap', coverage(24, 20, { source_failed: 4 })], ['gap', coverage(24, 0, { not_captured: 1, open: 23 })],
  ['coarser', coverage(24, 0, { finer_detail_retired: 24 })], ['none', coverage(24, 0, { before_enrolment: 24 })], ['none', coverage(0, 0)], ['none', null],
] as const)('a day is %s by its coverage', (state, told) => {
  expect(dayState('2026-10-31', '2026-11-01', told)).toBe(state)
  expect(dayState('2026-11-02', '2026-11-01', told)).toBe('later')
})

test('a calendar has every day of twelve months, also those without a row, and those that a role may not see', () => {
  expect(calendarRange('2026-11-01')).toEqual({ from: '2025-12-01', to: '2026-12-01' })
  const days = coverageDays([{ period: '2026-02-28', coverage: null, suppressed: true }, { period: '2026-03-01', coverage: coverage(1, 1) }], '2026-11-01')
  expect(days).toHaveLength(365)
  expect(days.filter(({ state }) => state !== 'none' && state !== 'later').map(({ day, state }) => [day, state])).toEqual([['2026-02-28', 'hidden'], ['2026-03-01', 'whole']])
  expect(weeksOf(days.filter(({ day }) => day.startsWith('2026-02'))).map((week) => week.length)).toEqual([1, 7, 7, 7, 6])
})

test('keys go by days, weeks and months, and stay within', () => {
  const days = coverageDays([], '2026-11-01')
  const after = (key: string, day: string): string | undefined => days[placeAfterKey(key, days.findIndex((one) => one.day === day), days) ?? -1]?.day
  expect(['ArrowLeft', 'ArrowDown', 'Home', 'End', 'PageUp', 'PageDown'].map((key) => after(key, '2026-03-31'))).toEqual(['2026-03-30', '2026-04-07', '2026-03-01', '2026-03-31', '2026-02-28', '2026-04-30'])
  expect([after('PageUp', '2025-12-05'), after('PageDown', '2026-11-05'), after('End', '2026-11-05'), after('x', '2026-11-05')]).toEqual(['2025-12-01', '2026-11-30', '2026-11-30', undefined])
})

test('a time of day is written as one, and its difference as a span', () => {
  expect(['0', '34200', '86399', '41593.50', '86400'].map(timeText)).toEqual(['00:00', '09:30', '23:59', '11:33', '24:00'])
  expect(['-1', '86401', '1000000'].map(timeText)).toEqual(['−1', '86,401', '1,000,000'])
  expect([amountText('34200', 'time of day'), amountText(1_200_000, 'bytes'), shownUnit('time of day'), shownUnit('EUR')]).toEqual(['09:30', '1.2 MB', null, 'EUR'])
  expect([changeText('3900', 'time of day'), changeText('-300', 'time of day'), changeText('0', 'time of day')]).toEqual(['+1 h 05 min', '−5 min', '0 min'])
})

test('files tell their last proof, failures what they are of', () => {
  const file = { path: 'a', period: '2026-01-01', generation: 1, rows: 2, bytes: 3, sha256: 'ab', provenAt: null }
  expect(fileRows([file, { ...file, provenAt: '2026-01-02T00:00:00Z' }]).rows.map((row) => row[3])).toEqual(['2 Jan 2026, 00:00 UTC', 'never'])
  const health = { standing: { held: [{ source: 'day', target: 'week', boundary: '1970-01-02', entities: 2 }], waiting: [], keptPlain: true, quarantine: { events: 1, atLeast: false } } } as never
  expect(failureRows([{ tenant: 't', entity: 'one', day: '2026-01-01', from: '2026-01-01T00:00:00Z', to: '2026-01-01T01:00:00Z', message: 'late' }]).rows).toEqual([['1 Jan 2026, 00:00 UTC', 'one', 'late']])
  expect(standingNotes(health)).toEqual(['A hold keeps what 2 entities have before 2 Jan 1970 as daily rows; due as weekly rows.', '1 event was not accepted and put in quarantine.', 'It was unpacked: nothing of it is packed before somebody packs it again.'])
})

test('a zoom is by periods, leads to within the chart, and is left out when it shows all', () => {
  const xs = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j']
  expect([zoomOf('b~d', xs), zoomOf('d~b', xs), zoomOf('a~j', xs), zoomOf('x~d', xs), zoomOf(undefined, xs)]).toEqual([[1, 3], null, null, null, null])
  expect([zoomText([1, 3], xs), zoomText([0, 9], xs)]).toEqual(['b~d', null])
  expect([stepped('in', [0, 9], 10), stepped('out', [2, 6], 10), stepped('earlier', [1, 5], 10), stepped('later', [4, 8], 10)]).toEqual([[2, 6], [0, 8], [0, 4], [5, 9]])
  expect([withEntries(['a:x', 'b:y'], 'a', []), withEntries(undefined, 'a', ['z']), withEntries(['a:x'], 'a', [])]).toEqual([['b:y'], ['a:z'], undefined])
})

test('a cell narrows the line of what is counted, period by period', () => {
  expect([cellText('heat', 'tue', ''), cellText('heat', '', ''), cellOf('heat:tue:14'), cellOf('heat:tue'), cellOf('heat:tue:14', 'other')]).toEqual(['heat:tue:', undefined, { panel: 'heat', y: 'tue', x: '14' }, null, null])
  expect([['2026-01-01', '2026-01-02'], ['2026-01-05', '2026-01-12'], ['2026-02-01', '2026-03-01'], ['2026-01-01']].map(grainOfPeriods)).toEqual(['day', 'week', 'month', null])
  const trace = { title: 'Sessions', rows: 'data.rows', x: 'period', y: 'sessions.value', as: 'line', axis: 'left' } as const
  expect(withValues({ data: { rows: [{ period: 'a', sessions: { value: 9, more: 1 } }, { period: 'b', sessions: { value: 9 } }] }, other: 1 }, trace, new Map([['a', 2]])))
    .toEqual({ data: { rows: [{ period: 'a', sessions: { value: 2, more: 1 } }, { period: 'b', sessions: { value: null } }] }, other: 1 })
  const heat = { draw: 'heat', rows: '', x: { path: 'hour', title: '', words: [] }, y: { path: 'weekday', title: '', words: [] }, value: { path: 'sessions', title: '', unit: null } } as const
  expect(countedBy(heat, [])).toBeNull()
})
