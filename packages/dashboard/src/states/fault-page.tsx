import type { ErrorComponentProps } from '@tanstack/react-router'
import { ProblemState } from './problem-state.tsx'

/** What nobody foresaw, where a page should be. */
export function FaultPage({ error, reset }: ErrorComponentProps) {
  return <main id="main"><h1>Something went wrong</h1><ProblemState error={error} onRetry={reset} /></main>
}
