import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useCallback } from 'react'
import type { SharedSearch } from './shared-search.ts'

const root = getRouteApi('__root__')

/** A change of the address: undefined takes a word out. */
export type SharedChange = { readonly [Word in keyof SharedSearch]?: SharedSearch[Word] | undefined }

/** What the address says, and how to change it without leaving the page. */
export function useShared(): readonly [SharedSearch, (change: SharedChange) => void] {
  const search = root.useSearch() as SharedSearch
  const navigate = useNavigate()
  const change = useCallback((words: SharedChange) => {
    void navigate({ to: '.' as never, search: ((before: SharedSearch) => ({ ...before, ...words })) as never, replace: true, resetScroll: false })
  }, [navigate])
  return [search, change]
}
