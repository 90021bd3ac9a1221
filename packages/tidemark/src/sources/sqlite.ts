import { Worker } from 'node:worker_threads'
import type { SourceAnswer, SourceData, SourceRequest } from './source-protocol.ts'
import { sourceFailure } from './source-failure.ts'
import type { SourceLocation } from './source-url.ts'

type Row = Readonly<Record<string, unknown>>
type Parameters = SourceRequest['parameters']

interface Waiting {
  readonly sql: string
  readonly parameters: Parameters
  resolve(rows: readonly Row[]): void
  reject(error: unknown): void
}

/**
 * A SQLite database that is only read, on a thread of its own, started by the first question.
 *
 * SQLite does not leave a statement before its next row, and this driver cannot interrupt it. When a question is given
 * up, its thread is told to end and left behind: it ends at the next row, and a new one answers what is asked next. So
 * nothing waits for it but the end of the process, should it come first.
 */
export class SqliteSource {
  readonly #location: SourceLocation
  readonly #waiting = new Map<number, Waiting>()
  #worker: Worker | null = null
  #next = 1

  constructor(location: SourceLocation) {
    this.#location = location
  }

  /** Throws SOURCE_FAILED, also when the signal is aborted. */
  all(sql: string, parameters: Parameters, signal: AbortSignal): Promise<readonly Row[]> {
    if (signal.aborted) return Promise.reject(this.#failed('it was given up', sql))
    return new Promise((resolve, reject) => {
      const id = this.#next++
      const giveUp = (): void => this.#giveUp(id)
      const done = (): void => signal.removeEventListener('abort', giveUp)
      signal.addEventListener('abort', giveUp, { once: true })
      this.#waiting.set(id, {
        sql,
        parameters,
        resolve: (rows) => { done(); resolve(rows) },
        reject: (error) => { done(); reject(error) },
      })
      this.#send(id, sql, parameters)
    })
  }

  close(): void {
    this.#abandon()
    this.#failAll('it was closed')
  }

  #send(id: number, sql: string, parameters: Parameters): void {
    const worker = this.#started()
    worker.ref()
    try {
      worker.postMessage({ id, sql, parameters } satisfies SourceRequest)
    } catch (error) {
      this.#settle(worker, { id, error: `its parameters cannot be sent: ${error instanceof Error ? error.message : String(error)}` })
    }
  }

  #started(): Worker {
    if (this.#worker !== null) return this.#worker
    // Under type stripping this file is .ts, built it is .js; the thread's file stands beside it.
    const worker = new Worker(new URL(import.meta.url.endsWith('.ts') ? './sqlite-thread.ts' : './sqlite-thread.js', import.meta.url), {
      workerData: { path: this.#location.path } satisfies SourceData,
    })
    worker.on('message', (answer: SourceAnswer) => this.#settle(worker, answer))
    worker.on('error', (error) => this.#lost(worker, error.message))
    worker.on('exit', (code) => this.#lost(worker, `its thread ended (${code})`))
    this.#worker = worker
    return worker
  }

  #settle(worker: Worker, answer: SourceAnswer): void {
    if (worker !== this.#worker) return
    const waiting = this.#waiting.get(answer.id)
    this.#waiting.delete(answer.id)
    if (this.#waiting.size === 0) worker.unref()
    if (waiting === undefined) return
    if ('rows' in answer) waiting.resolve(answer.rows)
    else waiting.reject(this.#failed(answer.error, waiting.sql))
  }

  #lost(worker: Worker, why: string): void {
    if (worker !== this.#worker) return
    this.#worker = null
    this.#failAll(why)
  }

  #failAll(why: string): void {
    for (const [id, { reject, sql }] of [...this.#waiting]) {
      this.#waiting.delete(id)
      reject(this.#failed(why, sql))
    }
  }

  /** Others that wait behind it are asked anew, on a thread that is not held up. */
  #giveUp(id: number): void {
    const waiting = this.#waiting.get(id)
    if (waiting === undefined) return
    this.#waiting.delete(id)
    this.#abandon()
    waiting.reject(this.#failed('it was given up', waiting.sql))
    for (const [other, { sql, parameters }] of this.#waiting) this.#send(other, sql, parameters)
  }

  #abandon(): void {
    const worker = this.#worker
    this.#worker = null
    worker?.unref()
    void worker?.terminate()
  }

  #failed(why: string, sql: string): Error {
    return sourceFailure(this.#location, why, sql)
  }
}
