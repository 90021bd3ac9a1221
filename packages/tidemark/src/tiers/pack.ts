import { type Reach, reachNothing } from '../archive/failpoints.ts'
import { DAY_MS } from '../calendar/day.ts'
import { TidemarkError } from '../errors.ts'
import type { PackPiece, PlainPayload } from '../stores/contract/packing.ts'
import type { Instant } from '../stores/contract/state.ts'
import type { Store } from '../stores/contract/store.ts'
import { packableRows, packRows } from './pack-rows.ts'
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
async function packPayloads({ store, series, now, monotonicMs, reach = reachNothing }: PackRequest): Promise<number> {
  const before = Math.floor(now / DAY_MS) - PLAIN_DAYS
  const pieces = await piecesOf(store, series)
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

async function piecesOf(store: Store, series: string): Promise<readonly PackPiece[]> {
  const plain: PlainPayload[] = []
  for (let after: number | null = 0; after !== null;) {
    const { payloads, next } = await store.packing.plain(series, after)
    plain.push(...payloads)
    after = next
  }
  return planPacking(plain)
}

/** Pieces that one read looks at: some 20 ms. */
const MOST_LOOKED = 64

/** How many payloads of a series a run would pack now. */
async function packablePayloads({ store, series, now }: Pick<PackRequest, 'store' | 'series' | 'now'>): Promise<number> {
  const before = Math.floor(now / DAY_MS) - PLAIN_DAYS
  const pieces = await piecesOf(store, series)
  let packable = 0
  for (let first = 0; first < pieces.length; first += MOST_LOOKED) packable += await store.packing.packable({ series, pieces: pieces.slice(first, first + MOST_LOOKED), before, least: LEAST_PACKED })
  return packable
}

/** How long packing waits for a run of tiers to end. */
const WAIT_MS = 10_000

/** Payloads and captured rows. */
export interface Packed {
  readonly payloads: number
  readonly rows: number
}

/**
 * Packs the payloads and captured rows of a series now, and from now on with every run. Throws STORE_BUSY while a run of
 * tiers does not end.
 */
export function packSeries(request: PackRequest): Promise<Packed> {
  return alone(request.store, async () => {
    await request.store.packing.keepPlain(request.series, false)
    return packAll(request)
  })
}

/** Payloads first: a row is proven by its digest, and a packed payload is opened once for its neighbours. */
export async function packAll(request: PackRequest): Promise<Packed> {
  const payloads = await packPayloads(request)
  return { payloads, rows: await packRows(request) }
}

/** What a run would pack now. */
export async function packableOf(request: Pick<PackRequest, 'store' | 'series' | 'now'>): Promise<Packed> {
  return { payloads: await packablePayloads(request), rows: (await packableRows(request))?.rows ?? 0 }
}

/**
 * Gives packed captured rows of a series and its payloads their places again, as they were, and keeps runs from packing
 * them. Killed, it goes on where it was. Throws STORE_BUSY while a run of tiers does not end.
 */
export function unpackSeries({ store, series }: Pick<PackRequest, 'store' | 'series'>): Promise<Packed> {
  return alone(store, async () => {
    await store.packing.keepPlain(series, true)
    const rows = await whileAny(() => store.packing.unpackRows(series))
    return { rows, payloads: await whileAny(() => store.packing.unpack(series)) }
  })
}

async function whileAny(piece: () => Promise<number>): Promise<number> {
  for (let all = 0; ;) {
    const some = await piece()
    if (some === 0) return all
    all += some
  }
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
