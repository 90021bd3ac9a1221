import { describe, expect, test } from 'vitest'
import { comparedRows, overlay } from '../src/compare/compare-rows.ts'
import { rankText, rankWords } from '../src/compare/rank-words.ts'
import { believedDays, placeAmong } from '../src/explore/believed-days.ts'
import { besideEachOther, differenceOf, differencesText } from '../src/explore/beliefs.ts'
import { explainedRow } from '../src/explore/explained.ts'
import { differenceText, exploreCharts, exploreRows, type ExploreLook } from '../src/explore/explore-rows.ts'
import { grainOptions, grainWhyNot, keptFor } from '../src/explore/grains.ts'
import { periodEnd } from '../src/explore/period-end.ts'
import { asAddress, asCommand, quoted } from '../src/explore/same-question.ts'
import { answerWord, parted, toldAnswers, whyNot } from '../src/generic/told-answers.ts'
import { compareSearch } from '../src/search/compare-search.ts'
import { exploreSearch } from '../src/search/explore-search.ts'

const answer = (key: string, alone = true, total = true, asOf = true) => ({ key, answer: key.split('.')[1] as string, type: 'integer' as const, scale: 0, alone, total, asOf })
const measure = (name: string, kind: string, across: string | null, answers: readonly ReturnType<typeof answer>[]) => ({ name, kind, unit: null, across, values: null, ratio: null, answers: [...answers] })
const SERIES = {
  of: { name: 'campaign', tenant: 'company', zone: 'UTC' },
  measures: [
    measure('hours', 'delta', null, [answer('hours.sum'), answer('hours.n')]), measure('score', 'gauge', 'none', [answer('score.last', true, false)]), measure('people', 'gauge', 'sum', [answer('people.last'), answer('people.min', true, false)]),
    measure('status', 'state', null, [answer('status.count:active', false, true)]), measure('active', 'flag', null, [answer('active.all', true, false, false)]),
  ],
}

const row = (period: string, value: unknown, more: object = {}) => ({ tenant: 't', entity: null, group: null, period, coverage: null, 'hours.sum': value, ...more }) as never

describe('the address of a question', () => {
  test('is read as far as it is understood', () => {
    expect(exploreSearch({ select: ['a.sum', 'b.sum'], whose: 'each', rows: 'range', by: 'kind', where: ['kind=fix', 'broken'], compare: ['year', 'x', 'previous'], asOf: '2026-10-01T00:00:00Z', why: '2026-10-01 e 1' }))
      .toEqual({ select: ['a.sum', 'b.sum'], whose: 'each', rows: 'range', by: ['kind'], where: ['kind=fix'], compare: ['previous', 'year'], asOf: '2026-10-01T00:00:00Z', why: '2026-10-01 e 1' })
    expect(exploreSearch({ whose: 'total', rows: 'day', asOf: 'soon', why: 'x', compare: 'next' })).toEqual({})
    expect(compareSearch({ pick: ['a', 'a', 'b', 'c', 'd', 'e', 'f'], sort: '-x.sum' })).toEqual({ pick: ['a', 'b', 'c', 'd', 'e'], sort: '-x.sum' })
  })

  test('names an explained row by its period and its entity, blanks included', () => {
    expect(explainedRow('2026-10-01 a b')).toEqual({ entity: 'a b', day: '2026-10-01' })
    expect(explainedRow('2026-10-01T00:00:00+02:00 e')).toEqual({ entity: 'e', at: '2026-10-01T00:00:00+02:00' })
  })
})

describe('what cannot be had', () => {
  test.each([
    ['hours.sum', true, false, null], ['score.last', true, false, 'not for several together: score is declared across: none'], ['score.last', false, false, null],
    ['people.min', true, false, 'not for several together, whose levels are joined by sum: it cannot be had from parts'], ['status.count:active', false, false, 'only for a total: it counts campaigns'],
    ['active.all', true, false, 'only for one campaign, not for several together'], ['active.all', false, true, 'not as of an earlier instant: the detail is gone by then'],
  ] as const)('%s, total %s, as of %s: %s', (key, total, asOf, why) => {
    const [one] = SERIES.measures.filter(({ name }) => key.startsWith(`${name}.`))
    expect(whyNot(one as never, one?.answers.find((each) => each.key === key) as never, SERIES, { total, asOf })).toBe(why)
  })

  test('is not asked, and the rest is', () => {
    expect(parted(SERIES, ['score.last', 'hours.sum', 'gone.sum', 'hours.sum'], { total: true, asOf: false })).toEqual({ possible: ['hours.sum'], refused: [{ key: 'score.last', why: expect.stringContaining('across: none') }] })
  })

  test('of grains is told by the declaration', () => {
    const collected = { source: 'collected' as const, grains: ['captured' as const, 'day' as const, 'range' as const] }
    expect(grainWhyNot(collected, 'captured', { total: false, compared: false })).toBeNull()
    expect(grainWhyNot(collected, 'captured', { total: true, compared: false })).toBe('each window is of one entity')
    expect(grainWhyNot(collected, 'captured', { total: false, compared: true })).toBe('compared with no other period')
    expect(grainOptions({ source: 'events', grains: ['day', 'range'] }, { total: false, compared: false }).filter(({ disabled }) => disabled).map(({ value }) => value)).toEqual(['captured', 'week', 'month', 'quarter', 'year'])
  })

  test('says for how long rows are kept apart', () => {
    const tiers = [{ tier: 'captured', months: 0, days: 30 }, { tier: 'day', months: 12, days: 0 }, { tier: 'month', months: 36, days: 5 }, { tier: 'quarter', months: null, days: null }] as never
    expect(['captured', 'day', 'week', 'month', 'quarter', 'year', 'range'].map((grain) => keptFor({ tiers }, grain as never))).toEqual(['30 days', '1 year', '1 year', '3 years and 5 days', null, null, null])
  })
})

describe('answers in words', () => {
  test('say which one they are where a measure has several', () => {
    expect([...toldAnswers(SERIES).values()].map(({ title }) => title)).toEqual(['Hours', 'Hours, number of values', 'Score, last', 'People, last', 'People, least', 'Status, count of active', 'Active, all'])
    expect(['p50', 'p99.9', 'share:on_hold'].map(answerWord)).toEqual(['median', '99.9th percentile', 'share of on hold'])
  })
})

describe('two beliefs', () => {
  test('differ by value, not by how it is written', () => {
    expect([differenceOf('1.50', '1.5'), differenceOf(1, '2'), differenceOf(null, 0), differenceOf('x', null), differenceOf(null, null), differenceOf('9007199254740993', '9007199254740992')]).toEqual(['same', 'changed', 'new', 'gone', 'same', 'changed'])
    expect([differenceText('1.50', '4.00', 'h'), differenceText(5, 3, null), differenceText('a', 'b', null), differenceText(null, 1, null)]).toEqual(['changed by +2.50 h', 'changed by −2', 'changed', 'known since'])
  })

  test('stand beside each other, those that only one has too', () => {
    const rows = besideEachOther([row('2026-01-01', 1), row('2026-01-02', 2)], [row('2026-01-01', 1), row('2026-01-03', 7)])
    expect(rows.map(({ now, before }) => [now?.['hours.sum'] ?? null, before?.['hours.sum'] ?? null])).toEqual([[1, 1], [2, null], [null, 7]])
    expect(differencesText(rows, ['hours.sum'])).toBe('Of 3 values, 1 known since, 1 no longer known')
    expect(differencesText(rows.slice(0, 1), ['hours.sum'])).toBe('The value was believed then as it is now')
  })

  test('can be asked about at each midnight within the horizon', () => {
    expect(believedDays('2026-11-01T00:00:00Z', 2)).toEqual(['2026-10-31T00:00:00Z', '2026-10-30T00:00:00Z'])
    const days = believedDays('2026-11-01T05:00:00Z', 2)
    expect(days).toEqual(['2026-11-01T00:00:00Z', '2026-10-31T00:00:00Z'])
    expect([placeAmong(days, undefined), placeAmong(days, '2026-11-01T00:00:00Z'), placeAmong(days, '2026-10-31T03:00:00Z'), placeAmong(days, '2020-01-01T00:00:00Z')]).toEqual([0, 1, 2, 2])
    expect(believedDays('2026-11-01T05:00:00Z', 0)).toEqual([])
  })
})

const LOOK: ExploreLook = { answers: [toldAnswers(SERIES).get('hours.sum')].flatMap((one) => one ?? []), grain: 'day', total: true, by: [], compare: ['previous'], asOf: true, of: 'campaign', one: false, names: new Map(), label: (entity) => entity }

describe('the rows of a question', () => {
  const rows = besideEachOther([row('2026-01-01', '2.50', { 'hours.sum@previous': '1.00' })], [row('2026-01-01', '2.00')])
  test('have both beliefs, how they differ, and the period before', () => {
    expect(exploreRows(rows, LOOK).columns.map(({ title }) => title)).toEqual(['Period', 'Hours, then', 'Hours, now', 'Hours, difference', 'Hours, period before', 'Windows'])
    expect(exploreRows(rows, LOOK).rows).toEqual([['2026-01-01', '2.00', '2.50', 'changed by +0.50', '1.00', null]])
  })

  test('are drawn with gaps, as many lines as can be told apart', () => {
    const [chart] = exploreCharts(rows, LOOK)
    expect(chart?.panel.traces.map(({ title, as }) => [title, as])).toEqual([['Hours, now', 'bars'], ['Hours, believed then', 'dashes'], ['Hours, period before', 'dashes']])
    expect(chart?.document).toEqual({ rows: [{ period: '2026-01-01', 'trace 0': '2.50', 'trace 1': '2.00', 'trace 2': '1.00' }] })
    const many = besideEachOther(Array.from({ length: 9 }, (_, place) => row('2026-01-01', place, { entity: `e${place}` })), undefined)
    const [wide] = exploreCharts(many, { ...LOOK, total: false, asOf: false, compare: [] })
    expect([wide?.lines, wide?.drawn]).toEqual([9, 7])
  })

  test('end where the next period begins', () => {
    expect((['day', 'week', 'month', 'quarter', 'year'] as const).map((grain) => periodEnd('2026-01-01', grain))).toEqual(['2026-01-02', '2026-01-08', '2026-02-01', '2026-04-01', '2027-01-01'])
  })
})

test('a question is told as a command and as an address, safe to paste', () => {
  const question = { series: 'held', select: ['a.sum', 'b.mean'], tenant: 'O’Brien\'s', where: ['kind=a b'], by: ['kind'], from: '2026-01-01', to: '2026-02-01', grain: 'week' as const, total: true, compare: ['previous' as const], asOf: '2026-01-15T00:00:00Z' }
  expect(asCommand(question, '2026-02-01T00:00:00Z')).toBe('tidemark query held --tenant \'O’Brien\'\\\'\'s\' --measure a.sum,b.mean --where \'kind=a b\' --by kind --from 2026-01-01 --to 2026-02-01 --grain week --total --compare previous --as-of 2026-01-15T00:00:00Z --now 2026-02-01T00:00:00Z --explain')
  expect(new URL(asAddress(question), 'http://x').searchParams.get('where')).toBe('kind=a b')
  expect(quoted('$(rm -rf)')).toBe("'$(rm -rf)'")
})

describe('entities beside each other', () => {
  test.each([['1.0000', '100 %', 'highest quarter'], ['0.7500', '75 %', 'highest quarter'], ['0.6667', '66.67 %', 'upper half'], ['0.2500', '25 %', 'lower half'], ['0.0000', '0 %', 'lowest quarter']])('rank %s is %s, %s', (rank, text, word) => {
    expect([rankText(rank), rankWords(rank)?.word]).toEqual([text, word])
  })

  test('have bars as long as they are beside the greatest; one without a value has none', () => {
    const coverage = { expected: 1, present: 1, reasons: {} }
    const ranked = (entity: string, value: unknown) => ({ tenant: 't', entity, peersOf: null, value, rank: null, peers: 1, coverage }) as never
    expect(comparedRows([[ranked('a', '4.00'), ranked('b', '-1.00'), ranked('c', null)], null]).map(({ entity, cells }) => [entity, cells[0]?.bar, cells[1]])).toEqual([['a', { length: 1, below: false }, null], ['b', { length: 0.25, below: true }, null], ['c', null, null]])
  })

  test('are drawn over each other, a period that one lacks is a gap in it', () => {
    const [hours] = LOOK.answers
    const { panel, document } = overlay([row('2026-01-01', 1, { entity: 'a' }), row('2026-01-02', 2, { entity: 'b' })], ['b', 'a'], hours as never, (entity) => entity.toUpperCase())
    expect(panel.traces.map(({ title }) => title)).toEqual(['B', 'A'])
    expect(document).toEqual({ rows: [{ period: '2026-01-01', 'line 1': 1 }, { period: '2026-01-02', 'line 0': 2 }] })
  })
})
