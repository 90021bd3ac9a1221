import { useDeclarations, useMe } from '../api/hooks.ts'
import { CompareView } from '../compare/compare-view.tsx'
import { wordsOf } from '../format/amount.ts'
import { usePlace } from '../search/use-place.ts'
import { Page } from '../shell/page.tsx'
import { EmptyState } from '../states/empty-state.tsx'
import { LoadingState } from '../states/loading-state.tsx'
import { ProblemState } from '../states/problem-state.tsx'

/** Entities of a tenant beside each other. */
export function ComparePage() {
  const place = usePlace()
  const declarations = useDeclarations()
  const me = useMe()
  const content = () => {
    if (declarations.error !== null) return <ProblemState error={declarations.error} onRetry={() => void declarations.refetch()} />
    if (declarations.data === undefined || me.data === undefined) return <LoadingState height={320} />
    if (place.series === undefined) return <EmptyState title="The project declares no series">A series says what is kept of each entity. tidemark.config.ts declares them.</EmptyState>
    if (place.tenant === undefined) return <EmptyState title="Nothing has a history yet">Ingest events or capture, and come back.</EmptyState>
    if (!me.data.actions.includes('read')) return <EmptyState title={`Your role sees totals, not single ${wordsOf(place.series.of.name).toLowerCase()}s`}>The overview has them; an admin gives other roles.</EmptyState>
    return <CompareView key={place.series.name} series={place.series} place={place} />
  }
  return <Page title="Compare" about={place.series === undefined ? undefined : `${wordsOf(place.series.name)}${place.tenant === undefined ? '' : ` of ${place.tenant}`}`}>{content()}</Page>
}
