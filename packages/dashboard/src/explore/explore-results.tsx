import { useMemo } from 'react'
import { useSeriesQuery } from '../api/hooks.ts'
import { wordsOf } from '../format/amount.ts'
import { sumCoverage } from '../format/coverage.ts'
import { entityLabel, namesIn } from '../format/entity.ts'
import { instantText } from '../format/instant.ts'
import { rangeText } from '../format/period.ts'
import { describe } from '../panels/describe.ts'
import { PanelFrame } from '../panels/panel-frame.tsx'
import { PanelPicture } from '../panels/panel-picture.tsx'
import { panelRows } from '../panels/panel-rows.ts'
import type { ExploreSearch } from '../search/explore-search.ts'
import { useChange } from '../search/use-change.ts'
import type { Place } from '../search/use-place.ts'
import { besideEachOther, differencesText } from './beliefs.ts'
import { ExplainPanel } from './explain-panel.tsx'
import { type ExploreChart, exploreCharts, type ExploreLook, exploreRows } from './explore-rows.ts'
import { ExploreTable } from './explore-table.tsx'
import css from './explore.module.css'
import { SameQuestionPanel } from './same-question-panel.tsx'
import { type Exploring, MOST_ROWS } from './use-explore.ts'

/** The answer to the question: a chart for each unit, every row, why a row is as it is, and the same question elsewhere. */
export function ExploreResults({ exploring, place }: { readonly exploring: Exploring; readonly place: Place }) {
  const { search, series, whose, grain, entity, mayRead, answers, refused, question, asOf, by, compare } = exploring
  const change = useChange<ExploreSearch>()
  const now = useSeriesQuery(question === null ? null : { ...question, limit: MOST_ROWS })
  const then = useSeriesQuery(question === null || asOf === undefined ? null : { ...withoutCompare(question), asOf, limit: MOST_ROWS })
  const look = useMemo((): ExploreLook => {
    const names = namesIn([...(then.data?.names ?? []), ...(now.data?.names ?? [])])
    return {
      answers, grain, total: whose === 'total', by, compare, asOf: asOf !== undefined, of: series.of.name, one: whose === 'one',
      names, label: (entity) => entityLabel({ entity, name: names.get(entity) ?? null }),
    }
  }, [answers, grain, whose, by, compare, asOf, series, now.data, then.data])
  // While the next answer comes, the one before it stays; but not where it would be taken for something else.
  const fits = (data: typeof now.data): boolean => data !== undefined && data.grain === grain && answers.every(({ key }) => data.rows[0] === undefined || key in data.rows[0])
  const ready = fits(now.data) && (asOf === undefined || fits(then.data))
  const rows = useMemo(() => (ready && now.data !== undefined ? besideEachOther(now.data.rows, asOf === undefined ? undefined : then.data?.rows) : null), [ready, now.data, then.data, asOf])
  const table = useMemo(() => (rows === null ? null : exploreRows(rows, look)), [rows, look])
  const charts = useMemo(() => (rows === null ? [] : exploreCharts(rows, look)), [rows, look])
  const error = now.error ?? then.error
  const stale = now.isPlaceholderData || (asOf !== undefined && then.isPlaceholderData)
  const retry = (): void => { void now.refetch(); if (asOf !== undefined) void then.refetch() }
  const coverage = now.data === undefined ? undefined : sumCoverage(now.data.rows.map((row) => row.coverage))
  const range = question === null ? '' : rangeText(question.from ?? '', question.to ?? '')
  const wants = question === null ? { wants: answers.length === 0 ? 'None of the chosen answers can be had so: choose another one, or other rows' : `There is no ${wordsOf(series.of.name).toLowerCase()} to show this of` } : {}
  const frame = { error, onRetry: retry, stale, grain, coverage, ...wants }
  return (
    <div className={css['results']}>
      {refused.length > 0 && (
        <ul className={css['refused']} role="status" aria-label="Not asked">
          {refused.map(({ key, why }) => <li key={key} data-refused-answer={key}><b>{key}</b> is not asked: {why}.</li>)}
        </ul>
      )}
      {asOf !== undefined && rows !== null && <p className={css['differences']} role="status" data-differences>As of {instantText(asOf)}: {differencesText(rows, answers.map(({ key }) => key)).replace(/^[OA]/, (letter) => letter.toLowerCase())}.</p>}
      {charts.map((chart) => <ChartPanelOf key={chart.name} chart={chart} frame={frame} grain={grain} of={whose === 'one' && entity !== undefined ? look.label(entity) : null} />)}
      <PanelFrame name="rows" title="Every row" summary={`${range}, days on each ${wordsOf(series.of.name).toLowerCase()}’s own clock${now.data?.next == null ? '' : `; the first ${MOST_ROWS.toLocaleString('en')} rows`}`} rows={table} isTable {...frame}>
        {table !== null && rows !== null && (
          <ExploreTable
            rows={rows} table={table} look={look} dimensions={search.where ?? []}
            onWhy={(why) => change({ why })} onWho={change}
          />
        )}
      </PanelFrame>
      {search.why !== undefined && place.tenant !== undefined && mayRead && (
        <ExplainPanel series={series} tenant={place.tenant} why={search.why} where={question?.where ?? []} keys={answers.map(({ key }) => key)} label={look.label} onClose={() => change({ why: undefined })} />
      )}
      {question !== null && <SameQuestionPanel question={asOf === undefined ? question : { ...question, asOf }} />}
    </div>
  )
}

function withoutCompare<Q extends { readonly compare?: unknown }>({ compare: _compare, ...question }: Q): Omit<Q, 'compare'> {
  return question
}

interface ChartPanelOfProps {
  readonly chart: ExploreChart
  readonly frame: { readonly error: unknown; readonly onRetry: () => void; readonly stale: boolean; readonly wants?: string }
  readonly grain: string
  /** The entity that all of it is of. */
  readonly of: string | null
}

function ChartPanelOf({ chart: { name, title, panel, document, lines, drawn }, frame, grain, of }: ChartPanelOfProps) {
  const rows = useMemo(() => panelRows(panel, document), [panel, document])
  const shown = grain === 'range' ? null : grain
  const { unit } = panel.left
  const parts = [...(of === null ? [] : [of]), grain === 'range' ? 'Over the whole range' : grain === 'captured' ? 'Each captured window' : of === null ? `By ${grain}` : `by ${grain}`, ...(unit === null || unit === 'share' ? [] : [`in ${unit}`]), ...(drawn < lines ? [`the first ${drawn} of ${lines} lines; the table below has all`] : [])]
  return (
    <PanelFrame name={name} title={title} summary={parts.join(', ')} rows={rows} description={describe('chart', rows, shown)} {...frame} grain={shown}>
      <PanelPicture name={name} title={title} panel={panel} document={document} grain={shown} />
    </PanelFrame>
  )
}
