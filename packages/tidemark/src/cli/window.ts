import { isCollected } from '../definitions/series.ts'
import { TidemarkError } from '../errors.ts'
import { answerTable } from './answer-table.ts'
import { isOn, textOf, type CommandSpec } from './command-spec.ts'
import { explainText } from './explain-text.ts'
import { withGate } from './history.ts'
import { inFlags, selectionOf, SELECTION_OPTIONS } from './selection.ts'

export const window: CommandSpec = {
  arguments: [{ name: '<series>', text: 'the series' }],
  options: [
    ...SELECTION_OPTIONS,
    { flags: '--window <name>', text: 'a declared window (default: the only one)' },
    { flags: '--anchor <day>', text: 'a day that all windows start from, in place of a declared one' },
    { flags: '--length <months>', text: 'how long a window from --anchor is: 4mo, 1y' },
  ],
  examples: [
    'tidemark window activity --tenant kysely --measure contributions.sum,active.count',
    'tidemark window activity --tenant kysely --anchor 2024-01-15 --length 4mo --from 2024-01-15 --to 2025-01-15',
  ],
  run: async (invocation, [name], options) => {
    const project = await invocation.project()
    const series = project.declared.seriesNamed(name as string)
    const selection = selectionOf(series, options, false)
    const declared = textOf(options, 'window')
    const anchor = textOf(options, 'anchor')
    const length = textOf(options, 'length')
    const answer = await withGate(invocation, 'read', ({ gate }) => inFlags(gate.askWindows(series.name, {
      ...selection,
      ...(declared === undefined ? {} : { window: declared }),
      ...(anchor === undefined ? {} : { anchor }),
      ...(length === undefined ? {} : { months: monthsOf(length) }),
    }, { explain: isOn(options, 'explain') })), { project })
    const text = [answerTable(answer.rows, selection.select, isCollected(series) ? 'windows' : 'days'), ...(answer.explain === undefined ? [] : [explainText(answer.explain)])]
    return { document: answer, text: text.join('\n\n') }
  },
}

function monthsOf(length: string): number {
  const match = /^(\d{1,4})(mo|y)$/.exec(length)
  if (match === null) throw new TidemarkError('WINDOW_INVALID', `${JSON.stringify(length)} is no length of a window`, { where: '--length', hint: 'Write whole months or years: 4mo, 1y.' })
  return Number(match[1]) * (match[2] === 'y' ? 12 : 1)
}
