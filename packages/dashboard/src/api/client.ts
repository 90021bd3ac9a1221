import { type components, tidemarkClient } from 'tidemark/client'
import { ProblemError, problemOf, UnreachableError } from './problem.ts'

/** The API of the server that this page came from; the session's cookie says who asks. */
export const client = tidemarkClient({
  url: globalThis.location?.origin ?? 'http://127.0.0.1',
  fetch: (request) => fetch(request).catch((cause: unknown) => { throw request.signal.aborted ? cause : new UnreachableError(cause) }),
})

export type Schemas = components['schemas']

/** The data of an answer; throws ProblemError for a problem. */
export async function dataOf<T>(asked: Promise<{ readonly data?: T; readonly error?: unknown; readonly response: Response }>): Promise<T> {
  const { data, error, response } = await asked
  if (!response.ok) throw new ProblemError(problemOf(error, response.status))
  return data as T
}
