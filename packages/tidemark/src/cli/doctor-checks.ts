import { constants, existsSync } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Project } from '../config-file.ts'
import { TidemarkError } from '../errors.ts'
import { pendingPlan } from '../migrations.ts'
import type { Store } from '../stores/contract/store.ts'
import { clockJump } from '../tiers/clock-guard.ts'

/** What one check found. */
export interface CheckResult {
  readonly ok: boolean
  readonly detail: string
  /** How to mend it, when it is not ok. */
  readonly hint?: string
}

export interface CheckContext {
  readonly project: Project
  /** null when the store could not be opened; checks of what is in it are then not made. */
  readonly store: Store | null
  readonly now: number
}

/** One line of `doctor`; null: not to be checked here (no store yet). */
export interface DoctorCheck {
  readonly name: string
  run(context: CheckContext): Promise<CheckResult | null>
}

/** Every check, in the order they are shown. A check that throws has failed with what it threw. */
export const DOCTOR_CHECKS: readonly DoctorCheck[] = [
  {
    name: 'node',
    run: async () => ({ ok: true, detail: `Node.js ${process.versions.node}, time zones ${process.versions['tz'] ?? 'unknown'}` }),
  },
  {
    name: 'configuration',
    run: async ({ project }) => {
      const { series, streams } = project.declared
      return { ok: true, detail: `${project.file}: series ${series.map((one) => one.name).join(', ')}; streams ${streams.map((one) => one.name).join(', ')}` }
    },
  },
  {
    name: 'store',
    run: async ({ project, store }) => {
      const { path, url } = project.store
      if (!existsSync(path)) return { ok: false, detail: `${url} does not exist yet`, hint: 'Make it with tidemark migrate.' }
      if (store === null) return { ok: false, detail: `${url} cannot be opened`, hint: 'Check the path and its permissions.' }
      const { format } = await store.schema()
      return format === 0
        ? { ok: false, detail: `${url} is there, and nothing of ours is in it yet`, hint: 'Make them with tidemark migrate.' }
        : { ok: true, detail: `${url}, layout ${format}` }
    },
  },
  {
    name: 'declarations',
    run: async ({ project, store }) => {
      if (store === null || !existsSync(project.store.path)) return null
      const stored = await store.schema()
      if (stored.format === 0) return null
      const { steps, to } = pendingPlan(stored, project.declared)
      return steps.length === 0
        ? { ok: true, detail: `the store holds what is declared, version ${to}` }
        : { ok: false, detail: `to be migrated: ${steps.map(({ text }) => text).join('; ')}`, hint: 'See tidemark migrate --dry-run, then run tidemark migrate.' }
    },
  },
  {
    name: 'archive',
    run: async ({ project }) => {
      const folder = project.archive
      if (!project.declared.series.some((series) => series.keep.archive)) return { ok: true, detail: 'no series archives' }
      if (!existsSync(folder)) {
        const writable = await canWrite(dirname(folder))
        return { ok: writable, detail: writable ? `${folder} will be made by the first file` : `${dirname(folder)} cannot be written`, hint: 'Give this user the right to write there.' }
      }
      if (!(await stat(folder)).isDirectory()) return { ok: false, detail: `${folder} is not a folder`, hint: 'Name another folder as archive in the configuration.' }
      return { ok: await canWrite(folder), detail: folder, hint: 'Give this user the right to write there.' }
    },
  },
  {
    name: 'clock',
    run: async ({ project, store, now }) => {
      if (store === null || !existsSync(project.store.path) || (await store.schema()).format === 0) return null
      const jump = clockJump(now, await store.clockHighWater())
      return jump === null
        ? { ok: true, detail: new Date(now).toISOString() }
        : { ok: false, detail: `${Math.round(jump.byMs / 86_400_000)} days ${jump.ahead ? 'after' : 'before'} the store's last transaction; nothing is deleted`, hint: 'Set the clock right, or confirm it: tidemark tiers run --now INSTANT.' }
    },
  },
]

function canWrite(path: string): Promise<boolean> {
  return access(path, constants.W_OK).then(() => true, () => false)
}

/** The failure of a check, or of what it needed, as its result. */
export function failed(error: unknown): CheckResult {
  if (error instanceof TidemarkError) return { ok: false, detail: `${error.code}: ${error.message}`, hint: error.hint }
  return { ok: false, detail: error instanceof Error ? error.message : String(error) }
}
