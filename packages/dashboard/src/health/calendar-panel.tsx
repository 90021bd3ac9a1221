import { useMemo } from 'react'
import { useSeriesQuery } from '../api/hooks.ts'
import { countText, wordsOf } from '../format/amount.ts'
import { coverageText, sumCoverage } from '../format/coverage.ts'
import { rangeText } from '../format/period.ts'
import { mainAnswers } from '../generic/main-answers.ts'
import { PanelFrame } from '../panels/panel-frame.tsx'
import type { PanelRows } from '../panels/panel-rows.ts'
import type { Place } from '../search/use-place.ts'
import { Calendar } from './calendar.tsx'
import { calendarRange, type CoverageDay, coverageDays, DAY_STATES, DAY_WORDS } from './coverage-days.ts'

function calendarRows(days: readonly CoverageDay[]): PanelRows {
  return {
    columns: [{ title: 'Day', unit: null, holds: 'period' }, { title: 'State', unit: null, holds: 'name' }, { title: 'Expected', unit: null, holds: 'value' }, { title: 'Present', unit: null, holds: 'value' }, { title: 'In words', unit: null, holds: 'name' }],
    rows: days.filter(({ state }) => state !== 'later').map(({ day, state, coverage }) => [day, DAY_WORDS[state], coverage?.expected ?? null, coverage?.present ?? null, coverage === null ? null : coverageText(coverage)]),
  }
}

/** How complete each day of a series is, of one tenant, over the last year. */
export function CalendarPanel({ place: { series, tenant, today } }: { readonly place: Place }) {
  const answer = useMemo(() => (series === undefined ? undefined : mainAnswers(series, true).find(({ total }) => total)), [series])
  const { from, to } = calendarRange(today)
  const { data, error, isPlaceholderData, refetch } = useSeriesQuery(series === undefined || tenant === undefined || answer === undefined ? null
    : { series: series.name, tenant, select: [answer.key], from, to, grain: 'day', total: true })
  const days = useMemo(() => (data === undefined ? null : coverageDays(data.rows, today)), [data, today])
  if (series === undefined) return null
  const title = `Coverage of ${wordsOf(series.name).toLowerCase()}`
  const count = (state: CoverageDay['state']): number => (days ?? []).filter((one) => one.state === state).length
  return (
    <PanelFrame
      name="coverage" title={title} summary={`${tenant ?? ''}: each day, ${rangeText(from, to)}, on each ${series.of.name}’s own clock`} rows={days === null ? null : calendarRows(days)} error={error} onRetry={() => void refetch()}
      stale={isPlaceholderData} height={260} coverage={data === undefined ? undefined : sumCoverage(data.rows.filter(({ period }) => period <= today).map((row) => row.coverage))} grain="day"
      description={`Calendar: ${DAY_STATES.map((state) => `${countText(count(state), 'day')} ${DAY_WORDS[state]}`).join(', ')}.`}
      {...(tenant === undefined ? { wants: 'Nothing has a history yet' } : answer === undefined ? { wants: 'No measure of this series has a total' } : {})}
    >
      {days !== null && <Calendar title={title} days={days} today={today} />}
    </PanelFrame>
  )
}
