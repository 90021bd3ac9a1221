import { useMemo } from 'react'
import { useMe, useSeriesQuery } from '../api/hooks.ts'
import type { Schemas } from '../api/client.ts'
import { placeOf, shownUnit, wordsOf } from '../format/amount.ts'
import { sumCoverage } from '../format/coverage.ts'
import { rangeText } from '../format/period.ts'
import { describe } from '../panels/describe.ts'
import { PanelFrame } from '../panels/panel-frame.tsx'
import { PanelLayout, PanelPlace } from '../panels/panel-layout.tsx'
import { PanelPicture } from '../panels/panel-picture.tsx'
import { panelRows } from '../panels/panel-rows.ts'
import { summaryPeriods, wholePeriods } from '../search/day-range.ts'
import type { Place } from '../search/use-place.ts'
import { chosenAnswers, isDrawn, type MainAnswer, mainAnswers } from './main-answers.ts'
import { cardsDocument, entityTable, measureChart, MOST_CARDS, MOST_CHARTS, seriesCards } from './series-panels.ts'

/** A series that nobody wrote an answer for: its numbers, its measures over time, its entities. */
export function SeriesOverview({ series, place }: { readonly series: Schemas['DeclaredSeries']; readonly place: Place }) {
  const { tenant } = place
  const me = useMe().data
  const mayRead = me?.actions.includes('read') ?? false
  const { from, to, grain } = mayRead ? { ...wholePeriods(place.range, place.grain), grain: place.grain } : summaryPeriods(place.range, place.grain)
  const drawn = useMemo(() => mainAnswers(series, true).filter(isDrawn), [series])
  const charted = useMemo(() => chosenAnswers(drawn, MOST_CARDS), [drawn])
  const select = charted.map(({ key }) => key)
  const asked = me === undefined || tenant === undefined || select.length === 0 ? null : { series: series.name, tenant, select, from, to, total: true }
  const whole = useSeriesQuery(asked === null || !mayRead ? null : { ...asked, grain: 'range', compare: ['previous'] })
  const periods = useSeriesQuery(asked === null ? null : { ...asked, grain })
  const charts = useMemo(() => chosenAnswers(charted, MOST_CHARTS, 1), [charted])
  const cards = useMemo(() => seriesCards(charted, charts), [charted, charts])
  const document = whole.data === undefined ? undefined : cardsDocument(whole.data.rows[0], charted)
  const rows = document === undefined ? null : panelRows(cards, document)
  const sparks = periods.data === undefined ? undefined : new Map(charted.map(({ key }) => [key, periods.data.rows.map((row) => placeOf(row[key]))]))
  const coverage = periods.data === undefined ? undefined : sumCoverage(periods.data.rows.map((row) => row.coverage))
  return (
    <PanelLayout>
      {mayRead && <PanelPlace width="whole">
        <PanelFrame
          name="numbers" title={wordsOf(series.name)} summary={`${rangeText(from, to)}, each day on the ${series.of.name}’s own clock; changes since as many days before`} rows={rows} error={whole.error} height={120}
          onRetry={() => void whole.refetch()} stale={whole.isPlaceholderData} coverage={whole.data?.rows[0]?.coverage} {...(rows === null ? {} : { description: describe('cards', rows) })}
        >
          <PanelPicture name="numbers" title={wordsOf(series.name)} panel={cards} document={document} grain={null} sparks={sparks} />
        </PanelFrame>
      </PanelPlace>}
      {charts.map((answer) => (
        <PanelPlace key={answer.key} width="half"><MeasurePanel answer={answer} grain={grain} periods={periods} coverage={coverage} /></PanelPlace>
      ))}
      <PanelPlace width="whole"><EntitiesPanel series={series} place={place} /></PanelPlace>
    </PanelLayout>
  )
}

export interface MeasurePanelProps {
  readonly answer: MainAnswer
  readonly grain: string
  readonly periods: ReturnType<typeof useSeriesQuery>
  readonly coverage: ReturnType<typeof sumCoverage> | undefined
}

export function MeasurePanel({ answer, grain, periods, coverage }: MeasurePanelProps) {
  const panel = useMemo(() => measureChart(answer), [answer])
  const rows = useMemo(() => (periods.data === undefined ? null : panelRows(panel, periods.data)), [panel, periods.data])
  return (
    <PanelFrame
      name={answer.key} title={answer.title} summary={`By ${grain}${shownUnit(answer.unit) === null ? '' : `, in ${answer.unit}`}`} rows={rows} error={periods.error} onRetry={() => void periods.refetch()}
      stale={periods.isPlaceholderData} grain={grain} coverage={coverage} {...(rows === null ? {} : { description: describe('chart', rows, grain) })}
    >
      <PanelPicture name={answer.key} title={answer.title} panel={panel} document={periods.data} grain={grain} />
    </PanelFrame>
  )
}

/** A row an entity, for those who may see one. */
function EntitiesPanel({ series, place }: { readonly series: Schemas['DeclaredSeries']; readonly place: Place }) {
  const mayRead = useMe().data?.actions.includes('read') ?? false
  const answers = useMemo(() => mainAnswers(series, false), [series])
  const panel = useMemo(() => entityTable(answers, series.of), [answers, series])
  const select = panel.columns.slice(1).map(({ path }) => path)
  const { from, to } = wholePeriods(place.range, place.grain)
  const { data: answered, error, isPlaceholderData, refetch } = useSeriesQuery(mayRead && place.tenant !== undefined && select.length > 0
    ? { series: series.name, tenant: place.tenant, select, from, to, grain: 'range', limit: 1000 } : null)
  // Names that are left out are those of nobody: they need not be looked for.
  const data = useMemo(() => (answered === undefined ? undefined : { ...answered, names: answered.names ?? [] }), [answered])
  const rows = useMemo(() => (data === undefined ? null : panelRows(panel, data)), [panel, data])
  if (!mayRead) return null
  const title = `Every ${wordsOf(series.of.name).toLowerCase()}`
  return (
    <PanelFrame
      name="entities" title={title} summary={data?.next == null ? rangeText(from, to) : `${rangeText(from, to)}; the first 1,000`} rows={rows} error={error} onRetry={() => void refetch()}
      stale={isPlaceholderData} isTable coverage={data === undefined ? undefined : sumCoverage(data.rows.map((row) => row.coverage))}
    >
      <PanelPicture name="entities" title={title} panel={panel} document={data} grain={null} />
    </PanelFrame>
  )
}
