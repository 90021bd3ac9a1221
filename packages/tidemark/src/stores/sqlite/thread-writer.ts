import { Worker } from 'node:worker_threads'
import { TidemarkError } from '../../errors.ts'
import type { Fence } from '../contract/lease.ts'
import type { Command, SqliteCore } from './core.ts'
import type { Writer } from './writer.ts'
import type { Answer, Request, WriterData } from './writer-protocol.ts'

/**
 * Of the writer's young objects. V8's own bound is 192; under a long ingest the space grew to 134 MB, all of it the
 * garbage of batches, at the same speed. What is not named stays as V8 has it: a bound on the old ones would end the thread.
 */
const MOST_YOUNG_MIB = 24

interface Waiting {
  resolve(value: unknown): void
  reject(error: unknown): void
}

/** The one writer, on a thread of its own; started by the first command. */
export class ThreadWriter implements Writer {
  readonly #data: WriterData
  readonly #waiting = new Map<number, Waiting>()
  #worker: Worker | null = null
  #next = 1
  #closed = false

  constructor(data: WriterData) {
    this.#data = data
  }

  run<C extends Command>(command: C, ...args: Parameters<SqliteCore[C]>): Promise<ReturnType<SqliteCore[C]>> {
    return this.#run(null, command, args)
  }

  under(fence: Fence): Pick<Writer, 'run'> {
    return { run: (command, ...args) => this.#run(fence, command, args) }
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    if (this.#worker === null) return
    await this.#send('close', [], null)
    await this.#worker.terminate()
  }

  #run<C extends Command>(fence: Fence | null, command: C, args: Parameters<SqliteCore[C]>): Promise<ReturnType<SqliteCore[C]>> {
    if (this.#closed) return Promise.reject(new TidemarkError('STORE_CLOSED', `${command} came after close`, { where: this.#data.path }))
    return this.#send(command, args, fence) as Promise<ReturnType<SqliteCore[C]>>
  }

  #send(command: Request['command'], args: readonly unknown[], fence: Fence | null): Promise<unknown> {
    const worker = this.#started()
    const id = this.#next++
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      // While an answer is awaited the thread keeps the process alive; idle, it does not.
      worker.ref()
      worker.postMessage({ id, command, args, fence } satisfies Request)
    })
  }

  #started(): Worker {
    if (this.#worker !== null) return this.#worker
    // Under type stripping this file is .ts, built it is .js; the thread's file stands beside it.
    const worker = new Worker(new URL(import.meta.url.endsWith('.ts') ? './writer-thread.ts' : './writer-thread.js', import.meta.url), {
      workerData: this.#data, resourceLimits: { maxYoungGenerationSizeMb: MOST_YOUNG_MIB },
    })
    worker.on('message', (answer: Answer) => this.#settle(worker, answer))
    worker.on('error', (error) => this.#fail(error))
    worker.on('exit', (code) => this.#fail(new TidemarkError('STORE_CLOSED', `the writer thread ended (${code})`, { where: this.#data.path })))
    this.#worker = worker
    return worker
  }

  #settle(worker: Worker, answer: Answer): void {
    const waiting = this.#waiting.get(answer.id)
    this.#waiting.delete(answer.id)
    if (this.#waiting.size === 0) worker.unref()
    if (waiting === undefined) return
    if ('value' in answer) waiting.resolve(answer.value)
    else if (typeof answer.error === 'string') waiting.reject(new Error(answer.error))
    else {
      const { code, message, where, why, hint } = answer.error
      waiting.reject(new TidemarkError(code, message, { why, hint, ...(where === null ? {} : { where }) }))
    }
  }

  #fail(error: unknown): void {
    for (const { reject } of this.#waiting.values()) reject(error)
    this.#waiting.clear()
  }
}
