import type { ErrorComponentProps } from '@tanstack/react-router'
import { ProblemState } from './problem-state.tsx'
import css from './state.module.css'

/** What nobody foresaw, where the content of a page should be: the navigation stays. */
export function Fault({ error, reset }: ErrorComponentProps) {
  return <><h1>Something went wrong</h1><ProblemState error={error} onRetry={reset} /></>
}

/** The same where not even the frame of the pages could be shown. */
export function FaultPage(props: ErrorComponentProps) {
  return <main id="main" className={css['fault']}><Fault {...props} /></main>
}
