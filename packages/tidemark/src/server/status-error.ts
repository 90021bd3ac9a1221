import type { ErrorCode } from '../error-catalogue.ts'
import { type ErrorDetails, TidemarkError } from '../errors.ts'

/** An error whose status is not that of its code: what a path names and is not there is 404, whatever it is called elsewhere. */
export class StatusError extends TidemarkError {
  readonly status: number

  constructor(status: number, code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(code, message, details)
    this.status = status
  }
}
