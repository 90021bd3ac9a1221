import type { Fence } from '../contract/lease.ts'
import type { Command, SqliteCore } from './core.ts'

/** Runs the core's commands one after another, wherever it lives. */
export interface Writer {
  run<C extends Command>(command: C, ...args: Parameters<SqliteCore[C]>): Promise<ReturnType<SqliteCore[C]>>
  /** The same, for commands that a lease stands behind. */
  under(fence: Fence): Pick<Writer, 'run'>
  close(): Promise<void>
}

/** A writer in this thread: for tests, which stop the world at a failpoint, and where there is one connection. */
export class InlineWriter implements Writer {
  readonly #core: SqliteCore

  constructor(core: SqliteCore) {
    this.#core = core
  }

  async run<C extends Command>(command: C, ...args: Parameters<SqliteCore[C]>): Promise<ReturnType<SqliteCore[C]>> {
    return this.#run(null, command, args)
  }

  under(fence: Fence): Pick<Writer, 'run'> {
    return { run: async (command, ...args) => this.#run(fence, command, args) }
  }

  #run<C extends Command>(fence: Fence | null, command: C, args: Parameters<SqliteCore[C]>): ReturnType<SqliteCore[C]> {
    const method = this.#core[command] as (...args: Parameters<SqliteCore[C]>) => ReturnType<SqliteCore[C]>
    const answer = this.#core.under(fence, () => method.apply(this.#core, args))
    this.#core.settleOwed()
    return answer
  }

  async close(): Promise<void> {
    this.#core.close()
  }
}
