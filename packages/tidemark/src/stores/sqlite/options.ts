import type { Reach } from './failpoint.ts'

export interface SqliteStoreOptions {
  /** The database file; the folder must be there. */
  readonly path: string
  /** The program's version, written into migrations. */
  readonly program: string
  /** Where the writer runs; default `worker`, a thread of its own. */
  readonly thread?: 'worker' | 'inline'
  /** Called at failpoints of an inline writer. */
  readonly reach?: Reach
}
