import { DAY_MS } from '../calendar/day.ts'
import { TidemarkError } from '../errors.ts'
import { guardClock } from './clock-guard.ts'
import { planTiers } from './plan.ts'
import { heldStep, look, rollUp, type RollUpRequest } from './roll-up.ts'
import type { TierStepReport } from './step-report.ts'

/** Rolls up, proves and retires what is due, and archives nothing: for where there is no folder of files. As safe to repeat as a run with an archive. */
export async function rollUpDue(request: RollUpRequest, confirmed: boolean): Promise<readonly TierStepReport[]> {
  const { store, series: name, now } = request
  const lock = await store.lock('tiers', 0)
  if (lock === null) throw new TidemarkError('STORE_BUSY', 'rows are being moved through the tiers')
  try {
    await guardClock(store, now, confirmed)
    const { series, entities, holds } = await look(store, name)
    const plan = planTiers({ series, entities, holds, now })
    const horizon = now - series.definition.keep.asOfDays * DAY_MS
    const steps: TierStepReport[] = plan.waiting.map((wait) => ({ step: 'wait', ...wait }))
    for (const step of plan.held) steps.push(await heldStep(store, name, step))
    for (const step of plan.steps) steps.push(...await rollUp(request, step, horizon))
    await store.pruneSuperseded(name, horizon)
    return steps
  } finally {
    await lock.release()
  }
}
