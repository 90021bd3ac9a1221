import { formatInstant } from '../calendar/instant.ts'
import { checkSignalName } from '../work/job.ts'
import type { CommandSpec } from './command-spec.ts'
import { withGate } from './history.ts'

export const signal: CommandSpec = {
  arguments: [{ name: '<name>', text: 'what has finished, as `work.after` of the configuration names it' }],
  examples: ['tidemark signal import-finished'],
  details: 'Captures that wait for the signal are run by the next worker that looks, once for however often it was sent meanwhile.',
  run: async (invocation, [name]) => {
    checkSignalName(name as string, 'name')
    return withGate(invocation, invocation.dryRun ? 'read' : 'write', async ({ gate, project }) => {
      const waiting = project.work.after === undefined ? [] : Object.entries(project.work.after).filter(([, one]) => one === name).map(([series]) => series)
      const waits = waiting.length === 0 ? 'nothing waits for it' : `${waiting.join(', ')} will be captured by the next worker that looks`
      if (invocation.dryRun) return { document: { name, waiting, dryRun: true }, text: `would send ${name}: ${waits}` }
      const { at } = await gate.signal(name as string)
      return { document: { name, at: formatInstant(at), waiting }, text: `sent ${name}: ${waits}` }
    })
  },
}
