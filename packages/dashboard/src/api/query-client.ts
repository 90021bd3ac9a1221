import { QueryClient } from '@tanstack/react-query'
import { UnreachableError } from './problem.ts'

const FRESH_MS = 60_000
const KEPT_MS = 10 * 60_000

/** Answers stay for a while, so that going back is instant. What the server refused is not asked again; what it did not hear is. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: FRESH_MS, gcTime: KEPT_MS, networkMode: 'always',
      retry: (failures, error) => failures < 1 && error instanceof UnreachableError,
      retryDelay: 500,
    },
    mutations: { networkMode: 'always' },
  },
})
