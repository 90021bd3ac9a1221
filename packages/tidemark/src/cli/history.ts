import { existsSync } from 'node:fs'
import { userInfo } from 'node:os'
import type { Gate } from '../access/gate.ts'
import { OWNER } from '../access/principal.ts'
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

export interface HistoryOptions {
  readonly project?: Project
  readonly thread?: 'worker' | 'inline'
  readonly clockConfirmed?: boolean
  readonly clock?: Clock
}

/** A history as whoever calls may use it. */
export interface Admitted {
  readonly gate: Gate
  readonly project: Project
}

/**
 * Like `withHistory`, through the gate: for the holder of the token that was given, or else for whoever holds the file.
 *
 * @param options.by who it is, where nobody gave a token (default: the user of this machine). Throws OPTION_INVALID
 *   beside a token, which says that itself
 */
export function withGate<T>(invocation: Invocation, need: Need, work: (admitted: Admitted) => Promise<T>, options: HistoryOptions & { readonly by?: string } = {}): Promise<T> {
  const { by, ...others } = options
  const { token } = invocation
  if (token !== null && by !== undefined) throw new TidemarkError('OPTION_INVALID', '--by was given beside a token, which says who it is', { where: '--by' })
  return opened(invocation, need, async ({ history, project }) => {
    const { Gate } = await import('../access/gate.ts')
    return work({ gate: token === null ? new Gate(history, { ...OWNER, name: by ?? userInfo().username }) : await history.as(token), project })
  }, others)
}

/** Reads the project, opens its history, and closes it again whatever happens. Only whoever holds the file has all of it: throws FORBIDDEN for a token. */
export function withHistory<T>(invocation: Invocation, need: Need, work: (opened: Opened) => Promise<T>, options: HistoryOptions = {}): Promise<T> {
  if (invocation.token !== null) {
    throw new TidemarkError('FORBIDDEN', 'this command is for whoever holds the store, not for the holder of a token', { where: 'TIDEMARK_TOKEN', hint: 'Call it without TIDEMARK_TOKEN and --token.' })
  }
  return opened(invocation, need, work, options)
}

async function opened<T>(invocation: Invocation, need: Need, work: (opened: Opened) => Promise<T>, options: HistoryOptions): Promise<T> {
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
      clockConfirmed, answers: project.answers,
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
