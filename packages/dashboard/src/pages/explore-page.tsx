import { useState } from 'react'
import type { Schemas } from '../api/client.ts'
import { useDeclarations } from '../api/hooks.ts'
import { wordsOf } from '../format/amount.ts'
import { ExploreChoices } from '../explore/explore-choices.tsx'
import { ExploreResults } from '../explore/explore-results.tsx'
import { useExplore } from '../explore/use-explore.ts'
import css from '../explore/explore.module.css'
import { type Place, usePlace } from '../search/use-place.ts'
import { Page } from '../shell/page.tsx'
import { EmptyState } from '../states/empty-state.tsx'
import { LoadingState } from '../states/loading-state.tsx'
import { ProblemState } from '../states/problem-state.tsx'

/** Any question that a series can be asked, as it is believed now and as it was believed before. */
export function ExplorePage() {
  const place = usePlace()
  const declarations = useDeclarations()
  const content = () => {
    if (declarations.error !== null) return <ProblemState error={declarations.error} onRetry={() => void declarations.refetch()} />
    if (declarations.data === undefined) return <LoadingState height={320} />
    if (place.series === undefined) return <EmptyState title="The project declares no series">A series says what is kept of each entity. tidemark.config.ts declares them.</EmptyState>
    if (place.tenant === undefined) return <EmptyState title="Nothing has a history yet">Ingest events or capture, and come back.</EmptyState>
    return <Exploration key={place.series.name} series={place.series} place={place} />
  }
  return <Page title="Explore" about={place.series === undefined ? undefined : `${wordsOf(place.series.name)}${place.tenant === undefined ? '' : ` of ${place.tenant}`}`}>{content()}</Page>
}

function Exploration({ series, place }: { readonly series: Schemas['DeclaredSeries']; readonly place: Place }) {
  const exploring = useExplore(series, place)
  // On a phone the answer comes first: the question opens when somebody wants another one.
  const [wide] = useState(() => globalThis.matchMedia('(min-width: 1001px)').matches)
  return (
    <div className={css['page']}>
      <details className={css['question']} open={wide}>
        <summary>The question</summary>
        <ExploreChoices exploring={exploring} place={place} />
      </details>
      <ExploreResults exploring={exploring} place={place} />
    </div>
  )
}
