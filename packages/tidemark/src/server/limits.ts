/** What a request may cost. Every bound has a default; a server may be given others. */
export interface Limits {
  /** Bytes of a JSON body, unpacked. */
  readonly bodyBytes: number
  /** Bytes of a stream of events, unpacked. */
  readonly streamBytes: number
  /** How many times as large as it came a packed body may become, once it is past its first MiB. */
  readonly unpackedTimes: number
  /** Nesting of a JSON body. */
  readonly depth: number
  readonly urlCharacters: number
  readonly headerBytes: number
  /** Rows of one page of JSON, and how many when the request does not say. */
  readonly pageRows: number
  readonly defaultPageRows: number
  /** Rows of a whole answer, whatever it is sent as. */
  readonly answerRows: number
  /** Requests a minute: of one token, of one tenant, and of one address with wrong tokens. */
  readonly tokenRate: number
  readonly tenantRate: number
  readonly refusedRate: number
  /** For the headers, for the whole request, and without a byte in either direction. */
  readonly headersMs: number
  readonly requestMs: number
  readonly idleMs: number
  /** How long what is under way may take after the server was told to stop. */
  readonly graceMs: number
  readonly connections: number
}

export const DEFAULT_LIMITS: Limits = Object.freeze({
  bodyBytes: 8 << 20, streamBytes: 4 * (1 << 30), unpackedTimes: 200, depth: 64, urlCharacters: 8192, headerBytes: 16 << 10,
  pageRows: 50_000, defaultPageRows: 1_000, answerRows: 500_000,
  tokenRate: 1_200, tenantRate: 6_000, refusedRate: 60,
  headersMs: 10_000, requestMs: 600_000, idleMs: 60_000, graceMs: 30_000, connections: 1_000,
})
