import { createHash } from 'node:crypto'
import type { AnswerCache, CachedAnswer } from './cache.ts'
import type { Metrics } from './metrics.ts'

/** Zones turn their days at multiples of half a minute (the oddest one did): within one, time alone changes no answer. */
const MOMENT_MS = 30_000

/** An answer that was just made. */
export interface MadeAnswer {
  readonly document: unknown
  /** Time going on does not change it. */
  readonly closed: boolean
  readonly next: string | null
}

/**
 * Answers, kept until history goes on. An answer carries the store's last transaction from before it was begun, and holds
 * while that is still the last one; one that has windows which are still open holds for a moment at most besides. So
 * nothing is answered from before a write that was acknowledged, whichever process wrote.
 */
export class Answers {
  readonly #cache: AnswerCache | null
  readonly #metrics: Metrics
  readonly #underWay = new Map<string, Promise<CachedAnswer>>()

  constructor(cache: AnswerCache | null, metrics: Metrics) {
    this.#cache = cache
    this.#metrics = metrics
  }

  /** The answer for a key: kept, being made by another request, or made now. */
  async get(key: string, tags: readonly string[], at: { readonly transaction: number; readonly now: number }, make: () => Promise<MadeAnswer>): Promise<CachedAnswer> {
    const { transaction } = at
    const moment = Math.floor(at.now / MOMENT_MS)
    const kept = await this.#cache?.get(key) ?? null
    if (kept !== null && kept.transaction === transaction && (kept.moment === null || kept.moment === moment)) {
      this.#metrics.cacheLookups.inc({ result: 'hit' })
      return kept
    }
    // A request that was sent after a write knows a later transaction, and joins none from before it.
    const flight = `${transaction} ${moment} ${key}`
    const joined = this.#underWay.get(flight)
    if (joined !== undefined) {
      this.#metrics.cacheLookups.inc({ result: 'joined' })
      return joined
    }
    this.#metrics.cacheLookups.inc({ result: kept === null ? 'miss' : 'stale' })
    const making = this.#make(make, transaction, moment)
    this.#underWay.set(flight, making)
    try {
      const answer = await making
      await this.#cache?.set(key, answer, tags)
      return answer
    } finally {
      this.#underWay.delete(flight)
    }
  }

  async #make(make: () => Promise<MadeAnswer>, transaction: number, moment: number): Promise<CachedAnswer> {
    const { document, closed, next } = await make()
    const body = await documentText(document)
    return { body, etag: etagOf(body), transaction, moment: closed ? null : moment, next }
  }
}

/** A strong validator: equal texts, equal tags. */
export function etagOf(body: string): string {
  return `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`
}

/** Whether a client has this already, by its `If-None-Match`. */
export function isKnown(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false
  const bare = (tag: string): string => tag.trim().replace(/^W\//, '')
  return header.trim() === '*' || header.split(',').some((tag) => bare(tag) === bare(etag))
}

const PIECE_ROWS = 500

/** A document as JSON. Long lists are written in pieces, between which other requests go on. */
export async function documentText(document: unknown): Promise<string> {
  if (typeof document !== 'object' || document === null || Array.isArray(document)) return JSON.stringify(document)
  const parts: string[] = []
  for (const [name, value] of Object.entries(document)) {
    if (value === undefined) continue
    if (!Array.isArray(value) || value.length <= PIECE_ROWS) {
      parts.push(`${JSON.stringify(name)}:${JSON.stringify(value)}`)
      continue
    }
    const pieces: string[] = []
    for (let start = 0; start < value.length; start += PIECE_ROWS) {
      pieces.push(JSON.stringify(value.slice(start, start + PIECE_ROWS)).slice(1, -1))
      await new Promise(setImmediate)
    }
    parts.push(`${JSON.stringify(name)}:[${pieces.join(',')}]`)
  }
  return `{${parts.join(',')}}`
}
