import { TidemarkError } from '../errors.ts'
import { textOf, type CommandSpec } from './command-spec.ts'
import { withHistory } from './history.ts'
import { grouped } from './table.ts'

export const capture: CommandSpec = {
  arguments: [{ name: '<series>', text: 'the series' }],
  options: [{ flags: '--backfill <range>', text: 'compute the rows of these days anew: 2024-01-01..2024-02-01 (half-open)' }],
  examples: [
    'tidemark capture activity',
    'tidemark capture activity --backfill 2026-01-01..2026-02-01 --json',
    'tidemark capture activity --dry-run',
  ],
  details: 'One capture covers every gap up to now; repeating it changes nothing.',
  run: async (invocation, [name], options) => {
    const range = textOf(options, 'backfill')
    const backfill = range === undefined ? undefined : rangeOf(range)
    const project = await invocation.project()
    const series = project.declared.seriesNamed(name as string).name
    return withHistory(invocation, invocation.dryRun ? 'read' : 'write', async ({ history }) => {
      if (invocation.dryRun) {
        const { covered, skipped, write } = await history.planCapture(series)
        return { document: { covered, skipped, write, dryRun: true }, text: `would cover ${entities(covered)}${skippedText(skipped)}` }
      }
      const { created, unchanged, restated, failed, covered, skipped } = await history.capture(series, backfill === undefined ? {} : { backfill })
      const rows = backfill === undefined ? '' : `; rows created ${grouped(created)}, restated ${grouped(restated)}, unchanged ${grouped(unchanged)}`
      return { document: { created, unchanged, restated, failed, skipped, covered }, text: `covered ${entities(covered)}${rows}${skippedText(skipped)}` }
    }, { project })
  },
}

function rangeOf(text: string): { from: string; to: string } {
  const [from, to, ...rest] = text.split('..')
  if (from === undefined || to === undefined || rest.length > 0) {
    throw new TidemarkError('OPTION_INVALID', `--backfill is FROM..TO, not ${JSON.stringify(text)}`, { where: '--backfill', hint: 'Write for example --backfill 2024-01-01..2024-02-01.' })
  }
  return { from, to }
}

function entities(count: number): string {
  return count === 1 ? '1 entity more' : `${grouped(count)} entities more`
}

function skippedText(skipped: Readonly<Record<string, number | undefined>>): string {
  const reasons = Object.entries(skipped).filter(([, count]) => (count ?? 0) > 0)
  return reasons.length === 0 ? '' : `; skipped ${reasons.map(([reason, count]) => `${grouped(count as number)} ${reason}`).join(', ')}`
}
