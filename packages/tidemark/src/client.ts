import createClient, { type Client } from 'openapi-fetch'
import type { paths } from './client-types.ts'

/** Where a server is, and who asks. */
export interface ClientOptions {
  /** `https://metrics.example.org` */
  readonly url: string
  /** Left out: the browser's session. */
  readonly token?: string
  /** Default: the runtime's own. */
  readonly fetch?: (request: Request) => Promise<Response>
}

/** A client whose paths, words and answers are those of the OpenAPI document. */
export type TidemarkClient = Client<paths>

/** Makes a client of the HTTP API: `await client.GET('/v1/series/{series}/query', { params: … })` gives `data` or `error`, a problem with its code. */
export function tidemarkClient({ url, token, fetch }: ClientOptions): TidemarkClient {
  return createClient<paths>({
    baseUrl: url.replace(/\/+$/, ''), ...(fetch === undefined ? {} : { fetch }),
    ...(token === undefined ? { credentials: 'same-origin' as const } : { headers: { authorization: `Bearer ${token}` } }),
  })
}

export type { components, paths } from './client-types.ts'
