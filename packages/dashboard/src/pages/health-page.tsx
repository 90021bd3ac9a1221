import { Link } from '@tanstack/react-router'
import { useDeclarations, useHealthReport } from '../api/hooks.ts'
import { ProblemError } from '../api/problem.ts'
import { CalendarPanel } from '../health/calendar-panel.tsx'
import { FreshnessList } from '../health/freshness-list.tsx'
import { FailuresPanel, FilesPanel, NotSeen, RunsPanel, TiersPanel } from '../health/operation-panels.tsx'
import { freshnessRows, STANDING_CARDS, standingDocument } from '../health/standing.ts'
import { PAGE_PATHS } from '../page-paths.ts'
import { PanelFrame } from '../panels/panel-frame.tsx'
import { PanelLayout, PanelPlace } from '../panels/panel-layout.tsx'
import { PanelPicture } from '../panels/panel-picture.tsx'
import { panelRows } from '../panels/panel-rows.ts'
import { usePlace } from '../search/use-place.ts'
import { Page } from '../shell/page.tsx'
import { EmptyState } from '../states/empty-state.tsx'
import { LoadingState } from '../states/loading-state.tsx'
import { ProblemState } from '../states/problem-state.tsx'

/** How fresh and complete everything is, where it lies, and what went wrong. */
export function HealthPage() {
  const place = usePlace()
  const declarations = useDeclarations()
  const report = useHealthReport()
  const content = () => {
    if (declarations.error !== null) return <ProblemState error={declarations.error} onRetry={() => void declarations.refetch()} />
    if (declarations.data === undefined) return <LoadingState height={320} />
    if (place.series === undefined) return <EmptyState title="The project declares no series">A series says what is kept of each entity. tidemark.config.ts declares them.</EmptyState>
    const refused = report.error instanceof ProblemError && report.error.problem.status === 403 ? report.error.problem : null
    const health = report.data?.series.find(({ series }) => series === place.series?.name)
    return (
      <PanelLayout>
        {refused !== null && <PanelPlace width="whole"><NotSeen why={refused.detail} /></PanelPlace>}
        {refused === null && <PanelPlace width="whole"><StandingPanel report={report} /></PanelPlace>}
        {refused === null && <PanelPlace width="whole"><FreshnessPanel report={report} chosen={place.series.name} /></PanelPlace>}
        <PanelPlace width="whole"><CalendarPanel key={place.series.name} place={place} /></PanelPlace>
        {health !== undefined && (
          <>
            <PanelPlace width="whole"><TiersPanel health={health} /></PanelPlace>
            <PanelPlace width="half"><RunsPanel health={health} /></PanelPlace>
            <PanelPlace width="half"><FailuresPanel health={health} tenant={place.tenant} /></PanelPlace>
            <PanelPlace width="whole"><FilesPanel health={health} archived={place.series.archive} /></PanelPlace>
          </>
        )}
      </PanelLayout>
    )
  }
  return <Page title="Health" about="How fresh and complete everything is, and where it lies">{content()}</Page>
}

type Report = ReturnType<typeof useHealthReport>

function StandingPanel({ report: { data, error, refetch } }: { readonly report: Report }) {
  const document = data === undefined ? undefined : standingDocument(data)
  return (
    <PanelFrame
      name="standing" title="At a glance" rows={document === undefined ? null : panelRows(STANDING_CARDS, document)} error={error} onRetry={() => void refetch()} height={110}
      summary={<>All series of all tenants. <Link to={PAGE_PATHS.alerts} search={((before: object) => before) as never}>Go to the alerts</Link></>}
    >
      <PanelPicture name="standing" title="At a glance" panel={STANDING_CARDS} document={document} grain={null} />
    </PanelFrame>
  )
}

function FreshnessPanel({ report: { data, error, refetch }, chosen }: { readonly report: Report; readonly chosen: string }) {
  return (
    <PanelFrame name="freshness" title="Freshness" summary="Choose a series to see its days, tiers, runs and files" rows={data === undefined ? null : freshnessRows(data)} error={error} onRetry={() => void refetch()} height={110}>
      {data !== undefined && <FreshnessList all={data.series} chosen={chosen} />}
    </PanelFrame>
  )
}
