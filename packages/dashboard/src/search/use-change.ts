import { useNavigate } from '@tanstack/react-router'
import { useCallback } from 'react'
import type { SharedChange } from './use-shared.ts'

/** How a page changes its own words in the address, and those of all pages, without being left. Undefined takes a word out. */
export function useChange<Words extends object>(): (change: { readonly [Word in keyof Words]?: Words[Word] | undefined } & SharedChange) => void {
  const navigate = useNavigate()
  return useCallback((words) => {
    void navigate({ to: '.' as never, search: ((before: object) => ({ ...before, ...words })) as never, replace: true, resetScroll: false })
  }, [navigate])
}
