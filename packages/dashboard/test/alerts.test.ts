import { expect, test } from 'vitest'
import { type Alert, countsText, type Declarations, fullestFirst, statesShown, toldAlert } from '../src/alerts/alert.ts'
import { refusalText } from '../src/alerts/refusal.ts'
import { silenceUntil } from '../src/alerts/silence-until.ts'
import { changedAlert } from '../src/alerts/use-alert-actions.ts'
import { ProblemError, problemOf, UnreachableError } from '../src/api/problem.ts'
import { alertsSearch } from '../src/search/alerts-search.ts'

const answer = (key: string, scale: number) => ({ key, answer: key.split('.')[1] as string, type: 'decimal' as const, scale, alone: true, total: true, asOf: true })
const rule = (name: string, measure: string, side: string, bound: string) => ({ name, series: 'metrics', measure, side, bound, clear: bound, action: 'Do it', severity: 'warning', note: null })
const DECLARED = {
  series: [{ name: 'metrics', measures: [
    { name: 'placesUsed', kind: 'ratio', unit: null, across: null, values: null, ratio: { numerator: 'a', denominator: 'b' }, answers: [answer('placesUsed.value', 4)] },
    { name: 'spent', kind: 'gauge', unit: 'EUR', across: 'sum', values: null, ratio: null, answers: [answer('spent.last', 2)] },
  ] }],
  alerts: [rule('places', 'placesUsed.value', 'atLeast', '0.80'), rule('money', 'spent.last', 'atLeast', '200.00'), rule('dry', 'spent.last', 'below', '100.00')],
} as unknown as Declarations
const alert = (id: number, name: string, value: string, words: Partial<Alert> = {}): Alert => ({
  id, rule: name, tenant: 't', entity: `e${id}`, state: 'open', openedAt: '2026-01-01T00:00:00Z', value, period: '2026-01-01', silencedUntil: null, series: 'metrics', measure: 'placesUsed.value', notified: {}, bound: 'at least 1', severity: 'warning', action: 'Do it',
  acknowledged: null, resolved: null, ...words,
})

test('an alert says its value and threshold in what they are in', () => {
  expect(toldAlert(alert(1, 'places', '0.9259'), DECLARED)).toMatchObject({ title: 'Places', measure: 'Places used', value: '92.59 %', threshold: 'at least 80 %', fullness: '0.9259' })
  expect(toldAlert(alert(1, 'dry', '80.00'), DECLARED)).toMatchObject({ value: '80.00 EUR', threshold: 'below 100.00 EUR', fullness: '1.250000' })
  expect(toldAlert(alert(1, 'gone', '3', { bound: null }), DECLARED)).toMatchObject({ title: 'Gone', value: '3', threshold: null, fullness: null })
})

test('the fullest come first, those that cannot be compared last, of the same the oldest first', () => {
  const told = [alert(1, 'gone', '9'), alert(2, 'places', '0.8000'), alert(3, 'money', '500.00'), alert(4, 'places', '0.80'), alert(5, 'dry', '50.00'), alert(6, 'dry', '0')].map((one) => toldAlert(one, DECLARED))
  expect(fullestFirst(told).map(({ alert: { id } }) => id)).toEqual([3, 5, 2, 4, 1, 6])
})

test('are counted by state, and asked for by what is shown', () => {
  expect(countsText([alert(1, 'a', '1'), alert(2, 'a', '1', { state: 'acknowledged', silencedUntil: '2026-02-01T00:00:00Z' }), alert(3, 'a', '1', { state: 'resolved' })])).toBe('1 open, 1 acknowledged, 1 resolved, 1 silenced')
  expect([statesShown('unresolved'), statesShown('resolved')]).toEqual([['open', 'acknowledged'], ['resolved']])
  expect(alertsSearch({ show: ['nonsense'], rule: 'a', of: 'some' })).toEqual({ rule: 'a' })
})

test('a change shows on what it is about, and nowhere else', () => {
  const [one, sibling, other] = [alert(1, 'places', '1'), alert(2, 'places', '1', { entity: 'e1' }), alert(3, 'money', '1')]
  const change = { alert: one, by: 'ana', now: '2026-01-02T00:00:00Z' }
  const acknowledged = { ...change, action: { does: 'acknowledge', note: '' } as const }
  expect(changedAlert(one, acknowledged)).toMatchObject({ state: 'acknowledged', acknowledged: { by: 'ana', at: change.now, note: null } })
  expect(changedAlert(sibling, acknowledged)).toBe(sibling)
  const silenced = { ...change, action: { does: 'silence', until: '2026-03-01T00:00:00Z', note: '' } as const }
  expect([one, sibling, other].map((each) => changedAlert(each, silenced).silencedUntil)).toEqual(['2026-03-01T00:00:00Z', '2026-03-01T00:00:00Z', null])
})

test('a silence ends after a while, or at a time that is still to come', () => {
  const now = '2026-11-01T00:00:04.599Z'
  expect(silenceUntil('day', '', now)).toBe('2026-11-02T00:00:04Z')
  expect(silenceUntil('own', '', now)).toBeNull()
  expect(silenceUntil('own', '2020-01-01T00:00', now)).toBeNull()
  expect(silenceUntil('own', '2026-12-01T00:00Z', now)).toBe('2026-12-01T00:00:00Z')
})

test('a refusal says why and what to do', () => {
  expect(refusalText(new ProblemError(problemOf({ detail: 'it was resolved', hint: 'Reload.', code: 'ALERT_UNKNOWN', title: 'x' }, 404)))).toBe('It was resolved. Reload. (ALERT_UNKNOWN)')
  expect(refusalText(new UnreachableError(null))).toContain('kept')
})
