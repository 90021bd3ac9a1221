import { CATALOGUE, type ErrorCode } from './error-catalogue.ts'

export type { ErrorCode } from './error-catalogue.ts'

/** What a `TidemarkError` is built from beside its code: the value, the place, the mend. */
export interface ErrorDetails {
  /** Where it was: `file:line`, `activity.fixShare`, `--grain`. */
  readonly where?: string
  /** Why it is refused, with the value that was found. Default: the catalogue's sentence for the code. */
  readonly why?: string
  /** How to mend it. Default: the catalogue's. Every command it names exists. */
  readonly hint?: string
  readonly cause?: unknown
}

/** The JSON form of an error: the last line of stderr under `--json`. */
export interface ErrorDocument {
  readonly code: ErrorCode
  readonly message: string
  readonly where: string | null
  readonly why: string
  readonly hint: string
  readonly docs: string
}

/** Every failure that Tidemark foresees: a stable code, what, where, why and how to mend it. */
export class TidemarkError extends Error {
  override readonly name = 'TidemarkError'
  readonly code: ErrorCode
  readonly where: string | null
  readonly why: string
  readonly hint: string

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.code = code
    this.where = details.where ?? null
    this.why = details.why ?? CATALOGUE[code].why
    this.hint = details.hint ?? CATALOGUE[code].hint
  }

  /** 1 failed, 2 usage: the exit code of the command line for this error. */
  get exitCode(): 1 | 2 {
    return CATALOGUE[this.code].exit
  }

  toDocument(): ErrorDocument {
    return {
      code: this.code,
      message: this.message,
      where: this.where,
      why: this.why,
      hint: this.hint,
      docs: `docs/errors.md#${this.code.toLowerCase()}`,
    }
  }
}
