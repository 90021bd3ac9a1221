import { useMemo } from 'react'
import type { Schemas } from '../api/client.ts'
import { useSeriesQuery } from '../api/hooks.ts'
import { sumCoverage } from '../format/coverage.ts'
import { chosenAnswers, isDrawn, mainAnswers } from '../generic/main-answers.ts'
import { MeasurePanel } from '../generic/series-overview.tsx'
import { MOST_CHARTS } from '../generic/series-panels.ts'
import { PanelLayout, PanelPlace } from '../panels/panel-layout.tsx'
import { wholePeriods } from '../search/day-range.ts'
import type { Place } from '../search/use-place.ts'

export interface MeasurePanelsProps {
  readonly series: Schemas['DeclaredSeries']
  readonly tenant: string
  readonly entity: string
  readonly place: Place
  readonly all: boolean
}

/** How many measures of a series can be drawn for one entity. */
export function drawnMeasures(series: Schemas['DeclaredSeries']): number {
  return mainAnswers(series, false).filter(isDrawn).length
}

/** Each measure of the entity over time: at first those that say most. */
export function MeasurePanels({ series, tenant, entity, place, all }: MeasurePanelsProps) {
  const drawn = useMemo(() => {
    const answers = mainAnswers(series, false).filter(isDrawn)
    return all ? answers : chosenAnswers(answers, MOST_CHARTS)
  }, [series, all])
  const { from, to } = wholePeriods(place.range, place.grain)
  const periods = useSeriesQuery(drawn.length === 0 ? null : { series: series.name, tenant, entity: [entity], select: drawn.map(({ key }) => key), from, to, grain: place.grain })
  const coverage = periods.data === undefined ? undefined : sumCoverage(periods.data.rows.map((row) => row.coverage))
  return <PanelLayout>{drawn.map((answer) => <PanelPlace key={answer.key} width="half"><MeasurePanel answer={answer} grain={place.grain} periods={periods} coverage={coverage} /></PanelPlace>)}</PanelLayout>
}
