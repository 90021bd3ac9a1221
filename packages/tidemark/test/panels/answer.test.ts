import { describe, expect, test } from 'vitest'
import { answer, type AnswerOptions, type Panel } from '../../src/index.ts'
import { checkAnswers, checkWords, toldAnswer } from '../../src/panels/answer.ts'
import { rowsOf, valueAt } from '../../src/panels/check-panel.ts'

const OPTIONS = {
  title: 'Busiest', summary: 'The busiest days.', words: { to: 'optional', tenant: 'required' }, panel: null, coverage: { path: 'coverage' }, ask: async () => ({}),
} as const satisfies AnswerOptions<{ tenant: 'required'; to: 'optional' }, object>

const PANELS: Readonly<Record<Panel['draw'], Panel>> = {
  cards: { draw: 'cards', rows: 'cards', cards: [{ name: 'a', title: 'A', unit: null, better: 'more', opens: null }] },
  gauges: { draw: 'gauges', rows: 'gauges', titles: { a: 'A' }, most: 1.2, levels: [{ from: '0.8', word: 'high', tone: 'warn' }], none: 'no target', opens: 'other' },
  chart: {
    draw: 'chart', left: { title: 'EUR', unit: 'EUR' }, right: null, traces: [{ title: 'a', rows: 'rows', x: 'day', y: 'value', low: 'low', as: 'band', axis: 'left', stack: 's', tone: 'main' }],
    lines: [{ title: 'bound', at: { path: 'bound' }, tone: 'bad' }, { title: 'fixed', at: { value: '-0.8' }, tone: 'warn' }], marks: [{ title: 'end', path: 'end' }], facts: [{ title: 'spent', path: 'spent', unit: null }],
  },
  heat: { draw: 'heat', rows: 'cells', x: { path: 'hour', title: 'hour', words: ['00'] }, y: { path: 'day', title: 'day', words: ['mon'] }, value: { path: 'count', title: 'count', unit: null } },
  radar: { draw: 'radar', rows: 'axes', axis: 'name', value: 'value', before: 'before', least: 0, most: 100 },
  links: { draw: 'links', rows: 'rows', text: 'text', url: 'url', score: { path: 'score', title: 'score' }, facts: [{ title: 'of', path: 'of' }] },
  table: { draw: 'table', rows: 'rows', columns: [{ title: 'name', path: 'a.b', unit: null, entity: true }], order: { path: 'a.b', way: 'down' } },
}

describe('an answer is declared', () => {
  test('with its words in one order, frozen', () => {
    const made = answer('busiest', { ...OPTIONS, place: { row: 1, column: 0, width: 'half' } })
    expect(toldAnswer(made)).toEqual({
      name: 'busiest', title: 'Busiest', summary: 'The busiest days.', words: [{ word: 'tenant', required: true }, { word: 'to', required: false }], panel: null,
      place: { row: 1, column: 0, width: 'half' }, coverage: { path: 'coverage' },
    })
    expect(Object.isFrozen(made)).toBe(true)
  })

  test.each(Object.entries(PANELS))('drawn as %s', (_draw, panel) => {
    expect(answer('busiest', { ...OPTIONS, panel }).panel).toBe(panel)
  })

  test.each<readonly [string, object, string]>([
    ['a name that SQL knows', { name: 'from' }, 'NAME_UNUSABLE'],
    ['no title', { title: '' }, 'PANEL_INVALID'],
    ['no summary', { summary: undefined }, 'PANEL_INVALID'],
    ['a word that nobody says', { words: { colour: 'required' } }, 'PANEL_INVALID'],
    ['a word that is neither', { words: { tenant: 'maybe' } }, 'PANEL_INVALID'],
    ['something that nothing draws', { panel: { draw: 'pie', rows: 'rows' } }, 'PANEL_INVALID'],
    ['rows that are no path', { panel: { ...PANELS.radar, rows: 7 } }, 'PANEL_INVALID'],
    ['a path with a gap', { panel: { ...PANELS.radar, value: 'a..b' } }, 'PANEL_INVALID'],
    ['a key too many', { panel: { ...PANELS.radar, colour: 'red' } }, 'PANEL_INVALID'],
    ['a level that is no decimal', { panel: { ...PANELS.gauges, levels: [{ from: 0.8, word: 'high', tone: 'warn' }] } }, 'PANEL_INVALID'],
    ['a tone that is none', { panel: { ...PANELS.gauges, levels: [{ from: '0.8', word: 'high', tone: 'pink' }] } }, 'PANEL_INVALID'],
    ['no right axis said', { panel: { ...PANELS.chart, right: undefined } }, 'PANEL_INVALID'],
    ['a column without a path', { panel: { ...PANELS.table, columns: [{ title: 'a', unit: null }] } }, 'PANEL_INVALID'],
    ['a place beside the page', { place: { row: -1, column: 0, width: 'half' } }, 'PANEL_INVALID'],
    ['no coverage', { coverage: {} }, 'PANEL_INVALID'],
    ['nothing that answers', { ask: 'later' }, 'PANEL_INVALID'],
  ])('and refused with %s', (_what, { name = 'busiest', ...wrong }: { name?: string }, code) => {
    expect(() => answer(name, { ...OPTIONS, ...wrong } as never)).toThrow(expect.objectContaining({ code }))
  })

  test('once by each name', () => {
    const busiest = answer('busiest', OPTIONS)
    expect(() => checkAnswers([busiest, answer('Busiest', OPTIONS)])).toThrow(expect.objectContaining({ code: 'NAME_TAKEN' }))
    expect(() => checkAnswers([busiest, {} as never])).toThrow(expect.objectContaining({ code: 'PANEL_INVALID', where: 'answers[1]' }))
    expect(checkAnswers([busiest])).toEqual([busiest])
  })
})

describe('an answer is asked', () => {
  const busiest = answer('busiest', OPTIONS)

  test.each([
    [{ from: '2026-02-30' }, 'DATE_INVALID', 'from'], [{ to: 'soon' }, 'DATE_INVALID', 'to'], [{ from: '2026-02-02', to: '2026-02-02' }, 'RANGE_INVALID', 'from'],
    [{ at: '2026-02-02' }, 'INSTANT_INVALID', 'at'], [{ before: '2026-02-30T00:00:00Z' }, 'INSTANT_INVALID', 'before'],
  ])('never with %j', (given, code, where) => {
    const every = answer('every', { ...OPTIONS, words: { from: 'optional', to: 'optional', at: 'optional', before: 'optional' } })
    expect(() => checkWords(every, given)).toThrow(expect.objectContaining({ code, where }))
  })

  test('with the words that it takes', () => {
    expect(() => checkWords(busiest, { tenant: 'acme' })).not.toThrow()
    expect(() => checkWords(busiest, { tenant: 'acme', horizon: 3 })).toThrow(expect.objectContaining({ code: 'REQUEST_INVALID', where: 'horizon', hint: 'It takes tenant, to.' }))
    expect(() => checkWords(busiest, { to: '2026-01-01' })).toThrow(expect.objectContaining({ code: 'REQUEST_INVALID', where: 'tenant' }))
  })
})

describe('what a panel draws', () => {
  test('is one list, or of a chart several', () => {
    expect([null, PANELS.cards, PANELS.chart].map(rowsOf)).toEqual([null, 'cards', 'rows'])
    const { traces, ...rest } = PANELS.chart as Extract<Panel, { draw: 'chart' }>
    expect(rowsOf({ ...rest, traces: [...traces, { ...traces[0] as (typeof traces)[number], rows: 'others' }] })).toBeNull()
  })

  test('is found by its path', () => {
    const document = { a: { b: [1] }, 'c.d': 2 }
    expect(['a.b', 'a.x', 'c.d', 'a.b.length.x', 'toString'].map((path) => valueAt(document, path))).toEqual([[1], undefined, undefined, undefined, undefined])
  })
})
