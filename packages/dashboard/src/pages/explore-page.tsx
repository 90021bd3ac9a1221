import { EmptyState } from '../states/empty-state.tsx'
import { Page } from '../shell/page.tsx'

export function ExplorePage() {
  return (
    <Page title="Explore">
      <EmptyState title="Nothing is shown here yet">Any measure by any grain and dimension, as it was believed at any time, will stand here.</EmptyState>
    </Page>
  )
}
