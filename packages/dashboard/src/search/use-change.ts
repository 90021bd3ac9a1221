import { useNavigate } from '@tanstack/react-router'
import { useCallback } from 'react'
import type { SharedSearch } from './shared-search.ts'

/** A change of the words of all pages: undefined takes a word out. */
export type SharedChange = { readonly [Word in keyof SharedSearch]?: SharedSearch[Word] | undefined }

/** How a page changes its own words in the address, and those of all pages, without being left. */
export function useChange<Words extends object>(): (change: { readonly [Word in keyof Words]?: Words[Word] | undefined } & SharedChange) => void {
  const navigate = useNavigate()
  return useCallback((words) => {
    void navigate({ to: '.' as never, search: ((before: object) => ({ ...before, ...words })) as never, replace: true, resetScroll: false })
  }, [navigate])
}
