import { existsSync } from 'node:fs'
import type { Clock } from '../clock.ts'
import type { Project } from '../config-file.ts'
import { TidemarkError } from '../errors.ts'
import { bringUp, migrationNeeded, pendingPlan } from '../migrations.ts'
import type { Store } from '../stores/contract/store.ts'
import { openStore, Tidemark } from '../tidemark.ts'
import type { Invocation } from './invocation.ts'

/**
 * What a command asks of the store before it starts.
 * - `read`: it is there, and holds what is declared
 * - `write`: the same; a brand-new one is created
 * - `any`: the command looks for itself
 */
export type Need = 'read' | 'write' | 'any'

export interface Opened {
  readonly history: Tidemark
  readonly store: Store
  readonly project: Project
}

/** Reads the project, opens its history, and closes it again whatever happens. */
export async function withHistory<T>(
  invocation: Invocation, need: Need, work: (opened: Opened) => Promise<T>,
  options: { readonly project?: Project; readonly thread?: 'worker' | 'inline'; readonly clockConfirmed?: boolean; readonly clock?: Clock } = {},
): Promise<T> {
  const project = options.project ?? await invocation.project()
  const { path } = project.store
  // A single short command gains nothing from a writer on a thread of its own; starting one costs 30 ms.
  // An inline writer makes the file when it is opened, which a question must not do.
  const clockConfirmed = options.clockConfirmed ?? invocation.givenNow !== null
  const store = await openStore(project.store, { clockConfirmed, thread: need === 'write' ? options.thread ?? 'inline' : 'worker' })
  const { collectors } = project
  const clock = options.clock ?? invocation.clock
  try {
    if (need === 'read') await refuseUnlessCurrent(store, project)
    if (need === 'write') await bringUp(store, project.declared, clock)
    const history = new Tidemark({
      store, storePath: path, archive: project.archive, declared: project.declared, collectors, clock, work: project.work,
      clockConfirmed,
      alerts: project.alerts, ...(project.channels === null ? {} : { channels: project.channels }),
    })
    return await work({ history, store, project })
  } finally {
    await collectors.close()
    await store.close()
  }
}

async function refuseUnlessCurrent(store: Store, project: Project): Promise<void> {
  const { path } = project.store
  if (!existsSync(path)) {
    throw new TidemarkError('MIGRATION_NEEDED', `the store ${path} does not exist yet`, {
      where: path, why: 'Nothing has been written to it, so there is nothing to read.', hint: 'Make it with tidemark migrate, or by tidemark ingest.',
    })
  }
  const plan = pendingPlan(await store.schema(), project.declared)
  if (plan.steps.length > 0) throw migrationNeeded(plan)
}
