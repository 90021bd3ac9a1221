import type { CardsPanel, ChartPanel, TablePanel } from '../../../tidemark/src/panels/panel.ts'
import type { Schemas } from '../api/client.ts'
import { rawText, wordsOf } from '../format/amount.ts'
import { isDecimal, minusDecimal, overDecimal } from '../format/decimal.ts'
import type { MainAnswer } from './main-answers.ts'

/** As many as people take in at once; the others are on the page Explore. */
export const MOST_CARDS = 8
export const MOST_CHARTS = 6
const MOST_COLUMNS = 10

/** Cards of a series, from its declaration. */
export function seriesCards(answers: readonly MainAnswer[], charted: readonly MainAnswer[] = []): CardsPanel {
  return { draw: 'cards', rows: 'cards', cards: answers.map(({ key, title, unit }) => ({ name: key, title, unit, better: null, opens: charted.some((one) => one.key === key) ? key : null })) }
}

/** The document that the cards draw: one row of the whole range with its `@previous`, in exact digits. */
export function cardsDocument(row: Schemas['QueryRow'] | undefined, answers: readonly MainAnswer[]): unknown {
  return {
    cards: answers.map(({ key }) => {
      const [value, previous] = [row?.[key] ?? null, row?.[`${key}@previous`] ?? null]
      const [now, before] = [rawText(value), rawText(previous)]
      const known = now !== null && before !== null && isDecimal(now) && isDecimal(before)
      const change = known ? minusDecimal(now, before) : null
      return { name: key, value, previous, change, changeShare: known && change !== null ? overDecimal(change, before.replace('-', ''), 4) : null }
    }),
    coverage: row?.coverage ?? null,
  }
}

/** One measure over time. Sums are bars, which begin at zero; levels and ratios are lines. */
export function measureChart({ key, title, unit, kind }: MainAnswer): ChartPanel {
  return {
    draw: 'chart', left: { title: '', unit }, right: null, lines: [], marks: [], facts: [],
    traces: [{ title, rows: 'rows', x: 'period', y: key, as: ['count', 'delta', 'counter', 'flag'].includes(kind) ? 'bars' : 'line', axis: 'left', tone: 'main' }],
  }
}

/** Every entity with its main answers. */
export function entityTable(answers: readonly MainAnswer[], of: { readonly name: string }): TablePanel {
  const shown = answers.slice(0, MOST_COLUMNS)
  return {
    draw: 'table', rows: 'rows', order: shown[0] === undefined ? null : { path: shown[0].key, way: 'down' },
    columns: [{ title: wordsOf(of.name), path: 'entity', unit: null, entity: true }, ...shown.map(({ key, title, unit }) => ({ title, path: key, unit }))],
  }
}
