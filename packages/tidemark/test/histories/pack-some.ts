import { isCollected, type SeriesDefinition } from '../../src/definitions/series.ts'
import type { Store } from '../../src/stores/contract/store.ts'
import { planPacking } from '../../src/tiers/plan-packing.ts'
import type { Random } from './random.ts'

/** Packs some of the payloads and rows that lie plain, however young, or gives packed ones back: at any moment, and no answer may tell. */
export async function packSome(store: Store, definition: SeriesDefinition, random: Random, now: number): Promise<void> {
  const { name: series } = definition
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
  if (isCollected(definition)) await packSomeRows(store, series, random, now)
}

async function packSomeRows(store: Store, series: string, random: Random, now: number): Promise<void> {
  if (random.chance(0.15)) {
    await store.packing.unpackRows(series)
    return
  }
  const full = random.pick([1, 3, 10])
  const rule = { before: Math.floor(now / 86_400_000) - random.pick([-3, 0, 5]), waited: 1_000_000, full, least: random.pick([1, 4]) }
  const entities = (await store.collected.entities(series, now)).filter(() => random.chance(0.7))
  let waiting = entities.map(({ id }) => ({ entity: id, bucket: random.chance(0.7) ? -1_000_000 : rule.before - 5, at: Number.MIN_SAFE_INTEGER }))
  while (waiting.length > 0) {
    const done = await store.packing.packRows({ series, pieces: waiting, rule })
    waiting = waiting.flatMap(({ entity }, place) => {
      const next = done[place]?.next ?? null
      return next === null ? [] : [{ entity, ...next }]
    })
  }
}
