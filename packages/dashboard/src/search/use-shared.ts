import { getRouteApi } from '@tanstack/react-router'
import type { SharedSearch } from './shared-search.ts'
import { type SharedChange, useChange } from './use-change.ts'

const root = getRouteApi('__root__')

/** What the address says, and how to change it without leaving the page. */
export function useShared(): readonly [SharedSearch, (change: SharedChange) => void] {
  return [root.useSearch() as SharedSearch, useChange<SharedSearch>()]
}
