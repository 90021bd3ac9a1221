import { EmptyState } from '../states/empty-state.tsx'
import { Page } from '../shell/page.tsx'

export function EntityPage() {
  return (
    <Page title="One entity">
      <EmptyState title="Nothing is shown here yet">Its panels, and when and why each snapshot was taken, will stand here.</EmptyState>
    </Page>
  )
}
