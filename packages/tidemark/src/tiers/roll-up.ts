import { type Reach, reachNothing } from '../archive/failpoints.ts'
import { TidemarkError } from '../errors.ts'
import type { Hold } from '../stores/contract/hold.ts'
import type { SeriesState } from '../stores/contract/series-state.ts'
import type { Instant } from '../stores/contract/state.ts'
import type { Store } from '../stores/contract/store.ts'
import { PieceSize } from './piece.ts'
import type { HeldStep, TierStep } from './plan.ts'
import type { TierStepReport } from './step-report.ts'
import { tieredEntities, type TieredEntity } from './tiered-entity.ts'

/** What rows are rolled up with. */
export interface RollUpRequest {
  readonly store: Store
  readonly series: string
  readonly now: Instant
  /** Milliseconds on a clock that only goes on. */
  readonly monotonicMs: () => number
  readonly reach?: Reach
}

/** What a hold keeps where it lies. */
export async function heldStep(store: Store, series: string, { source, target, boundary, entities }: HeldStep): Promise<TierStepReport> {
  return { step: 'hold', source, target, boundary, entities: entities.length, rows: await store.holds.rows(series, source, entities, boundary) }
}

/** Carries out one step, in pieces that are each proven and retired in a transaction. */
export async function rollUp({ store, series, now, monotonicMs, reach = reachNothing }: RollUpRequest, step: TierStep, horizon: Instant): Promise<readonly TierStepReport[]> {
  const { source, target, boundary, entities } = step
  const size = new PieceSize()
  const moved = { rolledUp: 0, retired: 0, eventsRetired: 0 }
  let held = 0
  const refused: TierStepReport[] = []
  for (let first = 0; first < entities.length;) {
    const piece = entities.slice(first, first + size.entities)
    const started = monotonicMs()
    reach('tiers.before-roll-up')
    const done = await store.rollUp({ series, source, target, boundary, entities: piece, now, horizon })
    reach('tiers.after-roll-up')
    size.took(piece.length, monotonicMs() - started)
    moved.rolledUp += done.rolledUp
    moved.retired += done.retired
    moved.eventsRetired += done.eventsRetired
    held += done.held
    for (const { bucket, message, rows } of done.refused) refused.push({ step: 'refuse', source, target, period: bucket, code: 'SUM_TOO_LARGE', message, path: null, rows })
    first += piece.length
  }
  const rolled = { step: 'rollUp' as const, source, target, boundary, entities: entities.length, ...moved }
  // A hold that was placed since the plan was made.
  return [rolled, ...refused, ...(held === 0 ? [] : [{ step: 'hold' as const, source, target, boundary, entities: 0, rows: held }])]
}

/** What the store says of a series now. Throws SERIES_UNKNOWN. */
export interface Known {
  readonly series: SeriesState
  readonly entities: readonly TieredEntity[]
  readonly holds: readonly Hold[]
  readonly horizonTransaction: number
}

/** Looks at a series: the transaction of `horizon` comes with it. */
export async function look(store: Store, name: string, horizon: Instant = 0): Promise<Known> {
  const snapshot = await store.snapshot()
  try {
    const series = await snapshot.series(name, null)
    if (series === null) throw new TidemarkError('SERIES_UNKNOWN', `the store has no series ${JSON.stringify(name)}`, { hint: 'Run tidemark migrate.' })
    return {
      series, entities: await tieredEntities(snapshot, series.definition), holds: await store.holds.list(),
      horizonTransaction: await snapshot.transactionAt(horizon),
    }
  } finally {
    snapshot.close()
  }
}
