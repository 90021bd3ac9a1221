import { TidemarkError } from './errors.ts'
import type { RecordFilter } from './stores/contract/access.ts'
import type { Hold, HoldScope } from './stores/contract/hold.ts'
import type { Parts } from './tidemark.ts'

/** Legal holds of one history: what they cover is neither retired nor erased until they are lifted. */
export class Holds {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /**
   * Places a hold on a tenant (`entity` null) or on one entity of it, from now on. Placing the same twice makes two
   * holds. What it covers need not be known to the store yet.
   */
  async place(hold: HoldScope & { readonly by: string; readonly reason: string }): Promise<Hold> {
    required('tenant', hold.tenant)
    if (hold.entity !== null) required('entity', hold.entity)
    required('by', hold.by)
    required('reason', hold.reason)
    return this.#parts.store.holds.place(hold, this.#parts.clock())
  }

  /** Ends a hold; it stays on record. The next run of tiers moves what is due. Throws HOLD_UNKNOWN. */
  async lift(id: number, by: string, reason: string): Promise<Hold> {
    required('by', by)
    required('reason', reason)
    return this.#parts.store.holds.lift(id, by, reason, this.#parts.clock())
  }

  /** Oldest first, lifted ones included. */
  list(filter: RecordFilter = {}): Promise<readonly Hold[]> {
    return this.#parts.store.holds.list(filter)
  }
}

/** What stays on record must say something. Throws OPTION_INVALID. */
export function required(name: string, value: string): void {
  if (value.trim() === '') throw new TidemarkError('OPTION_INVALID', `${name} is empty, and it stays on record`, { where: name })
}
