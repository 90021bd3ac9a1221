import { relative } from 'node:path'
import { clockFrom, wallClock } from '../clock.ts'
import { loadProject } from '../config-file.ts'
import type { OptionValues, Outcome } from './command-spec.ts'
import type { Invocation } from './invocation.ts'

/** What was made, and the instant at which its story ends; null: it is of the present. */
interface Made {
  readonly folder: string
  readonly end: number | null
}

/**
 * What a demo does in the end: it serves what it made, on the clock of its story, until it is told to stop. Where nobody
 * sits at a terminal to tell it, under CI too, only when it was asked to.
 */
export function servedAfter(outcome: Outcome, invocation: Invocation, { folder, end }: Made, options: OptionValues): Outcome {
  if (options['serve'] === false) return outcome
  const attended = process.stderr.isTTY === true && (process.env['CI'] ?? '') === ''
  if (options['serve'] !== true && !attended) {
    return { ...outcome, text: `${outcome.text}\n\nNobody is at a terminal, so nothing is served. Serve it with:\n  cd ${shownPath(invocation.cwd, folder)}\n  tidemark serve${end === null ? '' : ` --now ${new Date(end).toISOString()}`}` }
  }
  return {
    ...outcome,
    async afterwards() {
      const { serveUntilTold } = await import('./serve.ts')
      // Read anew: what the demo had opened, it has closed.
      const project = await loadProject({ cwd: invocation.cwd, config: folder })
      const clock = end === null ? wallClock : clockFrom(end)
      const url = await serveUntilTold(invocation, {}, { project, clock, clockConfirmed: true })
      invocation.progress.done(`stopped serving ${url}`)
    },
  }
}

function shownPath(cwd: string, folder: string): string {
  const below = relative(cwd, folder)
  return below.startsWith('..') ? folder : below
}
