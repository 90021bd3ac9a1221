import { EmptyState } from '../states/empty-state.tsx'
import { Page } from '../shell/page.tsx'

export function AlertsPage() {
  return (
    <Page title="Alerts">
      <EmptyState title="Nothing is shown here yet">What is open, and who knows of it, will stand here.</EmptyState>
    </Page>
  )
}
