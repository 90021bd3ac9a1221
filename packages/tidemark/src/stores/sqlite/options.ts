import type { Reach } from './failpoint.ts'

export interface SqliteStoreOptions {
  /** The database file; the folder must be there. */
  readonly path: string
  /** The program's version, written into migrations. */
  readonly program: string
  /** The time that commands are given was said by somebody, not read from the machine; default false. */
  readonly clockConfirmed?: boolean
  /** How long a statement waits for another process's lock; default 15 seconds. */
  readonly busyTimeoutMs?: number
  /** Where the writer runs; default `worker`, a thread of its own. */
  readonly thread?: 'worker' | 'inline'
  /** Events that a stream's intake holds before they begin to settle; default 200,000. 0: each goes to its own place at once. */
  readonly intake?: number
  /** Called at failpoints of an inline writer. */
  readonly reach?: Reach
}
