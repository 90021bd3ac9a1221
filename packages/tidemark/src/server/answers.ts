import { LRUCache } from 'lru-cache'
import type { Extent, Touched } from '../stores/contract/extent.ts'
import type { DayRange } from '../stores/contract/read.ts'
import type { AnswerCache, CachedAnswer } from './cache.ts'
import type { Metrics } from './metrics.ts'

/** Of words and keys that are remembered. */
const MOST_WORDS_BYTES = 4 << 20

/** Zones turn their days at multiples of half a minute (the oddest one did): within one, time alone changes no answer. */
const MOMENT_MS = 30_000

/** An answer that was just made. */
export interface MadeAnswer {
  readonly body: Buffer
  readonly etag: string
  /** Time going on does not change it. */
  readonly closed: boolean
  readonly next: string | null
  /** What it turned out to be about; left out: what its question says. */
  readonly about?: Extent | undefined
}

/** A question whose answer may be kept. */
export interface Asked {
  /** Equal for those who are answered alike. */
  readonly key: string
  /** The id of its route, for the metrics. */
  readonly route: string
  readonly about: Extent
  /** The store's last transaction when it was asked. */
  readonly transaction: number
  readonly now: number
}

/** The moment at which a question is asked again. */
export type AskedAgain = Pick<Asked, 'route' | 'transaction' | 'now'>

/** What transactions after this one touched of a part of history. */
export type TouchedSince = (about: Extent, transaction: number) => Promise<Touched>

/** What of a kept answer no longer holds. */
export interface Stale {
  /** null: no day was touched. */
  readonly touched: DayRange | null
  /** Time has gone on since: windows that were open then may be over. */
  readonly later: boolean
}

/** How answers to a question are made. */
export interface Making {
  whole(): Promise<MadeAnswer>
  /** The answer from a kept one, of which only what is stale is told anew; null: it has to be made as a whole. Left out: it always has. */
  mended?(kept: CachedAnswer, stale: Stale): Promise<MadeAnswer | null>
}

/**
 * Answers, kept until what they are about is touched. An answer carries the store's last transaction from before it was
 * begun, and the part of history that it was made from; it holds while no later transaction touched that, and then for
 * the later transaction, too. One that has windows which are still open holds for a moment at most besides. Of one that is
 * told day by day only what was touched, or has grown old, is told anew. So nothing is answered from before a write that
 * was acknowledged, whichever process wrote.
 */
export class Answers {
  readonly #cache: AnswerCache | null
  readonly #metrics: Metrics
  readonly #underWay = new Map<string, Promise<CachedAnswer>>()
  /** The keys of questions by the very words that they came in. */
  readonly #keys = new LRUCache<string, string>({ maxSize: MOST_WORDS_BYTES, sizeCalculation: (key, words) => 2 * (key.length + words.length) + 1 })

  constructor(cache: AnswerCache | null, metrics: Metrics) {
    this.#cache = cache
    this.#metrics = metrics
  }

  /** The answer for a key: kept, being made by another request, or made now. */
  async get(asked: Asked, touched: TouchedSince, making: Making): Promise<CachedAnswer> {
    const { key, route, transaction, now } = asked
    const moment = Math.floor(now / MOMENT_MS)
    const kept = await this.#cache?.get(key) ?? null
    if (kept !== null && await this.#holds(key, kept, asked, touched)) return kept
    // A request that was sent after a write knows a later transaction, and joins none from before it.
    const flight = `${transaction} ${moment} ${key}`
    const joined = this.#underWay.get(flight)
    if (joined !== undefined) {
      this.#metrics.cacheLookups.inc({ route, result: 'joined' })
      return joined
    }
    const made = this.#make(kept, asked, touched, making)
    this.#underWay.set(flight, made)
    try {
      const answer = await made
      await this.#cache?.set(key, answer)
      return answer
    } finally {
      this.#underWay.delete(flight)
    }
  }

  /** From now on `again` knows a question by the words that it came in, which must say all that its key says. */
  remember(words: string, key: string): void {
    this.#keys.set(words, key)
  }

  /** The answer that is kept for the very words of an earlier request; null when there is none, or it no longer holds. */
  async again(words: string, asked: AskedAgain, touched: TouchedSince): Promise<CachedAnswer | null> {
    const key = this.#keys.get(words)
    const kept = key === undefined ? null : await this.#cache?.get(key) ?? null
    return kept !== null && await this.#holds(key as string, kept, asked, touched) ? kept : null
  }

  async #holds(key: string, kept: CachedAnswer, { route, transaction, now }: AskedAgain, touched: TouchedSince): Promise<boolean> {
    if (kept.moment !== null && kept.moment !== Math.floor(now / MOMENT_MS)) return false
    if (kept.transaction < transaction && await touched(kept.about, kept.transaction) !== 'nothing') return false
    this.#metrics.cacheLookups.inc({ route, result: 'hit' })
    // What was looked through need not be looked through again.
    if (kept.transaction < transaction) await this.#cache?.set(key, { ...kept, transaction })
    return true
  }

  async #make(kept: CachedAnswer | null, asked: Asked, touched: TouchedSince, making: Making): Promise<CachedAnswer> {
    const { route, transaction } = asked
    const moment = Math.floor(asked.now / MOMENT_MS)
    const mended = kept === null ? null : await this.#mended(kept, moment, touched, making)
    this.#metrics.cacheLookups.inc({ route, result: kept === null ? 'miss' : mended === null ? 'stale' : 'mended' })
    const { body, etag, closed, next, about = asked.about } = mended ?? await making.whole()
    return { body, etag, about, transaction, moment: closed ? null : moment, next }
  }

  /** What is told by days, and was touched in some of them only or has grown old, is mended: null where it is not. */
  async #mended(kept: CachedAnswer, moment: number, touchedSince: TouchedSince, { mended }: Making): Promise<MadeAnswer | null> {
    if (mended === undefined || kept.about.days === null) return null
    const touched = await touchedSince(kept.about, kept.transaction)
    if (touched === 'all') return null
    const days = touched === 'nothing' ? null : touched
    const made = await mended(kept, { touched: days, later: kept.moment !== null && kept.moment !== moment })
    if (made === null) return null
    // What was written meanwhile may be in the part that was told anew, and must then be in none of the others.
    const since = await touchedSince(kept.about, kept.transaction)
    return since === 'nothing' || (since !== 'all' && days !== null && days.from <= since.from && since.to <= days.to) ? made : null
  }
}
