import type { ErrorDocument } from '../../errors.ts'
import type { Command } from './core.ts'

/** What the writer thread is started with. */
export interface WriterData {
  readonly path: string
  readonly program: string
}

export interface Request {
  readonly id: number
  readonly command: Command | 'close'
  readonly args: readonly unknown[]
}

export type Answer =
  | { readonly id: number; readonly value: unknown }
  /** A coded error, or the stack of one that nobody foresaw. */
  | { readonly id: number; readonly error: ErrorDocument | string }
