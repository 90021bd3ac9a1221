import { Button } from '@mantine/core'
import { ProblemError, UnreachableError } from '../api/problem.ts'
import { FaultMark } from '../shell/icons.tsx'
import css from './state.module.css'

/** What went wrong: what, why, how to mend it, and the code to look up. */
export function ProblemState({ error, onRetry }: { readonly error: unknown; readonly onRetry?: (() => void) | undefined }) {
  const told = toldOf(error)
  return (
    <div className={css['state']} role="alert">
      <FaultMark className={css['mark']} />
      <p className={css['title']}>{told.title}</p>
      <p>{told.why}</p>
      <p className={css['dim']}>{told.hint}</p>
      {told.code !== null && <p className={css['code']}>{told.code}</p>}
      {onRetry !== undefined && <Button variant="default" size="xs" onClick={onRetry}>Try again</Button>}
    </div>
  )
}

function toldOf(error: unknown): { readonly title: string; readonly why: string; readonly hint: string; readonly code: string | null } {
  if (error instanceof UnreachableError) return { title: 'The server cannot be reached', why: 'It gave no answer. It may have been stopped, or the connection is gone.', hint: 'Look whether tidemark serve still runs.', code: null }
  if (error instanceof ProblemError) {
    const { title, detail, hint, code, where } = error.problem
    return { title, why: detail, hint, code: where === undefined ? code : `${code} at ${where}` }
  }
  return { title: 'This could not be shown', why: error instanceof Error ? error.message : String(error), hint: 'Reload the page; if it stays so, it is a defect of the dashboard.', code: null }
}
