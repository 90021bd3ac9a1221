import { useSearch } from '@tanstack/react-router'
import { type ReactNode, useCallback, useMemo } from 'react'
import type { Schemas } from '../api/client.ts'
import { useRanks } from '../api/hooks.ts'
import { wordsOf } from '../format/amount.ts'
import { sumCoverage } from '../format/coverage.ts'
import { entityLabel, namesIn } from '../format/entity.ts'
import { rangeText } from '../format/period.ts'
import { AnswerChoice } from '../generic/answer-choice.tsx'
import { chosenAnswers, isDrawn, mainAnswers } from '../generic/main-answers.ts'
import { parted, toldAnswers } from '../generic/told-answers.ts'
import { PanelFrame } from '../panels/panel-frame.tsx'
import { RowsTable } from '../panels/rows-table.tsx'
import { type CompareSearch, MOST_PICKED } from '../search/compare-search.ts'
import { wholePeriods } from '../search/day-range.ts'
import { useChange } from '../search/use-change.ts'
import type { Place } from '../search/use-place.ts'
import { comparedRows, comparedTable, shownTable } from './compare-rows.ts'
import css from './compare.module.css'
import { ComparedValue } from './compared-cell.tsx'
import { OverlayPanel } from './overlay-panel.tsx'

const MOST_COLUMNS = 6
const USUAL_COLUMNS = 4
const ASKED = { total: false, asOf: false }

/** Entities beside each other: a table that can be sorted, and lines of those that were picked. */
export function CompareView({ series, place }: { readonly series: Schemas['DeclaredSeries']; readonly place: Place }) {
  const search = useSearch({ strict: false }) as CompareSearch
  const change = useChange<CompareSearch>()
  const chosen = useMemo(() => search.select ?? chosenAnswers(mainAnswers(series, false).filter(isDrawn), USUAL_COLUMNS, 1).map(({ key }) => key), [search.select, series])
  const answers = useMemo(() => {
    const told = toldAnswers(series)
    return parted(series, chosen, ASKED).possible.flatMap((key) => told.get(key) ?? []).slice(0, MOST_COLUMNS)
  }, [series, chosen])
  const { from, to } = wholePeriods(place.range, place.grain)
  const asked = place.tenant === undefined ? null : { series: series.name, tenant: place.tenant, from, to }
  const ranks = useRanks(asked, answers.map(({ key }) => key))
  const ready = ranks.length > 0 && ranks.every(({ data }) => data !== undefined)
  // The results are a new list with every drawing; their documents are not.
  const documents = ranks.map(({ data }) => data)
  // biome-ignore lint/correctness/useExhaustiveDependencies: each document counts, not the list of them
  const rows = useMemo(() => (ready ? comparedRows(documents.map((data) => data?.rows ?? null)) : null), [ready, ...padded(documents)])
  const first = documents.find((data) => data !== undefined)
  const names = useMemo(() => namesIn(first?.names), [first])
  const label = useCallback((entity: string): string => entityLabel({ entity, name: names.get(entity) ?? null }), [names])
  const shown = useMemo(() => (rows === null ? null : shownTable(rows, answers, series.of.name, names)), [rows, answers, series, names])
  const saved = useMemo(() => (rows === null ? null : comparedTable(rows, answers, series.of.name, names)), [rows, answers, series, names])
  const byEntity = useMemo(() => new Map((rows ?? []).map((row) => [row.entity, row])), [rows])
  const picked = useMemo(() => (search.pick ?? []).filter((entity) => rows === null || byEntity.has(entity)), [search.pick, rows, byEntity])
  const error = ranks.find((one) => one.error !== null)?.error
  const of = wordsOf(series.of.name).toLowerCase()
  const toggle = (entity: string): void => {
    const next = picked.includes(entity) ? picked.filter((one) => one !== entity) : [...picked, entity]
    change({ pick: next.length === 0 ? undefined : next })
  }
  const cell = (cells: readonly unknown[], column: number): ReactNode => {
    const entity = String(cells[0])
    if (column === 0) {
      const on = picked.includes(entity)
      return <span className={css['pick']}><input type="checkbox" aria-label={`Draw the line of ${label(entity)}`} data-pick={entity} checked={on} disabled={!on && picked.length >= MOST_PICKED} onChange={() => toggle(entity)} />{on ? `line ${picked.indexOf(entity) + 1}` : ''}</span>
    }
    const answer = answers[column - 2]
    return answer === undefined ? undefined : <ComparedValue entity={entity} answer={answer} cell={byEntity.get(entity)?.cells[column - 2] ?? null} />
  }
  const sorted = sortOf(search.sort, ['line', 'entity', ...answers.map(({ key }) => key)])
  return (
    <div className={css['results']}>
      <details className={css['question']}>
        <summary>What is compared: {answers.length} {answers.length === 1 ? 'answer' : 'answers'}</summary>
        <AnswerChoice series={series} chosen={chosen} asked={ASKED} most={MOST_COLUMNS} onChange={(select) => change({ select, sort: undefined })} />
      </details>
      <PanelFrame
        name="compared" title={`Every ${of}`} summary={`${rangeText(from, to)}; a rank of 100 % is the greatest of its peers, and equal values share one`} rows={saved} isTable
        error={error} onRetry={() => { for (const one of ranks) void one.refetch() }} stale={ranks.some(({ isPlaceholderData }) => isPlaceholderData)}
        coverage={rows === null ? undefined : sumCoverage((documents[0]?.rows ?? []).map((row) => row.coverage))} {...(answers.length === 0 ? { wants: 'Choose at least one answer to compare' } : {})}
      >
        {shown !== null && (
          <>
            <RowsTable
              label={`Every ${of}`} rows={shown} cell={cell} tall order={sorted}
              onOrder={(order) => change({ sort: order === null ? undefined : `${order.way === 'down' ? '-' : ''}${['line', 'entity', ...answers.map(({ key }) => key)][order.column] ?? ''}` })}
            />
            <p className={css['why']} role="status">{picked.length} of {MOST_PICKED} lines are picked{picked.length >= MOST_PICKED ? ': leave one out to draw another' : ''}.</p>
          </>
        )}
      </PanelFrame>
      <OverlayPanel series={series} place={place} picked={picked} answers={answers.filter(isDrawn)} label={label} />
    </div>
  )
}

/** As many places as there may be columns: a list of dependencies has always the same length. */
function padded<T>(list: readonly T[]): readonly (T | undefined)[] {
  return Array.from({ length: MOST_COLUMNS }, (_, place) => list[place])
}

/** The order that the address names; else by the first answer, downwards. */
function sortOf(sort: string | undefined, columns: readonly string[]): { readonly column: number; readonly way: 'up' | 'down' } {
  const down = sort?.startsWith('-') ?? true
  const column = sort === undefined ? -1 : columns.indexOf(down ? sort.slice(1) : sort)
  return column < 0 ? { column: 2, way: 'down' } : { column, way: down ? 'down' : 'up' }
}
