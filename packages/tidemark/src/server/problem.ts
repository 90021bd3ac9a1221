import type { ErrorCode } from '../error-catalogue.ts'
import type { TidemarkError } from '../errors.ts'
import { StatusError } from './status-error.ts'

/** An error as HTTP tells it (RFC 9457), with the catalogue's code. */
export interface Problem {
  /** The section of the code in docs/errors.md. */
  readonly type: string
  /** Why, in general. */
  readonly title: string
  readonly status: number
  readonly code: ErrorCode
  /** What was wrong with this request, with the value. */
  readonly detail: string
  readonly where?: string
  readonly hint: string
}

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8'

/** Codes whose status is not told by their exit code: 2, wrong words, is 400; 1, failed, is 500. */
const STATUS: Readonly<Partial<Record<ErrorCode, number>>> = {
  TOKEN_MISSING: 401, TOKEN_MALFORMED: 401, TOKEN_UNKNOWN: 401, TOKEN_EXPIRED: 401, TOKEN_REVOKED: 401, LINK_SPENT: 401,
  FORBIDDEN: 403, ORIGIN_FOREIGN: 403,
  ROUTE_UNKNOWN: 404, SERIES_UNKNOWN: 404, STREAM_UNKNOWN: 404, ALERT_UNKNOWN: 404, HOLD_UNKNOWN: 404, ENTITY_UNKNOWN: 404, PROJECT_ANSWER_UNKNOWN: 404,
  METHOD_UNKNOWN: 405,
  HELD: 409, ERASED: 409, LEASE_LOST: 409, MIGRATION_NEEDED: 503,
  REQUEST_SLOW: 408, BODY_TOO_LARGE: 413, URL_TOO_LONG: 414, BODY_TYPE_UNKNOWN: 415, HOST_UNKNOWN: 421, ANSWER_TOO_LARGE: 422,
  SUM_TOO_LARGE: 422, INTEGER_TOO_LARGE: 422, RATE_EXCEEDED: 429, HEADERS_TOO_LARGE: 431,
  // What was sent is not what it says it is.
  BODY_INVALID: 400, BODY_TOO_DEEP: 400, FILE_EMPTY: 400, FILE_ENCODING: 400, FILE_HEADER: 400, FILE_TRUNCATED: 400,
  // The source of a collected series is another server; what it gives is no fault of ours.
  SOURCE_FAILED: 502, SAMPLE_INVALID: 502,
  STORE_BUSY: 503, STORE_FULL: 507, STORE_CLOSED: 503, SERVER_CLOSING: 503,
}

/** The status that stands for an error. */
export function statusOf(error: TidemarkError): number {
  return (error instanceof StatusError ? error.status : STATUS[error.code]) ?? (error.exitCode === 2 ? 400 : 500)
}

/** What is sent for an error. Of what nobody foresaw nothing is told but the code: its words may hold anything. */
export function problemOf(error: TidemarkError): Problem {
  const status = statusOf(error)
  const { code, message, where, why, hint, docs } = error.toDocument()
  return {
    type: docs, title: why, status, code, detail: code === 'UNEXPECTED' ? 'the server met something it does not foresee' : message,
    ...(where === null ? {} : { where }), hint,
  }
}
