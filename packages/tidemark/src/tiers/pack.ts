import { type Reach, reachNothing } from '../archive/failpoints.ts'
import { DAY_MS } from '../calendar/day.ts'
import { TidemarkError } from '../errors.ts'
import type { PlainPayload } from '../stores/contract/packing.ts'
import type { Instant } from '../stores/contract/state.ts'
import type { Store } from '../stores/contract/store.ts'
import { PieceSize } from './piece.ts'
import { LEAST_PACKED, planPacking } from './plan-packing.ts'

/** For so many days what was captured lies as any SQL reads it. */
export const PLAIN_DAYS = 14

/** Pieces that the first transaction packs: some 10 ms. */
const FIRST = 4

export interface PackRequest {
  readonly store: Store
  readonly series: string
  readonly now: Instant
  /** Milliseconds on a clock that only goes on. */
  readonly monotonicMs: () => number
  readonly reach?: Reach
}

/** Packs the payloads that are old enough, in short transactions; says how many. Of a series that is kept plain none. */
export async function packPayloads({ store, series, now, monotonicMs, reach = reachNothing }: PackRequest): Promise<number> {
  const before = Math.floor(now / DAY_MS) - PLAIN_DAYS
  const plain: PlainPayload[] = []
  for (let after: number | null = 0; after !== null;) {
    const { payloads, next } = await store.packing.plain(series, after)
    plain.push(...payloads)
    after = next
  }
  const pieces = planPacking(plain)
  const size = new PieceSize(FIRST)
  let packed = 0
  for (let first = 0; first < pieces.length;) {
    const own = pieces.slice(first, first + size.entities)
    const started = monotonicMs()
    reach('tiers.before-pack')
    packed += await store.packing.pack({ series, pieces: own, before, least: LEAST_PACKED })
    reach('tiers.after-pack')
    size.took(own.length, monotonicMs() - started)
    first += own.length
  }
  return packed
}

/** How long packing waits for a run of tiers to end. */
const WAIT_MS = 10_000

/**
 * Packs the payloads of a series now, and from now on with every run. Throws STORE_BUSY while a run of tiers does not end.
 */
export function packSeries(request: PackRequest): Promise<number> {
  return alone(request.store, async () => {
    await request.store.packing.keepPlain(request.series, false)
    return packPayloads(request)
  })
}

/**
 * Gives every packed payload of a series its own row again, as it was, and keeps runs from packing them. Killed, it goes
 * on where it was. Throws STORE_BUSY while a run of tiers does not end.
 */
export function unpackSeries({ store, series }: Pick<PackRequest, 'store' | 'series'>): Promise<number> {
  return alone(store, async () => {
    await store.packing.keepPlain(series, true)
    let unpacked = 0
    for (;;) {
      const piece = await store.packing.unpack(series)
      if (piece === 0) return unpacked
      unpacked += piece
    }
  })
}

async function alone<T>(store: Store, work: () => Promise<T>): Promise<T> {
  const lock = await store.lock('tiers', WAIT_MS)
  if (lock === null) throw new TidemarkError('STORE_BUSY', 'another process is moving rows through the tiers', { why: `It was waited for ${WAIT_MS / 1000} seconds.` })
  try {
    return await work()
  } finally {
    await lock.release()
  }
}
