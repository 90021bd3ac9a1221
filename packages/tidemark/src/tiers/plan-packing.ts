import type { PackPiece, PlainPayload } from '../stores/contract/packing.ts'

/** Payloads that one piece packs, of one entity: two blocks, some 2 ms. */
const MOST = 64
/** A block that grew by one payload a run would be made anew for each. */
export const LEAST_PACKED = 8

/** What to pack of the payloads that lie plain, entity by entity; one of which few wait, waits on. */
export function planPacking(plain: readonly PlainPayload[]): readonly PackPiece[] {
  const pieces: PackPiece[] = []
  for (const [entity, own] of Map.groupBy(plain, (payload) => payload.entity)) {
    const ids = own.map(({ id }) => id)
    for (let first = 0; ids.length - first >= LEAST_PACKED; first += MOST) pieces.push({ entity, payloads: ids.slice(first, first + MOST) })
  }
  return pieces
}
