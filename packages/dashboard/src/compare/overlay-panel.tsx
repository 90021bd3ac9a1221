import { useSearch } from '@tanstack/react-router'
import { useMemo } from 'react'
import type { Schemas } from '../api/client.ts'
import { useSeriesQuery } from '../api/hooks.ts'
import { wordsOf } from '../format/amount.ts'
import { sumCoverage } from '../format/coverage.ts'
import type { MainAnswer } from '../generic/main-answers.ts'
import { describe } from '../panels/describe.ts'
import { PanelFrame } from '../panels/panel-frame.tsx'
import { PanelPicture } from '../panels/panel-picture.tsx'
import { panelRows } from '../panels/panel-rows.ts'
import { type CompareSearch, MOST_PICKED } from '../search/compare-search.ts'
import { wholePeriods } from '../search/day-range.ts'
import { useChange } from '../search/use-change.ts'
import type { Place } from '../search/use-place.ts'
import { Choice } from '../shell/choice.tsx'
import { overlay } from './compare-rows.ts'
import css from './compare.module.css'

interface OverlayPanelProps {
  readonly series: Schemas['DeclaredSeries']
  readonly place: Place
  readonly picked: readonly string[]
  readonly answers: readonly MainAnswer[]
  readonly label: (entity: string) => string
}

/** The picked entities' lines over each other, by one of the compared answers. */
export function OverlayPanel({ series, place: { tenant, range, grain }, picked, answers, label }: OverlayPanelProps) {
  const search = useSearch({ strict: false }) as CompareSearch
  const change = useChange<CompareSearch>()
  const answer = answers.find(({ key }) => key === search.line) ?? answers[0]
  const { from, to } = wholePeriods(range, grain)
  const none = picked.length === 0 || answer === undefined || tenant === undefined
  const { data, error, isPlaceholderData, refetch } = useSeriesQuery(none ? null : { series: series.name, tenant, select: [answer.key], entity: picked, from, to, grain, limit: 5000 })
  const drawn = useMemo(() => (data === undefined || answer === undefined || picked.length === 0 ? null : overlay(data.rows, picked, answer, label)), [data, answer, picked, label])
  const rows = useMemo(() => (drawn === null ? null : panelRows(drawn.panel, drawn.document)), [drawn])
  const of = wordsOf(series.of.name).toLowerCase()
  return (
    <>
      {answers.length > 1 && picked.length > 0 && (
        <div className={css['overlay']}><Choice label="The lines show" value={answer?.key ?? ''} onChange={(line) => change({ line })} options={answers.map(({ key, title }) => ({ value: key, text: title }))} /></div>
      )}
      <PanelFrame
        name="overlay" title={answer === undefined || picked.length === 0 ? 'Lines over each other' : `${answer.title} over time`} summary={picked.length === 0 ? undefined : `By ${grain}${answer?.unit == null || answer.unit === 'share' ? '' : `, in ${answer.unit}`}, each day on the ${of}’s own clock`}
        rows={rows} error={error} onRetry={() => void refetch()} stale={isPlaceholderData} grain={grain} coverage={none || data === undefined ? undefined : sumCoverage(data.rows.map((row) => row.coverage))}
        {...(none ? { wants: answer === undefined ? 'No compared answer can be drawn over time' : `Pick up to ${MOST_PICKED} ${of}s in the table to draw their lines` } : {})} {...(rows === null ? {} : { description: describe('chart', rows, grain) })}
      >
        {drawn !== null && <PanelPicture name="overlay" title={answer?.title ?? ''} panel={drawn.panel} document={drawn.document} grain={grain} />}
      </PanelFrame>
    </>
  )
}
