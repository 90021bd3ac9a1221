import { describe as suite, expect, test } from 'vitest'
import type { ChartPanel, Panel, TablePanel, ToldAnswer } from '../../tidemark/src/panels/panel.ts'
import { chartOption } from '../src/charts/chart-option.ts'
import { escaped } from '../src/charts/escaped.ts'
import { heatOption } from '../src/charts/heat-option.ts'
import { PALETTES } from '../src/charts/palette.ts'
import { sparkPieces } from '../src/charts/sparkline.tsx'
import { panelCsv } from '../src/csv/panel-csv.ts'
import { chosenAnswers, type MainAnswer, mainAnswers } from '../src/generic/main-answers.ts'
import { cardsDocument } from '../src/generic/series-panels.ts'
import { answerCoverage } from '../src/panels/answer-coverage.ts'
import { answerWords, partsOf } from '../src/panels/answer-words.ts'
import { changeWay } from '../src/panels/cards-picture.tsx'
import { describe } from '../src/panels/describe.ts'
import { arcPath } from '../src/panels/gauges-picture.tsx'
import { inPlace } from '../src/panels/in-place.ts'
import { levelOf } from '../src/panels/level.ts'
import { compareCells, isEmpty, panelRows } from '../src/panels/panel-rows.ts'
import { at } from '../src/panels/path.ts'
import { liveliest } from '../src/panels/use-usual-entity.ts'

const LOOK = { palette: PALETTES.light, grain: 'week', hidden: new Set<string>() }
const CHART: ChartPanel = {
  draw: 'chart', left: { title: 'Hours', unit: 'h' }, right: null, lines: [{ title: 'Most', at: { path: 'most' }, tone: 'bad' }], marks: [{ title: 'End', path: 'end' }], facts: [],
  traces: [{ title: 'Hours', rows: 'rows', x: 'period', y: 'hours.sum', as: 'line', axis: 'left' }, { title: 'Band', rows: 'steps', x: 'period', y: 'high', low: 'low', as: 'band', axis: 'left' }],
}
const DOCUMENT = {
  most: '900.00', end: '2026-01-12', rows: [{ period: '2026-01-05', 'hours.sum': '9007199254740993.10' }, { period: '2026-01-12', 'hours.sum': null }],
  steps: [{ period: '2026-01-19', low: '1.5', high: '2.5' }],
}

test('a path finds keys that hold points themselves, the longest first', () => {
  expect(at({ 'a.b': 1, a: { b: 2, 'c.d': 3 } }, 'a.b')).toBe(1)
  expect(at({ a: { 'c.d': { e: 3 } } }, 'a.c.d.e')).toBe(3)
  expect([at({}, 'a.b'), at(null, 'a'), at({ a: null }, 'a.b'), at({}, 'constructor')]).toEqual([undefined, undefined, undefined, undefined])
})

suite('rows of a panel', () => {
  test('are a line a period, with what any trace has; decimals are text', () => {
    const rows = panelRows(CHART, DOCUMENT)
    expect(rows.columns.map(({ title }) => title)).toEqual(['Period', 'Hours', 'Band, from', 'Band, to'])
    expect(rows.rows).toEqual([['2026-01-05', '9007199254740993.10', null, null], ['2026-01-12', null, null, null], ['2026-01-19', null, '1.5', '2.5']])
  })

  test('say in words how far they reach, their ends and what is missing', () => {
    expect(describe('chart', panelRows(CHART, DOCUMENT), 'week')).toBe(
      'Chart of 3 rows, from week of 5 Jan 2026 to week of 19 Jan 2026. Hours: least 9,007,199,254,740,993.10 h (week of 5 Jan 2026), greatest 9,007,199,254,740,993.10 h (week of 5 Jan 2026), last 9,007,199,254,740,993.10 h, 2 missing. '
      + 'Band, from: least 1.5 h (week of 19 Jan 2026), greatest 1.5 h (week of 19 Jan 2026), last 1.5 h, 2 missing. Band, to: least 2.5 h (week of 19 Jan 2026), greatest 2.5 h (week of 19 Jan 2026), last 2.5 h, 2 missing.')
  })

  test('are empty where every value is missing', () => {
    expect(isEmpty(panelRows(CHART, { rows: [{ period: '2026-01-05', 'hours.sum': null }] }))).toBe(true)
    expect(isEmpty(panelRows(CHART, DOCUMENT))).toBe(false)
    expect(isEmpty(panelRows(CHART, {}))).toBe(true)
  })

  test('are saved with numbers as numbers, and text that no spreadsheet takes for a formula', () => {
    const panel: Panel = { draw: 'table', rows: 'rows', order: null, columns: [{ title: 'Who', path: 'who', unit: null }, { title: 'Change', path: 'change', unit: 'EUR' }, { title: 'Share', path: 'share', unit: 'share' }] }
    expect(panelCsv(panelRows(panel, { rows: [{ who: '=1+1', change: '-12.50', share: '0.8000' }, { who: 'a,b', change: null, share: 0 }] })))
      .toBe("Who,Change (EUR),Share (share)\r\n'=1+1,-12.50,0.8000\r\n\"a,b\",,0\r\n")
  })

  test('are saved with the names of their entities beside them, where any has one', () => {
    const panel: Panel = { draw: 'table', rows: 'rows', order: null, columns: [{ title: 'Shop', path: 'entity', unit: null, entity: true }, { title: 'Level', path: 'level', unit: null }] }
    const rows = [{ entity: 'a', level: 1 }, { entity: 'b', level: 2 }, { entity: null, level: 3 }]
    expect(panelCsv(panelRows(panel, { rows, names: [{ tenant: 't', entity: 'b', name: '=1+1' }, { tenant: 't', entity: 'c', name: 'Not here' }] }))).toBe("Shop,Name,Level\r\na,,1\r\nb,'=1+1,2\r\n,,3\r\n")
    expect(panelCsv(panelRows(panel, { rows }))).toBe('Shop,Level\r\na,1\r\nb,2\r\n,3\r\n')
    // An answer of the project may call anything `names`.
    expect(panelRows(panel, { rows, names: ['a'] }).names).toBeUndefined()
  })

  test('are sorted by numbers exactly, the missing ones last', () => {
    expect(['10', '9.5', null, '9007199254740993', '9007199254740992'].toSorted(compareCells)).toEqual(['9.5', '10', '9007199254740992', '9007199254740993', null])
  })
})

suite('a chart', () => {
  test('has a gap where a value is missing, and keeps its level line in view', () => {
    const option = chartOption(CHART, DOCUMENT, LOOK)
    const [line] = option.series as readonly { readonly data: readonly (number | null)[]; readonly connectNulls: boolean; readonly markLine: { readonly data: readonly object[] } }[]
    expect(line?.data.slice(1)).toEqual([null, null])
    expect(line?.connectNulls).toBe(false)
    expect(line?.markLine.data).toHaveLength(2)
    const [left] = option.yAxis as readonly { readonly max: (range: { readonly max: number }) => number }[]
    expect(left?.max({ max: 3 })).toBeGreaterThan(900)
  })

  test('tells on hover the document’s own text, and text of the data is no HTML', () => {
    const option = chartOption({ ...CHART, traces: [{ ...CHART.traces[0]!, title: '<img src=x>' }] }, DOCUMENT, LOOK)
    const { formatter } = option.tooltip as { readonly formatter: (hovered: unknown) => string }
    expect(formatter([{ dataIndex: 0 }])).toBe('<b>week of 5 Jan 2026</b><br>&lt;img src=x&gt;: <b>9,007,199,254,740,993.10 h</b>')
    expect(formatter([{ dataIndex: 1 }])).toContain('missing')
    expect(escaped(`<a href="x">'&`)).toBe('&lt;a href=&quot;x&quot;&gt;&#39;&amp;')
  })

  test('leaves out what is switched off', () => {
    expect((chartOption(CHART, DOCUMENT, { ...LOOK, hidden: new Set(['Band']) }).series as readonly object[])).toHaveLength(1)
  })

  test('of a heat map has a cell only where there is a row', () => {
    const hours = Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, '0'))
    const panel = { draw: 'heat', rows: 'cells', x: { path: 'hour', title: 'Hour', words: hours }, y: { path: 'weekday', title: 'Weekday', words: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] }, value: { path: 'sessions', title: 'Sessions', unit: null } } as const
    const { series } = heatOption(panel, { cells: [{ weekday: 'sun', hour: '09', sessions: 3 }, { weekday: 'xxx', hour: '09', sessions: 3 }] }, PALETTES.dark)
    expect((series as readonly { readonly data: readonly { readonly value: readonly number[] }[] }[])[0]?.data.map(({ value }) => value)).toEqual([[9, 6, 3]])
  })

  test('beside a number has its gaps too', () => {
    expect(sparkPieces([1, null, 2, 3], 100, 20).map((piece) => piece.length)).toEqual([1, 2])
    expect(sparkPieces([5], 100, 20)).toEqual([[[50, 10]]])
    expect(sparkPieces([], 100, 20)).toEqual([])
  })

  test('of a gauge ends at its end', () => {
    expect(arcPath(2)).toBe(arcPath(1))
    expect(arcPath(-1)).toBe(arcPath(0))
  })
})

suite('levels and changes', () => {
  const levels = [{ from: '1.0', word: 'full', tone: 'bad' }, { from: '0.8', word: 'high', tone: 'warn' }, { from: '0.5', word: 'fair', tone: 'good' }] as const

  test.each([['0.7999', 'fair'], ['0.8000', 'high'], ['0.8', 'high'], ['1.3000', 'full'], ['0.1', undefined], [null, undefined]])('%s is %s', (value, word) => {
    expect(levelOf(value, levels)?.word).toBe(word)
  })

  test('a level that the answer tells by its word goes before the printed value', () => {
    // 79,996 of 100,000 prints 0.8000 and is below 80 %.
    expect(levelOf('0.8000', levels, 'fair')?.word).toBe('fair')
    expect(levelOf('0.8000', levels, null)?.word).toBe('high')
    expect(levelOf('0.8000', levels, 'no such word')?.word).toBe('high')
    const column = { title: 'used', path: 'used', unit: 'share', levels } as const
    const document = { rows: [{ used: '1.0000', level: 'high' }, { used: '0.1', level: null }] }
    const shown = (columns: TablePanel['columns']) => {
      const { rows, levels: reached } = panelRows({ draw: 'table', rows: 'rows', order: null, columns }, document)
      return rows.map((row) => reached?.get(row)?.map((level) => level?.word ?? null))
    }
    expect(shown([{ ...column, level: 'level' }])).toEqual([['high'], [null]])
    expect(shown([column])).toEqual([['full'], [null]])
    expect(shown([{ title: 'used', path: 'used', unit: null }])).toEqual([undefined, undefined])
  })

  test.each([['5', 'more', 'good'], ['-5', 'more', 'bad'], ['-5', 'less', 'good'], ['5', null, 'plain'], ['0.00', 'more', 'same'], [null, 'more', 'unknown']] as const)('a change of %s where %s is better is %s', (change, better, way) => {
    expect(changeWay(change, better)).toBe(way)
  })
})

suite('an answer', () => {
  const told: ToldAnswer = {
    name: 'budget', title: 'Budget', summary: '', panel: CHART, coverage: { path: 'coverage' }, place: { row: 3, column: 0, width: 'half' },
    words: [{ word: 'tenant', required: true }, { word: 'from', required: false }, { word: 'to', required: false }, { word: 'entity', required: true }],
  }
  const known = { tenant: 'acme', entity: 'one', entityChosen: false, from: '2026-01-01', to: '2026-02-01', ranged: false, grain: undefined }

  test('is asked with what it takes; a range that nobody chose is left to it', () => {
    expect(answerWords(told, known)).toEqual({ tenant: 'acme', entity: 'one' })
    expect(answerWords(told, { ...known, ranged: true })).toEqual({ tenant: 'acme', entity: 'one', from: '2026-01-01', to: '2026-02-01' })
    expect(answerWords({ ...told, words: [{ word: 'entity', required: false }, { word: 'from', required: true }] }, known)).toEqual({ from: '2026-01-01' })
    expect(answerWords(told, { ...known, entity: undefined })).toBeNull()
  })

  test('of a range has parts, which together are the range', () => {
    const parts = partsOf({ tenant: 'acme' }, { from: '2026-01-01', to: '2026-01-29' })
    expect(parts).toHaveLength(8)
    expect([parts[0]?.['from'], parts.at(-1)?.['to']]).toEqual(['2026-01-01', '2026-01-29'])
    expect(parts.slice(1).map((part) => part['from'])).toEqual(parts.slice(0, -1).map((part) => part['to']))
    expect(partsOf({ tenant: 'acme' }, { from: '2026-01-01', to: '2026-01-03' })).toEqual([])
  })

  test('tells its coverage at a path, or that of its rows together', () => {
    const coverage = { expected: 2, present: 1, reasons: { open: 1 } }
    expect(answerCoverage({ coverage: { path: 'a.b' } }, { a: { b: coverage } })).toEqual(coverage)
    expect(answerCoverage({ coverage: { rows: 'rows', path: 'coverage' } }, { rows: [{ coverage }, { coverage: null }, { coverage }] })).toEqual({ expected: 4, present: 2, reasons: { open: 2 } })
    expect(answerCoverage({ coverage: { path: 'no' } }, {})).toBeNull()
  })

  test('stands in its place: from the top, then from the left', () => {
    const place = (name: string, row: number, column: number) => ({ ...told, name, place: { row, column, width: 'half' as const } })
    expect(inPlace([place('d', 1, 1), place('a', 0, 0), { ...told, name: 'none', place: null }, place('c', 1, 0)]).map(({ name }) => name)).toEqual(['a', 'c', 'd'])
  })

  test('of one entity is of the one that was captured last', () => {
    const state = (entity: string, from: string) => ({ entity, window: { from } })
    expect(liveliest([state('a', '2026-01-01T00:00:00Z'), state('b', '2026-02-01T00:00:00Z'), state('c', '2026-02-01T00:00:00Z')])).toBe('b')
    expect(liveliest([])).toBeUndefined()
  })
})

suite('a declaration', () => {
  const answer = (key: string, word: string, total = true) => ({ key, answer: word, type: 'decimal' as const, scale: 4, alone: true, total, asOf: true })
  const measure = (name: string, kind: string, words: readonly string[]) => ({ name, kind, unit: null, across: null, values: null, ratio: null, answers: words.map((word) => answer(`${name}.${word}`, word)) })

  test('gives each measure by the answer that says most; a ratio of four digits is a share', () => {
    const found = mainAnswers({ measures: [measure('hours', 'counter', ['last', 'increase']), measure('used', 'ratio', ['value']), measure('odd', 'unheard', ['first'])] }, true)
    expect(found.map(({ key, unit }) => [key, unit])).toEqual([['hours.increase', null], ['used.value', 'share'], ['odd.first', null]])
  })

  test('has no card for what entities together do not have', () => {
    expect(mainAnswers({ measures: [{ ...measure('score', 'gauge', []), answers: [answer('score.last', 'last', false)] }] }, true)).toEqual([])
  })

  test('of many measures shows the first ones, and a ratio or two', () => {
    const many = [...Array.from({ length: 10 }, (_, at) => ({ key: `m${at}`, kind: 'count' })), { key: 'r', kind: 'ratio' }] as unknown as readonly MainAnswer[]
    expect(chosenAnswers(many, 4).map(({ key }) => key)).toEqual(['m0', 'm1', 'm2', 'r'])
  })

  test('compares in exact digits, and nothing with what is missing', () => {
    const row = { tenant: 't', entity: null, group: null, coverage: null, period: '2026-01-01', a: '0.30', 'a@previous': '0.10', b: 5, 'b@previous': null, c: 4, 'c@previous': 0 }
    const answers = ['a', 'b', 'c'].map((key) => ({ key }) as MainAnswer)
    expect((cardsDocument(row, answers) as { readonly cards: readonly object[] }).cards).toEqual([
      { name: 'a', value: '0.30', previous: '0.10', change: '0.20', changeShare: '2.0000' }, { name: 'b', value: 5, previous: null, change: null, changeShare: null }, { name: 'c', value: 4, previous: 0, change: '4', changeShare: null },
    ])
  })
})
