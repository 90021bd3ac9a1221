import type { Store } from '../../src/stores/contract/store.ts'
import { planPacking } from '../../src/tiers/plan-packing.ts'
import type { Random } from './random.ts'

/** Packs some of the payloads that lie plain, however young, or gives packed ones back: at any moment, and no answer may tell. */
export async function packSome(store: Store, series: string, random: Random): Promise<void> {
  if (random.chance(0.25)) {
    await store.packing.unpack(series)
    return
  }
  const { payloads } = await store.packing.plain(series, 0)
  const share = random.pick([0.3, 0.7, 1])
  const some = payloads.filter(() => random.chance(share))
  // Twice over: entities of few payloads are in pieces of their own, too.
  const pieces = [...planPacking(some), ...some.map(({ entity, id }) => ({ entity, payloads: [id] }))]
  if (pieces.length > 0) await store.packing.pack({ series, pieces, before: 1_000_000, least: 1 })
}
