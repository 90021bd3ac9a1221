import { Readable } from 'node:stream'
import { Worker } from 'node:worker_threads'
import { TidemarkError } from '../errors.ts'
import type { AuditRecord } from '../stores/contract/access.ts'
import { type FromReader, type Order, type ReadDocument, type ReadingData, type ReadTable, receivedError, sentError, type ToReader } from './reading-protocol.ts'

interface Waiting {
  resolve(answer: ReadDocument | ReadTable | null): void
  reject(error: unknown): void
}

type Words<Kinds> = Kinds extends ToReader ? Omit<Kinds, 'id'> : never

/**
 * A thread that answers long questions, started by the first. What serves only hands bytes on, no faster than they are
 * taken. A thread that ends is told to all who wait for it, and the next question starts another.
 */
export class ReadingThread {
  readonly #data: ReadingData
  readonly #audit: (record: AuditRecord) => Promise<void>
  readonly #waiting = new Map<number, Waiting>()
  readonly #streams = new Map<number, Readable>()
  #worker: Worker | null = null
  #next = 1

  /** @param audit enters what an export leaves in the log */
  constructor(data: ReadingData, audit: (record: AuditRecord) => Promise<void>) {
    this.#data = data
    this.#audit = audit
  }

  /** The answer to an order for a document. Throws what the gate and the question throw. */
  async document(order: Order): Promise<ReadDocument> {
    const { answer } = await this.#order(order)
    if (answer?.kind !== 'document') throw new Error(`${order.route} was to give a document`)
    return answer
  }

  /** A table: its bytes (of CSV as they are made, of Parquet the path of a file to be removed). Throws likewise. */
  async table(order: Order): Promise<{ readonly kind: 'csv'; readonly name: string; readonly bytes: Readable } | Extract<ReadTable, { readonly kind: 'parquet' }>> {
    const { id, answer } = await this.#order(order)
    if (answer?.kind === 'parquet') return answer
    if (answer?.kind !== 'csv') throw new Error(`${order.route} was to give a table`)
    return { ...answer, bytes: this.#stream(id) }
  }

  /** Ends the thread, once nothing is waited for. */
  async close(): Promise<void> {
    const worker = this.#worker
    if (worker === null) return
    await this.#send(worker, this.#next++, { kind: 'close' })
    await worker.terminate()
  }

  async #order(order: Order): Promise<{ readonly id: number; readonly answer: ReadDocument | ReadTable | null }> {
    const id = this.#next++
    return { id, answer: await this.#send(this.#started(), id, { kind: 'order', order }) }
  }

  #send(worker: Worker, id: number, words: Words<ToReader>): Promise<ReadDocument | ReadTable | null> {
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      // While an answer is awaited the thread keeps the process alive; idle, it does not.
      worker.ref()
      worker.postMessage({ id, ...words } satisfies ToReader)
    })
  }

  /** A piece is asked for when the last one was taken. */
  #stream(id: number): Readable {
    const say = (kind: 'more' | 'stop'): void => this.#worker?.postMessage({ id, kind } satisfies ToReader)
    const stream = new Readable({
      read: () => say('more'),
      destroy: (error, done) => {
        if (this.#streams.delete(id)) say('stop')
        this.#rest()
        done(error)
      },
    })
    this.#streams.set(id, stream)
    this.#worker?.ref()
    return stream
  }

  #started(): Worker {
    if (this.#worker !== null) return this.#worker
    // Under type stripping this file is .ts, built it is .js; the thread's file stands beside it.
    const worker = new Worker(new URL(import.meta.url.endsWith('.ts') ? './reading-thread.ts' : './reading-thread.js', import.meta.url), { workerData: this.#data })
    const ended = (error: unknown): void => {
      if (this.#worker === worker) this.#fail(error)
    }
    worker.on('message', (said: FromReader) => this.#hear(worker, said))
    worker.on('error', ended)
    worker.on('exit', (code) => ended(new TidemarkError('STORE_CLOSED', `the reading thread ended (${code})`, { where: this.#data.place.store.path })))
    this.#worker = worker
    return worker
  }

  #hear(worker: Worker, said: FromReader): void {
    const { id } = said
    switch (said.kind) {
      case 'answer': this.#settle(id)?.resolve(said.answer); break
      case 'piece': {
        const stream = this.#streams.get(id)
        if (said.bytes === null) this.#streams.delete(id)
        stream?.push(said.bytes)
        break
      }
      case 'audit': {
        void this.#audit(said.record).then(() => null, sentError).then((error) => worker.postMessage({ id, kind: 'audited', error } satisfies ToReader))
        break
      }
      case 'error': {
        const error = receivedError(said.error)
        this.#settle(id)?.reject(error)
        this.#streams.get(id)?.destroy(error)
        break
      }
    }
    this.#rest()
  }

  #settle(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id)
    this.#waiting.delete(id)
    return waiting
  }

  #rest(): void {
    if (this.#waiting.size === 0 && this.#streams.size === 0) this.#worker?.unref()
  }

  #fail(error: unknown): void {
    this.#worker = null
    for (const { reject } of this.#waiting.values()) reject(error)
    this.#waiting.clear()
    for (const stream of [...this.#streams.values()]) stream.destroy(error instanceof Error ? error : new Error(String(error)))
  }
}
