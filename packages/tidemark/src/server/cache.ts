import { LRUCache } from 'lru-cache'
import type { Extent } from '../stores/contract/extent.ts'

/** An answer as it is sent. */
export interface CachedAnswer {
  /** JSON, ready to be sent. */
  readonly body: Buffer
  readonly etag: string
  /** The part of history that it is made from: while nothing of that is touched, it holds. */
  readonly about: Extent
  /** No transaction up to this one touched what it is about since it was begun: it may hold more than that, never less. */
  readonly transaction: number
  /** The stretch of time that it was answered in; null: it holds at any time, since every window of it is closed. */
  readonly moment: number | null
  /** Where its list goes on; null at its end. */
  readonly next: string | null
}

export interface CacheStats {
  readonly entries: number
  readonly bytes: number
}

/**
 * Where answers are kept. `get` may give what is out of date: whether an answer still holds is judged by what the store's
 * transactions touched, not by the cache. Promise-typed and of plain data, so that it may lie outside the process.
 */
export interface AnswerCache {
  get(key: string): Promise<CachedAnswer | null>
  set(key: string, answer: CachedAnswer): Promise<void>
  stats(): Promise<CacheStats>
}

export interface MemoryCacheOptions {
  /** Default 64 Mi. */
  readonly mostBytes?: number
  /** A larger answer is not kept. Default 4 Mi. */
  readonly mostEntryBytes?: number
}

/** What an entry costs beside its bytes. */
const ENTRY_BYTES = 256

/** Answers in the memory of this process, the least recently used going first. */
export class MemoryCache implements AnswerCache {
  readonly #entries: LRUCache<string, CachedAnswer>

  constructor({ mostBytes = 64 << 20, mostEntryBytes = 4 << 20 }: MemoryCacheOptions = {}) {
    this.#entries = new LRUCache({
      maxSize: mostBytes, maxEntrySize: mostEntryBytes,
      // A string of JavaScript takes up to two bytes a character.
      sizeCalculation: ({ body }, key) => body.length + 2 * key.length + ENTRY_BYTES,
    })
  }

  async get(key: string): Promise<CachedAnswer | null> {
    return this.#entries.get(key) ?? null
  }

  async set(key: string, answer: CachedAnswer): Promise<void> {
    this.#entries.set(key, answer)
  }

  async stats(): Promise<CacheStats> {
    return { entries: this.#entries.size, bytes: this.#entries.calculatedSize }
  }
}
