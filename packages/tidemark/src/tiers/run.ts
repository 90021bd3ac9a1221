import { reachNothing } from '../archive/failpoints.ts'
import { DAY_MS } from '../calendar/day.ts'
import { isCollected } from '../definitions/series.ts'
import type { Tier } from '../definitions/keep.ts'
import { TidemarkError } from '../errors.ts'
import { isHeld } from '../stores/contract/hold.ts'
import type { Instant } from '../stores/contract/state.ts'
import type { Store } from '../stores/contract/store.ts'
import { archivePeriod, type ArchivePlace } from './archive-period.ts'
import { guardClock } from './clock-guard.ts'
import { packableOf, packAll, type Packed } from './pack.ts'
import { planTiers, type TierPlan } from './plan.ts'
import { PresenceBook } from './presence.ts'
import { heldStep, look, rollUp, type RollUpRequest } from './roll-up.ts'
import type { TierStepReport } from './step-report.ts'
import { sweepUnnamed } from './sweep.ts'

export interface TiersRequest extends RollUpRequest {
  /** The time was given, so a jump of the clock is meant. */
  readonly confirmed: boolean
  /** Null: no series of the store archives. */
  readonly archive: ArchivePlace | null
  readonly progress?: (step: TierStepReport) => void
}

/** Rows that moved, by what happened to them. */
export interface TiersReport {
  readonly rolledUp: number
  readonly retired: number
  readonly archived: number
  /** Kept by a legal hold. */
  readonly held: number
  /** Kept because moving them could not be proven safe. */
  readonly refused: number
  readonly steps: readonly TierStepReport[]
}

/** How long a run waits for another one to end. */
const WAIT_MS = 10_000

/** With what would be packed if it all went as it is now: what the steps bring or take is not known before. */
export interface RunPlan extends TierPlan {
  readonly packing: Packed
}

/** What `runTiers` would do. Deletes nothing, so any clock is good enough. Throws SERIES_UNKNOWN. */
export async function planRun(store: Store, series: string, now: Instant): Promise<RunPlan> {
  const known = await look(store, series)
  const plan = planTiers({ ...known, now })
  const here = known.series.definition.keep.archive ? await store.archivePeriods(series) : []
  const packing = isCollected(known.series.definition) ? await packableOf({ store, series, now }) : { payloads: 0, rows: 0 }
  return { ...plan, archivePeriods: [...new Set([...plan.archivePeriods, ...here])].sort((a, b) => a - b), packing }
}

/**
 * Moves what is due: each step proven and retired inside the store piece by piece, then whole periods into the archive.
 * Only one run at a time works on a store: what one has published and not yet committed, another would sweep away.
 *
 * @throws CLOCK_JUMPED, STORE_BUSY, ROLLUP_PROOF_FAILED, ARCHIVE_PROOF_FAILED or ARCHIVE_FOLDER; what was done before
 *   stays done, and a further run goes on from there
 */
export async function runTiers(request: TiersRequest): Promise<TiersReport> {
  const { store, now } = request
  const lock = await store.lock('tiers', WAIT_MS)
  if (lock === null) {
    throw new TidemarkError('STORE_BUSY', 'another process is moving rows through the tiers', { why: `It was waited for ${WAIT_MS / 1000} seconds.` })
  }
  try {
    await guardClock(store, now, request.confirmed)
    return await run(request)
  } finally {
    await lock.release()
  }
}

async function run(request: TiersRequest): Promise<TiersReport> {
  const { store, series: name, now, reach = reachNothing } = request
  const steps: TierStepReport[] = []
  const report = (step: TierStepReport): void => {
    steps.push(step)
    request.progress?.(step)
  }
  // Only at the start: the generation that the last run replaced was still being read when it did.
  if (request.archive !== null) {
    reach('tiers.before-sweep')
    await sweepUnnamed(store, request.archive, await request.archive.folder.mark())
    reach('tiers.after-sweep')
  }
  const { series, entities, holds } = await look(store, name)
  const plan = planTiers({ series, entities, holds, now })
  const horizon = now - series.definition.keep.asOfDays * DAY_MS
  for (const wait of plan.waiting) report({ step: 'wait', ...wait })
  for (const step of plan.held) report(await heldStep(store, name, step))
  for (const step of plan.steps) for (const done of await rollUp(request, step, horizon)) report(done)
  if (series.definition.keep.archive && request.archive !== null) {
    await archive(request, request.archive, horizon, report)
  }
  reach('tiers.before-prune')
  await store.pruneSuperseded(name, horizon)
  reach('tiers.after-prune')
  if (isCollected(series.definition)) {
    const packed = await packAll({ store, series: name, now, monotonicMs: request.monotonicMs, reach })
    if (packed.payloads + packed.rows > 0) report({ step: 'pack', ...packed })
  }
  return { ...totals(steps), steps }
}

function totals(steps: readonly TierStepReport[]): Omit<TiersReport, 'steps'> {
  let rolledUp = 0
  let retired = 0
  let archived = 0
  let held = 0
  let refused = 0
  for (const step of steps) {
    if (step.step === 'rollUp') {
      rolledUp += step.rolledUp
      retired += step.retired
    } else if (step.step === 'archive') archived += step.rows
    else if (step.step === 'hold') held += step.rows
    else if (step.step === 'refuse') refused += step.rows
  }
  return { rolledUp, retired, archived, held, refused }
}

async function archive(
  { store, series: name, now, reach = reachNothing }: TiersRequest, place: ArchivePlace, horizon: Instant, report: (step: TierStepReport) => void,
): Promise<void> {
  const { series, entities, holds, horizonTransaction } = await look(store, name, horizon)
  const tier = (series.definition.keep.tiers.at(-1) as { tier: Tier }).tier
  const held = entities.filter((entity) => isHeld(holds, entity)).map(({ id }) => id)
  const boundary = Math.floor(now / DAY_MS)
  const rows = held.length === 0 ? 0 : await store.holds.rows(name, tier, held, boundary)
  if (rows > 0) report({ step: 'hold', source: tier, target: 'archive', boundary, entities: held.length, rows })
  const periods = await store.archivePeriods(name)
  const presence = new PresenceBook(series.definition, entities, async () => (await look(store, name)).entities)
  for (const period of periods) {
    const outcome = await archivePeriod({
      store, place, series, period, now, horizon, horizonTransaction, presenceFor: (rows) => presence.of(rows), reach,
    })
    if (outcome.kind === 'archived') report({ step: 'archive', period, path: outcome.file.path, generation: outcome.file.generation, rows: outcome.rows })
    else if (outcome.kind === 'refused') {
      const { rows, code, message, path } = outcome
      report({ step: 'refuse', period, code, message, path, rows })
    }
  }
}
