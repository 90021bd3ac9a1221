import type { CommandSpec } from './command-spec.ts'
import { withHistory } from './history.ts'
import { notWired, type Part } from './later.ts'

/** Replaced by the inspector of src/query when it is there. */
const runInspect: Part = notWired('inspect')

export const inspect: CommandSpec = {
  arguments: [{ name: '<series>', text: 'the series' }],
  options: [
    { flags: '--entity <id>', text: 'the entity' },
    { flags: '--tenant <name>', text: 'the tenant; needed when the store holds several' },
    { flags: '--period <day>', text: 'a local day of the row' },
    { flags: '--where <dimension=value>', text: 'the row of this value of a dimension', repeatable: true },
    { flags: '--as-of <instant>', text: 'as it was believed then' },
  ],
  examples: ['tidemark inspect activity --tenant kysely --entity c1 --period 2026-01-10'],
  run: (invocation, words, options) => withHistory(invocation, 'read', (opened) => runInspect(opened, options, words, invocation)),
}
