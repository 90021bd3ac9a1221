import { TidemarkError } from '../errors.ts'
import type { EpochDay, Instant } from '../stores/contract/state.ts'
import type { Store } from '../stores/contract/store.ts'
import type { TierStatus } from '../stores/contract/tiers.ts'
import { DAY_MS } from '../calendar/day.ts'
import { isCollected } from '../definitions/series.ts'
import { planTiers, type HeldStep, type TierStep, type WaitingStep } from './plan.ts'
import { tieredEntities } from './tiered-entity.ts'

/** One tier, or what lies beside the tiers. */
export interface TierStanding extends TierStatus {
  /** Days from the newest and the oldest day in it to today at UTC; null when it is empty. */
  readonly newestAgeDays: number | null
  readonly oldestAgeDays: number | null
  /** Archive only. */
  readonly files?: number
}

/** How much of a series lies in which tier (finest first) and beside the tiers, and what waits to move. */
export interface SeriesStanding {
  readonly series: string
  readonly tiers: readonly TierStanding[]
  /** What was sent and not accepted, of the stream that feeds the series (none feeds a collected one); `atLeast` when there is more than was counted. */
  readonly quarantine: { readonly events: number; readonly atLeast: boolean }
  /** What the next run moves, or says why it stays. */
  readonly due: readonly (Omit<TierStep, 'entities'> & { readonly entities: number })[]
  /** Days old enough to move that wait for a capture. */
  readonly waiting: readonly WaitingStep[]
  /** What a hold keeps where it is. */
  readonly held: readonly (Omit<HeldStep, 'entities'> & { readonly entities: number })[]
  /** It was unpacked, and runs pack nothing of it until it is to be packed again. */
  readonly keptPlain: boolean
}

/** Past this many, how many there are exactly is not worth reading them. */
const MOST_QUARANTINED = 10_000

/** Rows, bytes and ages, tier by tier. Throws SERIES_UNKNOWN. */
export async function tiersStatus(store: Store, name: string, now: Instant): Promise<SeriesStanding> {
  const snapshot = await store.snapshot()
  try {
    const series = await snapshot.series(name, null)
    if (series === null) throw new TidemarkError('SERIES_UNKNOWN', `the store has no series ${JSON.stringify(name)}`, { hint: 'Run tidemark migrate.' })
    const entities = await tieredEntities(snapshot, series.definition)
    const stored = (await store.tierStatus(name)).filter(({ tier }) => tier !== 'archive')
    const today = Math.floor(now / DAY_MS)
    const { archives, definition } = series
    const archive: TierStatus = {
      tier: 'archive',
      rows: archives.reduce((sum, { rows }) => sum + rows, 0),
      bytes: archives.reduce((sum, { bytes }) => sum + bytes, 0),
      oldest: archives.length === 0 ? null : Math.min(...archives.map(({ period }) => period)),
      newest: archives.length === 0 ? null : Math.max(...archives.map(({ period }) => period)),
    }
    const refused = isCollected(definition) ? [] : await store.quarantined({ stream: definition.stream.name, limit: MOST_QUARANTINED + 1 })
    const plan = planTiers({ series, entities, holds: await store.holds.list(), now })
    return {
      series: name,
      tiers: [
        ...stored.map((tier) => withAges(tier, today)),
        ...(definition.keep.archive ? [{ ...withAges(archive, today), files: archives.length }] : []),
      ],
      quarantine: { events: Math.min(refused.length, MOST_QUARANTINED), atLeast: refused.length > MOST_QUARANTINED },
      due: plan.steps.map(({ source, target, boundary, entities }) => ({ source, target, boundary, entities: entities.length })),
      waiting: plan.waiting,
      held: plan.held.map((step) => ({ ...step, entities: step.entities.length })),
      keptPlain: isCollected(definition) && (await store.packing.standing(name)).keptPlain,
    }
  } finally {
    snapshot.close()
  }
}

function withAges(tier: TierStatus, today: EpochDay): TierStanding {
  const ageOf = (day: EpochDay | null): number | null => (day === null ? null : today - day)
  return { ...tier, newestAgeDays: ageOf(tier.newest), oldestAgeDays: ageOf(tier.oldest) }
}
