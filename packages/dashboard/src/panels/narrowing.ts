import { useMemo } from 'react'
import type { ChartPanel, HeatPanel, ToldAnswer } from '../../../tidemark/src/panels/panel.ts'
import { useDeclarations, useSeriesQuery, useToldAnswers } from '../api/hooks.ts'
import type { Schemas } from '../api/client.ts'
import type { AnswerWords } from '../api/hooks.ts'
import { headed } from '../format/amount.ts'
import { addDays, daysBetween } from '../format/period.ts'
import { mainAnswers } from '../generic/main-answers.ts'
import type { Grain } from '../search/shared-search.ts'
import { useShared } from '../search/use-shared.ts'
import { xsOf } from './panel-rows.ts'
import { at, rowsAt } from './path.ts'

/** A cell of a heat map; an empty word stands for all of its axis. */
export interface Cell {
  readonly panel: string
  readonly y: string
  readonly x: string
}

/** Undefined: nothing is narrowed. */
export function cellText(panel: string, y: string, x: string): string | undefined {
  return y === '' && x === '' ? undefined : [panel, y, x].join(':')
}

export function cellOf(text: string | undefined, panel?: string): Cell | null {
  const [name, y, x, ...rest] = (text ?? '').split(':')
  if (name === undefined || y === undefined || x === undefined || rest.length > 0 || (panel !== undefined && name !== panel)) return null
  return { panel: name, y, x }
}

/** The series that counts what a heat map shows: it has both axes for dimensions, and a measure of that name. */
export function countedBy({ x, y, value }: HeatPanel, all: readonly Schemas['DeclaredSeries'][]): { readonly series: string; readonly key: string } | null {
  for (const series of all) {
    const fields = series.dimensions.map(({ field }) => field)
    const found = mainAnswers(series, true).find(({ measure, total }) => total && measure === value.path)
    if (found !== undefined && fields.includes(x.path) && fields.includes(y.path)) return { series: series.name, key: found.key }
  }
  return null
}

/** The charts of a page with a line of what a heat map counts. */
function chartsOf({ value }: HeatPanel, all: readonly ToldAnswer[]): readonly ToldAnswer[] {
  return all.filter(({ panel, place }) => place !== null && panel?.draw === 'chart' && traceOf(panel, value.title) !== undefined)
}

function traceOf({ traces }: ChartPanel, title: string) {
  return traces.find((trace) => trace.title.toLowerCase() === title.toLowerCase() && trace.low === undefined)
}

/** What choosing a cell of a heat map narrows; nothing where no series counts it by both axes. */
export function useNarrowing(name: string, panel: HeatPanel): { readonly charts: readonly ToldAnswer[] } {
  const told = useToldAnswers().data
  const declared = useDeclarations().data?.series
  if (told === undefined || declared === undefined || !told.some((one) => one.name === name) || countedBy(panel, declared) === null) return { charts: [] }
  return { charts: chartsOf(panel, told) }
}

const GRAINS_OF: readonly (readonly [Grain, number])[] = [['day', 1], ['week', 7], ['month', 31], ['quarter', 92], ['year', 366]]

/** How far its periods are apart. */
export function grainOfPeriods(xs: readonly string[]): Grain | null {
  const [first, second] = xs
  if (first === undefined || second === undefined) return null
  const days = daysBetween(first, second)
  return GRAINS_OF.find(([, length]) => days <= length)?.[0] ?? null
}

/** A document with other values of one trace, by its x; what has none is missing. */
export function withValues(document: unknown, trace: ChartPanel['traces'][number], values: ReadonlyMap<string, unknown>): unknown {
  return put(document, trace.rows, rowsAt(document, trace.rows).map((row) => put(row, trace.y, values.get(String(at(row, trace.x))) ?? null)))
}

function put(document: unknown, path: string, value: unknown): unknown {
  const own = (document ?? {}) as Readonly<Record<string, unknown>>
  const point = path.indexOf('.')
  return Object.hasOwn(own, path) || point < 0 ? { ...own, [path]: value } : { ...own, [path.slice(0, point)]: put(own[path.slice(0, point)], path.slice(point + 1), value) }
}

/** The document of a chart, narrowed to the cell of the address where the chart has a line of what that counts, and what it is narrowed to. */
export function useNarrowed({ panel }: ToldAnswer, document: unknown, words: AnswerWords | null): { readonly document: unknown; readonly narrowed: string | null } {
  const [search] = useShared()
  const told = useToldAnswers().data
  const declared = useDeclarations().data?.series
  const cell = cellOf(search.cell)
  const heat = told?.find(({ name }) => name === cell?.panel)?.panel
  const by = heat?.draw === 'heat' && declared !== undefined ? countedBy(heat, declared) : null
  const trace = heat?.draw === 'heat' && panel?.draw === 'chart' ? traceOf(panel, heat.value.title) : undefined
  const xs = panel?.draw === 'chart' && document !== undefined ? xsOf(panel, document) : []
  const grain = grainOfPeriods(xs)
  const [first, last] = [xs[0], xs.at(-1)]
  const { tenant, entity } = words ?? {}
  const asks = cell !== null && heat?.draw === 'heat' && by !== null && trace !== undefined && grain !== null && first !== undefined && last !== undefined && tenant !== undefined
  const { data } = useSeriesQuery(!asks ? null : {
    series: by.series, tenant, ...(entity === undefined ? { total: true } : { entity: [entity] }), select: [by.key], grain, from: first, to: addDays(last, GRAINS_OF.find(([one]) => one === grain)?.[1] ?? 1),
    where: [...(cell.y === '' ? [] : [`${heat.y.path}=${cell.y}`]), ...(cell.x === '' ? [] : [`${heat.x.path}=${cell.x}`])],
  })
  const key = by?.key
  const narrowedDocument = useMemo(() => (asks && data !== undefined && document !== undefined && trace !== undefined && key !== undefined
    ? withValues(document, trace, new Map(data.rows.map((row) => [String(row.period), row[key]]))) : null), [asks, data, document, trace, key])
  if (narrowedDocument === null || !asks) return { document, narrowed: null }
  const parts = [cell.y === '' ? null : `${heat.y.title.toLowerCase()} ${headed(cell.y)}`, cell.x === '' ? null : `${heat.x.title.toLowerCase()} ${cell.x}`].filter((one) => one !== null)
  return { document: narrowedDocument, narrowed: `${headed(heat.value.title)} are those of ${parts.join(', ')} only` }
}
