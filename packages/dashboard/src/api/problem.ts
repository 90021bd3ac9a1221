import type { components } from 'tidemark/client'

export type Problem = components['schemas']['Problem']

/** An answer that is a problem, with the code of the catalogue. */
export class ProblemError extends Error {
  readonly problem: Problem
  constructor(problem: Problem) {
    super(`${problem.code}: ${problem.detail}`)
    this.name = 'ProblemError'
    this.problem = problem
  }
}

/** The server gave no answer at all. */
export class UnreachableError extends Error {
  constructor(cause: unknown) {
    super('the server cannot be reached', { cause })
    this.name = 'UnreachableError'
  }
}

/** Nobody is signed in, or no longer. */
export function isSignedOut(error: unknown): boolean {
  return error instanceof ProblemError && error.problem.status === 401
}

/** What a server without the API's manners says (a proxy, for one) is told as well as it can be. */
export function problemOf(body: unknown, status: number): Problem {
  const known = (body ?? {}) as Partial<Problem>
  return {
    type: known.type ?? 'about:blank', title: known.title ?? `HTTP ${status}`, status, code: known.code ?? `HTTP_${status}`,
    detail: known.detail ?? (typeof body === 'string' && body !== '' ? body.slice(0, 200) : `the server answered with status ${status}`),
    hint: known.hint ?? 'Try again; if it stays so, look at what the server prints.',
    ...(known.where === undefined ? {} : { where: known.where }),
  }
}
