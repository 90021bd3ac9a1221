import { Link } from '@tanstack/react-router'
import { Page } from '../shell/page.tsx'
import { EmptyState } from './empty-state.tsx'

export function UnknownPage() {
  return (
    <Page title="There is no such page">
      <EmptyState title="Nothing is at this address"><Link to="/">Go to the overview</Link></EmptyState>
    </Page>
  )
}
