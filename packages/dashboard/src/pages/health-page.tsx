import { EmptyState } from '../states/empty-state.tsx'
import { Page } from '../shell/page.tsx'

export function HealthPage() {
  return (
    <Page title="Health">
      <EmptyState title="Nothing is shown here yet">How fresh and complete everything is, and where it lies, will stand here.</EmptyState>
    </Page>
  )
}
