import type { ErrorDocument } from '../../errors.ts'
import type { Fence } from '../contract/lease.ts'
import type { Command } from './core.ts'
import type { SqliteStoreOptions } from './options.ts'

/** What the writer thread is started with. */
export type WriterData = Omit<SqliteStoreOptions, 'thread' | 'reach'>

export interface Request {
  readonly id: number
  readonly command: Command | 'close'
  readonly args: readonly unknown[]
  /** The lease that stands behind it; null: none. */
  readonly fence: Fence | null
}

export type Answer =
  | { readonly id: number; readonly value: unknown }
  /** A coded error, or the stack of one that nobody foresaw. */
  | { readonly id: number; readonly error: ErrorDocument | string }
