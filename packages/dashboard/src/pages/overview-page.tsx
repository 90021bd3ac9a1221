import { useDeclarations, useToldAnswers } from '../api/hooks.ts'
import { SeriesOverview } from '../generic/series-overview.tsx'
import { DeclaredPanels } from '../panels/declared-panels.tsx'
import { usePlace } from '../search/use-place.ts'
import { useShared } from '../search/use-shared.ts'
import { Page } from '../shell/page.tsx'
import { EmptyState } from '../states/empty-state.tsx'
import { LoadingState } from '../states/loading-state.tsx'
import { ProblemState } from '../states/problem-state.tsx'

/** The project's own panels in their places; of a project that declares none, or a series that was chosen, what its declaration tells. */
export function OverviewPage() {
  const place = usePlace()
  const [search] = useShared()
  const declarations = useDeclarations()
  const told = useToldAnswers()
  const placed = (told.data ?? []).filter(({ panel, place: where }) => panel !== null && where !== null)
  const error = declarations.error ?? told.error
  const content = () => {
    if (error !== null) return <ProblemState error={error} onRetry={() => { void declarations.refetch(); void told.refetch() }} />
    if (declarations.data === undefined || told.data === undefined) return <LoadingState height={320} />
    if (place.series === undefined) return <EmptyState title="The project declares no series">A series says what is kept of each entity. tidemark.config.ts declares them.</EmptyState>
    if (place.tenant === undefined) return <EmptyState title="Nothing has a history yet">Ingest events or capture, and come back.</EmptyState>
    if (placed.length > 0 && search.series === undefined) return <DeclaredPanels answers={placed} place={place} />
    return <SeriesOverview series={place.series} place={place} />
  }
  return <Page title="Overview" about={place.tenant}>{content()}</Page>
}
