import { isCollected } from '../definitions/series.ts'
import { GRAINS, type Comparison, type Grain } from '../query/request.ts'
import { answerTable } from './answer-table.ts'
import { isOn, listOf, textOf, type CommandSpec } from './command-spec.ts'
import { explainText } from './explain-text.ts'
import { withGate } from './history.ts'
import { inFlags, selectionOf, SELECTION_OPTIONS } from './selection.ts'

export const query: CommandSpec = {
  arguments: [{ name: '<series>', text: 'the series' }],
  options: [
    ...SELECTION_OPTIONS,
    { flags: '--grain <grain>', text: `${GRAINS.join(', ')} (default: day; captured: of collected series, each window)` },
    { flags: '--total', text: 'merge the entities of each tenant into one row' },
    { flags: '--compare <with>', text: 'previous, year: the same answers of the period before, of a year before', repeatable: true },
  ],
  examples: [
    'tidemark query activity --tenant kysely --measure contributions.sum,fixShare.value --total --grain year',
    'tidemark query activity --tenant kysely --from 2024-01-01 --to 2025-01-01 --grain month --total --compare previous,year',
    'tidemark query activity --all-tenants --measure contributions.sum --grain range --total --explain --json',
  ],
  details: 'Every row says how many of its windows (days, of series fed by events) it knows, and why it misses the others. A missing value is –, never 0.',
  run: async (invocation, [name], options) => {
    const project = await invocation.project()
    const series = project.declared.seriesNamed(name as string)
    const total = isOn(options, 'total')
    const selection = selectionOf(series, options, total)
    const grain = textOf(options, 'grain')
    const compare = listOf(options, 'compare').flatMap((list) => list.split(','))
    const answer = await withGate(invocation, 'read', ({ gate }) => inFlags(gate.ask(series.name, {
      ...selection,
      ...(grain === undefined ? {} : { grain: grain as Grain }),
      ...(total ? { total: true } : {}),
      ...(compare.length > 0 ? { compare: compare as Comparison[] } : {}),
    }, { explain: isOn(options, 'explain') })), { project })
    const text = [answerTable(answer.rows, selection.select, isCollected(series) ? 'windows' : 'days'), ...(answer.explain === undefined ? [] : [explainText(answer.explain)])]
    return { document: answer, text: text.join('\n\n') }
  },
}
