import { loadProject, type Project } from '../config-file.ts'
import { examine as examinePatient } from '../doctor/doctor.ts'
import { pendingPlan } from '../migrations.ts'
import type { Store } from '../stores/contract/store.ts'
import { openStore } from '../tidemark.ts'
import type { CommandSpec, Outcome } from './command-spec.ts'
import type { Invocation } from './invocation.ts'

export const doctor: CommandSpec = {
  examples: ['tidemark doctor', 'tidemark doctor --json'],
  details: 'Exits 3 when a check fails, 1 when the configuration cannot be read.',
  run: async (invocation) => examine(invocation, await invocation.project()),
}

/** Runs every check of a project that could be read; what failed stands last, before the count. */
export async function examine(invocation: Invocation, project: Project): Promise<Outcome> {
  const store = await opened(project)
  const { style } = invocation
  try {
    const { ok, lines } = await examinePatient({
      configuration: project.file, series: project.declared.series, storeUrl: project.store.url, storePath: project.store.path, store,
      archivePath: project.archive, now: invocation.now, pending: (stored) => pendingPlan(stored, project.declared),
    })
    const wrong = lines.filter((line) => !line.ok)
    const width = Math.max(...lines.map(({ name }) => name.length))
    const text = [...lines.filter((line) => line.ok), ...wrong].map((line) =>
      `${line.ok ? style.green('ok    ') : style.red('failed')}  ${line.name.padEnd(width)}  ${line.text}${line.ok || line.hint === undefined ? '' : `\n${' '.repeat(10 + width)}${line.hint}`}`)
    return {
      document: { ok, failed: wrong.length, checks: lines.map((line) => ({ name: line.name, ok: line.ok, text: line.text, hint: line.hint ?? null })) },
      text: [...text, `${lines.length} checks, ${wrong.length} failed`].join('\n'),
      exit: ok ? 0 : 3,
    }
  } finally {
    await store?.close()
  }
}

/** The checks of the store say what is wrong with it: here it is enough that there is none. */
async function opened(project: Project): Promise<Store | null> {
  return openStore(project.store).catch(() => null)
}

/** Doctor of a project that was just made. */
export async function examineFolder(invocation: Invocation, folder: string): Promise<Outcome> {
  return examine(invocation, await loadProject({ cwd: invocation.cwd, config: folder }))
}
