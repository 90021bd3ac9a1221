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

/** A route that the typed client does not know yet. */
export async function getJson(path: string, words: Readonly<Record<string, string | undefined>> = {}, signal?: AbortSignal): Promise<unknown> {
  const parameters = new URLSearchParams(Object.entries(words).filter((entry): entry is [string, string] => entry[1] !== undefined))
  const response = await fetch(`${path}${parameters.size === 0 ? '' : `?${parameters}`}`, { credentials: 'same-origin', ...(signal === undefined ? {} : { signal }) })
    .catch((cause: unknown) => { throw signal?.aborted === true ? cause : new UnreachableError(cause) })
  const body: unknown = await response.json().catch(() => null)
  if (!response.ok) throw new ProblemError(problemOf(body, response.status))
  return body
}
