import { monotonicMs } from './clock.ts'
import type { Stream } from './definitions/stream.ts'
import { TidemarkError } from './errors.ts'

/** What became of the events given to `record()`. */
export interface RecordCounts {
  /** Waiting in memory. */
  readonly queued: number
  /** In the store. */
  readonly accepted: number
  readonly duplicate: number
  /** In the store's quarantine. */
  readonly rejected: number
  /** Lost: the queue was full, or what was given could not be read at all. */
  readonly dropped: number
  /** Why the last attempt to write failed; null when it did not. */
  readonly lastError: unknown
}

/** The bounds of the queue behind `record()`. */
export interface RecorderOptions {
  /** Events that may wait in memory; one more is dropped and counted. Default 10,000. */
  readonly mostQueued?: number
  /** How long an event may wait for others to be written with it. Default 100. */
  readonly delayMs?: number
}

type Rows = readonly Readonly<Record<string, unknown>>[]
type Write = (stream: Stream, rows: Rows) => Promise<{ readonly accepted: number; readonly duplicate: number; readonly rejected: number }>

const BATCH = 2_000
const LONGEST_RETRY_MS = 5_000
/** How long close() goes on trying before it gives up what is left. */
const CLOSE_PATIENCE_MS = 10_000

/**
 * The queue behind `record()`: the application goes first. An event is copied and put in memory, and written in the
 * background. A write that fails is tried again, for the store knows an event it has seen; what does not fit in the
 * queue meanwhile is counted as dropped.
 */
export class Recorder {
  readonly #write: Write
  readonly #mostQueued: number
  readonly #delayMs: number
  readonly #queues = new Map<Stream, Record<string, unknown>[]>()
  #queued = 0
  #accepted = 0
  #duplicate = 0
  #rejected = 0
  #dropped = 0
  #lastError: unknown = null
  #timer: ReturnType<typeof setTimeout> | null = null
  #flushing: Promise<void> | null = null
  #retryMs = 0
  #closed = false

  constructor(write: Write, options: RecorderOptions = {}) {
    this.#write = write
    this.#mostQueued = options.mostQueued ?? 10_000
    this.#delayMs = options.delayMs ?? 100
  }

  /** Never throws and never waits. */
  record(stream: Stream, event: unknown): void {
    try {
      if (this.#closed || this.#queued >= this.#mostQueued || typeof event !== 'object' || event === null) {
        this.#dropped++
        return
      }
      // A copy: the caller may use its object again before it is written. Reading it may run the caller's getters.
      const copy = { ...event }
      const queue = this.#queues.get(stream)
      if (queue === undefined) this.#queues.set(stream, [copy])
      else queue.push(copy)
      this.#queued++
      // The timer keeps the process alive: an application that simply ends loses nothing.
      if (this.#timer === null && this.#flushing === null) this.#schedule(this.#delayMs)
    } catch {
      this.#dropped++
    }
  }

  get counts(): RecordCounts {
    return {
      queued: this.#queued, accepted: this.#accepted, duplicate: this.#duplicate, rejected: this.#rejected,
      dropped: this.#dropped, lastError: this.#lastError,
    }
  }

  /** Writes what is queued; resolves when it is durable or the attempt failed. Never rejects. */
  async flush(): Promise<void> {
    this.#unschedule()
    if (this.#flushing === null) {
      this.#flushing = this.#writeAll().finally(() => {
        this.#flushing = null
        if (this.#queued > 0 && !this.#closed) this.#schedule(this.#retryMs > 0 ? this.#retryMs : this.#delayMs)
      })
    }
    await this.#flushing
  }

  /** Takes no more, writes what is queued, and counts what could not be written as dropped. */
  async close(): Promise<void> {
    this.#closed = true
    const until = monotonicMs() + CLOSE_PATIENCE_MS
    do {
      await this.flush()
      if (this.#queued > 0) await new Promise((resolve) => setTimeout(resolve, Math.min(this.#retryMs, 250)))
    } while (this.#queued > 0 && monotonicMs() < until)
    this.#dropped += this.#queued
    this.#queued = 0
    this.#queues.clear()
  }

  async #writeAll(): Promise<void> {
    for (const [stream, queue] of this.#queues) {
      while (queue.length > 0) {
        const rows = queue.slice(0, BATCH)
        try {
          const report = await this.#write(stream, rows)
          this.#accepted += report.accepted
          this.#duplicate += report.duplicate
          this.#rejected += report.rejected
          this.#lastError = null
          this.#retryMs = 0
        } catch (error) {
          this.#lastError = error
          if (isHopeless(error)) {
            queue.splice(0, rows.length)
            this.#queued -= rows.length
            this.#dropped += rows.length
            continue
          }
          this.#retryMs = Math.min(LONGEST_RETRY_MS, Math.max(this.#delayMs, this.#retryMs * 2))
          return
        }
        queue.splice(0, rows.length)
        this.#queued -= rows.length
      }
    }
  }

  #schedule(delayMs: number): void {
    this.#timer = setTimeout(() => {
      this.#timer = null
      void this.flush()
    }, delayMs)
  }

  #unschedule(): void {
    if (this.#timer === null) return
    clearTimeout(this.#timer)
    this.#timer = null
  }
}

/** The call itself is wrong (a stream that was not given to open): no later attempt would go better. */
function isHopeless(error: unknown): boolean {
  return error instanceof TidemarkError && (error.exitCode === 2 || error.code === 'STORE_CLOSED')
}
