import { reachNothing } from '../archive/failpoints.ts'
import type { RowsPiece } from '../stores/contract/packing.ts'
import type { Store } from '../stores/contract/store.ts'
import type { PackRequest } from './pack.ts'
import { PieceSize } from './piece.ts'
import { planRowPacking, type RowPacking, staysLongEnough } from './plan-row-packing.ts'
import { look } from './roll-up.ts'

/** Entities that are looked at in one read: some 10 ms when nothing is to be packed. */
const MOST_LOOKED = 1_000

/** What of a series' captured rows a run would pack now: by entity those that have any. */
export async function packableRows({ store, series, now }: Pick<PackRequest, 'store' | 'series' | 'now'>): Promise<{ readonly plan: RowPacking; readonly rows: number } | null> {
  if (!await everPacks(store, series)) return null
  const known = await look(store, series)
  const plan = planRowPacking(known.series.definition, known.entities, now)
  const pieces: RowsPiece[] = []
  let rows = 0
  for (let first = 0; first < plan.pieces.length; first += MOST_LOOKED) {
    const own = plan.pieces.slice(first, first + MOST_LOOKED)
    const counts = await store.packing.packableRows({ series, pieces: own, rule: plan.rule })
    for (const [place, count] of counts.entries()) {
      if (count > 0) pieces.push(own[place] as RowsPiece)
      rows += count
    }
  }
  return { plan: { ...plan, pieces }, rows }
}

/** Of most series this is known without a look at their entities. */
async function everPacks(store: Store, name: string): Promise<boolean> {
  const snapshot = await store.snapshot()
  try {
    const series = await snapshot.series(name, null)
    return series !== null && staysLongEnough(series.definition)
  } finally {
    snapshot.close()
  }
}

/** Packs the captured rows that are old enough, in short transactions; says how many. Of a series that is kept plain none. */
export async function packRows(request: PackRequest): Promise<number> {
  const packable = await packableRows(request)
  return packable === null ? 0 : packPlanned(request, packable.plan)
}

/** Carries out a plan; says how many rows were packed. */
export async function packPlanned({ store, series, monotonicMs, reach = reachNothing }: PackRequest, { rule, pieces }: RowPacking): Promise<number> {
  const size = new PieceSize(1)
  const waiting = [...pieces]
  let packed = 0
  while (waiting.length > 0) {
    const own = waiting.splice(0, size.entities)
    const started = monotonicMs()
    reach('tiers.before-pack-rows')
    const done = await store.packing.packRows({ series, pieces: own, rule })
    reach('tiers.after-pack-rows')
    size.took(own.length, monotonicMs() - started)
    // An entity's blocks lie together when they are written one after another.
    waiting.unshift(...done.flatMap(({ next }, place) => (next === null ? [] : [{ entity: (own[place] as RowsPiece).entity, ...next }])))
    for (const { rows } of done) packed += rows
  }
  return packed
}
