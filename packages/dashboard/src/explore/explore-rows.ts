import type { ChartPanel, Trace } from '../../../tidemark/src/panels/panel.ts'
import type { Schemas } from '../api/client.ts'
import { changeText, rawText, wordsOf } from '../format/amount.ts'
import { coverageText } from '../format/coverage.ts'
import { isDecimal, minusDecimal } from '../format/decimal.ts'
import type { MainAnswer } from '../generic/main-answers.ts'
import { isDrawn } from '../generic/main-answers.ts'
import type { PanelColumn, PanelRows } from '../panels/panel-rows.ts'
import type { Beside } from '../search/explore-search.ts'
import type { Grain } from '../search/shared-search.ts'
import { type BelievedRow, DIFFERENCE_WORDS, differenceOf } from './beliefs.ts'

type Row = Schemas['QueryRow']

/** How the rows of a question are shown. */
export interface ExploreLook {
  readonly answers: readonly MainAnswer[]
  readonly grain: Grain
  readonly total: boolean
  readonly by: readonly string[]
  readonly compare: readonly Beside[]
  readonly asOf: boolean
  /** What entities are called together: `campaign`. */
  readonly of: string
  /** All rows are of one entity, so that no line needs to name it. */
  readonly one: boolean
  /** Of entities that have one. */
  readonly names: ReadonlyMap<string, string>
  /** An entity's label. */
  readonly label: (entity: string) => string
}

export const BESIDE_TITLES: Readonly<Record<Beside, string>> = { previous: 'period before', year: 'year before' }

const column = (title: string, holds: PanelColumn['holds'], unit: string | null = null): PanelColumn => ({ title, unit, holds })

/** Every row with all that was asked; of two beliefs the earlier one first, then what is believed now, then how they differ. */
export function exploreRows(rows: readonly BelievedRow[], { answers, grain, total, by, compare, asOf, of, names }: ExploreLook): PanelRows {
  return {
    names,
    columns: [
      ...(grain === 'range' ? [] : [column('Period', 'period')]), ...(total ? [] : [column(wordsOf(of), 'entity')]), ...by.map((field) => column(wordsOf(field), 'name')),
      ...answers.flatMap((answer) => {
        const holds = isDrawn(answer) ? 'value' : 'name'
        const one = (title: string): PanelColumn => column(title, holds, answer.unit)
        return [
          ...(asOf ? [one(`${answer.title}, then`), one(`${answer.title}, now`), column(`${answer.title}, difference`, 'name')] : [one(answer.title)]),
          ...compare.map((word) => one(`${answer.title}, ${BESIDE_TITLES[word]}`)),
        ]
      }),
      column('Windows', 'name'),
    ],
    rows: rows.map(({ now, before }) => {
      const head = (now ?? before) as Row
      return [
        ...(grain === 'range' ? [] : [head.period]), ...(total ? [] : [head.entity]), ...by.map((field) => head.group?.[field] ?? null),
        ...answers.flatMap(({ key, unit }) => [
          ...(asOf ? [before?.[key] ?? null, now?.[key] ?? null, differenceText(before?.[key] ?? null, now?.[key] ?? null, unit)] : [now?.[key] ?? null]),
          ...compare.map((word) => now?.[`${key}@${word}`] ?? null),
        ]),
        head.suppressed === true ? 'too few to be shown' : head.coverage === null ? null : coverageText(head.coverage),
      ]
    }),
  }
}

/** `changed by +2`, `known since`; nothing where both say the same. */
export function differenceText(then: unknown, now: unknown, unit: string | null): string {
  const kind = differenceOf(then, now)
  if (kind === 'same') return ''
  const [before, after] = [rawText(then), rawText(now)]
  return kind === 'changed' && before !== null && after !== null && isDecimal(before) && isDecimal(after) ? `changed by ${changeText(minusDecimal(after, before), unit)}` : DIFFERENCE_WORDS[kind]
}

/** What a row is about beside its period: `a1b2, mon`. Empty of the whole. */
function lineLabel({ entity, group }: Pick<Row, 'entity' | 'group'>, { one, label }: Pick<ExploreLook, 'one' | 'label'>): string {
  return [...(entity === null || one ? [] : [label(entity)]), ...Object.values(group ?? {})].join(', ')
}

export interface ExploreChart {
  readonly name: string
  readonly title: string
  readonly panel: ChartPanel
  readonly document: unknown
  /** Lines that the question has, and that are drawn. */
  readonly lines: number
  readonly drawn: number
}

/** As many as there are colours. */
const MOST_TRACES = 7
const BARS = new Set(['count', 'delta', 'counter', 'flag'])

/** A chart for each unit, so that no two scales lie over each other. */
export function exploreCharts(rows: readonly BelievedRow[], look: ExploreLook): readonly ExploreChart[] {
  const drawn = look.answers.filter(isDrawn)
  return [...Map.groupBy(drawn, ({ unit }) => unit)].map(([unit, answers], index) => chartOf(rows, answers, unit, index, look))
}

/** Which of the two beliefs or periods a trace is of. */
interface Part {
  readonly suffix: string
  readonly of: 'now' | 'before'
  readonly key: (key: string) => string
}

function chartOf(rows: readonly BelievedRow[], answers: readonly MainAnswer[], unit: string | null, index: number, look: ExploreLook): ExploreChart {
  const { grain, compare, asOf } = look
  const wide = grain === 'range'
  const parts: readonly Part[] = [
    { suffix: asOf ? ', now' : '', of: 'now', key: (key) => key }, ...(asOf ? [{ suffix: ', believed then', of: 'before' as const, key: (key: string) => key }] : []),
    ...compare.map((word): Part => ({ suffix: `, ${BESIDE_TITLES[word]}`, of: 'now', key: (key) => `${key}@${word}` })),
  ]
  const labels = wide ? [''] : [...new Set(rows.map(({ now, before }) => lineLabel((now ?? before) as Row, look)))]
  const lines = answers.flatMap((answer) => labels.map((line) => ({ answer, line })))
  const shown = lines.slice(0, Math.max(1, Math.floor(MOST_TRACES / parts.length)))
  const cells = new Map<string, Record<string, unknown>>()
  const traces: Trace[] = []
  for (const { answer, line } of shown) {
    for (const part of parts) {
      const y = `trace ${traces.length}`
      const title = `${answer.title}${line === '' ? '' : ` · ${line}`}${part.suffix}`
      const bars = wide || (BARS.has(answer.kind) && shown.length === 1 && part.suffix === parts[0]?.suffix)
      traces.push({ title, rows: 'rows', x: 'period', y, as: bars ? 'bars' : part === parts[0] ? 'line' : 'dashes', axis: 'left' })
      for (const believed of rows) {
        const row = believed[part.of]
        const head = (believed.now ?? believed.before) as Row
        const of = lineLabel(head, look)
        if (!wide && of !== line) continue
        const x = wide ? (of === '' ? 'The whole range' : of) : head.period
        const cell = cells.get(x) ?? { period: x }
        cells.set(x, { ...cell, [y]: row?.[part.key(answer.key)] ?? null })
      }
    }
  }
  const measures = [...new Set(answers.map(({ title }) => title))]
  return {
    name: `chart-${index + 1}`, title: measures.length <= 3 ? measures.join('; ') : `${measures.slice(0, 2).join('; ')} and ${measures.length - 2} more`,
    panel: { draw: 'chart', left: { title: '', unit }, right: null, traces, lines: [], marks: [], facts: [] },
    document: { rows: [...cells.values()] }, lines: lines.length, drawn: shown.length,
  }
}
