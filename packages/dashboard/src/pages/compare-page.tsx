import { EmptyState } from '../states/empty-state.tsx'
import { Page } from '../shell/page.tsx'

export function ComparePage() {
  return (
    <Page title="Compare">
      <EmptyState title="Nothing is shown here yet">Entities beside each other, with their rank among their peers, will stand here.</EmptyState>
    </Page>
  )
}
