import { ProblemError, UnreachableError } from '../api/problem.ts'

/** Why something was not done, and what to do, in a sentence or two. */
export function refusalText(error: unknown): string {
  if (error instanceof UnreachableError) return 'The server cannot be reached, so nothing was changed. What you wrote is kept: try again.'
  if (error instanceof ProblemError) {
    const { detail, hint, code } = error.problem
    return `${sentence(detail)} ${sentence(hint)} (${code})`
  }
  return error instanceof Error ? error.message : String(error)
}

function sentence(text: string): string {
  const begun = text.charAt(0).toUpperCase() + text.slice(1)
  return /[.!?]$/.test(begun) ? begun : `${begun}.`
}
