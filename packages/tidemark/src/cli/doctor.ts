import { loadProject, type Project } from '../config-file.ts'
import type { Store } from '../stores/contract/store.ts'
import { openStore } from '../tidemark.ts'
import type { CommandSpec, Outcome } from './command-spec.ts'
import { DOCTOR_CHECKS, failed, type CheckResult } from './doctor-checks.ts'
import type { Invocation } from './invocation.ts'

export const doctor: CommandSpec = {
  examples: ['tidemark doctor', 'tidemark doctor --json'],
  details: 'Exits 3 when a check fails, 1 when the configuration cannot be read.',
  run: async (invocation) => examine(invocation, await invocation.project()),
}

/** Runs every check of a project that could be read; what failed stands last, before the count. */
export async function examine(invocation: Invocation, project: Project): Promise<Outcome> {
  const results: (CheckResult & { readonly name: string })[] = []
  const store = await opened(project)
  try {
    for (const check of DOCTOR_CHECKS) {
      const result = await check.run({ project, store, now: invocation.now }).catch(failed)
      if (result !== null) results.push({ name: check.name, ...result })
    }
  } finally {
    await store?.close()
  }
  const wrong = results.filter(({ ok }) => !ok)
  const { style } = invocation
  const width = Math.max(...results.map(({ name }) => name.length))
  const lines = [...results.filter(({ ok }) => ok), ...wrong].map(({ ok, name, detail, hint }) =>
    `${ok ? style.green('ok    ') : style.red('failed')}  ${name.padEnd(width)}  ${detail}${ok || hint === undefined ? '' : `\n${' '.repeat(10 + width)}${hint}`}`)
  return {
    document: { ok: wrong.length === 0, failed: wrong.length, checks: results.map(({ name, ok, detail, hint }) => ({ name, ok, detail, hint: ok ? null : hint ?? null })) },
    text: [...lines, `${results.length} checks, ${wrong.length} failed`].join('\n'),
    exit: wrong.length === 0 ? 0 : 3,
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
